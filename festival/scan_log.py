"""The scan log as organisers read it: when, where, which card or what text, and how it ended."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from festival.storage.tables import Card, Scan, Visit

MOST = 500


@dataclass(frozen=True, slots=True)
class LoggedScan:
    """One attempt: ``card`` is its short number, ``raw`` the text where it is no card of ours; both None: a walk-in."""

    id: int
    at: datetime
    station_id: int
    booth: str | None
    card: str | None
    raw: str | None
    outcome: str
    reason: str | None
    visit_id: int | None
    undone: bool


def after(db: Connection, *, scan_id: int) -> list[LoggedScan]:
    """Return the scans after ``scan_id``, oldest first, at most 500."""
    query = _SCANS.where(Scan.id > scan_id).order_by(Scan.id).limit(MOST)
    return [
        LoggedScan(
            id=row.id,
            at=row.at,
            station_id=row.station_id,
            booth=row.booth,
            card=row.short,
            raw=row.raw,
            outcome=row.outcome,
            reason=row.reason,
            visit_id=row.visit_id,
            undone=row.undone_at is not None,
        )
        for row in db.execute(query)
    ]


_SCANS = (
    select(
        Scan.id,
        Scan.at,
        Scan.station_id,
        Scan.booth,
        Card.short,
        Scan.raw,
        Scan.outcome,
        Scan.reason,
        Scan.visit_id,
        Visit.undone_at,
    )
    .outerjoin(Card, Card.id == Scan.card_id)
    .outerjoin(Visit, Visit.id == Scan.visit_id)
)
