"""The figures twice: as the counters say, and as the visits table says when it is counted by hand."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text


@dataclass(frozen=True)
class Figures:
    """Everything that a visit moves, as plain values that can be compared."""

    people: int
    walk_ins: int
    booths: dict[int, tuple[int, int, int]]
    minutes: dict[tuple[int, int], tuple[int, int, int]]
    seals: dict[tuple[int, int], tuple[int, int, int, int | None, int | None]]


def engine_of(url: str) -> Engine:
    """Return an engine of the tests' own, which shares nothing with the code that is tested."""
    return create_engine(url)


def kept(db: Connection) -> Figures:
    """Return the counters' figures."""
    edition = db.execute(text("SELECT people, walk_ins FROM editions")).one()
    totals = db.execute(text("SELECT booth_id, visits, people, walk_ins FROM booth_totals"))
    minutes = db.execute(text("SELECT minute, booth_id, visits, walk_ins, last_seen FROM booth_minutes"))
    seals = db.execute(text("SELECT visitor_id, booth_id, ever, live, persons, first_visit_id, last_at FROM seals"))
    return Figures(
        edition.people,
        edition.walk_ins,
        {row[0]: tuple(row[1:]) for row in totals if any(row[1:])},
        {(row[0], row[1]): tuple(row[2:]) for row in minutes if any(row[2:])},
        {(row[0], row[1]): tuple(row[2:]) for row in seals},
    )


def counted(db: Connection) -> Figures:
    """Return the same figures from the visits table alone."""
    rows = db.execute(text("SELECT * FROM visits ORDER BY id")).all()
    live = [row for row in rows if row.undone_at is None]
    return Figures(
        people=len({row.visitor_id for row in live if row.visitor_id is not None}),
        walk_ins=sum(row.party for row in live if row.visitor_id is None),
        booths=_booths(live),
        minutes=_minutes(live),
        seals=_seals(rows, live),
    )


def _booths(live: list[Any]) -> dict[int, tuple[int, int, int]]:
    visits, walk_ins = _persons(live, key=lambda row: row.booth_id)
    people = Counter(booth for _, booth in {(row.visitor_id, row.booth_id) for row in live if row.visitor_id})
    return {booth: (visits[booth], people[booth], walk_ins[booth]) for booth in visits}


def _minutes(live: list[Any]) -> dict[tuple[int, int], tuple[int, int, int]]:
    visits, walk_ins = _persons(live, key=lambda row: (row.at // 60_000, row.booth_id))
    newest: dict[int, tuple[int, int]] = {}
    for row in live:
        if row.visitor_id is not None:
            newest[row.visitor_id] = max(newest.get(row.visitor_id, (0, 0)), (row.at, row.booth_id))
    seen = Counter((at // 60_000, booth) for at, booth in newest.values())
    return {key: (visits[key], walk_ins[key], seen[key]) for key in visits}


def _persons(live: list[Any], key: Any) -> tuple[Counter[Any], Counter[Any]]:
    visits: Counter[Any] = Counter()
    walk_ins: Counter[Any] = Counter()
    for row in live:
        visits[key(row)] += row.party
        walk_ins[key(row)] += row.party if row.visitor_id is None else 0
    return visits, walk_ins


def _seals(rows: list[Any], live: list[Any]) -> dict[tuple[int, int], tuple[int, int, int, int | None, int | None]]:
    ever = Counter((row.visitor_id, row.booth_id) for row in rows if row.visitor_id is not None)
    own: dict[tuple[int, int], list[Any]] = {key: [] for key in ever}
    for row in live:
        if row.visitor_id is not None:
            own[row.visitor_id, row.booth_id].append(row)
    return {key: (ever[key], *_stamp(visits)) for key, visits in own.items()}


def _stamp(visits: list[Any]) -> tuple[int, int, int | None, int | None]:
    first = min((row.id for row in visits), default=None)
    last = max((row.at for row in visits), default=None)
    return len(visits), sum(row.party for row in visits), first, last
