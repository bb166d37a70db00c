"""POST /check-ins/batch (check-in.md)."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from tests.cast import answer, item, new_nonce
from tests.conftest import ON_SQLITE, Company

NOW = datetime(2026, 10, 24, 1, 31, 7, tzinfo=UTC)


def results(reply: Any) -> list[dict[str, Any]]:
    assert reply.status_code == 200
    value = reply.get_json()
    assert list(value) == ["results"]
    return list(value["results"])


def test_a_batch_is_answered_in_the_order_sent_and_a_bad_item_harms_nobody(company: Company) -> None:
    bad: list[Any] = [None, 3, "x", True, [], [[]], {}, {"scan": None}, {"scan": 3, "nonce": new_nonce()}]
    items = [item(company.zhang, "clinic"), *bad, item(company.li, "clinic"), item(company.zhang, "tea")]
    got = results(company.clinic.batch(items))
    assert [line["status"] for line in got] == [201] + [422] * len(bad) + [201, 403]
    assert [line["visit"]["number"] for line in (got[0], got[-2])] == [1, 2]
    assert {line["reason"] for line in got[1 : len(bad) + 1]} == {"invalid"}
    assert list(got[0]) == ["status", "outcome", "reason", "message", "replayed", "warnings", "visit", "card"]


def test_a_number_too_long_for_python_harms_nobody(company: Company) -> None:
    long = json.dumps(item(None, "clinic"))[:-1] + ', "later": ' + "9" * 5000 + "}"
    bad = json.dumps(item(None, "clinic"))[:-1] + ', "party": ' + "9" * 5000 + "}"
    data = f'{{"check_ins": [{long}, {bad}, {json.dumps(item(company.zhang, "clinic"))}]}}'.encode()
    got = results(company.clinic.post("/check-ins/batch", data=data))
    assert [(line["status"], line.get("field")) for line in got] == [(201, None), (422, "party"), (201, None)]


@pytest.mark.parametrize("body", [{"check_ins": []}, {"check_ins": 3}, [], {"check_ins": [None]}])
def test_a_station_that_was_shut_out_has_no_batch_taken(company: Company, body: Any) -> None:
    assert company.tea.batch([]).status_code == 200
    company.organiser.delete(f"/stations/{company.cast.station_ids['tea']}")
    assert answer(company.tea.post("/check-ins/batch", body)) == (401, "refused", "not_enrolled")


def test_an_item_is_answered_as_it_would_be_alone(company: Company) -> None:
    company.organiser.patch("/booths/tea", {"quota": 0})
    company.clinic.check_in(company.wang)
    for scan, booth in (
        (company.zhang, "clinic"), (company.wang, "clinic"), ("rubbish", "clinic"), (None, "tea"), (None, "nowhere")
    ):  # fmt: skip
        nonce = new_nonce()
        in_batch = results(company.fair.batch([item(scan, booth, nonce)]))[0]
        alone = company.fair.check_in(scan, booth, nonce)
        assert in_batch == {"status": alone.status_code} | alone.get_json() | {"replayed": False}


def test_a_nonce_twice_in_one_batch_is_a_replay(company: Company) -> None:
    nonce = new_nonce()
    same = item(company.zhang, "clinic", nonce)
    first, second, third = results(company.clinic.batch([same, same, item(company.li, "clinic", nonce)]))
    assert second == first | {"replayed": True}
    assert (third["status"], third["reason"]) == (409, "nonce_reused")
    assert company.organiser.get("/board").get_json()["visits"] == 1


def test_a_card_twice_in_one_batch_is_again(company: Company) -> None:
    first, second = results(company.clinic.batch([item(company.zhang, "clinic"), item(company.zhang, "clinic")]))
    assert (second["outcome"], second["reason"], second["visit"]) == ("again", "already", first["visit"])


def test_the_rules_see_what_came_before_in_the_same_batch(company: Company) -> None:
    company.organiser.patch("/booths/tea", {"quota": 2, "first_visit": "clinic"})
    got = results(
        company.fair.batch(
            [
                item(company.zhang, "tea"),
                item(company.zhang, "clinic"),
                item(company.zhang, "tea"),
                item(None, "tea"),
                item(None, "tea"),
            ]
        )
    )
    assert [line["reason"] for line in got] == ["first_visit", None, None, None, "full"]


def test_too_soon_sees_what_came_before_in_the_same_batch(company: Company) -> None:
    company.organiser.patch("/booths/tea", {"counts": "every", "again_after_minutes": 10})
    with time_machine.travel(NOW, tick=False):
        times = ["01:00:00", "01:09:59", "01:10:00", "00:55:00", "00:50:00"]
        items = [item(company.zhang, "tea", scanned_at=f"2026-10-24T{time}Z") for time in times]
        got = results(company.tea.batch(items))
    assert [line["reason"] for line in got] == [None, "too_soon", None, "too_soon", None]


def test_the_whole_batch_is_replayable(company: Company) -> None:
    items = [item(company.zhang, "clinic"), item("rubbish", "clinic"), item(None, "clinic"), item(company.li, "tea")]
    first = results(company.clinic.batch(items))
    again = results(company.clinic.batch(items))
    assert again == [line | {"replayed": True} for line in first]
    assert company.organiser.get("/board").get_json()["visits"] == 2


def test_five_hundred_are_taken_and_one_more_is_not(company: Company) -> None:
    items = [item(None, "clinic") for _ in range(501)]
    assert answer(company.clinic.batch(items)) == (422, "refused", "invalid")
    assert company.organiser.get("/board").get_json()["visits"] == 0
    assert len(results(company.clinic.batch(items[:500]))) == 500
    assert company.organiser.get("/board").get_json()["visits"] == 500
    assert results(company.clinic.batch([])) == []


@ON_SQLITE
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "body"),
        (3, "body"),
        ("x", "body"),
        ({}, "check_ins"),
        ({"check_ins": None}, "check_ins"),
        ({"check_ins": {}}, "check_ins"),
        ({"check_ins": "x"}, "check_ins"),
        ({"check_ins": [], "sent_at": "now"}, "sent_at"),
        ({"check_ins": [], "sent_at": 3}, "sent_at"),
    ],
)
def test_a_malformed_batch_is_invalid(company: Company, body: Any, field: str) -> None:
    reply = company.clinic.post("/check-ins/batch", body)
    assert answer(reply) == (422, "refused", "invalid")
    assert reply.get_json()["field"] == field


@ON_SQLITE
def test_the_outer_sent_at_counts(company: Company) -> None:
    early, sent = "2026-10-24T08:00:00Z", "2026-10-24T08:00:10Z"
    with time_machine.travel(NOW, tick=False):
        outer = results(company.clinic.batch([item(None, "clinic", scanned_at=early)], sent_at=sent))[0]
        inner = results(company.clinic.batch([item(None, "clinic", scanned_at=early, sent_at=sent)]))[0]
        both = results(
            company.clinic.batch([item(None, "clinic", scanned_at=early, sent_at="2026-10-24T09:00:00Z")], sent_at=sent)
        )[0]
    assert outer["visit"]["at"] == "2026-10-24T01:30:57.000Z"
    assert inner["visit"]["at"] == "2026-10-24T01:31:07.000Z"
    assert both["visit"]["at"] == "2026-10-24T01:30:57.000Z"


@pytest.mark.parametrize("field", ["scan", "booth", "nonce", "answers", "colour"])
def test_a_lone_surrogate_is_invalid_in_its_place(company: Company, field: str) -> None:
    value: Any = {"q": "\ud800"} if field == "answers" else "\udfff"
    hurt = item(company.zhang, "clinic") | {field: value}
    got = results(
        company.clinic.batch([item(company.zhang, "clinic"), hurt, item(company.li, "clinic", answers={"q": "😀"})])
    )
    assert [line["status"] for line in got] == [201, 422, 201]
    assert answer(company.clinic.post("/check-ins", hurt)) == (422, "refused", "invalid")
    raw = json.dumps({"check_ins": [item(company.wang, "clinic")]}).encode().replace(b'"clinic"', b'"\xed\xa0\x80"')
    assert answer(company.clinic.post("/check-ins/batch", data=raw)) == (422, "refused", "invalid")


@ON_SQLITE
def test_a_batch_speaks_the_language_asked_for(company: Company) -> None:
    assert results(company.client("clinic", "en").batch([item(None, "clinic")]))[0]["message"].startswith("Welcome")


def test_each_item_may_be_for_another_booth(company: Company) -> None:
    slugs = [booth["slug"] for booth in company.kiosk.get("/booths").get_json()["booths"] if booth["slug"] != "charity"]
    got = results(company.kiosk.batch([item(company.zhang, slug) for slug in slugs]))
    assert [line["visit"]["booth"] for line in got] == slugs
    assert [line["card"]["booths"] for line in got] == list(range(1, 12))
