"""Calls for help: somebody at a kiosk wants a volunteer, who takes it, and who is told."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, case, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from festival import audit, editions
from festival.check_in.attempt import NONCE
from festival.errors import Reason, Refusal
from festival.schema import Shape, an_object
from festival.stations import Kind, Station
from festival.storage.tables import Booth, HelpCall, StationBooth
from festival.storage.tables import Station as StationRow

# For so long the others are shown who went.
TOLD_FOR = timedelta(seconds=20)
OVERDUE_AFTER = timedelta(minutes=3)

RING = Shape(an_object({"nonce": {"type": "string", "pattern": NONCE}}, "nonce"))


class End(StrEnum):
    """How a call ended: somebody went, an organiser cleared it, the day was closed down."""

    TAKEN = "taken"
    CLEARED = "cleared"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Taker:
    """Who takes a call; ``station_id`` is the device on which they do, None at the desk."""

    actor: str
    station_id: int | None = None


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call as people read it. ``booth`` is the one booth of the calling station, None where it has several.

    ``taker`` is the device on which it was taken, ``taken_at_booth`` that one's only booth; both None at the desk.
    """

    id: int
    station_id: int
    station: str
    kind: Kind
    booth: str | None
    number: int | None
    at: datetime
    rings: int
    ended_at: datetime | None
    ended_as: End | None
    ended_by: str | None
    taker_id: int | None
    taker: str | None
    taken_at_booth: str | None

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has taken it yet."""
        return self.ended_at is None

    @property
    def by(self) -> str | None:
        """Who ended it: the device on which it was taken, else the account's name."""
        return self.taker or (self.ended_by and self.ended_by.removeprefix("account "))

    def is_overdue(self, now: datetime) -> bool:
        """Whether somebody has waited for too long."""
        return self.is_waiting and now - self.at >= OVERDUE_AFTER


def ring(db: Connection, *, station: Station, nonce: str, now: datetime) -> tuple[CallLine, bool]:
    """Call a volunteer to ``station``; return the call, and whether it is a new one.

    While a call of this station waits, ringing again reminds of it. A retried ring changes nothing.
    Raises ``edition_closed``.
    """
    key = uuid.UUID(nonce).bytes
    own = HelpCall.station_id == station.id
    known = db.execute(select(HelpCall.id).where(own, HelpCall.nonce == key)).scalars().first()
    if known is not None:
        return _one(db, known), False
    edition = editions.current(db)
    edition.refuse_if_closed()
    again = update(HelpCall).where(own, HelpCall.ended_at.is_(None)).values(nonce=key, rings=HelpCall.rings + 1)
    waiting = db.execute(again.returning(HelpCall.id)).scalar_one_or_none()
    if waiting is not None:
        return _one(db, waiting), False
    made = insert(HelpCall).values(edition_id=edition.id, station_id=station.id, nonce=key, at=now, rings=1)
    return _one(db, db.execute(made.returning(HelpCall.id)).scalar_one()), True


def take(db: Connection, *, call_id: int, taker: Taker, now: datetime) -> CallLine:
    """Take a call; return it as it is then: of several who take it the first goes. Raises ``not_found``."""
    _end(db, call_id, {"ended_at": now, "ended_as": End.TAKEN, "ended_by": taker.actor} | _device(taker))
    return _one(db, call_id)


def clear(db: Connection, *, call_id: int, actor: str, now: datetime) -> CallLine:
    """End a call that nobody needs to take; one that has ended stays as it is. Raises ``not_found``."""
    if _end(db, call_id, {"ended_at": now, "ended_as": End.CLEARED, "ended_by": actor}):
        audit.note(db, actor=actor, now=now, act="call.clear", thing=f"call {call_id}")
    return _one(db, call_id)


def _device(taker: Taker) -> dict[str, int]:
    return {} if taker.station_id is None else {"ended_station_id": taker.station_id}


def _end(db: Connection, call_id: int, values: dict[str, Any]) -> bool:
    """End a call; return False where it has ended already, or never was."""
    waiting = update(HelpCall).where(HelpCall.id == call_id, HelpCall.ended_at.is_(None))
    return db.execute(waiting.values(values).returning(HelpCall.id)).one_or_none() is not None


def listed(db: Connection, *, now: datetime) -> list[CallLine]:
    """Return the calls that wait, and those that somebody has just taken, oldest first."""
    just_taken = (HelpCall.ended_as == End.TAKEN) & (HelpCall.ended_at > now - TOLD_FOR)
    told = _lines().where(or_(HelpCall.ended_at.is_(None), just_taken))
    return [_line(row) for row in db.execute(told.order_by(HelpCall.id))]


def view(db: Connection, *, call_id: int, station: Station) -> CallLine:
    """Return a call to a station; where nobody of the festival stands behind it, its own alone: ``not_found``."""
    found = _one(db, call_id)
    if not station.is_staff and found.station_id != station.id:
        raise Refusal(Reason.NOT_FOUND)
    return found


def _one(db: Connection, call_id: int) -> CallLine:
    row = db.execute(_lines().where(HelpCall.id == call_id)).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    return _line(row)


def _lines() -> Select[Any]:
    caller, taker = aliased(StationRow), aliased(StationRow)
    called, taken = aliased(Booth), aliased(Booth)
    columns: tuple[Any, ...] = (
        HelpCall.id,
        HelpCall.station_id,
        caller.name,
        caller.kind,
        called.slug,
        called.number,
        HelpCall.at,
        HelpCall.rings,
        HelpCall.ended_at,
        HelpCall.ended_as,
        HelpCall.ended_by,
        HelpCall.ended_station_id,
        taker.name,
        taken.slug,
    )
    lines: Select[Any] = select(*columns)
    return (
        lines.join(caller, caller.id == HelpCall.station_id)
        .outerjoin(called, called.id == _only_booth(HelpCall.station_id))
        .outerjoin(taker, taker.id == HelpCall.ended_station_id)
        .outerjoin(taken, taken.id == _only_booth(HelpCall.ended_station_id))
    )


def _only_booth(station_id: Any) -> Any:
    """Return the one booth of a station, as SQL; NULL where it has none or several."""
    only = case((func.count() == 1, func.max(StationBooth.booth_id)))
    return select(only).where(StationBooth.station_id == station_id).correlate(HelpCall).scalar_subquery()


def _line(row: Any) -> CallLine:
    id_, station_id, station, kind, booth, number, at, rings, ended_at, ended_as, *taken = row
    end = None if ended_as is None else End(ended_as)
    return CallLine(id_, station_id, station, Kind(kind), booth, number, at, rings, ended_at, end, *taken)
