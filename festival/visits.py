"""Visits as organisers read them, to take back one that should not have been counted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from festival import editions
from festival.errors import Reason, Refusal
from festival.stations import CLOCK_MAY_DIFFER, PAPER
from festival.storage.tables import Booth, Card, Station, Visit


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One visit: ``card`` is its short number, None for a walk-in; ``at`` is corrected, ``scanned_at`` is not.

    ``by_hand``: no device took it, it was entered from paper or out of the tray.
    """

    id: int
    at: datetime
    booth: str
    card: str | None
    party: int
    station: str
    undone: bool
    by_hand: bool
    scanned_at: datetime | None = None

    @property
    def device_said(self) -> datetime | None:
        """The time on the device, where it was another one."""
        said = self.scanned_at
        return said if said is not None and abs(said - self.at) > CLOCK_MAY_DIFFER else None


_VISITS = (
    select(
        Visit.id,
        Visit.at,
        Booth.slug,
        Card.short,
        Visit.party,
        Station.name,
        Station.built_in,
        Visit.undone_at,
        Visit.scanned_at,
    )
    .join(Booth, Booth.id == Visit.booth_id)
    .join(Station, Station.id == Visit.station_id)
    .outerjoin(Card, Card.id == Visit.card_id)
    .order_by(Visit.id.desc())
)


def listed(
    db: Connection,
    *,
    most: int,
    before: int | None = None,
    card: str | None = None,
    booths: frozenset[int] | None = None,
) -> list[VisitLine]:
    """Return today's newest visits, at most ``most``.

    Those below the id ``before``, those of whoever has ``card``, those at ``booths`` (None: at all of them).
    """
    query = _VISITS.where(Visit.edition_id == editions.current(db).id)
    if before is not None:
        query = query.where(Visit.id < before)
    if card is not None:
        query = query.where(Visit.visitor_id == select(Card.visitor_id).where(Card.short == card).scalar_subquery())
    if booths is not None:
        query = query.where(Visit.booth_id.in_(booths))
    return [_line(row) for row in db.execute(query.limit(most))]


def one(db: Connection, *, visit_id: int) -> VisitLine:
    """Return one of today's visits; raises ``not_found``."""
    here = (Visit.id == visit_id) & (Visit.edition_id == editions.current(db).id)
    row = db.execute(_VISITS.where(here)).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    return _line(row)


def _line(row: Any) -> VisitLine:
    return VisitLine(
        id=row.id,
        at=row.at,
        booth=row.slug,
        card=row.short,
        party=row.party,
        station=row.name,
        undone=row.undone_at is not None,
        by_hand=row.built_in == PAPER,
        scanned_at=row.scanned_at,
    )


def booth_of(db: Connection, *, visit_id: int) -> int:
    """Return the id of the booth of a visit; raises ``not_found``."""
    booth_id = db.execute(select(Visit.booth_id).where(Visit.id == visit_id)).scalar()
    if booth_id is None:
        raise Refusal(Reason.NOT_FOUND)
    return booth_id
