"""What the watch finds is told, kept for as long as it lasts, and leaves its audit row."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import Application
from festival.notices import Trouble
from festival.storage import probe
from festival.storage.tables import AuditEntry
from web import watch as module
from web.watch import Watch


class Jumps:
    """A clock watch that says what a test wants."""

    def __init__(self) -> None:
        self.next: timedelta | None = None

    def jumped(self) -> timedelta | None:
        """Say it once."""
        jump, self.next = self.next, None
        return jump


@pytest.fixture
def jumps() -> Jumps:
    """The clock of this test."""
    return Jumps()


@pytest.fixture
def watch(application: Application, jumps: Jumps) -> Watch:
    """A watch that looks only when it is told to."""
    return Watch(application.house, jumps)  # type: ignore[arg-type]


def troubles(application: Application) -> list[Trouble]:
    return [notice.trouble for notice in application.house.notices.current()]


def test_a_jump_is_told_for_half_an_hour_and_written_down(
    application: Application, watch: Watch, jumps: Jumps, monkeypatch: pytest.MonkeyPatch
) -> None:
    jumps.next = timedelta(minutes=-61)
    watch.look()
    notice = next(n for n in application.house.notices.current() if n.trouble is Trouble.CLOCK_JUMPED)
    assert notice.details == {"minutes": -61}
    with application.house.database.reading() as db:
        row = db.execute(select(AuditEntry.act, AuditEntry.after).order_by(AuditEntry.id.desc())).first()
    assert row == ("clock.jump", {"minutes": -61})
    monkeypatch.setattr(module, "CLOCK_TOLD_FOR", 0)
    watch.look()
    assert Trouble.CLOCK_JUMPED not in troubles(application)


def test_slow_commits_are_told_until_they_are_quick_again(application: Application, watch: Watch) -> None:
    commits = application.house.database.commits
    commits.extend([0.3] * 20)
    watch.look()
    assert Trouble.DISK_SLOW in troubles(application)
    commits.extend([0.001] * 20)
    watch.look()
    assert Trouble.DISK_SLOW not in troubles(application)


def test_one_slow_commit_says_nothing() -> None:
    assert not probe.is_slow([0.001, 0.001, 2.0, 0.001, 0.001])
    assert not probe.is_slow([2.0] * (probe.FEWEST_COMMITS - 1))


def test_what_stopped_the_scanning_is_over_once_something_can_be_written(
    application: Application, watch: Watch
) -> None:
    database = application.house.database
    database._stopped(Trouble.DISK_FULL)
    assert application.flask.test_client().get("/healthz").status_code == 503
    watch.look()
    assert Trouble.DISK_FULL not in troubles(application)
    assert application.flask.test_client().get("/healthz").status_code == 200


def test_damage_is_over_only_with_another_start(application: Application, watch: Watch) -> None:
    application.house.database._stopped(Trouble.DAMAGED)
    watch.look()
    assert Trouble.DAMAGED in troubles(application)
