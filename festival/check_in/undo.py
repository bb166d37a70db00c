"""Undo: a visit that should not have been counted steps back out of every figure; its row stays, marked."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from festival import audit, editions
from festival.check_in.day import Counted
from festival.check_in.record import load_for_undo, save
from festival.clock import to_text
from festival.directory import Directories
from festival.errors import Reason, Refusal
from festival.stations import Kind, Station
from festival.storage.tables import Booth, Card, Visit

UNDO_WITHIN = timedelta(minutes=10)


def undo(
    db: Connection,
    *,
    visit_id: int,
    station: Station | None,
    actor: str,
    directories: Directories,
    now: datetime,
) -> None:
    """Undo a visit; harmless where that has been done. ``station`` None is an organiser who has signed in.

    A station undoes its own visits within ten minutes of the server's taking them, an organiser all.
    Raises ``not_found``, ``not_yours``, ``too_late``.
    """
    visit = db.execute(select(Visit).where(Visit.id == visit_id)).one_or_none()
    if visit is None:
        raise Refusal(Reason.NOT_FOUND)
    as_organiser = station is None or station.kind is Kind.ORGANISER
    if station is not None and not as_organiser and visit.station_id != station.id:
        raise Refusal(Reason.NOT_YOURS)
    if visit.undone_at is not None:
        return
    if not as_organiser and now - visit.taken_at > UNDO_WITHIN:
        raise Refusal(Reason.TOO_LATE)
    if visit.edition_id != editions.current(db).id:
        # The figures of an edition that is over and followed by another are fixed.
        raise Refusal(Reason.TOO_LATE)
    _step_back(db, visit, directories, now)
    audit.note(db, actor=actor, now=now, act="visit.undo", thing=f"visit {visit_id}", change=(_was(db, visit), None))


def _was(db: Connection, visit: Row[Any]) -> dict[str, Any]:
    """Return what the audit log says of a visit: whose card it was stays a number."""
    card = select(Card.short).where(Card.id == visit.card_id)
    booth = select(Booth.slug).where(Booth.id == visit.booth_id)
    return {
        "booth": db.execute(booth).scalar_one(),
        "card": db.execute(card).scalar(),
        "party": visit.party,
        "at": to_text(visit.at),
    }


def _step_back(db: Connection, visit: Row[Any], directories: Directories, now: datetime) -> None:
    claimed = update(Visit).where(Visit.id == visit.id, Visit.undone_at.is_(None)).values(undone_at=now)
    if db.execute(claimed.returning(Visit.id)).one_or_none() is None:
        return
    day = load_for_undo(db, directories, visit.visitor_id)
    day.take_back(_counted(visit), _others(db, visit))
    save(db, day)


def _others(db: Connection, visit: Row[Any]) -> list[Counted]:
    """Return what is left of this visitor's visits at this booth."""
    if visit.visitor_id is None:
        return []
    here = (
        (Visit.edition_id == visit.edition_id)
        & (Visit.booth_id == visit.booth_id)
        & (Visit.visitor_id == visit.visitor_id)
        & Visit.undone_at.is_(None)
    )
    return [_counted(row) for row in db.execute(select(Visit).where(here))]


def _counted(row: Row[Any]) -> Counted:
    return Counted(row.id, row.booth_id, row.visitor_id, row.at, row.number, row.party)
