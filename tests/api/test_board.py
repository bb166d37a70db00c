"""GET /board: its figures against the visits table, its windows at their edges, its version (check-in.md)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine

from tests import recount
from tests.cast import item
from tests.conftest import ON_SQLITE, Company

NOW = datetime(2026, 10, 24, 1, 31, 30, 500_000, tzinfo=UTC)
MS = timedelta(milliseconds=1)
HOUR = timedelta(hours=1)
LONG = timedelta(minutes=90)


def board(company: Company) -> dict[str, Any]:
    value = company.client(None).get("/board").get_json()
    assert isinstance(value, dict)
    return value


def booth(value: dict[str, Any], slug: str) -> dict[str, Any]:
    return next(line for line in value["booths"] if line["slug"] == slug)


def hold(company: Company, now: datetime) -> dict[str, Any]:
    value = board(company)
    with company.application.house.database.reading() as db:
        recount.hold(db, value, now)
    return value


def test_an_empty_board_has_the_contract_s_shape(company: Company) -> None:
    with time_machine.travel(NOW, tick=False):
        value = board(company)
    assert {k: v for k, v in value.items() if k not in ("booths", "minutes", "version")} == {
        "at": "2026-10-24T01:31:30.500Z",
        "edition": "第五届",
        "people": 0,
        "walk_ins": 0,
        "visits": 0,
        "last_hour": 0,
        "in_venue": {"estimate": 0},
    }
    assert next(iter(value)) == "version"
    clinic = {
        "slug": "clinic",
        "number": 1,
        "name": "居民义诊",
        "short_name": "居民义诊",
        "section": "service",
        "visits": 0,
        "people": 0,
        "walk_ins": 0,
        "per_hour": 0,
        "quota": None,
        "left": None,
        "open": True,
        "waiting": 0,
    }
    assert value["booths"][0].items() >= clinic.items()
    assert len(value["minutes"]) == 60
    assert value["minutes"][0] == {"at": "2026-10-24T00:31:00.000Z", "visits": 0}
    assert value["minutes"][-1] == {"at": "2026-10-24T01:30:00.000Z", "visits": 0}


def test_anyone_may_watch_and_sees_no_name(company: Company) -> None:
    company.organiser.patch(f"/cards/{company.zhang}", {"name": "张建国"})
    company.clinic.check_in(company.zhang)
    shown = company.client(None).get("/board")
    assert shown.status_code == 200
    assert "张" not in shown.text
    assert company.card("zhang").short not in shown.text


def test_persons_people_and_walk_ins_are_three_things(company: Company) -> None:
    with time_machine.travel(NOW, tick=False):
        company.fair.check_in(company.zhang, "clinic", party=3)
        company.fair.check_in(company.zhang, "tea", party=2)
        company.fair.check_in(company.li, "tea")
        company.fair.check_in(None, "tea", party=4)
        value = hold(company, NOW)
    assert (value["visits"], value["people"], value["walk_ins"]) == (10, 2, 4)
    assert (value["last_hour"], value["in_venue"]["estimate"]) == (10, 6)
    tea, clinic = booth(value, "tea"), booth(value, "clinic")
    assert (tea["visits"], tea["people"], tea["walk_ins"], tea["per_hour"]) == (7, 2, 4, 7)
    assert (clinic["visits"], clinic["people"], clinic["walk_ins"], clinic["per_hour"]) == (3, 1, 0, 3)


def test_windows_are_exact_at_their_edges(company: Company) -> None:
    edges = [
        timedelta(0), MS, timedelta(seconds=30, milliseconds=499), timedelta(seconds=30, milliseconds=500),
        timedelta(seconds=30, milliseconds=501), HOUR - MS, HOUR, HOUR + MS, LONG - MS, LONG, LONG + MS,
        HOUR + timedelta(seconds=30, milliseconds=500), HOUR + timedelta(seconds=30, milliseconds=501),
        LONG + timedelta(seconds=30, milliseconds=500), LONG + timedelta(seconds=30, milliseconds=501),
    ]  # fmt: skip
    cards = [card["code"] for card in company.organiser.post("/cards", {"count": len(edges)}).get_json()["cards"]]
    with time_machine.travel(NOW, tick=False) as clock:
        for code, edge in zip(cards, edges, strict=True):
            at = (NOW - edge).isoformat()
            company.fair.batch([item(code, "clinic", scanned_at=at), item(None, "tea", scanned_at=at, party=2)])
        value = hold(company, NOW)
        # In the last 60 minutes: their beginning itself is no longer in them.
        assert value["last_hour"] == 3 * 6
        assert value["in_venue"]["estimate"] == 3 * 11
        for step in (MS, timedelta(seconds=29, milliseconds=498), MS, MS, timedelta(seconds=30), HOUR, LONG):
            clock.shift(step)
            hold(company, clock_now())


def clock_now() -> datetime:
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def test_somebody_seen_twice_is_in_the_venue_once(company: Company) -> None:
    with time_machine.travel(NOW, tick=False):
        company.fair.check_in(company.zhang, "tea", scanned_at=(NOW - timedelta(minutes=85)).isoformat())
        company.fair.check_in(company.zhang, "clinic")
        assert hold(company, NOW)["in_venue"]["estimate"] == 1


def test_an_undo_brings_the_earlier_sight_back(company: Company) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        company.fair.check_in(company.zhang, "tea", scanned_at=(NOW - timedelta(minutes=80)).isoformat())
        later = company.fair.check_in(company.zhang, "clinic").get_json()["visit"]["id"]
        clock.shift(timedelta(minutes=9))
        assert hold(company, clock_now())["in_venue"]["estimate"] == 1
        company.fair.undo(later)
        assert hold(company, clock_now())["in_venue"]["estimate"] == 1
        clock.shift(timedelta(minutes=2))
        assert hold(company, clock_now())["in_venue"]["estimate"] == 0


def test_the_running_minute_stands_in_no_minute(company: Company) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        company.clinic.check_in(None, party=5)
        assert sum(minute["visits"] for minute in board(company)["minutes"]) == 0
        clock.move_to(NOW.replace(second=59))
        assert sum(minute["visits"] for minute in board(company)["minutes"]) == 0
        clock.move_to(NOW.replace(second=0, microsecond=0) + timedelta(minutes=1))
        assert board(company)["minutes"][-1] == {"at": "2026-10-24T01:31:00.000Z", "visits": 5}
        clock.shift(timedelta(minutes=59))
        assert board(company)["minutes"][0]["visits"] == 5
        clock.shift(timedelta(minutes=1))
        assert sum(minute["visits"] for minute in board(company)["minutes"]) == 0


def test_the_version_grows_with_what_changes_the_board_and_with_nothing_else(company: Company) -> None:
    def version() -> int:
        return int(board(company)["version"])

    def grows(act: Any) -> Any:
        before = version()
        done = act()
        assert done.status_code < 300
        assert version() > before
        return done

    def stays(act: Any) -> None:
        before = version()
        act()
        assert version() == before

    made = grows(lambda: company.clinic.check_in(company.zhang)).get_json()["visit"]["id"]
    grows(lambda: company.clinic.check_in(None))
    stays(lambda: company.clinic.check_in(company.zhang))
    stays(lambda: company.clinic.check_in("rubbish"))
    stays(lambda: company.clinic.check_in(company.zhang, party=0))
    grows(lambda: company.organiser.post("/cards", {"replaces": company.zhang}))
    grows(lambda: company.organiser.patch("/booths/tea", {"quota": 3}))
    grows(lambda: company.organiser.post("/booths", {"slug": "x", "name": "x"}))
    stays(lambda: company.organiser.patch("/booths/tea", {"quota": "x"}))
    grows(lambda: company.clinic.undo(made))
    stays(lambda: company.clinic.undo(made))
    stays(lambda: board(company))
    grows(lambda: company.organiser.post("/edition/close"))
    stays(lambda: company.organiser.post("/edition/close"))


@ON_SQLITE
def test_left_is_what_is_left_of_the_quota(company: Company) -> None:
    company.organiser.patch("/booths/tea", {"quota": 5})
    company.tea.check_in(None, party=3)
    assert (booth(board(company), "tea")["quota"], booth(board(company), "tea")["left"]) == (5, 2)
    company.organiser.patch("/booths/tea", {"quota": 1})
    assert booth(board(company), "tea")["left"] == 0
    company.organiser.patch("/booths/tea", {"quota": None})
    assert booth(board(company), "tea")["left"] is None


@ON_SQLITE
def test_the_board_keeps_the_organisers_order(company: Company) -> None:
    from festival import booths
    from festival.clock import utc_now

    order = ["stage", "tea", "clinic"]
    company.application.house.writer.call(booths.reorder, slugs=order, actor="test", now=utc_now())
    assert [line["slug"] for line in board(company)["booths"]][:3] == order
    assert [line["slug"] for line in company.kiosk.get("/booths").get_json()["booths"]][:3] == order
