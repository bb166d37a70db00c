"""When backups make themselves, and what organisers are told."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from festival.backup import archive, routine, sticks
from festival.backup.routine import Routine, State
from festival.backup.sticks import Stick
from festival.notices import Notices, Trouble
from festival.settings import Settings
from festival.storage.engine import Database
from tests.conftest import ON_SQLITE, Company

NOW = datetime(2026, 10, 24, 1, 31, 7, tzinfo=UTC)
pytestmark = ON_SQLITE


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def on(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def here(function: Callable[..., Any], *args: Any) -> Any:
    return function(*args)


@pytest.fixture
def clock() -> Clock:
    """The time."""
    return Clock()


@pytest.fixture
def backups(company: Company, database: Database, tmp_path: Path, clock: Clock) -> Routine:
    """The backups of a festival, looked after by hand."""
    assert company
    (tmp_path / "volumes").mkdir()
    chosen = Settings(data=tmp_path, backups=str(tmp_path / "kept"), volumes=str(tmp_path / "volumes"))

    def read_state() -> State:
        with database.reading() as db:
            return routine.state(db)

    return Routine(chosen, Notices(clock), read_state, here, clock)


def reasons(backups: Routine) -> list[str]:
    return [backup.reason for backup in archive.listed(backups.settings.backups_folder)]


def test_five_minutes_of_work_get_a_backup_and_five_of_rest_none(backups: Routine, clock: Clock) -> None:
    backups.look()
    assert reasons(backups) == ["start"]
    clock.on(301)
    backups.look()
    assert reasons(backups) == ["start"]
    backups.wrote()
    backups.look()
    assert reasons(backups) == ["regular", "start"]
    backups.wrote()
    clock.on(60)
    backups.look()
    assert reasons(backups) == ["regular", "start"]


def test_new_cards_get_a_backup_at_the_next_look(backups: Routine, company: Company, clock: Clock) -> None:
    backups.look()
    assert company.organiser.post("/cards", {"count": 2}).status_code == 201
    clock.on(10)
    backups.look()
    assert reasons(backups) == ["change", "start"]


def test_a_close_down_gets_one_of_its_own(backups: Routine, company: Company, clock: Clock) -> None:
    backups.look()
    assert company.organiser.post("/edition/close").status_code == 204
    clock.on(10)
    backups.look()
    assert reasons(backups) == ["close", "start"]


def test_a_stick_that_comes_gets_one_and_is_missed_when_it_goes(backups: Routine, clock: Clock) -> None:
    backups.look()
    volume = Path(backups.settings.volumes) / "STICK"
    volume.mkdir()
    stick = sticks.prepare(Stick(volume, is_ours=False), backups.read_state().community)
    clock.on(10)
    backups.look()
    assert [each.reason for each in archive.listed(stick.folder)] == ["stick"]
    shutil.rmtree(volume)
    backups.look()
    assert [(each.trouble, each.details) for each in gone(backups)] == [(Trouble.STICK_GONE, {"name": "STICK"})]
    volume.mkdir()
    sticks.prepare(Stick(volume, is_ours=False), backups.read_state().community)
    clock.on(10)
    backups.look()
    assert gone(backups) == []


def gone(backups: Routine) -> list[Any]:
    return [each for each in backups.notices.current() if each.trouble is Trouble.STICK_GONE]


def test_a_failure_is_told_and_tried_again_after_a_minute(backups: Routine, clock: Clock) -> None:
    backups.settings.backups_folder.write_bytes(b"in the way")
    backups.look()
    told = [each for each in backups.notices.current() if each.trouble is Trouble.BACKUP_FAILED]
    assert told[0].details["where"] == "folder"
    backups.settings.backups_folder.unlink()
    clock.on(30)
    backups.look()
    assert reasons(backups) == []
    clock.on(31)
    backups.look()
    assert reasons(backups) == ["again"]
    assert Trouble.BACKUP_FAILED not in [each.trouble for each in backups.notices.current()]


def test_a_disk_that_fills_up_is_told_before_it_is_full(backups: Routine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routine, "smallest_free", lambda _folders: 400_000_000)
    backups.look()
    (told,) = [each for each in backups.notices.current() if each.trouble is Trouble.DISK_NEARLY_FULL]
    assert told.details == {"free_mb": 400}
    monkeypatch.setattr(routine, "smallest_free", lambda _folders: 900_000_000)
    backups.look()
    assert Trouble.DISK_NEARLY_FULL not in [each.trouble for each in backups.notices.current()]


def test_the_stop_keeps_what_was_written_since(backups: Routine, clock: Clock) -> None:
    backups.at_stop()
    assert reasons(backups) == []
    backups.look()
    backups.wrote()
    clock.on(1)
    backups.at_stop()
    assert reasons(backups) == ["stop", "start"]
