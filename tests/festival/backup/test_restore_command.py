"""`start.py restore` without a file: which backup it takes, and that a no leaves everything as it was."""

import errno
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import manage
from festival import data_folder
from festival.backup import archive, restore, shelf
from festival.backup.shelf import SqliteSource
from festival.settings import Settings
from tests.conftest import ON_SQLITE, Company

NOW = datetime(2026, 10, 24, 1, 31, 7, 120000, tzinfo=UTC)
pytestmark = ON_SQLITE


@pytest.fixture
def day(company: Company, tmp_path: Path) -> Path:
    """The folder with one backup of a day that has visits."""
    company.clinic.check_in(company.zhang)
    settings = Settings(data=tmp_path, backups=str(tmp_path / "kept"), volumes=str(tmp_path / "none"))
    assert shelf.make(SqliteSource(tmp_path / "festival.db"), settings, NOW, "asked").failures == ()
    return tmp_path / "kept"


@pytest.fixture
def second(tmp_path: Path) -> Settings:
    """A second laptop that was started by mistake, later than the backup."""
    settings = Settings(data=tmp_path / "second", volumes=str(tmp_path / "none"))
    data_folder.make(settings.data)
    data_folder.open_database(settings, NOW).database.dispose()
    source, later = SqliteSource(settings.data / "festival.db"), NOW + timedelta(minutes=5)
    assert shelf.make(source, settings, later, "start").failures == ()
    return settings


def restored(second: Settings, day: Path, *more: str) -> int:
    places = ("--data", str(second.data), "--volumes", second.volumes, "--from", str(day))
    return manage.main(["restore", *places, *more])


def visits(settings: Settings) -> int:
    _, told = SqliteSource(settings.data / "festival.db").take()
    return int(told["figures"]["visits"])


def test_an_unused_festival_is_not_taken_for_the_newest(second: Settings, day: Path) -> None:
    assert restored(second, day, "--yes") == 0
    assert visits(second) == 1


def test_a_no_changes_nothing_and_the_next_yes_takes_the_same(
    second: Settings, day: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = archive.listed(second.backups_folder)
    monkeypatch.setattr("builtins.input", lambda _question: "no")
    assert restored(second, day) == 1
    assert archive.listed(second.backups_folder) == before
    monkeypatch.setattr("builtins.input", lambda _question: "yes")
    for _ in range(2):
        assert restored(second, day) == 0
        assert visits(second) == 1
    assert {each.reason for each in archive.listed(second.backups_folder)} == {"start", "before-restore"}


def test_a_damaged_one_is_named_and_the_next_is_taken(
    second: Settings, day: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (whole,) = archive.listed(day)
    damaged = bytearray(whole.path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    newest = day / "laojiefang-20261024-020000-regular.zip"
    newest.write_bytes(damaged)
    newer = day / "laojiefang-20261024-030000-regular.zip"
    with zipfile.ZipFile(newer, "w") as pack:
        pack.writestr(archive.ABOUT, json.dumps(whole.about | {"format": archive.FORMAT + 1}))
    assert restored(second, day, "--yes") == 0
    assert visits(second) == 1
    shown = capsys.readouterr().out
    assert "made by a newer version" in shown
    assert f"this one is damaged and cannot be used ({newest.name}" in shown


def test_a_folder_that_cannot_be_written_is_not_called_a_running_server(
    day: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in-the-way").write_bytes(b"")
    settings = Settings(data=tmp_path / "in-the-way" / "data", volumes=str(tmp_path / "none"))
    assert restored(settings, day, "--yes") == 1
    told = capsys.readouterr().err
    assert "this folder cannot be written" in told
    assert "stop" not in told


def test_another_festival_s_backup_is_called_so_and_all_that_is_here_is_counted(
    second: Settings, day: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (unused,) = archive.listed(second.backups_folder)
    places = ("--data", str(tmp_path), "--volumes", second.volumes, "--backups", str(day))
    assert manage.main(["restore", str(unused.path), *places, "--yes"]) == 0
    shown = capsys.readouterr().out
    assert "another festival's" in shown
    assert "签到 visits 1," in shown
    assert visits(Settings(data=tmp_path)) == 0


def test_a_folder_that_is_not_there_is_named(
    second: Settings,
    day: Path,  # noqa: ARG001
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert restored(second, Path("/not/there"), "--yes") == 1
    assert capsys.readouterr().err == "没有这个文件夹：/not/there / there is no such folder: /not/there\n"


@pytest.mark.parametrize("where", ["set_aside", "begin_anew"])
def test_a_disk_that_fills_up_leaves_the_old_data_and_nothing_of_the_new(
    second: Settings, day: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], where: str
) -> None:
    def is_full(*_args: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = sorted(file.name for file in second.data.iterdir())
    monkeypatch.setattr(restore, where, is_full)
    assert restored(second, day, "--yes") == 1
    assert "untouched" in capsys.readouterr().err
    assert sorted(file.name for file in second.data.iterdir() if file.name != "lock") == before
    assert visits(second) == 0
