"""Turnout: what the board shows. Read from counters, so that it costs the same at any number of visits."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, distinct, exists, func, select
from sqlalchemy.orm import aliased

from festival import clock
from festival.booths import Booth
from festival.directory import Directories
from festival.storage.tables import BoothMinute, BoothTotal, Edition, Seal, Visit

HOUR = timedelta(minutes=60)
SEEN_WITHIN = timedelta(minutes=90)
MINUTES_SHOWN = 60
# A Beijing event of 1,000 participants needs a police permit: organisers are warned before.
WARN_AT_PEOPLE = 900


@dataclass
class _Windows:
    """Figures of the spans of time that end now."""

    per_hour: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    by_minute: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    in_venue: int = 0


def board(db: Connection, directories: Directories, now: datetime) -> dict[str, Any]:
    """Return the board's snapshot as the contract gives it (check-in.md, GET /board): counts, never a name."""
    directory = directories.current(db)
    edition = db.execute(select(Edition).where(Edition.id == directory.edition.id)).one()
    totals = {row.booth_id: row for row in db.execute(select(BoothTotal).where(BoothTotal.edition_id == edition.id))}
    windows = _windows(db, edition.id, now)
    booths = [
        _booth(booth, totals[booth.id], windows, is_open=_is_open(booth, directory.edition, now))
        for booth in directory.booths
    ]
    return {
        "version": edition.version,
        "at": clock.to_text(now),
        "edition": edition.name,
        "people": edition.people,
        "walk_ins": edition.walk_ins,
        "visits": sum(row.visits for row in totals.values()),
        "last_hour": sum(windows.per_hour.values()),
        "in_venue": {"estimate": windows.in_venue},
        "booths": booths,
        "minutes": _minutes(windows, now),
    }


def _is_open(booth: Booth, edition: Any, now: datetime) -> bool:
    return not edition.closed and booth.is_open(now, edition.zone)


def _booth(booth: Booth, total: Row[Any], windows: _Windows, *, is_open: bool) -> dict[str, Any]:
    return {
        "slug": booth.slug,
        "number": booth.number,
        "name": booth.name,
        "name_en": booth.name_en,
        "short_name": booth.short_name,
        "section": booth.section,
        "visits": total.visits,
        "people": total.people,
        "walk_ins": total.walk_ins,
        "per_hour": windows.per_hour[booth.id],
        "quota": booth.quota,
        "left": None if booth.quota is None else max(0, booth.quota - total.visits),
        "open": is_open,
        "waiting": 0,
    }


def _minutes(windows: _Windows, now: datetime) -> list[dict[str, Any]]:
    """Return the sixty whole minutes before the running one, empty ones too."""
    running = _minute(now)
    return [
        {"at": clock.to_text(_begin(minute)), "visits": windows.by_minute[minute]}
        for minute in range(running - MINUTES_SHOWN, running)
    ]


def _windows(db: Connection, edition_id: int, now: datetime) -> _Windows:
    """Add up whole minutes from their counters; only the minute that a span begins in is read visit by visit."""
    windows = _Windows()
    # A span of 60 minutes begins within a minute: that one is counted from its visits, later ones whole.
    hour_from, seen_from = _minute(now - HOUR) + 1, _minute(now - SEEN_WITHIN) + 1
    rows = db.execute(
        select(
            BoothMinute.booth_id,
            BoothMinute.minute,
            BoothMinute.visits,
            BoothMinute.walk_ins + BoothMinute.last_seen,
        ).where(BoothMinute.edition_id == edition_id, BoothMinute.minute >= seen_from)
    )
    for booth_id, minute, visits, seen in rows:
        windows.in_venue += seen
        windows.by_minute[minute] += visits
        if minute >= hour_from:
            windows.per_hour[booth_id] += visits
    _add_first_minute_of_hour(db, edition_id, windows, now)
    windows.in_venue += _seen_in_first_minute(db, edition_id, now)
    return windows


def _within(edition_id: int, begin: datetime) -> Any:
    """Return the condition of live visits from ``begin``, excluded, to the end of its minute."""
    end = _begin(_minute(begin) + 1)
    return and_(Visit.edition_id == edition_id, Visit.at > begin, Visit.at < end, Visit.undone_at.is_(None))


def _add_first_minute_of_hour(db: Connection, edition_id: int, windows: _Windows, now: datetime) -> None:
    query = (
        select(Visit.booth_id, func.sum(Visit.party)).where(_within(edition_id, now - HOUR)).group_by(Visit.booth_id)
    )
    for booth_id, persons in db.execute(query):
        windows.per_hour[booth_id] += int(persons)


def _seen_in_first_minute(db: Connection, edition_id: int, now: datetime) -> int:
    """Return how many walk-ins, and people not seen later, came within the minute that the 90 minutes begin in."""
    begin = _within(edition_id, now - SEEN_WITHIN)
    walk_ins = db.execute(select(func.sum(Visit.party)).where(begin, Visit.visitor_id.is_(None))).scalar()
    later = aliased(Seal)
    seen_later = exists().where(
        later.edition_id == edition_id,
        later.visitor_id == Visit.visitor_id,
        later.last_at >= _begin(_minute(now - SEEN_WITHIN) + 1),
    )
    people = select(func.count(distinct(Visit.visitor_id))).where(begin, Visit.visitor_id.is_not(None), ~seen_later)
    return int(walk_ins or 0) + db.execute(people).scalar_one()


def _minute(at: datetime) -> int:
    return clock.to_milliseconds(at) // 60_000


def _begin(minute: int) -> datetime:
    return clock.from_milliseconds(minute * 60_000)
