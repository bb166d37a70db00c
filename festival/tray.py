"""The tray: scans that have happened and were refused when they arrived, until somebody says what becomes of them."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Executable, and_, func, or_, select, true, update

from festival import audit, check_in, editions
from festival.check_in import Attempt
from festival.check_in.attempt import Asked, Reply
from festival.check_in.record import load, save
from festival.check_in.rules import decide
from festival.clock import to_text
from festival.directory import Directories
from festival.errors import Outcome, Reason, Refusal, bad_field
from festival.messages import Language
from festival.schema import Shape, an_object, text
from festival.stations import PAPER, Kind, Station
from festival.storage.tables import Booth, Card, Scan, TrayItem
from festival.storage.tables import Station as StationRow

MOST_SETTLED = 200
SETTLED_ALREADY = "settled"


class How(StrEnum):
    """What somebody makes of an item: persons without a card, a card's visit, nothing."""

    WALK_IN = "walk_in"
    CARD = "card"
    DROP = "drop"


SETTLING = Shape(
    an_object(
        {"settle": {"type": "string", "enum": list(How)}, "card": text(200), "booth": text(30)},
        "settle",
    ),
    as_scanned=["card"],
)


@dataclass(frozen=True, slots=True)
class Settler:
    """Who settles: ``booth_ids`` None reaches everything, else those booths' items and those of ``station_id``."""

    actor: str
    booth_ids: frozenset[int] | None = None
    station_id: int | None = None

    @classmethod
    def of_station(cls, station: Station) -> "Settler":
        """Return a device as one who settles: a booth's its own and its booths', an organiser's all."""
        if station.kind is Kind.ORGANISER:
            return cls(station.actor)
        return cls(station.actor, station.booth_ids, station.id)

    def may_count_at(self, booth_id: int) -> bool:
        """Return whether a visit at this booth is theirs to count."""
        return not self.booth_ids or booth_id in self.booth_ids

    @property
    def reach(self) -> ColumnElement[bool]:
        """What holds for the items that they see."""
        if not self.booth_ids:
            return true()
        return or_(TrayItem.booth_id.in_(self.booth_ids), TrayItem.station_id == self.station_id)


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one item. ``card`` None: the one that was scanned; ``booth`` None: where it was scanned."""

    scan_id: int
    how: How
    card: str | None = None
    booth: str | None = None


@dataclass(frozen=True, slots=True)
class TrayLine:
    """An item as people read it. ``at`` is the corrected time, ``scanned_at`` what the device's clock said.

    ``booth`` is None where nobody knows ``booth_written``; ``card`` is a short number, where the scan was a known card;
    ``raw`` what was scanned else, None for a walk-in. ``can_count``: it is this day's, which is not over.
    """

    scan_id: int
    at: datetime
    scanned_at: datetime | None
    received_at: datetime
    station: str
    booth: str | None
    booth_written: str | None
    card: str | None
    raw: str | None
    party: int
    reason: Reason
    can_count: bool
    settled_at: datetime | None
    settled_as: How | None
    settled_by: str | None
    visit_id: int | None


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an item: the visit that it counts as, None where it was dropped; ``was_counted``: before."""

    how: How
    visit: dict[str, Any] | None = None
    was_counted: bool = False


_LINES = (
    select(
        TrayItem.scan_id,
        TrayItem.edition_id,
        TrayItem.at,
        TrayItem.scanned_at,
        Scan.at.label("received_at"),
        StationRow.name.label("station"),
        Booth.slug.label("booth"),
        Scan.booth.label("booth_written"),
        Card.short.label("card"),
        Scan.raw,
        TrayItem.party,
        Scan.reason,
        TrayItem.settled_at,
        TrayItem.settled_as,
        TrayItem.settled_by,
        TrayItem.visit_id,
    )
    .join(Scan, Scan.id == TrayItem.scan_id)
    .join(StationRow, StationRow.id == TrayItem.station_id)
    .outerjoin(Booth, Booth.id == TrayItem.booth_id)
    .outerjoin(Card, Card.id == Scan.card_id)
)
_OPEN = TrayItem.settled_at.is_(None)


def listed(db: Connection, *, settler: Settler) -> tuple[list[TrayLine], list[TrayLine]]:
    """Return what waits, oldest first, of earlier days too; and this day's settled ones, newest first."""
    edition = editions.current(db)
    mine = _LINES.where(settler.reach)
    waiting = mine.where(_OPEN).order_by(TrayItem.at, TrayItem.scan_id)
    settled = mine.where(TrayItem.edition_id == edition.id, ~_OPEN).order_by(TrayItem.settled_at.desc())
    return _read(db, waiting, edition), _read(db, settled.limit(MOST_SETTLED), edition)


def _read(db: Connection, query: Executable, edition: editions.CurrentEdition) -> list[TrayLine]:
    return [_line(row, edition) for row in db.execute(query)]


def _line(row: Any, edition: editions.CurrentEdition) -> TrayLine:
    known = row._asdict()
    edition_id = known.pop("edition_id")
    how = row.settled_as and How(row.settled_as)
    return TrayLine(
        **known
        | {
            "reason": Reason(row.reason),
            "settled_as": how,
            "can_count": edition_id == edition.id and not edition.closed,
        }
    )


def waiting(db: Connection, *, settler: Settler) -> int:
    """Return how many items wait for somebody."""
    query = select(func.count()).select_from(TrayItem).where(settler.reach, _OPEN)
    return db.execute(query).scalar_one()


def settle(db: Connection, *, decision: Decision, settler: Settler, directories: Directories, now: datetime) -> Settled:
    """Count an item or drop it; what the rules refuse stays as it was.

    Raises ``not_found``; ``too_late`` with ``why`` where somebody has settled it; ``invalid``; and whatever a scan is
    refused for, ``edition_closed`` on a day that is over.
    """
    item = _one(db, decision.scan_id, settler)
    if item.settled_at is not None:
        raise _settled_already()
    if decision.how is How.DROP:
        _claim(db, item, decision.how, settler, now, visit_id=None)
        return _noted(db, item, Settled(decision.how), settler, now)
    attempt = _attempt(db, item, decision, settler, directories, now)
    day = load(db, directories, [attempt])
    reply = decide(attempt, day)
    if reply.outcome == Outcome.REFUSED:
        raise _refusal(reply)
    _claim(db, item, decision.how, settler, now, visit_id=reply.body["visit"]["id"])
    save(db, day)
    was_counted = reply.outcome == Outcome.AGAIN
    return _noted(db, item, Settled(decision.how, reply.body["visit"], was_counted), settler, now)


def _settled_already() -> Refusal:
    return Refusal(Reason.TOO_LATE, why=SETTLED_ALREADY)


def _one(db: Connection, scan_id: int, settler: Settler) -> Any:
    columns = (TrayItem, Scan.raw, Card.code, Booth.slug)
    query = (
        select(*columns)
        .join(Scan, Scan.id == TrayItem.scan_id)
        .outerjoin(Card, Card.id == Scan.card_id)
        .outerjoin(Booth, Booth.id == TrayItem.booth_id)
    )
    item = db.execute(query.where(TrayItem.scan_id == scan_id, settler.reach)).one_or_none()
    if item is None:
        raise Refusal(Reason.NOT_FOUND)
    return item


def _attempt(
    db: Connection, item: Any, decision: Decision, settler: Settler, directories: Directories, now: datetime
) -> Attempt:
    """Return the scan as it was, for the built-in station ``paper``, under a nonce of its own."""
    directory = directories.current(db)
    if item.edition_id != directory.edition.id:
        raise Refusal(Reason.EDITION_CLOSED)
    booth = directory.by_slug.get(decision.booth or item.slug or "")
    if booth is None:
        raise bad_field("booth")
    if not settler.may_count_at(booth.id):
        raise Refusal(Reason.NOT_YOUR_BOOTH)
    return Attempt(
        asked=Asked(PAPER, now, Language.ZH),
        scan=_scan(item, decision),
        booth=booth.slug,
        nonce=uuid.uuid4().bytes,
        at=item.at,
        offline=True,
        party=item.party,
        answers=item.answers or {},
        scanned_at=item.scanned_at,
    )


def _scan(item: Any, decision: Decision) -> str | None:
    if decision.how is How.WALK_IN:
        return None
    scan: str | None = decision.card or item.code or item.raw
    if scan is None:
        raise bad_field("card")
    return scan


def _refusal(reply: Reply) -> Refusal:
    reason = Reason(reply.body["reason"])
    if reason is Reason.SLOW_DOWN:
        return Refusal(reason, retry_after=reply.retry_after)
    return bad_field("card") if reason is Reason.INVALID else Refusal(reason)


def _claim(db: Connection, item: Any, how: How, settler: Settler, now: datetime, *, visit_id: int | None) -> None:
    values = {"settled_at": now, "settled_as": how.value, "settled_by": settler.actor, "visit_id": visit_id}
    claimed = update(TrayItem).where(TrayItem.scan_id == item.scan_id, _OPEN).values(**values)
    if db.execute(claimed.returning(TrayItem.scan_id)).one_or_none() is None:
        raise _settled_already()


def _noted(db: Connection, item: Any, settled: Settled, settler: Settler, now: datetime) -> Settled:
    log = {
        "settled_as": settled.how.value,
        "at": to_text(item.at),
        "booth": settled.visit["booth"] if settled.visit else item.slug,
        "party": item.party,
        "visit": settled.visit["id"] if settled.visit else None,
        "was_counted": settled.was_counted,
    }
    audit.note(db, actor=settler.actor, now=now, act="tray.settle", thing=f"tray {item.scan_id}", change=(None, log))
    return settled


def reopen(db: Connection, *, scan_id: int, log: dict[str, Any], actor: str, now: datetime) -> None:
    """Take a settling back, as the ``log`` has it: the visit that it counted is undone, the item waits again.

    Raises ``not_found`` where it is not settled so any more.
    """
    settled_so = and_(TrayItem.scan_id == scan_id, TrayItem.settled_as == log["settled_as"])
    here = and_(settled_so, TrayItem.visit_id.is_not_distinct_from(log["visit"]))
    if db.execute(select(TrayItem.scan_id).where(here)).one_or_none() is None:
        raise Refusal(Reason.NOT_FOUND)
    if log["visit"] is not None and not log["was_counted"]:
        by: dict[str, Any] = {"station": None, "actor": actor, "now": now}
        check_in.undo(db, visit_id=log["visit"], directories=Directories(), **by)
    free = {"settled_at": None, "settled_as": None, "settled_by": None, "visit_id": None}
    db.execute(update(TrayItem).where(here).values(**free))
