"""Turnout: what the board shows. Read from counters, so that it costs the same at any number of visits."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, distinct, exists, func, select
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
PERMIT_AT_PEOPLE = 1000

# Made once: making a statement costs more than running it.
_EDITION = select(Edition).where(Edition.id == bindparam("edition"))
_TOTALS = select(BoothTotal).where(BoothTotal.edition_id == bindparam("edition"))


def board(db: Connection, directories: Directories, now: datetime) -> dict[str, Any]:
    """Return the board's snapshot as the contract gives it (check-in.md, GET /board): counts, never a name."""
    directory = directories.current(db)
    edition = db.execute(_EDITION, {"edition": directory.edition.id}).one()
    totals = {row.booth_id: row for row in db.execute(_TOTALS, {"edition": edition.id})}
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


# A stretch of time ends now and begins within a second: that one is read visit by visit, then come whole seconds to
# the next minute, then whole minutes. So no more is read at a great turnout than at a small one.
_WHOLE = and_(
    BoothSpan.edition_id == bindparam("edition"),
    BoothSpan.seconds == bindparam("seconds"),
    BoothSpan.begin >= bindparam("first"),
    BoothSpan.begin < bindparam("until"),
)
_BROKEN = and_(
    Visit.edition_id == bindparam("edition"),
    Visit.at > bindparam("after"),
    Visit.at < bindparam("until"),
    Visit.undone_at.is_(None),
)
_COUNTED = select(BoothSpan.booth_id, func.sum(BoothSpan.visits)).where(_WHOLE).group_by(BoothSpan.booth_id)
_READ = select(Visit.booth_id, func.sum(Visit.party)).where(_BROKEN).group_by(Visit.booth_id)
_BY_MINUTE = select(BoothSpan.begin, func.sum(BoothSpan.visits)).where(_WHOLE).group_by(BoothSpan.begin)

_LATER = aliased(Seal)
_SEEN_LATER = exists().where(
    _LATER.edition_id == Visit.edition_id,
    _LATER.visitor_id == Visit.visitor_id,
    _LATER.last_at >= bindparam("until"),
)
_SEEN = select(func.sum(BoothSpan.walk_ins + BoothSpan.last_seen)).where(_WHOLE)
_WALK_INS_READ = select(func.sum(Visit.party)).where(_BROKEN, Visit.visitor_id.is_(None))
_PEOPLE_READ = select(func.count(distinct(Visit.visitor_id))).where(
    _BROKEN, Visit.visitor_id.is_not(None), ~_SEEN_LATER
)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Parameters for the statements: of the ``broken`` second, and of the ``whole`` spans, one length at a time.

    One statement for both lengths would read the whole day: no database finds either in the key's order.
    """

    broken: dict[str, Any]
    whole: tuple[dict[str, Any], dict[str, Any]]


def _stretch(edition_id: int, length: timedelta, now: datetime) -> _Stretch:
    """Return the stretch of ``length`` that ends now."""
    after = now - length
    second, minute = [floor(after, span) + timedelta(seconds=span) for span in (SECOND, MINUTE)]
    here = {"edition": edition_id}
    return _Stretch(
        broken=here | {"after": after, "until": second},
        whole=(
            here | {"seconds": SECOND, "first": second, "until": minute},
            here | {"seconds": MINUTE, "first": minute, "until": now + timedelta(seconds=MINUTE)},
        ),
    )


def _per_hour(db: Connection, edition_id: int, now: datetime) -> Counter[int]:
    """Return each booth's persons of the last 60 minutes."""
    hour = _stretch(edition_id, HOUR, now)
    persons: Counter[int] = Counter()
    for query, place in ((_READ, hour.broken), *((_COUNTED, spans) for spans in hour.whole)):
        for booth_id, more in db.execute(query, place):
            persons[booth_id] += int(more)
    return persons


def _in_venue(db: Connection, edition_id: int, now: datetime) -> int:
    """Return how many people, and persons without a card, were seen in the last 90 minutes."""
    seen = _stretch(edition_id, SEEN_WITHIN, now)
    asked = [(_WALK_INS_READ, seen.broken), (_PEOPLE_READ, seen.broken), *((_SEEN, spans) for spans in seen.whole)]
    return sum(int(db.execute(query, place).scalar() or 0) for query, place in asked)


def _minutes(db: Connection, edition_id: int, now: datetime) -> list[dict[str, Any]]:
    """Return the sixty whole minutes before the running one, empty ones too."""
    running = floor(now, MINUTE)
    begins = [running - timedelta(minutes=ago) for ago in range(MINUTES_SHOWN, 0, -1)]
    span = {"edition": edition_id, "seconds": MINUTE, "first": begins[0], "until": running}
    persons = {begin: int(visits) for begin, visits in db.execute(_BY_MINUTE, span)}
    return [{"at": clock.to_text(begin), "visits": persons.get(begin, 0)} for begin in begins]
