import contextlib
import errno
import os
from collections.abc import Iterator

import pytest

from launch import commands
from launch.arguments import Wanted
from launch.environment import Place
from launch.talk import Problem


@pytest.mark.parametrize(
    ("wanted", "line"),
    [
        (Wanted("serve", ("--kiosk",)), ["ROOT/serve.py", "--kiosk", "--data", "ROOT/data"]),
        (Wanted("serve", ("--data", "there")), ["ROOT/serve.py", "--data", "there"]),
        (Wanted("serve", ("--data=there",)), ["ROOT/serve.py", "--data=there"]),
        (Wanted("pair", ("--json",)), ["ROOT/manage.py", "pair", "--json", "--data", "ROOT/data"]),
        (Wanted("password", ("--data", "there")), ["ROOT/manage.py", "password", "--data", "there"]),
        (Wanted("bench", ("--full",)), ["-m", "bench", "--full"]),
    ],
)
def test_each_command_runs_in_the_environment(place: Place, wanted: Wanted, line: list[str]) -> None:
    expected = [word.replace("ROOT/", str(place.root) + os.sep) for word in line]
    assert commands.command_line(wanted, place) == [str(place.python), *expected]


@pytest.mark.parametrize("arguments", [["-h"], ["--help"], ["help"], ["--data", "d", "--help"], ["--kiosk", "-h"]])
def test_help_is_given_wherever_it_is_asked_for(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(arguments) == 0
    assert "--admin-on-lan" in capsys.readouterr().out


def test_a_mistake_on_the_command_line_ends_with_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["--prot"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("\n") == 1


@pytest.mark.parametrize(
    ("stop", "status"),
    [
        (Problem("坏了", "broken"), 1),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), 1),
        (KeyboardInterrupt(), 130),
        (commands.Terminated(), 143),
    ],
)
def test_whatever_stops_set_up_is_one_line(
    stop: BaseException, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*_: object) -> int:
        raise stop

    monkeypatch.setattr(commands, "run", stopped)
    assert commands.main([]) == status
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.EACCES, "Cannot write to /x"),
        (errno.EROFS, "Cannot write to /x"),
        (errno.EPERM, "Cannot write to /x"),
        (errno.ENOSPC, "disk is full"),
        (errno.EIO, "Trouble with /x"),
    ],
)
def test_a_folder_that_does_not_do_what_it_must_gets_its_sentence(number: int, told: str) -> None:
    assert told in str(commands.explain(OSError(number, "no", "/x")))


if os.name == "posix":

    @contextlib.contextmanager
    def as_somebody_else() -> Iterator[None]:
        """Root may write everywhere; for a moment this process is nobody."""
        if os.geteuid() != 0:
            yield
            return
        os.seteuid(65534)
        try:
            yield
        finally:
            os.seteuid(0)

    def test_a_folder_that_cannot_be_written_is_named(
        place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        place.root.chmod(0o555)
        monkeypatch.setattr(commands, "ROOT", place.root)
        with as_somebody_else():
            status = commands.main([])
        place.root.chmod(0o755)
        assert status == 1
        said = capsys.readouterr().err
        assert "Cannot write to" in said
        assert str(place.root) in said
        assert said.count("\n") == 1
