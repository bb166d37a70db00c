"""The way from a request to the festival: ``write`` and ``read``, and what one running server keeps."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from flask import Flask, current_app
from sqlalchemy import Connection

from festival.backup import routine
from festival.backup.routine import Routine
from festival.check_in import Attempt, CheckIns, Malformed, Reply
from festival.directory import Directories, Directory
from festival.notices import Notices
from festival.offline import Fingerprints
from festival.settings import Settings
from festival.stations import PairingGuard
from festival.storage.engine import Database
from festival.storage.writer import Writer
from festival.whereabouts import Whereabouts
from web import heavy
from web.sent_forms import SentForms

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class House:
    """One running server: its database, its writer, and what it keeps in memory."""

    settings: Settings
    database: Database
    writer: Writer
    directories: Directories = field(default_factory=Directories)
    pairing_guard: PairingGuard = field(default_factory=PairingGuard)
    # When a station was last heard of, on the monotonic clock, so that not every call is written down.
    heard: dict[int, float] = field(default_factory=dict)
    # How far stations' clocks were ahead when they last said their time.
    clocks_ahead: dict[int, timedelta] = field(default_factory=dict)
    fingerprints: Fingerprints = field(default_factory=Fingerprints)
    sent_forms: SentForms = field(default_factory=SentForms)
    whereabouts: Whereabouts = field(default_factory=Whereabouts)
    # Ends the full-screen browser that this start of the server opened; whether there was one.
    close_browser: Callable[[], bool] = lambda: False
    backups: Routine = field(init=False)

    def __post_init__(self) -> None:
        """Watch over the backups of this house's data."""
        self.backups = Routine(self.settings, self.notices, lambda: read_of(self, routine.state), heavy.run)

    @property
    def notices(self) -> Notices:
        """What organisers must know now."""
        return self.database.notices

    def moved_in(self, app: Flask) -> None:
        """Make this the house of ``app``."""
        app.extensions["house"] = self


def house() -> House:
    """Return the house that this request came to."""
    return cast(House, current_app.extensions["house"])


def write(function: Callable[Concatenate[Connection, P], R], *args: P.args, **arguments: P.kwargs) -> R:
    """Have the writer call ``function(db, **arguments)``; return its result once it is committed.

    Raises whatever the function raises, and CannotKeep.
    """
    assert not args
    return cast(R, house().writer.call(function, **arguments))


def read(function: Callable[Concatenate[Connection, P], R], *args: P.args, **arguments: P.kwargs) -> R:
    """Call ``function(db, **arguments)`` on one moment of the database; raises CannotKeep."""
    return read_of(house(), function, *args, **arguments)


def read_of(own: House, function: Callable[Concatenate[Connection, P], R], *args: P.args, **arguments: P.kwargs) -> R:
    """Call ``function(db, **arguments)`` on one moment of a house's database, without a request."""
    with own.database.reading() as db:
        return function(db, *args, **arguments)


def record(attempts: list[Attempt | Malformed]) -> list[Reply]:
    """Have the writer decide and record check-ins; return the answers once they are committed; raises CannotKeep."""
    own = house()
    replies: list[Reply] = own.writer.submit(CheckIns(attempts, own.directories))
    return replies


def directory() -> Directory:
    """Return who and what is there, as the database has it now."""
    return read(house().directories.current)


def board() -> dict[str, Any]:
    """Return the board's newest snapshot."""
    from festival import turnout
    from festival.clock import utc_now

    return read(turnout.board, directories=house().directories, now=utc_now())
