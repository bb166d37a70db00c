"""The programme and announcements: typed, refused with a reason, undone, and what the board gets of them."""

import re
from datetime import datetime
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from admin.booth_form import clock_time
from app import Application
from festival import audit
from festival.programme import width
from tests.admin.browser import Browser

PAGE = "/admin/programme"
CHOIR = {"item_at": ["14:00", "9:30", ""], "item_title": ["象棋决赛", "合唱", ""], "item_place": ["凉亭", "舞台", ""]}
TEXTS = ("item_title", "item_place", "notice_text")
FIELDS = (*TEXTS, "item_at", "notice_from", "notice_until")
NOTICES = {"notice_text": ["午饭在凉亭", "请喝水"], "notice_from": ["11:00", ""], "notice_until": ["13:00", ""]}


def keep(organiser: Browser, **fields: Any) -> Any:
    return organiser.send(PAGE, CHOIR | NOTICES | {"on_board": "yes"} | fields, page=PAGE)


def on_board(organiser: Browser, hour: str) -> Any:
    with time_machine.travel(datetime.fromisoformat(f"2026-10-24T{hour}:00+08:00"), tick=False):
        return organiser.get("/board/programme").get_json()


def titles(organiser: Browser, hour: str) -> list[str]:
    return [item["title"] for item in on_board(organiser, hour)["items"]]


def test_the_board_gets_what_has_begun_last_what_follows_and_the_notices_of_now(organiser: Browser) -> None:
    assert keep(organiser).status_code == 303
    assert titles(organiser, "08:00") == titles(organiser, "13:59") == ["合唱", "象棋决赛"]
    assert titles(organiser, "14:00") == ["象棋决赛"]
    assert on_board(organiser, "10:59")["notices"] == on_board(organiser, "13:00")["notices"] == ["请喝水"]
    assert on_board(organiser, "11:00")["notices"] == ["午饭在凉亭", "请喝水"]


def test_nothing_is_on_the_board_until_it_is_switched_on(organiser: Browser) -> None:
    nothing = {"items": [], "notices": []}
    assert on_board(organiser, "10:00") == nothing
    keep(organiser, on_board="")
    assert on_board(organiser, "10:00") == nothing
    assert "合唱" in organiser.get(PAGE).text


@pytest.mark.parametrize(
    ("fields", "place", "trouble"),
    [
        ({"item_at": ["9:00", "25:00"], "item_title": ["操", "合唱"]}, "items-1-at", "写几点"),
        ({"item_at": [""], "item_title": ["合唱"]}, "items-0-at", "写几点"),
        ({"item_at": ["9:30"], "item_title": [""]}, "items-0-title", "写上节目的名称"),
        ({"item_at": ["9:30"], "item_title": ["字" * 13]}, "items-0-title", "最多 12 个字"),
        ({"item_at": ["9:30"], "item_title": ["W" * 24]}, "items-0-title", "最多 12 个字"),
        ({"item_at": ["9:30"], "item_title": ["合唱🎉"]}, "items-0-title", "这些字显示不出来：🎉"),
        ({"item_at": ["9:30"], "item_title": ["合唱"], "item_place": ["字" * 7]}, "items-0-place", "最多 6 个字"),
        ({"notice_text": ["好", "字" * 41]}, "notices-1-text", "最多 40 个字"),
        ({"notice_text": ["好", "喝水💧"]}, "notices-1-text", "这些字显示不出来：💧"),
        ({"notice_text": [""], "notice_from": ["9:00"]}, "notices-0-text", "写上通知"),
        ({"notice_text": ["好"], "notice_until": ["天黑"]}, "notices-0-until", "写几点"),
    ],
)
def test_what_cannot_be_shown_is_refused_at_its_place_and_stays_as_typed(
    organiser: Browser, fields: dict[str, list[str]], place: str, trouble: str
) -> None:
    keep(organiser)
    typed = {
        name: values + [""] * (2 - len(values)) for name, values in ({field: [] for field in FIELDS} | fields).items()
    }
    answer = keep(organiser, **typed)
    assert answer.status_code == 422
    assert re.findall(r'aria-invalid="true" aria-describedby="e-([^"]+)"', answer.text) == [place]
    assert re.search(rf'id="e-{place}">.*?<span>[^<]*{trouble}', answer.text)
    assert all(f'value="{text}"' in answer.text for name in TEXTS for text in typed[name])
    assert titles(organiser, "08:00") == ["合唱", "象棋决赛"]


def test_too_many_items_are_told(organiser: Browser) -> None:
    answer = keep(organiser, item_at=["9:00"] * 31, item_title=["操"] * 31, item_place=[""] * 31)
    assert (answer.status_code, "节目一共最多 30 个" in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        *[
            (each, "09:30")
            for each in ("9:30", "09:30", "９：３０", "9.30", "930", "0930", "9点半", "9点30", "9点30分")
        ],
        *[(each, "09:00") for each in ("9点", "9點", "9时", "9点整", "9点钟", "9", " 9 : 00 ")],
        ("21:05", "21:05"),
        ("9点5分", "09:05"),
    ],
)
def test_a_time_is_read_as_people_write_it(typed: str, kept: str) -> None:
    assert clock_time(typed) == kept


@pytest.mark.parametrize("typed", ["天黑", "9:3", "9:30-10", "12345", "上"])
def test_what_is_no_time_stays_as_typed(typed: str) -> None:
    assert clock_time(typed) == typed


@given(
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    shape=st.sampled_from(["{}:{:02}", "{}.{:02}", "{}{:02}", "{}点{}", "{:02}：{:02}"]),
)
def test_each_time_of_the_day_is_read(hour: int, minute: int, shape: str) -> None:
    assert clock_time(shape.format(hour, minute)) == f"{hour:02}:{minute:02}"


def test_a_change_is_in_the_log_and_can_be_undone(application: Application, organiser: Browser) -> None:
    keep(organiser)
    keep(organiser, item_title=["象棋决赛", "越剧", ""])
    with application.house.database.reading() as db:
        last = audit.listed(db, most=1)[0]
    assert last.act == "edition.programme"
    assert organiser.get("/admin/audit").status_code == 200
    assert organiser.send(f"/admin/audit/{last.id}/undo", page=PAGE).status_code == 303
    assert titles(organiser, "08:00") == ["合唱", "象棋决赛"]


def test_a_hanzi_is_as_wide_as_two_letters_and_capitals_are_wider() -> None:
    assert (width("合唱"), width("tea 茶"), width("")) == (4, 6, 0)
    assert (width("TEA"), width("W"), width("é"), width("…")) == (4.5, 2, 1, 2)
