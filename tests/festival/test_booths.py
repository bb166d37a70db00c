"""A booth's rules on their own: hours, room, questions."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from festival.booths import Booth, Question, within_hours

BEIJING = ZoneInfo("Asia/Shanghai")


def booth(**fields: Any) -> Booth:
    plain: dict[str, Any] = {
        "id": 1,
        "slug": "clinic",
        "number": 1,
        "name": "居民义诊",
        "name_en": "Free clinic",
        "short_name": "居民义诊",
        "icon": "stethoscope",
        "place": "",
        "place_en": "",
        "section": "service",
        "quota": None,
        "counts": "once",
        "again_after_minutes": None,
        "open": None,
        "opens_at": None,
        "closes_at": None,
        "first_visit": None,
        "questions": (),
        "self_check_in": "no",
        "paused": False,
        "position": 0,
    }
    return Booth(**plain | fields)


@pytest.mark.parametrize(
    ("hour", "opens_at", "closes_at", "inside"),
    [
        ("00:00", None, None, True),
        ("23:59", None, None, True),
        ("08:59", "09:00", None, False),
        ("09:00", "09:00", None, True),
        ("23:59", "09:00", None, True),
        ("11:59", None, "12:00", True),
        ("12:00", None, "12:00", False),
        ("08:59", "09:00", "12:00", False),
        ("09:00", "09:00", "12:00", True),
        ("11:59", "09:00", "12:00", True),
        ("12:00", "09:00", "12:00", False),
        ("09:00", "09:00", "09:00", False),
        ("21:59", "22:00", "02:00", False),
        ("22:00", "22:00", "02:00", True),
        ("01:59", "22:00", "02:00", True),
        ("02:00", "22:00", "02:00", False),
    ],
)
def test_hours_begin_with_the_first_and_end_before_the_last(
    hour: str, opens_at: str | None, closes_at: str | None, inside: bool
) -> None:
    assert within_hours(hour, opens_at, closes_at) is inside


@pytest.mark.parametrize(
    ("fields", "opened"),
    [
        ({}, True),
        ({"open": True}, True),
        ({"open": False}, False),
        ({"opens_at": "09:00", "closes_at": "12:00"}, True),
        ({"opens_at": "01:00", "closes_at": "02:00"}, False),
        ({"opens_at": "01:00", "closes_at": "02:00", "open": True}, True),
        ({"opens_at": "09:00", "closes_at": "12:00", "open": False}, False),
        ({"paused": True}, False),
        ({"paused": True, "open": True}, False),
    ],
)
def test_a_hand_decides_before_the_hours_of_the_edition_s_zone(fields: dict[str, Any], opened: bool) -> None:
    half_past_nine_in_beijing = datetime(2026, 10, 24, 1, 30, tzinfo=UTC)
    assert booth(**fields).is_open(half_past_nine_in_beijing, BEIJING) is opened


@pytest.mark.parametrize(
    ("quota", "taken", "party", "fits"),
    [(None, 10**6, 20, True), (0, 0, 1, False), (20, 19, 1, True), (20, 20, 1, False), (20, 18, 3, False)],
)
def test_a_party_fits_or_not_as_a_whole(quota: int | None, taken: int, party: int, fits: bool) -> None:
    assert booth(quota=quota).has_room(taken, party) is fits


ASKED = Question("who", "谁来", True, ("自己", "家人"))
FREE = Question("wish", "想问什么", True, None)
OPTIONAL = Question("age", "年纪", False, None)


@pytest.mark.parametrize(
    ("answers", "open_ones"),
    [
        ({}, ["who", "wish"]),
        ({"who": "自己"}, ["wish"]),
        ({"who": "邻居", "wish": "x"}, ["who"]),
        ({"who": " 自己", "wish": "x"}, ["who"]),
        ({"who": "自己", "wish": " "}, ["wish"]),
        ({"who": "自己", "wish": "\u3000\t\n"}, ["wish"]),
        ({"who": "自己", "wish": ""}, ["wish"]),
        ({"who": "自己", "wish": "x", "nobody": "asked"}, []),
    ],
)
def test_a_question_is_answered_by_one_of_its_choices_or_any_words(
    answers: dict[str, str], open_ones: list[str]
) -> None:
    asking = booth(questions=(ASKED, FREE, OPTIONAL))
    assert [question.key for question in asking.unanswered(answers)] == open_ones


def test_only_what_was_asked_is_kept() -> None:
    asking = booth(questions=(ASKED, OPTIONAL))
    assert asking.kept_answers({"who": "自己", "age": " ", "nobody": "asked"}) == {"who": "自己"}
    assert asking.kept_answers({"nobody": "asked"}) is None
