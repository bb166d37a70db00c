"""Scans that have already happened: nothing of the day's rules refuses them (check-in.md, Offline)."""

from datetime import UTC, datetime
from itertools import combinations
from typing import Any

import pytest
import time_machine

from tests.cast import answer, new_nonce, unknown_code
from tests.conftest import ON_SQLITE, Company

NOW = datetime(2026, 10, 24, 1, 31, 7, tzinfo=UTC)
LONG_AGO = {"scanned_at": "2026-10-01T00:00:00Z"}
HINDRANCES: dict[str, dict[str, Any]] = {
    "closed": {"open": False},
    "full": {"quota": 0},
    "first_visit": {"first_visit": "stage"},
    "answers_needed": {"questions": [{"key": "q", "label": "问", "required": True}]},
}


@pytest.mark.parametrize("names", [pair for size in range(5) for pair in combinations(HINDRANCES, size)], ids=str)
@ON_SQLITE
def test_hindrances_become_warnings_in_the_order_of_checks(company: Company, names: tuple[str, ...]) -> None:
    for name in names:
        company.organiser.patch("/booths/clinic", HINDRANCES[name])
    made = company.clinic.check_in(company.zhang, offline=True)
    assert answer(made) == (201, "welcome", None)
    assert made.get_json()["warnings"] == list(names)
    walk_in = company.clinic.check_in(None, offline=True)
    assert walk_in.get_json()["warnings"] == [name for name in names if name != "first_visit"]
    assert company.organiser.get("/board").get_json()["visits"] == 2


def test_clock_and_replaced_card_are_warned_of_first(company: Company) -> None:
    for change in HINDRANCES.values():
        company.organiser.patch("/booths/clinic", change)
    new = company.organiser.post("/cards", {"replaces": company.zhang}).get_json()["cards"][0]
    with time_machine.travel(NOW, tick=False):
        made = company.clinic.check_in(company.zhang, offline=True, **LONG_AGO)
        again = company.clinic.check_in(company.zhang, offline=True, **LONG_AGO)
    assert made.get_json()["warnings"] == ["clock", "revoked_card", *HINDRANCES]
    assert made.get_json()["card"]["short"] == new["short"]
    assert answer(again) == (200, "again", "already")
    assert again.get_json()["warnings"] == ["clock", "revoked_card"]
    assert again.get_json()["visit"] == made.get_json()["visit"]
    assert again.get_json()["card"]["short"] == new["short"]


@ON_SQLITE
def test_an_again_carries_no_other_warnings(company: Company) -> None:
    company.clinic.check_in(company.zhang)
    for change in HINDRANCES.values():
        company.organiser.patch("/booths/clinic", change)
    assert company.clinic.check_in(company.zhang, offline=True).get_json()["warnings"] == []


def test_a_replaced_card_counts_for_the_newest_of_its_replacements(company: Company) -> None:
    codes = [company.zhang]
    for _ in range(3):
        codes.append(company.organiser.post("/cards", {"replaces": codes[-1]}).get_json()["cards"][0]["code"])
    assert answer(company.clinic.check_in(codes[0])) == (410, "refused", "revoked_card")
    made = company.clinic.check_in(codes[0], offline=True)
    assert answer(made) == (201, "welcome", None)
    assert made.get_json()["warnings"] == ["revoked_card"]
    for code in codes[:-1]:
        again = company.clinic.check_in(code, offline=True)
        assert answer(again) == (200, "again", "already")
    now = company.clinic.check_in(codes[-1])
    assert answer(now) == (200, "again", "already")
    assert now.get_json()["warnings"] == []
    assert company.organiser.get("/board").get_json()["people"] == 1


@pytest.mark.parametrize("state", ["lost", "withdrawn"])
def test_lost_and_withdrawn_cards_are_refused_and_logged(company: Company, state: str) -> None:
    new = company.organiser.post("/cards", {"replaces": company.zhang}).get_json()["cards"][0]["code"]
    company.organiser.patch(f"/cards/{new}", {"state": state})
    company.organiser.patch(f"/cards/{company.li}", {"state": state})
    for code in (company.li, new, company.zhang):
        assert answer(company.clinic.check_in(code, offline=True)) == (410, "refused", "revoked_card")
    assert answer(company.clinic.check_in(unknown_code(), offline=True)) == (404, "refused", "unknown_card")
    assert answer(company.clinic.check_in("rubbish", offline=True)) == (422, "refused", "invalid")
    assert len(company.organiser.get("/scans").get_json()["scans"]) == 5
    assert company.organiser.get("/board").get_json()["visits"] == 0


def test_a_scan_over_the_quota_leaves_nothing_below_zero(company: Company) -> None:
    company.organiser.patch("/booths/clinic", {"quota": 1})
    company.clinic.check_in(company.zhang, offline=True, party=3)
    board = company.organiser.get("/board").get_json()["booths"][0]
    assert (board["visits"], board["left"]) == (3, 0)


@ON_SQLITE
def test_too_soon_is_told_offline_too(company: Company) -> None:
    company.organiser.patch("/booths/tea", {"counts": "every", "again_after_minutes": 10})
    company.tea.check_in(company.zhang)
    assert answer(company.tea.check_in(company.zhang, offline=True)) == (200, "again", "too_soon")


@ON_SQLITE
def test_the_booth_is_asked_about_the_time_of_the_scan(company: Company) -> None:
    company.organiser.patch("/booths/tea", {"opens_at": "09:00", "closes_at": "12:00"})
    with time_machine.travel(datetime.fromisoformat("2026-10-24T20:00:00+08:00"), tick=False):
        inside = company.tea.check_in(company.zhang, offline=True, scanned_at="2026-10-24T11:59:00+08:00")
        outside = company.tea.check_in(company.li, offline=True, scanned_at="2026-10-24T12:00:00+08:00")
    assert inside.get_json()["warnings"] == []
    assert outside.get_json()["warnings"] == ["closed"]


@ON_SQLITE
def test_online_and_offline_are_one_scan_under_one_nonce(company: Company) -> None:
    nonce = new_nonce()
    company.organiser.patch("/booths/tea", {"open": False})
    refused = company.tea.check_in(company.zhang, nonce=nonce).get_json()
    assert company.tea.check_in(company.zhang, nonce=nonce, offline=True).get_json() == refused | {"replayed": True}
