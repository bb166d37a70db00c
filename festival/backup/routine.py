"""Backups that make themselves: every five minutes of work, soon after what changes the day, and when a stick comes.

Whoever runs it hands in the clock, the sleep, and where a piece of slow work is done (``apart``).
"""

import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, text

from festival.backup import shelf, source
from festival.backup.shelf import Failure, Outcome, Taken
from festival.clock import utc_now
from festival.notices import Notices, Trouble
from festival.settings import Settings

LOOK_EVERY = 10.0
EVERY = timedelta(minutes=5)
TRY_AGAIN_AFTER = timedelta(minutes=1)
SMALLEST_FREE = 500_000_000
TIMES_THE_DATABASE = 3
MEGABYTE = 1_000_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class State:
    """What changes seldom, in a form that is cheap to ask for and to compare."""

    community: str
    closed: bool
    others: tuple[Any, ...]


def state(db: Connection) -> State:
    """Return how the festival stands, without its visits."""
    row = db.execute(
        text(
            "SELECT community, closed_at, config_version, edition_id, (SELECT max(id) FROM cards),"
            " (SELECT max(id) FROM stations), (SELECT count(*) FROM stations WHERE revoked_at IS NOT NULL)"
            " FROM festival JOIN editions ON editions.id = edition_id"
        )
    ).one()
    return State(row[0], row[1] is not None, tuple(row[2:]))


def reason_to(before: State | None, now: State) -> str | None:
    """Return why a backup is worth it at once, None where it is not."""
    if before is None:
        return "start"
    if now.closed and not before.closed:
        return "close"
    return None if now == before else "change"


class Apart(Protocol):
    """Where slow work is done: ``apart(function, …)`` waits for it without holding anybody up."""

    def __call__(self, function: Callable[..., Any], *args: Any) -> Any:
        """Return what the function returns; raise what it raises."""


@dataclass
class Routine:
    """The backups of one running server, and what organisers are told of them."""

    settings: Settings
    notices: Notices
    read_state: Callable[[], State]
    apart: Apart
    now: Callable[[], datetime] = utc_now
    written: int = 0
    last_good: datetime | None = None
    _saved_written: int = -1
    _saved_state: State | None = None
    _tried_at: datetime | None = None
    _failed: bool = False
    _sticks: dict[str, bool] = field(default_factory=dict)

    def wrote(self) -> None:
        """Hear that something was written; returns at once."""
        self.written += 1

    def serve(self, sleep: Callable[[float], None]) -> None:
        """Look for ever whether a backup is due."""
        while True:
            sleep(LOOK_EVERY)
            try:
                self.look()
            except Exception:
                # The database may be away for a moment; the backups must outlive that.
                log.exception("no look at the backups")

    def look(self) -> None:
        """Make a backup where one is due, and tell of sticks and disks."""
        now, current = self.now(), self.read_state()
        came = self._look_at_sticks(current.community)
        self._look_at_disks()
        reason = "stick" if came else self._due(current, now)
        if reason is not None:
            self.make(reason, current)

    def _due(self, current: State, now: datetime) -> str | None:
        if self._failed and self._tried_at is not None and now - self._tried_at < TRY_AGAIN_AFTER:
            return None
        if self._failed:
            return "again"
        worth_it = reason_to(self._saved_state, current)
        if worth_it:
            return worth_it
        is_time = self._tried_at is None or now - self._tried_at >= EVERY
        return "regular" if is_time and self.written != self._saved_written else None

    def make(self, reason: str, current: State | None = None) -> Outcome:
        """Make one backup in all places, and tell of what went wrong, or that all is well again."""
        current = current or self.read_state()
        at, written = self.now(), self.written
        origin = source.of(self.settings)
        if self.settings.database:
            # PostgreSQL's connections wait where this server waits; in a thread of its own they would wait for ever.
            origin = Taken.of(origin)
        outcome: Outcome = self.apart(shelf.make, origin, self.settings, at, reason)
        self._tried_at, self._failed = at, bool(outcome.failures)
        if outcome.made:
            self.last_good, self._saved_state, self._saved_written = at, current, written
        self._tell(outcome.failures)
        return outcome

    def at_stop(self) -> None:
        """Make the last backup of a run, where something was written since the one before.

        Not of PostgreSQL: that one goes on without us, and its dump may take longer than a stop has.
        """
        if not self.settings.database and self.written and self.written != self._saved_written:
            self.make("stop")

    def _tell(self, failures: tuple[Failure, ...]) -> None:
        if not failures:
            self.notices.over(Trouble.BACKUP_FAILED)
            return
        first = failures[0]
        log.warning("backup to the %s: %s (%s)", first.where, first.why.value, first.text)
        self.notices.tell(Trouble.BACKUP_FAILED, where=first.where, why=first.why.value)

    def _look_at_sticks(self, community: str) -> bool:
        """Tell of a stick that is gone; return whether one of ours has come."""
        seen = self.apart(shelf.sticks_of, self.settings, community)
        here = {str(stick.volume): stick.name for stick in seen if stick.is_ours}
        came = any(not self._sticks.get(volume, False) for volume in here)
        self._sticks = dict.fromkeys([*self._sticks, *here], False) | dict.fromkeys(here, True)
        gone = [volume for volume, is_here in self._sticks.items() if not is_here]
        # Another stick in its place is as good: what counts is that there is one.
        if gone and not here:
            self.notices.tell(Trouble.STICK_GONE, name=Path(gone[-1]).name or gone[-1])
        else:
            self.notices.over(Trouble.STICK_GONE)
        return came

    def _look_at_disks(self) -> None:
        database = self.settings.data / "festival.db"
        size = database.stat().st_size if database.exists() else 0
        free = self.apart(smallest_free, (self.settings.data, self.settings.backups_folder))
        if free is not None and free < max(SMALLEST_FREE, TIMES_THE_DATABASE * size):
            self.notices.tell(Trouble.DISK_NEARLY_FULL, free_mb=free // MEGABYTE)
        else:
            self.notices.over(Trouble.DISK_NEARLY_FULL)


def smallest_free(folders: tuple[Path, ...]) -> int | None:
    """Return how many bytes are free on the fullest of the folders' disks, None where none is there."""
    free = [shutil.disk_usage(folder).free for folder in folders if folder.exists()]
    return min(free, default=None)
