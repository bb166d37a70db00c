"""The board, the seals and the totals once more: straight from the visits table, by arithmetic of the tests' own."""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

HOUR = 3_600_000
NINETY_MINUTES = 5_400_000
MINUTE = 60_000


def milliseconds(moment: datetime) -> int:
    """Return whole milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def live_visits(db: Connection) -> list[Any]:
    """Return the visits that were not undone."""
    return list(db.execute(text("SELECT * FROM visits WHERE undone_at IS NULL ORDER BY id")))


def board(db: Connection, now: datetime) -> dict[str, Any]:
    """Return those of the board's figures that visits decide, as they should be at ``now``."""
    visits, at = live_visits(db), milliseconds(now)
    slugs = {row.id: row.slug for row in db.execute(text("SELECT id, slug FROM booths"))}
    quotas = {row.booth_id: row.quota for row in db.execute(text("SELECT booth_id, quota FROM booth_days"))}
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
    hold_seals(db)
    hold_minutes(db)


def hold_seals(db: Connection) -> None:
    """Fail unless each seal is what its visits say, undone ones included."""
    wanted: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for visit in db.execute(text("SELECT * FROM visits WHERE visitor_id IS NOT NULL ORDER BY id")):
        wanted[visit.visitor_id, visit.booth_id].append(visit)
    kept = {(row.visitor_id, row.booth_id): row for row in db.execute(text("SELECT * FROM seals"))}
    assert set(kept) == set(wanted)
    for key, visits in wanted.items():
        live = [visit for visit in visits if visit.undone_at is None]
        seal = kept[key]
        assert [visit.ordinal for visit in visits] == list(range(1, len(visits) + 1))
        assert (seal.ever, seal.live, seal.persons) == (len(visits), len(live), persons(live))
        assert seal.first_visit_id == min((visit.id for visit in live), default=None)
        assert seal.last_at == max((visit.at for visit in live), default=None)


def hold_minutes(db: Connection) -> None:
    """Fail unless each minute's counters are what the visits say, over the whole day."""
    visits, walk_ins, last_seen = Counter[Any](), Counter[Any](), Counter[Any]()
    newest: dict[int, tuple[int, int]] = {}
    for visit in live_visits(db):
        visits[visit.at // MINUTE, visit.booth_id] += visit.party
        if visit.visitor_id is None:
            walk_ins[visit.at // MINUTE, visit.booth_id] += visit.party
        else:
            newest[visit.visitor_id] = max(newest.get(visit.visitor_id, (0, 0)), (visit.at, visit.booth_id))
    for at, _booth in newest.values():
        last_seen[at // MINUTE] += 1
    rows = list(db.execute(text("SELECT * FROM booth_minutes")))
    assert {(row.minute, row.booth_id): row.visits for row in rows if row.visits} == +visits
    assert {(row.minute, row.booth_id): row.walk_ins for row in rows if row.walk_ins} == +walk_ins
    seen = Counter[Any]()
    for row in rows:
        seen[row.minute] += row.last_seen
    assert +seen == last_seen
