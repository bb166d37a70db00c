"""POST /check-ins: every row of its table, what is kept, what is corrected (check-in.md)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from festival.storage.tables import Visit
from tests.cast import answer, new_nonce, unknown_code
from tests.conftest import ON_SQLITE, Company

NOW = datetime(2026, 10, 24, 1, 31, 7, 300_000, tzinfo=UTC)
NONCE = "0d0f6a52-6d6b-4d5e-9c55-5c8f0f9ad7b1"


def test_the_contract_s_own_example(company: Company) -> None:
    company.organiser.patch(f"/cards/{company.zhang}", {"name": "张建国"})
    company.tea.check_in(company.zhang)
    company.organiser.check_in(company.zhang, "stage")
    company.organiser.batch([{"scan": None, "booth": "clinic", "nonce": new_nonce(), "party": 12}] * 1)
    with time_machine.travel(NOW, tick=False):
        reply = company.clinic.post(
            "/check-ins",
            {
                "scan": company.zhang,
                "booth": "clinic",
                "nonce": NONCE,
                "scanned_at": "2026-10-24T09:31:07.120+08:00",
                "sent_at": "2026-10-24T09:31:07.300+08:00",
                "offline": False,
                "party": 1,
                "answers": {},
            },
        )
    assert reply.status_code == 201
    assert reply.content_type == "application/json"
    value = reply.get_json()
    assert list(value) == ["outcome", "reason", "message", "replayed", "warnings", "visit", "card"]
    visit_id = value["visit"].pop("id")
    assert isinstance(visit_id, int)
    assert value == {
        "outcome": "welcome",
        "reason": None,
        "message": "欢迎！第 13 位来到居民义诊",
        "replayed": False,
        "warnings": [],
        "visit": {"booth": "clinic", "at": "2026-10-24T01:31:07.120Z", "number": 13, "party": 1},
        "card": {"short": company.card("zhang").short, "name": "张*国", "visits": 3, "booths": 3},
    }


def test_a_counted_card_is_again_and_sees_its_first_visit(company: Company) -> None:
    first = company.clinic.check_in(company.zhang, party=2).get_json()
    company.clinic.check_in(company.li)
    again = company.clinic.check_in(company.zhang, party=5)
    assert answer(again) == (200, "again", "already")
    value = again.get_json()
    assert value["visit"] == first["visit"]
    assert value["card"] == first["card"]
    assert value["warnings"] == []
    assert company.organiser.get("/board").get_json()["visits"] == 3
    # Another station of the same booth says the same.
    assert answer(company.kiosk.check_in(company.zhang, "clinic")) == (200, "again", "already")


def test_a_booth_that_counts_every_time_does(company: Company) -> None:
    company.organiser.patch("/booths/tea", {"counts": "every"})
    numbers = [company.tea.check_in(company.zhang).get_json()["visit"]["number"] for _ in range(3)]
    assert numbers == [1, 2, 3]
    last = company.tea.check_in(company.zhang).get_json()
    assert last["card"] == {"short": company.card("zhang").short, "name": None, "visits": 4, "booths": 1}
    company.organiser.patch("/booths/tea", {"again_after_minutes": 0})
    assert answer(company.tea.check_in(company.zhang)) == (201, "welcome", None)
    assert company.organiser.get("/board").get_json()["people"] == 1


def test_a_booth_that_counts_again_after_minutes_looks_before_and_after(company: Company) -> None:
    company.organiser.patch("/booths/tea", {"counts": "every", "again_after_minutes": 10})
    with time_machine.travel(NOW, tick=False) as clock:
        first = company.tea.check_in(company.zhang).get_json()
        for span, expected in (
            (timedelta(0), "too_soon"),
            (timedelta(minutes=10) - timedelta(milliseconds=1), "too_soon"),
            (timedelta(minutes=10), None),
        ):
            clock.move_to(NOW + span)
            reply = company.tea.check_in(company.zhang).get_json()
            assert reply["reason"] == expected
            if expected:
                assert reply["outcome"] == "again"
                assert reply["visit"] == first["visit"]
        clock.move_to(NOW + timedelta(minutes=21))
        for at, expected in (
            (NOW - timedelta(minutes=10) + timedelta(milliseconds=1), "too_soon"),
            (NOW + timedelta(minutes=20) - timedelta(milliseconds=1), "too_soon"),
            (NOW - timedelta(minutes=10), None),
            (NOW + timedelta(minutes=20), None),
        ):
            reply = company.tea.check_in(company.zhang, scanned_at=at.isoformat()).get_json()
            assert reply["reason"] == expected, at
        assert company.organiser.get("/board").get_json()["visits"] == 4


@ON_SQLITE
def test_too_soon_shows_the_latest_of_the_visits_that_are_too_near(company: Company) -> None:
    company.organiser.patch("/booths/tea", {"counts": "every", "again_after_minutes": 10})
    with time_machine.travel(NOW, tick=False):
        later = company.tea.check_in(company.zhang).get_json()
        company.tea.check_in(company.zhang, scanned_at=(NOW - timedelta(minutes=12)).isoformat())
        between = company.tea.check_in(company.zhang, scanned_at=(NOW - timedelta(minutes=6)).isoformat()).get_json()
    assert between["reason"] == "too_soon"
    assert between["visit"] == later["visit"]


def refusals(company: Company) -> list[tuple[str, tuple[int, str, str | None], dict[str, Any]]]:
    """Return a check-in for every row of the table: who sends it, what comes of it, its fields."""
    company.organiser.patch("/booths/glasses", {"quota": 1})
    company.organiser.check_in(None, "glasses")
    company.organiser.patch("/booths/stage", {"first_visit": "chess"})
    asked = [{"key": "q", "label": "问", "required": True}]
    company.organiser.patch("/booths/lecture", {"questions": asked})
    company.organiser.patch(f"/cards/{company.zhao}", {"state": "lost"})
    company.clinic.check_in(company.wang)
    return [
        ("organiser", (201, "welcome", None), {"scan": company.zhang, "booth": "tea"}),
        ("organiser", (201, "welcome", None), {"scan": None, "booth": "tea"}),
        ("organiser", (200, "again", "already"), {"scan": company.wang, "booth": "clinic"}),
        ("organiser", (409, "refused", "full"), {"scan": company.li, "booth": "glasses"}),
        ("organiser", (409, "refused", "closed"), {"scan": company.li, "booth": "charity"}),
        ("organiser", (409, "refused", "first_visit"), {"scan": company.li, "booth": "stage"}),
        ("organiser", (422, "refused", "answers_needed"), {"scan": company.li, "booth": "lecture"}),
        ("organiser", (404, "refused", "unknown_card"), {"scan": unknown_code(), "booth": "tea"}),
        ("organiser", (422, "refused", "invalid"), {"scan": "rubbish", "booth": "tea"}),
        ("organiser", (422, "refused", "invalid"), {"scan": "1012345678901235", "booth": "tea"}),
        ("organiser", (410, "refused", "revoked_card"), {"scan": company.zhao, "booth": "tea"}),
        ("organiser", (404, "refused", "unknown_booth"), {"scan": company.li, "booth": "nowhere"}),
        ("organiser", (404, "refused", "unknown_booth"), {"scan": company.li, "booth": ""}),
        ("organiser", (404, "refused", "unknown_booth"), {"scan": company.li, "booth": "Tea"}),
        ("organiser", (404, "refused", "unknown_booth"), {"scan": company.li, "booth": "\x00"}),
        ("organiser", (404, "refused", "unknown_booth"), {"scan": company.li, "booth": "摊" * 5000}),
        ("clinic", (403, "refused", "not_your_booth"), {"scan": company.li, "booth": "tea"}),
        ("clay_kiosk", (403, "refused", "not_your_booth"), {"scan": None, "booth": "tea"}),
    ]


def test_every_row_of_the_table_is_answered_kept_and_replayed_word_for_word(company: Company) -> None:
    for who, expected, fields in refusals(company):
        nonce = new_nonce()
        client = company.client(who)
        first = client.check_in(nonce=nonce, **fields)
        assert answer(first) == expected, fields
        before = company.organiser.get("/board").get_json()
        changed = fields | {"party": 7, "offline": True, "answers": {"q": "x"}, "scanned_at": "2026-10-24T00:00:00Z"}
        for written in (nonce, nonce.upper()):
            for again in (client.check_in(nonce=written, **fields), client.check_in(nonce=written, **changed)):
                assert again.status_code == first.status_code
                marked = first.text.replace('"replayed":false', '"replayed":true')
                assert again.text == marked
        for other in ({"booth": "crafts"}, {"scan": unknown_code()}, {"scan": "trash"}):
            reused = client.check_in(nonce=nonce, **fields | other)
            assert answer(reused) == (409, "refused", "nonce_reused"), (fields, other)
            assert reused.get_json()["visit"] is None
        after = company.organiser.get("/board").get_json()
        assert (after["visits"], after["version"]) == (before["visits"], before["version"])


@ON_SQLITE
def test_a_refusal_names_what_is_missing_and_the_card_where_one_was_found(company: Company) -> None:
    for who, (_, outcome, reason), fields in refusals(company):
        value = company.client(who).check_in(**fields).get_json()
        assert isinstance(value["message"], str)
        assert value["message"]
        assert (value["visit"] is None) == (outcome == "refused")
        assert ("field" in value) == (reason == "invalid")
        assert ("first_visit" in value) == (reason == "first_visit")
        assert ("questions" in value) == (reason == "answers_needed")
        found = fields["scan"] is not None and reason in (
            None, "already", "full", "closed", "first_visit", "answers_needed", "revoked_card",
        )  # fmt: skip
        assert (value["card"] is not None) == found, reason


def test_a_nonce_belongs_to_its_station(company: Company) -> None:
    nonce = new_nonce()
    assert answer(company.clinic.check_in(company.zhang, nonce=nonce)) == (201, "welcome", None)
    assert answer(company.tea.check_in(company.zhang, nonce=nonce)) == (201, "welcome", None)


def test_a_walk_in_and_a_card_are_two_things_under_one_nonce(company: Company) -> None:
    nonce = new_nonce()
    company.clinic.check_in(None, nonce=nonce)
    assert answer(company.clinic.check_in(company.zhang, nonce=nonce)) == (409, "refused", "nonce_reused")
    assert company.clinic.check_in(None, nonce=nonce).get_json()["replayed"] is True
    assert company.clinic.check_in(None, "clinic", nonce=nonce).get_json()["replayed"] is True


def test_a_retry_by_the_short_number_is_a_replay(company: Company) -> None:
    nonce = new_nonce()
    company.clinic.check_in(company.zhang, nonce=nonce)
    assert company.clinic.check_in(company.card("zhang").short, nonce=nonce).get_json()["replayed"] is True


def test_a_retry_of_a_card_that_was_replaced_since_is_a_replay(company: Company) -> None:
    nonce = new_nonce()
    first = company.clinic.check_in(company.zhang, nonce=nonce).get_json()
    new = company.organiser.post("/cards", {"replaces": company.zhang}).get_json()["cards"][0]["code"]
    assert company.clinic.check_in(company.zhang, nonce=nonce).get_json() == first | {"replayed": True}
    # The new card is another one, as printed.
    assert answer(company.clinic.check_in(new, nonce=nonce)) == (409, "refused", "nonce_reused")


def test_a_retry_of_a_short_number_that_was_issued_since_is_a_replay(company: Company) -> None:
    from festival.codes import short_number

    nonce, next_one = new_nonce(), short_number(len(company.cast.cards) + 1)
    first = company.clinic.check_in(next_one, nonce=nonce)
    assert answer(first) == (404, "refused", "unknown_card")
    issued = company.organiser.post("/cards", {"count": 1}).get_json()["cards"][0]
    assert issued["short"] == next_one
    assert company.clinic.check_in(next_one, nonce=nonce).get_json() == first.get_json() | {"replayed": True}
    assert answer(company.clinic.check_in(next_one)) == (201, "welcome", None)


def test_a_malformed_field_is_not_kept(company: Company) -> None:
    nonce = new_nonce()
    assert answer(company.clinic.check_in(company.zhang, nonce=nonce, party=0)) == (422, "refused", "invalid")
    assert answer(company.clinic.check_in(company.zhang, nonce=nonce)) == (201, "welcome", None)


@ON_SQLITE
@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("scan", [3, True, [], {}, 1.5, 10**400]),
        ("booth", [3, True, [], {}]),
        ("nonce", [None, "", 3, "x", NONCE[:-1], NONCE + "0", NONCE.replace("-", ""), "{" + NONCE + "}",
                   "urn:uuid:" + NONCE, NONCE.replace("0", "０"), NONCE.replace("a", "g"), NONCE + "\n", " " + NONCE]),
        ("scanned_at", ["", "now", "2026-10-24", "2026-10-24T09:31:07", 1761269467, True, [],
                        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30T00:00:00Z"]),
        ("sent_at", ["", "now", "2026-10-24T09:31:07", 0, False, {}, "0001-01-01T00:00:00+14:00"]),
        ("offline", ["true", "false", 0, 1, "", []]),
        ("party", [0, 21, -1, "3", True, False, 1.5, [], 10**400, 1e308]),
        ("answers", [[], "x", 3, True, {"who": 3}, {"who": True}, {"who": []}, {"who": {}}]),
    ],
)  # fmt: skip
def test_a_malformed_field_is_named(company: Company, field: str, values: list[Any]) -> None:
    for value in values:
        body = {"scan": company.zhang, "nonce": new_nonce(), field: value}
        reply = company.clinic.post("/check-ins", body)
        assert answer(reply) == (422, "refused", "invalid"), value
        assert reply.get_json()["field"] == field
        assert reply.get_json()["visit"] is None
    assert company.organiser.get("/board").get_json()["visits"] == 0
    assert len(company.organiser.get("/scans").get_json()["scans"]) == len(values)


@ON_SQLITE
def test_scan_must_be_there_and_the_nonce_too(company: Company) -> None:
    for body, field in (
        ({"nonce": NONCE}, "scan"),
        ({"scan": company.zhang}, "nonce"),
        ({"scan": None}, "nonce"),
        ([], "body"),
        (3, "body"),
        ("x", "body"),
        (True, "body"),
    ):
        reply = company.clinic.post("/check-ins", body)
        assert answer(reply) == (422, "refused", "invalid"), body
        assert reply.get_json()["field"] == field


@ON_SQLITE
def test_null_is_left_out_and_unknown_fields_are_ignored(company: Company) -> None:
    nulls = dict.fromkeys(("booth", "scanned_at", "sent_at", "offline", "party", "answers"))
    made = company.clinic.check_in(company.zhang, **nulls, colour="red", Scan=3, **{"": 1})
    assert answer(made) == (201, "welcome", None)
    assert made.get_json()["visit"]["party"] == 1
    assert answer(company.clinic.check_in(company.li, answers={"who": None})) == (201, "welcome", None)
    assert answer(company.clinic.check_in(company.wang, party=3.0)) == (201, "welcome", None)


def test_answers_are_kept_however_long(company: Company) -> None:
    company.organiser.patch("/booths/clinic", {"questions": [{"key": "who", "label": "哪位？", "required": True}]})
    given = {"who": "张\x00" * 3000, "unasked": "x" * 2000}
    assert answer(company.clinic.check_in(company.li, answers=given)) == (201, "welcome", None)
    with company.application.house.database.reading() as db:
        assert db.execute(select(Visit.answers)).scalar_one() == {"who": given["who"]}


@ON_SQLITE
@pytest.mark.parametrize(("station", "expected"), [("clinic", 201), ("clay_kiosk", 201), ("fair", 422), ("kiosk", 422)])
def test_the_booth_may_be_left_out_where_there_is_just_one(company: Company, station: str, expected: int) -> None:
    reply = company.client(station).check_in(company.zhang)
    assert reply.status_code == expected
    if expected == 422:
        assert reply.get_json()["field"] == "booth"


@pytest.mark.parametrize("party", [1, 2, 20])
@ON_SQLITE
def test_a_party_counts_all_its_persons(company: Company, party: int) -> None:
    company.clinic.check_in(None)
    made = company.clinic.check_in(company.zhang, party=party).get_json()
    assert made["visit"]["number"] == 1 + party
    assert made["visit"]["party"] == party
    assert made["card"]["visits"] == party
    assert made["message"] == f"欢迎！第 {1 + party} 位来到居民义诊"
    assert company.organiser.get("/board").get_json()["visits"] == 1 + party


@pytest.mark.parametrize(
    ("quota", "parties", "statuses"),
    [
        (0, [1], [409]),
        (3, [1, 1, 1, 1], [201, 201, 201, 409]),
        (3, [2, 2, 1], [201, 409, 201]),
        (3, [4, 3], [409, 201]),
    ],
)
@ON_SQLITE
def test_a_quota_is_of_persons_and_a_party_fits_as_a_whole(
    company: Company, quota: int, parties: list[int], statuses: list[int]
) -> None:
    company.organiser.patch("/booths/clinic", {"quota": quota})
    for party, status in zip(parties, statuses, strict=True):
        reply = company.clinic.check_in(None, party=party)
        assert reply.status_code == status
        if status == 409:
            assert answer(reply) == (409, "refused", "full")


def test_an_undone_visit_makes_room(company: Company) -> None:
    company.organiser.patch("/booths/clinic", {"quota": 1})
    made = company.clinic.check_in(company.zhang).get_json()
    assert answer(company.clinic.check_in(company.li)) == (409, "refused", "full")
    company.clinic.undo(made["visit"]["id"])
    assert answer(company.clinic.check_in(company.li)) == (201, "welcome", None)


TIMES: list[tuple[str, str | None, str | None, str, list[str]]] = [
    ("neither", None, None, "2026-10-24T01:31:07.300Z", []),
    ("right clock", "2026-10-24T09:31:07.120+08:00", "2026-10-24T09:31:07.300+08:00", "2026-10-24T01:31:07.120Z", []),
    ("slow clock", "2026-10-24T08:31:00Z", "2026-10-24T08:31:05Z", "2026-10-24T01:31:02.300Z", []),
    ("fast clock", "2026-10-23T00:00:00Z", "2026-10-23T00:00:05Z", "2026-10-24T01:31:02.300Z", []),
    ("1970", "1970-01-01T00:00:00Z", "1970-01-01T00:00:05Z", "2026-10-24T01:31:02.300Z", []),
    ("scanned after sent", "2026-10-24T08:31:10Z", "2026-10-24T08:31:05Z", "2026-10-24T01:31:07.300Z", []),
    ("no sent_at, past", "2026-10-24T01:00:00Z", None, "2026-10-24T01:00:00.000Z", []),
    ("no sent_at, future", "2026-10-24T02:00:00Z", None, "2026-10-24T01:31:07.300Z", []),
    ("no scanned_at", None, "2026-10-24T01:00:00Z", "2026-10-24T01:31:07.300Z", []),
    ("36 hours", "2026-10-22T13:31:07.300Z", None, "2026-10-22T13:31:07.300Z", []),
    ("36 hours and more", "2026-10-22T13:31:07.299Z", None, "2026-10-24T01:31:07.300Z", ["clock"]),
    ("36 hours by its own clock", "2026-10-01T00:00:00Z", "2026-10-02T12:00:00Z", "2026-10-22T13:31:07.300Z", []),
    ("more by its own", "2026-10-01T00:00:00Z", "2026-10-02T12:00:00.001Z", "2026-10-24T01:31:07.300Z", ["clock"]),
    ("the year 1", "0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z", "2026-10-24T01:31:07.300Z", ["clock"]),
]


@ON_SQLITE
@pytest.mark.parametrize("row", TIMES, ids=[row[0] for row in TIMES])
@pytest.mark.parametrize("offline", [False, True])
def test_a_device_s_time_is_corrected(company: Company, row: Any, offline: bool) -> None:
    _, scanned_at, sent_at, at, warnings = row
    with time_machine.travel(NOW, tick=False):
        made = company.clinic.check_in(company.zhang, scanned_at=scanned_at, sent_at=sent_at, offline=offline)
        again = company.clinic.check_in(company.zhang, scanned_at=scanned_at, sent_at=sent_at, offline=offline)
    assert answer(made) == (201, "welcome", None)
    assert made.get_json()["visit"]["at"] == at
    assert made.get_json()["warnings"] == warnings
    assert answer(again) == (200, "again", "already")
    assert again.get_json()["warnings"] == warnings


@ON_SQLITE
@pytest.mark.parametrize(
    ("header", "english"),
    [
        (None, False),
        ("", False),
        ("zh-CN", False),
        ("zh", False),
        ("zh-TW", False),
        ("en", True),
        ("en-GB", True),
        ("EN-us", True),
        ("fr", False),
        ("fr, en;q=0.5", True),
        ("fr, en;q=0.5, zh;q=0.7", False),
        ("zh;q=0.5, en;q=0.9", True),
        ("en;q=0", False),
        ("*", False),
        ("rubbish;;;q=x,,", False),
        ("x" * 5000, False),
    ],
)
def test_the_message_is_in_the_language_asked_for(company: Company, header: str | None, english: bool) -> None:
    headers = {} if header is None else {"Accept-Language": header}
    body = {"scan": None, "nonce": new_nonce()}
    message = company.clinic.post("/check-ins", body, headers=headers).get_json()["message"]
    assert message == ("Welcome! Visitor No. 1 at Free clinic" if english else "欢迎！第 1 位来到居民义诊")
    refused = company.clinic.get("/nowhere", headers=headers).get_json()["message"]
    assert refused.isascii() is english


@ON_SQLITE
def test_a_replay_keeps_its_language(company: Company) -> None:
    nonce = new_nonce()
    first = company.client("clinic", "en").check_in(company.zhang, nonce=nonce).get_json()
    assert (
        company.client("clinic", "zh-CN").check_in(company.zhang, nonce=nonce).get_json()["message"] == first["message"]
    )
