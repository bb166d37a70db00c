"""Turnout: what the board shows. Read from counters, so that it costs the same at any number of visits."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, Row, and_, distinct, exists, func, or_, select
from sqlalchemy.orm import aliased

from festival import clock
from festival.booths import Booth
from festival.clock import MINUTE, SECOND, floor
from festival.directory import Directories
from festival.storage.tables import BoothSpan, BoothTotal, Edition, Seal, Visit

HOUR = timedelta(minutes=60)
SEEN_WITHIN = timedelta(minutes=90)
MINUTES_SHOWN = 60
# A Beijing event of 1,000 participants needs a police permit: organisers are warned before.
WARN_AT_PEOPLE = 900


def board(db: Connection, directories: Directories, now: datetime) -> dict[str, Any]:
    """Return the board's snapshot as the contract gives it (check-in.md, GET /board): counts, never a name."""
    directory = directories.current(db)
    edition = db.execute(select(Edition).where(Edition.id == directory.edition.id)).one()
    totals = {row.booth_id: row for row in db.execute(select(BoothTotal).where(BoothTotal.edition_id == edition.id))}
    per_hour = _per_hour(db, edition.id, now)
    booths = [
        _booth(booth, totals[booth.id], per_hour[booth.id], is_open=_is_open(booth, directory.edition, now))
        for booth in directory.booths
    ]
    return {
        "version": edition.version,
        "at": clock.to_text(now),
        "edition": edition.name,
        "people": edition.people,
        "walk_ins": edition.walk_ins,
        "visits": sum(row.visits for row in totals.values()),
        "last_hour": per_hour.total(),
        "in_venue": {"estimate": _in_venue(db, edition.id, now)},
        "booths": booths,
        "minutes": _minutes(db, edition.id, now),
    }


def _is_open(booth: Booth, edition: Any, now: datetime) -> bool:
    return not edition.closed and booth.is_open(now, edition.zone)


def _booth(booth: Booth, total: Row[Any], per_hour: int, *, is_open: bool) -> dict[str, Any]:
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
        "per_hour": per_hour,
        "quota": booth.quota,
        "left": None if booth.quota is None else max(0, booth.quota - total.visits),
        "open": is_open,
        "waiting": 0,
    }


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The time from ``after``, excluded, until now: a broken second, whole seconds up to ``minute``, whole minutes."""

    edition_id: int
    after: datetime
    second: datetime
    minute: datetime

    @classmethod
    def until(cls, now: datetime, length: timedelta, edition_id: int) -> Self:
        """Return the stretch of ``length`` that ends at ``now``."""
        after = now - length
        whole = [floor(after, seconds) + timedelta(seconds=seconds) for seconds in (SECOND, MINUTE)]
        return cls(edition_id, after, *whole)

    @property
    def is_whole(self) -> ColumnElement[bool]:
        """The condition of the spans that lie in it: no more of them than minutes and sixty seconds, at any turnout."""
        seconds = and_(BoothSpan.seconds == SECOND, BoothSpan.begin >= self.second, BoothSpan.begin < self.minute)
        minutes = and_(BoothSpan.seconds == MINUTE, BoothSpan.begin >= self.minute)
        return and_(BoothSpan.edition_id == self.edition_id, or_(seconds, minutes))

    @property
    def is_broken(self) -> ColumnElement[bool]:
        """The condition of the live visits in its broken second, the only ones that are read one by one."""
        inside = and_(Visit.at > self.after, Visit.at < self.second)
        return and_(Visit.edition_id == self.edition_id, inside, Visit.undone_at.is_(None))


def _per_hour(db: Connection, edition_id: int, now: datetime) -> Counter[int]:
    """Return each booth's persons of the last 60 minutes."""
    hour = _Stretch.until(now, HOUR, edition_id)
    counted = select(BoothSpan.booth_id, func.sum(BoothSpan.visits)).where(hour.is_whole).group_by(BoothSpan.booth_id)
    read = select(Visit.booth_id, func.sum(Visit.party)).where(hour.is_broken).group_by(Visit.booth_id)
    persons: Counter[int] = Counter()
    for query in (counted, read):
        for booth_id, more in db.execute(query):
            persons[booth_id] += int(more)
    return persons


def _in_venue(db: Connection, edition_id: int, now: datetime) -> int:
    """Return how many people, and persons without a card, were seen in the last 90 minutes."""
    seen = _Stretch.until(now, SEEN_WITHIN, edition_id)
    counted = select(func.sum(BoothSpan.walk_ins + BoothSpan.last_seen)).where(seen.is_whole)
    walk_ins = select(func.sum(Visit.party)).where(seen.is_broken, Visit.visitor_id.is_(None))
    later = aliased(Seal)
    seen_later = exists().where(
        later.edition_id == edition_id, later.visitor_id == Visit.visitor_id, later.last_at >= seen.second
    )
    people = select(func.count(distinct(Visit.visitor_id))).where(
        seen.is_broken, Visit.visitor_id.is_not(None), ~seen_later
    )
    return sum(int(db.execute(query).scalar() or 0) for query in (counted, walk_ins, people))


def _minutes(db: Connection, edition_id: int, now: datetime) -> list[dict[str, Any]]:
    """Return the sixty whole minutes before the running one, empty ones too."""
    begins = [floor(now, MINUTE) - timedelta(minutes=ago) for ago in range(MINUTES_SHOWN, 0, -1)]
    rows = db.execute(
        select(BoothSpan.begin, func.sum(BoothSpan.visits))
        .where(
            BoothSpan.edition_id == edition_id,
            BoothSpan.seconds == MINUTE,
            BoothSpan.begin.between(begins[0], begins[-1]),
        )
        .group_by(BoothSpan.begin)
    )
    persons = {begin: int(visits) for begin, visits in rows}
    return [{"at": clock.to_text(begin), "visits": persons.get(begin, 0)} for begin in begins]
