import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from launch import environment
from launch.children import Outcome, base_python
from launch.environment import Place
from launch.talk import Problem

from .conftest import DONE, FakeRunner, put_python

FAILED = Outcome(1, "Error: ensurepip is not available")
FULL = Outcome(1, "OSError: [Errno 28] No space left on device")


def test_windows_keeps_its_python_elsewhere(tmp_path: Path) -> None:
    assert Place(tmp_path, "win32").python == tmp_path / ".venv" / "Scripts" / "python.exe"
    assert Place(tmp_path, "linux").python == tmp_path / ".venv" / "bin" / "python"
    assert Place(tmp_path, "darwin").python == tmp_path / ".venv" / "bin" / "python"


def test_no_environment_has_no_fingerprint(place: Place) -> None:
    assert environment.fingerprint(place) is None


def test_an_environment_of_this_python_has_its_fingerprint(place: Place) -> None:
    put_python(place)
    assert environment.fingerprint(place) == environment.own_fingerprint()


def test_windows_knows_its_own_environment_by_the_folder_of_its_python(tmp_path: Path) -> None:
    place = Place(tmp_path, "win32")
    place.venv.mkdir()
    (place.venv / "pyvenv.cfg").write_text(f"home = {Path(base_python()).parent}\nversion = 3\n")
    assert environment.runs_this_python(place)
    (place.venv / "pyvenv.cfg").write_text("home = C:\\Python399\n")
    assert not environment.runs_this_python(place)


def test_another_python_is_asked_who_it_is(place: Place) -> None:
    # The environment of the tests is another program than the Python beneath it, wherever a link does not do.
    other = Place(place.root, "win32")
    put_python(place)
    if other.python != place.python:
        other.python.parent.mkdir()
        other.python.symlink_to(sys.executable)
        assert not environment.runs_this_python(other)
    assert environment.fingerprint(other) == environment.own_fingerprint()


def test_a_python_that_does_not_run_has_no_fingerprint(place: Place) -> None:
    place.python.parent.mkdir(parents=True)
    place.python.write_bytes(b"\x00not a program")
    place.python.chmod(0o755)
    assert environment.fingerprint(place) is None


def test_a_python_that_was_removed_has_no_fingerprint(place: Place) -> None:
    place.python.parent.mkdir(parents=True)
    place.python.symlink_to(place.root / "gone")
    assert environment.fingerprint(place) is None


def test_venv_is_the_first_way_then_virtualenv_then_pip(place: Place) -> None:
    names = [[command[2] for command in way] for way in environment.ways(place, lambda _: True)]
    assert names == [["venv"], ["virtualenv"], ["venv", "pip"]]


def test_without_ensurepip_pip_puts_itself_in(place: Place, fake: Callable[..., FakeRunner]) -> None:
    run = fake()
    environment.make(place, run, has=lambda module: module == "pip")
    assert "--without-pip" in run.commands[0]
    assert run.commands[1][3:] == ["--python", str(place.python), "install", "pip"]


def test_a_way_that_fails_leads_to_the_next(place: Place, fake: Callable[..., FakeRunner]) -> None:
    run = fake(FAILED, DONE)
    environment.make(place, run, has=lambda module: module in ("ensurepip", "virtualenv"))
    assert [command[2] for command in run.commands] == ["venv", "virtualenv"]


@pytest.mark.parametrize("modules", [(), ("ensurepip",), ("ensurepip", "pip", "virtualenv")])
def test_no_way_left_says_what_to_install(
    place: Place, fake: Callable[..., FakeRunner], modules: tuple[str, ...]
) -> None:
    with pytest.raises(Problem, match="sudo apt install python3-venv") as raised:
        environment.make(place, fake(FAILED), has=lambda module: module in modules)
    assert "\n" not in str(raised.value)


def test_a_full_disk_is_called_so(place: Place, fake: Callable[..., FakeRunner]) -> None:
    run = fake(FULL)
    with pytest.raises(Problem, match="disk is full"):
        environment.make(place, run, has=lambda _: True)
    assert len(run.commands) == 1


def test_a_half_made_environment_is_thrown_away(place: Place, fake: Callable[..., FakeRunner]) -> None:
    (place.venv / "half").mkdir(parents=True)
    environment.make(place, fake(), has=lambda _: True)
    assert not place.venv.exists()


def test_a_link_is_removed_and_what_it_points_to_is_not(place: Place, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    place.venv.symlink_to(elsewhere, target_is_directory=True)
    environment.remove(place.venv)
    assert not place.venv.is_symlink()
    assert elsewhere.is_dir()


def test_a_file_held_open_is_told(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    place.venv.mkdir()
    monkeypatch.setattr("launch.environment.shutil.rmtree", held)
    with pytest.raises(Problem, match="still running in another window"):
        environment.remove(place.venv)


def test_a_folder_s_name_that_no_environment_can_live_under_is_told(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="must not have"):
        environment.make(Place(tmp_path / f"a{os.pathsep}b"), FakeRunner(tmp_path / "log"))
