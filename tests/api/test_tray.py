"""The tray over the API: who sees what, what becomes of it, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest

from festival.clock import to_text, utc_now
from tests.cast import answer, item, new_nonce, unknown_code
from tests.conftest import ON_SQLITE, Company


def held(company: Company, scan: str | None = None, **fields: Any) -> int:
    """Have the clinic's phone send an unknown card that was scanned while it was away; return the item's number."""
    company.clinic.check_in(scan or unknown_code(), offline=True, **fields)
    return int(waits(company.clinic)[-1]["id"])


def waits(client: Any) -> list[dict[str, Any]]:
    lines = client.get("/tray").get_json()["tray"]
    assert isinstance(lines, list)
    return lines


def settle(client: Any, number: int, how: str, **fields: Any) -> Any:
    return client.post(f"/tray/{number}", {"settle": how} | fields)


def visits(company: Company) -> int:
    return int(company.organiser.get("/board").get_json()["visits"])


def test_what_was_refused_offline_waits_with_when_what_and_why(company: Company) -> None:
    at, code = utc_now() - timedelta(minutes=30), unknown_code()
    held(company, code, party=2, scanned_at=to_text(at))
    (line,) = waits(company.clinic)
    assert line.pop("id") > 0
    assert line == {
        "at": to_text(at),
        "scanned_at": to_text(at),
        "station": "clinic",
        "booth": "clinic",
        "card": None,
        "raw": code,
        "party": 2,
        "reason": "unknown_card",
        "can_count": True,
    }


def test_a_refusal_at_the_moment_waits_for_nobody(company: Company) -> None:
    company.clinic.check_in(unknown_code())
    assert waits(company.clinic) == []


@pytest.mark.parametrize("copies", [1, 3])
def test_a_retry_makes_no_second_item(company: Company, copies: int) -> None:
    nonce, code = new_nonce(), unknown_code()
    for _ in range(copies):
        company.clinic.batch([item(code, "clinic", nonce, offline=True)])
    assert len(waits(company.clinic)) == 1


def test_a_volunteer_sees_their_booths_and_an_organiser_all(company: Company) -> None:
    held(company)
    assert len(waits(company.fair)) == 1
    assert waits(company.tea) == []
    assert len(waits(company.organiser)) == 1
    assert answer(company.kiosk.get("/tray")) == (403, "refused", "not_allowed")


def test_a_strangers_item_is_not_found(company: Company) -> None:
    number = held(company)
    assert answer(settle(company.tea, number, "drop")) == (404, "refused", "not_found")
    assert len(waits(company.clinic)) == 1


def test_as_walk_in_it_counts_all_of_the_party_at_its_own_time(company: Company) -> None:
    at = utc_now() - timedelta(minutes=30)
    number = held(company, party=3, scanned_at=to_text(at))
    told = settle(company.clinic, number, "walk_in").get_json()
    assert told["settled"] == "walk_in"
    assert told["was_counted"] is False
    assert told["visit"]["at"] == to_text(at)
    assert (visits(company), waits(company.clinic)) == (3, [])


@pytest.mark.parametrize("written", ["code", "short"])
def test_it_counts_for_a_card(company: Company, written: str) -> None:
    number = held(company)
    told = settle(company.clinic, number, "card", card=getattr(company.card("zhang"), written)).get_json()
    assert told["visit"]["number"] == 1
    assert company.clinic.check_in(company.zhang).get_json()["outcome"] == "again"
    assert visits(company) == 1


def test_a_card_that_was_counted_already_settles_it_and_counts_nothing(company: Company) -> None:
    first = company.clinic.check_in(company.zhang).get_json()["visit"]["id"]
    told = settle(company.clinic, held(company), "card", card=company.zhang).get_json()
    assert (told["was_counted"], told["visit"]["id"]) == (True, first)
    assert (visits(company), waits(company.clinic)) == (1, [])


def test_dropped_it_counts_nothing(company: Company) -> None:
    told = settle(company.clinic, held(company), "drop").get_json()
    assert told == {"settled": "drop", "visit": None, "was_counted": False}
    assert (visits(company), waits(company.clinic)) == (0, [])


def test_a_card_that_was_stopped_may_be_counted_for_the_new_one(company: Company) -> None:
    company.organiser.patch(f"/cards/{company.zhang}", {"state": "lost"})
    number = held(company, company.zhang)
    assert waits(company.clinic)[0]["card"] == company.card("zhang").short
    assert answer(settle(company.clinic, number, "card")) == (410, "refused", "revoked_card")
    assert settle(company.clinic, number, "card", card=company.li).status_code == 200


@pytest.mark.parametrize(
    ("card", "wanted"),
    [
        ("000000", (404, "refused", "unknown_card")),
        ("123456", (422, "refused", "invalid")),
        ("rubbish", (422, "refused", "invalid")),
        (" ", (422, "refused", "invalid")),
    ],
)
def test_a_bad_card_is_told_and_the_item_stays(company: Company, card: str, wanted: tuple[int, str, str]) -> None:
    number = held(company)
    reply = settle(company.clinic, number, "card", card=card)
    assert answer(reply) == wanted
    assert len(waits(company.clinic)) == 1
    assert visits(company) == 0
    assert settle(company.clinic, number, "walk_in").status_code == 200


def test_the_second_of_two_hears_that_it_was_settled(company: Company) -> None:
    number = held(company)
    settle(company.clinic, number, "walk_in")
    late = settle(company.organiser, number, "drop")
    assert answer(late) == (403, "refused", "too_late")
    assert late.get_json()["why"] == "settled"
    assert visits(company) == 1


def test_a_booth_that_nobody_knows_is_named_when_it_is_counted(company: Company) -> None:
    company.clinic.check_in(company.zhang, "nowhere", offline=True)
    number = waits(company.clinic)[0]["id"]
    assert answer(settle(company.clinic, number, "card")) == (422, "refused", "invalid")
    assert answer(settle(company.clinic, number, "card", booth="tea")) == (403, "refused", "not_your_booth")
    assert settle(company.clinic, number, "card", booth="clinic").get_json()["visit"]["booth"] == "clinic"


def test_what_comes_after_the_close_can_only_be_dropped(company: Company) -> None:
    early = held(company)
    company.organiser.post("/edition/close")
    company.clinic.check_in(company.zhang, offline=True)
    late = waits(company.clinic)[-1]
    assert (late["reason"], late["can_count"]) == ("edition_closed", False)
    for number in (early, late["id"]):
        assert answer(settle(company.clinic, number, "walk_in")) == (410, "refused", "edition_closed")
        assert settle(company.clinic, number, "drop").status_code == 200
    assert visits(company) == 0


@ON_SQLITE
@pytest.mark.parametrize(
    "body", [{}, {"settle": "keep"}, {"settle": "card", "card": 3}, {"settle": "drop", "more": 1}, [], None]
)
def test_a_bad_body_is_invalid(company: Company, body: Any) -> None:
    number = held(company)
    assert company.clinic.post(f"/tray/{number}", body).status_code == 422
    assert len(waits(company.clinic)) == 1


@ON_SQLITE
@pytest.mark.parametrize("number", [0, 999999, 2**62, 2**63, 10**30])
def test_an_item_that_is_none_is_not_found(company: Company, number: int) -> None:
    assert answer(settle(company.clinic, number, "drop")) == (404, "refused", "not_found")
