"""Cards: issuing, replacing, states, names (check-in.md, Stations)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from festival import codes
from tests.cast import answer, unknown_code
from tests.conftest import ON_SQLITE, Company

NOON = datetime(2026, 10, 24, 4, 0, tzinfo=UTC)


def test_cards_are_issued_with_a_code_and_a_short_number(company: Company) -> None:
    for client, count in ((company.organiser, 500), (company.clinic, 3), (company.kiosk, 1)):
        made = client.post("/cards", {"count": count})
        assert made.status_code == 201
        cards = made.get_json()["cards"]
        assert len(cards) == count
        for card in cards[:20]:
            assert set(card) == {"code", "short"}
            assert codes.read(card["code"]).kind is codes.Written.CARD
            assert codes.read(card["short"]).kind is codes.Written.SHORT
        assert answer(company.clinic.check_in(cards[-1]["code"])) == (201, "welcome", None)


def test_short_numbers_are_never_given_twice(company: Company) -> None:
    shorts = [
        card["short"] for _ in range(3) for card in company.organiser.post("/cards", {"count": 40}).get_json()["cards"]
    ]
    new = company.organiser.post("/cards", {"replaces": shorts[0]}).get_json()["cards"][0]["short"]
    assert len({*shorts, new}) == 121


@ON_SQLITE
@pytest.mark.parametrize("body", [{}, {"count": 0}, {"count": -1}, {"count": 501}, {"count": "1"}, {"count": True},
                                  {"count": 1.5}, {"count": None}, {"count": 10**400}, {"n": 1}, [], 3, "x",
                                  {"count": 1, "more": 1}])  # fmt: skip
def test_a_bad_order_is_invalid(company: Company, body: Any) -> None:
    assert answer(company.organiser.post("/cards", body)) == (422, "refused", "invalid")


@ON_SQLITE
@pytest.mark.parametrize("count", [2, 500, 501, 10**9])
def test_a_kiosk_issues_one_card_at_a_time(company: Company, count: int) -> None:
    assert answer(company.kiosk.post("/cards", {"count": count})) == (403, "refused", "not_allowed")


@ON_SQLITE
def test_a_kiosk_issues_thirty_cards_a_minute(company: Company) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(30):
            assert company.kiosk.post("/cards", {"count": 1}).status_code == 201
        stopped = company.kiosk.post("/cards", {"count": 1})
        assert answer(stopped) == (429, "refused", "slow_down")
        assert 1 <= int(stopped.headers["Retry-After"]) <= 60
        assert company.clay_kiosk.post("/cards", {"count": 1}).status_code == 201
        assert company.clinic.post("/cards", {"count": 100}).status_code == 201
        clock.shift(timedelta(seconds=int(stopped.headers["Retry-After"]), milliseconds=1))
        assert company.kiosk.post("/cards", {"count": 1}).status_code == 201


def test_a_replacement_takes_everything_with_it(company: Company) -> None:
    company.organiser.patch(f"/cards/{company.zhang}", {"name": "张建国"})
    first = company.clinic.check_in(company.zhang, party=2).get_json()
    company.tea.check_in(company.zhang)
    before = company.organiser.get("/board").get_json()
    made = company.clinic.post("/cards", {"replaces": company.zhang})
    assert made.status_code == 201
    (new,) = made.get_json()["cards"]
    assert new["code"] != company.zhang
    after = company.organiser.get("/board").get_json()
    assert after["version"] > before["version"]
    assert {name: after[name] for name in ("people", "visits", "walk_ins", "last_hour", "in_venue", "booths")} == {
        name: before[name] for name in ("people", "visits", "walk_ins", "last_hour", "in_venue", "booths")
    }
    shown = company.clinic.get(f"/cards/{new['code']}").get_json()
    assert shown == {"short": new["short"], "name": "张*国", "state": "active", "visits": 3, "booths": 2}
    assert company.clinic.get(f"/cards/{company.zhang}").get_json()["state"] == "replaced"
    again = company.clinic.check_in(new["code"])
    assert answer(again) == (200, "again", "already")
    assert again.get_json()["visit"] == first["visit"]
    assert again.get_json()["card"] == {"short": new["short"], "name": "张*国", "visits": 3, "booths": 2}
    assert answer(company.clinic.check_in(company.zhang)) == (410, "refused", "revoked_card")


def test_a_card_may_be_replaced_by_its_short_number_and_again_and_again(company: Company) -> None:
    short, code = company.card("zhang").short, company.zhang
    for _ in range(3):
        replaced = company.organiser.post("/cards", {"replaces": short})
        assert replaced.status_code == 201
        assert answer(company.organiser.post("/cards", {"replaces": code})) == (410, "refused", "revoked_card")
        short, code = (replaced.get_json()["cards"][0][name] for name in ("short", "code"))
    assert company.clinic.check_in(code).get_json()["card"]["visits"] == 1


@pytest.mark.parametrize(("state", "status"), [("active", 201), ("lost", 201), ("withdrawn", 410), ("replaced", 410)])
def test_active_and_lost_cards_alone_are_replaced(company: Company, state: str, status: int) -> None:
    if state == "replaced":
        company.organiser.post("/cards", {"replaces": company.zhang})
    else:
        company.organiser.patch(f"/cards/{company.zhang}", {"state": state})
    assert company.clinic.post("/cards", {"replaces": company.zhang}).status_code == status


@ON_SQLITE
@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (None, (422, "refused", "invalid")),
        (3, (422, "refused", "invalid")),
        ("", (422, "refused", "invalid")),
        ("abc", (422, "refused", "invalid")),
        ("\x00", (422, "refused", "invalid")),
        (codes.short_number(99_999), (404, "refused", "unknown_card")),
        pytest.param(unknown_code(), (404, "refused", "unknown_card"), id="code-that-nobody-issued"),
    ],
)
def test_only_a_card_of_ours_is_replaced(company: Company, written: Any, expected: tuple[int, str, str]) -> None:
    assert answer(company.clinic.post("/cards", {"replaces": written})) == expected


@pytest.mark.parametrize("state", ["lost", "withdrawn"])
def test_a_stopped_card_counts_nowhere_until_it_is_active_again(company: Company, state: str) -> None:
    changed = company.organiser.patch(f"/cards/{company.zhang}", {"state": state})
    assert (changed.status_code, changed.get_json()["state"]) == (200, state)
    refused = company.clinic.check_in(company.zhang)
    assert answer(refused) == (410, "refused", "revoked_card")
    assert refused.get_json()["card"]["short"] == company.card("zhang").short
    assert company.organiser.get("/board").get_json()["visits"] == 0
    assert company.organiser.patch(f"/cards/{company.zhang}", {"state": "active"}).get_json()["state"] == "active"
    assert answer(company.clinic.check_in(company.zhang)) == (201, "welcome", None)


def test_a_replaced_card_cannot_be_changed(company: Company) -> None:
    company.organiser.post("/cards", {"replaces": company.zhang})
    for body in ({"state": "active"}, {"state": "lost"}, {"name": "x"}, {"name": None}):
        reply = company.organiser.patch(f"/cards/{company.zhang}", body)
        assert answer(reply) == (410, "refused", "revoked_card")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张建国", "张*国"),
        ("张三", "张*"),
        ("张", "*"),
        ("欧阳建国", "欧**国"),
        ("名" * 40, "名" + "*" * 38 + "名"),
        (None, None),
    ],
)
@ON_SQLITE
def test_names_are_masked_wherever_they_are_shown(company: Company, name: str | None, shown: str | None) -> None:
    changed = company.organiser.patch(f"/cards/{company.zhang}", {"name": name})
    assert (changed.status_code, changed.get_json()["name"]) == (200, shown)
    assert company.clinic.get(f"/cards/{company.zhang}").get_json()["name"] == shown
    assert company.clinic.check_in(company.zhang).get_json()["card"]["name"] == shown


@ON_SQLITE
def test_null_takes_a_name_away_and_a_change_of_state_leaves_it(company: Company) -> None:
    card = f"/cards/{company.zhang}"
    company.organiser.patch(card, {"name": "张建国"})
    assert company.organiser.patch(card, {"state": "lost"}).get_json()["name"] == "张*国"
    assert company.organiser.patch(card, {"name": None}).get_json() == {
        "short": company.card("zhang").short,
        "name": None,
        "state": "lost",
        "visits": 0,
        "booths": 0,
    }


@ON_SQLITE
@pytest.mark.parametrize(
    "body",
    [{"state": "replaced"}, {"state": None}, {"state": "gone"}, {"state": 1}, {"name": "名" * 41}, {"name": 3},
     {"name": ""}, {"name": "a\x00"}, {"short": "000000"}, {"visits": 3}, [], None],
)  # fmt: skip
def test_a_bad_change_of_a_card_changes_nothing(company: Company, body: Any) -> None:
    wanted = {"state": "lost", "name": "李四"} | body if isinstance(body, dict) else body
    reply = company.organiser.patch(f"/cards/{company.zhang}", wanted)
    assert answer(reply) == (422, "refused", "invalid")
    shown = company.organiser.get(f"/cards/{company.zhang}").get_json()
    assert (shown["state"], shown["name"]) == ("active", None)


@ON_SQLITE
@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_a_card_that_is_none_is_unknown_or_invalid(company: Company, method: str) -> None:
    body = {"state": "lost"} if method == "PATCH" else None
    for written, expected in (
        (unknown_code(), (404, "refused", "unknown_card")),
        (codes.short_number(99_999), (404, "refused", "unknown_card")),
        ("abc", (422, "refused", "invalid")),
        ("%00", (422, "refused", "invalid")),
        ("1", (422, "refused", "invalid")),
    ):
        assert answer(company.organiser.call(method, f"/cards/{written}", body)) == expected


def test_a_card_s_figures_are_persons_and_booths(company: Company) -> None:
    company.clinic.check_in(company.zhang, party=3)
    made = company.tea.check_in(company.zhang, party=2).get_json()
    card = f"/cards/{company.card('zhang').short}"
    shown = company.clinic.get(card).get_json()
    assert (shown["visits"], shown["booths"]) == (5, 2)
    company.organiser.undo(made["visit"]["id"])
    shown = company.clinic.get(card).get_json()
    assert (shown["visits"], shown["booths"]) == (3, 1)
