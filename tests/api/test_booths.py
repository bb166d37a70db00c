"""Booths: what they are, how organisers set them, and when they take people (check-in.md, Stations and booths)."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from tests.cast import answer
from tests.conftest import ON_SQLITE, Company

FIELDS = {
    "slug", "number", "name", "short_name", "icon", "place", "section", "quota", "counts",
    "again_after_minutes", "open", "opens_at", "closes_at", "first_visit", "questions",
}  # fmt: skip
QUESTION = {"key": "who", "label": "谁来", "required": True, "choices": ["自己", "家人"]}


def booths(company: Company) -> dict[str, dict[str, Any]]:
    return {booth["slug"]: booth for booth in company.kiosk.get("/booths").get_json()["booths"]}


def test_the_example_festival_has_twelve_booths_by_their_door_plates(company: Company) -> None:
    listed = company.kiosk.get("/booths").get_json()["booths"]
    assert [(booth["number"], booth["slug"], booth["name"], booth["short_name"]) for booth in listed] == [
        (1, "clinic", "居民义诊", "居民义诊"),
        (2, "glasses", "现场配老花镜", "配老花镜"),
        (3, "repairs", "便民服务", "便民服务"),
        (4, "handouts", "文明宣传", "文明宣传"),
        (5, "lecture", "花卉讲座", "花卉讲座"),
        (6, "clay", "儿童彩泥", "儿童彩泥"),
        (7, "crafts", "传统手工", "传统手工"),
        (8, "tea", "茶艺展示", "茶艺展示"),
        (9, "chess", "象棋打擂", "象棋打擂"),
        (10, "barter", "易物益爱", "易物益爱"),
        (11, "charity", "书画义卖", "书画义卖"),
        (12, "stage", "文艺演出", "文艺演出"),
    ]
    for booth in listed:
        assert set(booth) >= FIELDS
        assert booth["counts"] == "once"
        assert booth["opens_at"] is None
        assert booth["closes_at"] is None
        assert booth["quota"] == (60 if booth["slug"] == "glasses" else None)
        assert booth["open"] is (False if booth["slug"] == "charity" else None)
        assert booth["section"] in ("service", "information", "games", "market", "stage")
        assert booth["place"]


@ON_SQLITE
def test_charity_is_closed_and_the_others_take_people_at_every_hour(company: Company) -> None:
    for hour in (0, 12, 23):
        with time_machine.travel(datetime(2026, 10, 24, hour, 30, tzinfo=UTC), tick=False):
            for slug in booths(company):
                expected = (409, "refused", "closed") if slug == "charity" else (201, "welcome", None)
                assert answer(company.organiser.check_in(None, slug)) == expected


def test_a_new_booth_needs_slug_and_name_alone(company: Company) -> None:
    added = company.organiser.post("/booths", {"slug": "books", "name": "旧书漂流角"})
    assert added.status_code == 201
    booth = added.get_json()
    assert booth["number"] == 13
    assert booth["short_name"] == "旧书漂流"
    assert booth["counts"] == "once"
    for field in ("quota", "open", "opens_at", "closes_at", "first_visit", "again_after_minutes", "section"):
        assert booth[field] is None
    assert booth["questions"] == []
    assert booths(company)["books"] == booth
    assert answer(company.organiser.check_in(company.zhang, "books")) == (201, "welcome", None)
    assert "books" in [line["slug"] for line in company.organiser.get("/board").get_json()["booths"]]


def test_a_booth_may_be_added_with_all_its_fields_and_changed_in_each(company: Company) -> None:
    full = {
        "slug": "a-1",
        "number": 20,
        "name": "书",
        "short_name": "书",
        "icon": "book",
        "place": "树下",
        "section": "market",
        "quota": 5,
        "counts": "every",
        "again_after_minutes": 10,
        "open": True,
        "opens_at": "09:00",
        "closes_at": "12:00",
        "first_visit": "clinic",
        "questions": [QUESTION],
    }
    added = company.organiser.post("/booths", full)
    assert added.status_code == 201, added.get_json()
    assert added.get_json().items() >= full.items()
    plain = {name: None for name in ("quota", "again_after_minutes", "open", "opens_at", "closes_at", "first_visit")}
    plain |= {"number": 21, "name": "画", "short_name": "画", "icon": "brush", "place": "", "section": None}
    plain |= {"counts": "once", "questions": []}
    for field, value in plain.items():
        changed = company.organiser.patch("/booths/a-1", {field: value})
        assert changed.status_code == 200, field
        assert changed.get_json()[field] == value
    assert booths(company)["a-1"].items() >= plain.items()


def test_a_slug_in_use_exists(company: Company) -> None:
    before = booths(company)
    assert answer(company.organiser.post("/booths", {"slug": "clinic", "name": "x"})) == (409, "refused", "exists")
    assert booths(company) == before


def test_an_unknown_booth_cannot_be_changed(company: Company) -> None:
    assert answer(company.organiser.patch("/booths/nowhere", {"quota": 1})) == (404, "refused", "unknown_booth")


BAD_VALUES: dict[str, list[Any]] = {
    "number": ["1", 1.5, True, 0, -1, None, 10**400],
    "name": ["", "  ", None, 3, "x" * 41, "a\x00b", "a\nb"],
    "short_name": ["", "五个字了吧", None, 3],
    "icon": ["", None, "a b", "<svg>", 3],
    "place": [None, 3, []],
    "section": ["nowhere", 3, "", ["service"]],
    "quota": ["60", -1, True, 1.5, [], 10**30],
    "counts": ["twice", None, "", True],
    "again_after_minutes": ["5", -1, True, 0.5],
    "open": ["true", 1, 0, "yes"],
    "opens_at": ["9:00", "24:00", "09:60", "0900", "09:00:00", 9, "", "０９:00", "09:00\n"],
    "closes_at": ["9:00", "24:00", "09:60", 12, "", "noon"],
    "first_visit": ["nowhere", "", 3, "clinic"],
    "questions": [
        None,
        {},
        "x",
        [None],
        [{}],
        [{"key": "a"}],
        [{"label": "a"}],
        [QUESTION | {"required": "yes"}],
        [QUESTION | {"choices": "a"}],
        [QUESTION | {"choices": [1]}],
        [QUESTION | {"key": 1}],
        [QUESTION | {"label": ""}],
        [QUESTION | {"more": 1}],
        [QUESTION, QUESTION],
    ],
}


def test_a_bad_value_is_invalid_and_changes_nothing(company: Company) -> None:
    before, version = booths(company), company.organiser.get("/board").get_json()["version"]
    for field, values in BAD_VALUES.items():
        for value in values:
            change = {"place": "elsewhere", field: value}
            reply = company.organiser.patch("/booths/clinic", change)
            assert answer(reply) == (422, "refused", "invalid"), (field, value)
            assert reply.get_json()["field"] == field
            if field != "first_visit" or value != "clinic":
                added = company.organiser.post("/booths", {"slug": "new", "name": "新"} | change)
                assert answer(added) == (422, "refused", "invalid"), (field, value)
    assert booths(company) == before
    assert company.organiser.get("/board").get_json()["version"] == version


@ON_SQLITE
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"slug": "tea2"}, "slug"),
        ({"slug": "clinic"}, "slug"),
        ({"slug": None}, "slug"),
        ({"colour": "red"}, "colour"),
        ({"paused": True}, "paused"),
        ({"id": 3}, "id"),
        ({"": 1}, ""),
        ([], "body"),
        (3, "body"),
        ("x", "body"),
    ],
)
def test_an_unknown_field_is_invalid_and_changes_nothing(company: Company, body: Any, field: str) -> None:
    before = booths(company)
    wanted = {"quota": 7} | body if isinstance(body, dict) else body
    reply = company.organiser.patch("/booths/clinic", wanted)
    assert answer(reply) == (422, "refused", "invalid")
    assert reply.get_json()["field"] == field
    assert booths(company) == before


@ON_SQLITE
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "x"}, "slug"),
        ({"slug": "x"}, "name"),
        ({"slug": "x", "name": "x", "colour": "red"}, "colour"),
        ({"slug": "", "name": "x"}, "slug"),
        ({"slug": "A", "name": "x"}, "slug"),
        ({"slug": "a_b", "name": "x"}, "slug"),
        ({"slug": "a b", "name": "x"}, "slug"),
        ({"slug": "茶", "name": "x"}, "slug"),
        ({"slug": "x\n", "name": "x"}, "slug"),
        ({"slug": "x" * 31, "name": "x"}, "slug"),
        ({"slug": 3, "name": "x"}, "slug"),
        ({"slug": None, "name": "x"}, "slug"),
        ({"slug": "x", "name": "x", "first_visit": "x"}, "first_visit"),
    ],
)
def test_a_bad_new_booth_is_not_there(company: Company, body: Any, field: str) -> None:
    before = booths(company)
    reply = company.organiser.post("/booths", body)
    assert answer(reply) == (422, "refused", "invalid")
    assert reply.get_json()["field"] == field
    assert booths(company) == before


@ON_SQLITE
@pytest.mark.parametrize("slug", ["a", "-", "0", "a-b-0", "x" * 30])
def test_good_slugs_are_taken(company: Company, slug: str) -> None:
    assert company.organiser.post("/booths", {"slug": slug, "name": "x"}).status_code == 201


@ON_SQLITE
def test_whole_numbers_may_be_written_with_a_point(company: Company) -> None:
    assert company.organiser.patch("/booths/tea", {"quota": 3.0}).get_json()["quota"] == 3


@ON_SQLITE
def test_nobody_can_be_sent_round_in_circles(company: Company) -> None:
    assert company.organiser.patch("/booths/tea", {"first_visit": "clinic"}).status_code == 200
    assert company.organiser.patch("/booths/stage", {"first_visit": "tea"}).status_code == 200
    assert answer(company.organiser.patch("/booths/clinic", {"first_visit": "stage"})) == (422, "refused", "invalid")


@pytest.mark.parametrize(
    ("clock", "taken"),
    [("08:59:59", False), ("09:00:00", True), ("11:59:59", True), ("12:00:00", False)],
)
@ON_SQLITE
def test_hours_are_the_edition_s_and_closes_at_is_excluded(company: Company, clock: str, taken: bool) -> None:
    company.organiser.patch("/booths/tea", {"opens_at": "09:00", "closes_at": "12:00"})
    in_beijing = datetime.fromisoformat(f"2026-10-24T{clock}+08:00")
    with time_machine.travel(in_beijing, tick=False):
        expected = (201, "welcome", None) if taken else (409, "refused", "closed")
        assert answer(company.tea.check_in(None)) == expected
        board = company.organiser.get("/board").get_json()["booths"]
        assert next(booth for booth in board if booth["slug"] == "tea")["open"] is taken


@pytest.mark.parametrize("opened", [True, False])
def test_a_hand_overrules_the_hours(company: Company, opened: bool) -> None:
    company.organiser.patch("/booths/tea", {"open": opened, "opens_at": "09:00", "closes_at": "12:00"})
    for hour in ("10", "20"):
        with time_machine.travel(datetime.fromisoformat(f"2026-10-24T{hour}:00:00+08:00"), tick=False):
            expected = (201, "welcome", None) if opened else (409, "refused", "closed")
            assert answer(company.tea.check_in(None)) == expected


@ON_SQLITE
def test_the_scan_s_own_time_decides_whether_the_booth_was_open(company: Company) -> None:
    company.organiser.patch("/booths/tea", {"opens_at": "09:00", "closes_at": "12:00"})
    with time_machine.travel(datetime.fromisoformat("2026-10-24T12:00:05+08:00"), tick=False):
        assert company.tea.check_in(None, scanned_at="2026-10-24T11:59:59+08:00").status_code == 201
        assert company.tea.check_in(None, scanned_at="2026-10-24T12:00:00+08:00").status_code == 409
    with time_machine.travel(datetime.fromisoformat("2026-10-24T09:00:05+08:00"), tick=False):
        assert company.tea.check_in(None, scanned_at="2026-10-24T08:59:59+08:00").status_code == 409


def test_a_paused_booth_is_closed_until_a_hand_opens_it(company: Company) -> None:
    from festival import booths as festival_booths
    from festival.clock import utc_now

    writer = company.application.house.writer
    writer.call(festival_booths.pause, slug="tea", paused=True, actor="test", now=utc_now())
    assert answer(company.tea.check_in(company.zhang)) == (409, "refused", "closed")
    assert booths(company)["tea"]["open"] is False
    company.organiser.patch("/booths/tea", {"quota": 5})
    assert answer(company.tea.check_in(company.zhang)) == (409, "refused", "closed")
    company.organiser.patch("/booths/tea", {"open": None})
    assert answer(company.tea.check_in(company.zhang)) == (201, "welcome", None)


def test_another_booth_must_come_first(company: Company) -> None:
    company.organiser.patch("/booths/tea", {"first_visit": "clinic"})
    refused = company.tea.check_in(company.zhang)
    assert answer(refused) == (409, "refused", "first_visit")
    assert refused.get_json()["first_visit"] == "clinic"
    assert "1" in refused.get_json()["message"]
    assert "居民义诊" in refused.get_json()["message"]
    made = company.clinic.check_in(company.zhang).get_json()
    assert answer(company.tea.check_in(company.zhang)) == (201, "welcome", None)
    company.organiser.undo(made["visit"]["id"])
    company.clinic.check_in(company.li)
    assert answer(company.tea.check_in(company.zhang)) == (200, "again", "already")
    assert answer(company.tea.check_in(company.wang)) == (409, "refused", "first_visit")
    # A walk-in never meets it.
    assert answer(company.tea.check_in(None)) == (201, "welcome", None)


def test_required_questions_want_an_answer(company: Company) -> None:
    asked = [QUESTION, {"key": "wish", "label": "想问什么", "required": False, "choices": None}]
    company.organiser.patch("/booths/tea", {"questions": asked})
    for answers in (
        None,
        {},
        {"who": None},
        {"who": ""},
        {"who": "  \u3000"},
        {"who": "邻居"},
        {"who": "自己 "},
        {"wish": "x"},
        {"nobody": "自己"},
    ):
        refused = company.tea.check_in(company.zhang, answers=answers)
        assert answer(refused) == (422, "refused", "answers_needed"), answers
        assert refused.get_json()["questions"] == [QUESTION]
        assert refused.get_json()["card"]["short"] == company.card("zhang").short
    assert answer(company.tea.check_in(None)) == (422, "refused", "answers_needed")
    for answers in ([], "自己", 3, {"who": 3}, {"who": ["自己"]}, {"who": True}, {"nobody": {}}):
        malformed = company.tea.check_in(company.zhang, answers=answers)
        assert answer(malformed) == (422, "refused", "invalid"), answers
        assert malformed.get_json()["field"] == "answers"
    welcome = company.tea.check_in(company.zhang, answers={"who": "自己", "nobody": "asked"})
    assert answer(welcome) == (201, "welcome", None)
