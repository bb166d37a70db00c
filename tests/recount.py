"""The board, the seals and the totals once more: straight from the visits table, by arithmetic of the tests' own."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text

HOUR = 3_600_000
NINETY_MINUTES = 5_400_000
MINUTE = 60_000
# The figures are the current edition's.
HERE = "edition_id = (SELECT edition_id FROM festival)"
SPAN = "seconds, begin, booth_id, visits, walk_ins, last_seen"
SEAL = "visitor_id, booth_id, ever, live, persons, first_visit_id, last_at"


def milliseconds(moment: datetime) -> int:
    """Return whole milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def live_visits(db: Connection) -> list[Any]:
    """Return the visits that were not undone."""
    return list(db.execute(text(f"SELECT * FROM visits WHERE {HERE} AND undone_at IS NULL ORDER BY id")))


def board(db: Connection, now: datetime) -> dict[str, Any]:
    """Return those of the board's figures that visits decide, as they should be at ``now``."""
    visits, at = live_visits(db), milliseconds(now)
    slugs = {row.id: row.slug for row in db.execute(text("SELECT id, slug FROM booths"))}
    quotas = {row.booth_id: row.quota for row in db.execute(text(f"SELECT * FROM booth_days WHERE {HERE}"))}
    late = [visit for visit in visits if visit.at > at - HOUR]
    running = at // MINUTE
    return {
        "people": len({visit.visitor_id for visit in visits if visit.visitor_id is not None}),
        "walk_ins": persons(visit for visit in visits if visit.visitor_id is None),
        "visits": persons(visits),
        "last_hour": persons(late),
        "in_venue": in_venue([visit for visit in visits if visit.at > at - NINETY_MINUTES]),
        "booths": {
            slug: booth([visit for visit in visits if visit.booth_id == number], late, number, quotas[number])
            for number, slug in slugs.items()
        },
        "minutes": [
            persons(visit for visit in visits if visit.at // MINUTE == minute)
            for minute in range(running - 60, running)
        ],
    }


def booth(visits: list[Any], late: list[Any], number: int, quota: int | None) -> dict[str, Any]:
    """Return one booth's figures."""
    taken = persons(visits)
    return {
        "visits": taken,
        "people": len({visit.visitor_id for visit in visits if visit.visitor_id is not None}),
        "walk_ins": persons(visit for visit in visits if visit.visitor_id is None),
        "per_hour": persons(visit for visit in late if visit.booth_id == number),
        "quota": quota,
        "left": None if quota is None else max(0, quota - taken),
    }


def in_venue(seen: list[Any]) -> int:
    """Return the cards among ``seen``, and the persons that came without one."""
    cards = {visit.visitor_id for visit in seen if visit.visitor_id is not None}
    return len(cards) + persons(visit for visit in seen if visit.visitor_id is None)


def persons(visits: Any) -> int:
    """Return the sum of the parties."""
    return sum(visit.party for visit in visits)


def shown(board_json: dict[str, Any]) -> dict[str, Any]:
    """Return the same figures as a board's snapshot tells them."""
    kept = ("visits", "people", "walk_ins", "per_hour", "quota", "left")
    return {
        "people": board_json["people"],
        "walk_ins": board_json["walk_ins"],
        "visits": board_json["visits"],
        "last_hour": board_json["last_hour"],
        "in_venue": board_json["in_venue"]["estimate"],
        "booths": {line["slug"]: {name: line[name] for name in kept} for line in board_json["booths"]},
        "minutes": [line["visits"] for line in board_json["minutes"]],
    }


def hold(db: Connection, board_json: dict[str, Any], now: datetime) -> None:
    """Fail unless the board, its minutes, the seals and the counters' tables are what the visits table says."""
    assert shown(board_json) == board(db, now)
    assert board_json["visits"] == sum(line["visits"] for line in board_json["booths"])
    assert board_json["people"] + board_json["walk_ins"] <= board_json["visits"]
    running = milliseconds(now) // MINUTE * MINUTE
    begins = [milliseconds(datetime.fromisoformat(line["at"])) for line in board_json["minutes"]]
    assert begins == [running - step * MINUTE for step in range(60, 0, -1)]
    assert kept(db) == counted(db)
    hold_ordinals(db)


def hold_ordinals(db: Connection) -> None:
    """Fail unless a visitor's visits at a booth are numbered in order, undone ones included."""
    ordinals: dict[tuple[int, int], list[int]] = defaultdict(list)
    for visit in db.execute(text(f"SELECT * FROM visits WHERE {HERE} AND visitor_id IS NOT NULL ORDER BY id")):
        ordinals[visit.visitor_id, visit.booth_id].append(visit.ordinal)
    for numbers in ordinals.values():
        assert numbers == list(range(1, len(numbers) + 1))


@dataclass(frozen=True)
class Figures:
    """Everything that a visit moves, as plain values that can be compared."""

    people: int
    walk_ins: int
    booths: dict[int, tuple[int, int, int]]
    spans: dict[tuple[int, int, int], tuple[int, int, int]]
    seals: dict[tuple[int, int], tuple[int, int, int, int | None, int | None]]


def engine_of(url: str) -> Engine:
    """Return an engine of the tests' own, which shares nothing with the code that is tested."""
    return create_engine(url)


def kept(db: Connection) -> Figures:
    """Return the counters' figures."""
    edition = db.execute(
        text("SELECT e.people, e.walk_ins FROM editions e JOIN festival f ON f.edition_id = e.id")
    ).one()
    totals = db.execute(text(f"SELECT booth_id, visits, people, walk_ins FROM booth_totals WHERE {HERE}"))
    spans = db.execute(text(f"SELECT {SPAN} FROM booth_spans WHERE {HERE}"))
    seals = db.execute(text(f"SELECT {SEAL} FROM seals WHERE {HERE}"))
    return Figures(
        edition.people,
        edition.walk_ins,
        {row[0]: tuple(row[1:]) for row in totals if any(row[1:])},
        {(row[0], row[1], row[2]): tuple(row[3:]) for row in spans if any(row[3:])},
        {(row[0], row[1]): tuple(row[2:]) for row in seals},
    )


def counted(db: Connection) -> Figures:
    """Return the same figures from the visits table alone."""
    rows = db.execute(text(f"SELECT * FROM visits WHERE {HERE} ORDER BY id")).all()
    live = [row for row in rows if row.undone_at is None]
    return Figures(
        people=len({row.visitor_id for row in live if row.visitor_id is not None}),
        walk_ins=sum(row.party for row in live if row.visitor_id is None),
        booths=_booths(live),
        spans=_spans(live, 60) | _spans(live, 1),
        seals=_seals(rows, live),
    )


def _booths(live: list[Any]) -> dict[int, tuple[int, int, int]]:
    visits, walk_ins = _persons(live, key=lambda row: row.booth_id)
    people = Counter(booth for _, booth in {(row.visitor_id, row.booth_id) for row in live if row.visitor_id})
    return {booth: (visits[booth], people[booth], walk_ins[booth]) for booth in visits}


def _spans(live: list[Any], seconds: int) -> dict[tuple[int, int, int], tuple[int, int, int]]:
    def span(at: int, booth: int) -> tuple[int, int, int]:
        return seconds, at // (1000 * seconds) * (1000 * seconds), booth

    visits, walk_ins = _persons(live, key=lambda row: span(row.at, row.booth_id))
    newest: dict[int, tuple[int, int]] = {}
    for row in live:
        if row.visitor_id is not None:
            newest[row.visitor_id] = max(newest.get(row.visitor_id, (0, 0)), (row.at, row.booth_id))
    seen = Counter(span(*place) for place in newest.values())
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
