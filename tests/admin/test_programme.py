"""The programme and announcements: typed, refused with a reason, undone, and what the board gets of them."""

from datetime import datetime
from typing import Any

import time_machine

from app import Application
from festival import audit
from festival.programme import width
from tests.admin.browser import Browser

PAGE = "/admin/programme"
CHOIR = {"item_at": ["14:00", "9:30", ""], "item_title": ["象棋决赛", "合唱", ""], "item_place": ["凉亭", "舞台", ""]}
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


def test_what_cannot_be_shown_is_refused_and_stays_as_typed(organiser: Browser) -> None:
    keep(organiser)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"item_at": ["25:00"], "item_title": ["合唱"], "item_place": [""]}, "节目要写几点"),
        ({"item_at": [""], "item_title": ["合唱"], "item_place": [""]}, "节目要写几点"),
        ({"item_at": ["9:30"], "item_title": ["字" * 13], "item_place": [""]}, "节目要写几点"),
        ({"notice_text": ["字" * 41], "notice_from": [""], "notice_until": [""]}, "通知每条最多"),
        ({"notice_text": [""], "notice_from": ["9:00"], "notice_until": [""]}, "通知每条最多"),
    ]
    for fields, trouble in wrong:
        answer = keep(organiser, **fields)
        assert (answer.status_code, trouble in answer.text) == (422, True), fields
    assert titles(organiser, "08:00") == ["合唱", "象棋决赛"]


def test_a_change_is_in_the_log_and_can_be_undone(application: Application, organiser: Browser) -> None:
    keep(organiser)
    keep(organiser, item_title=["象棋决赛", "越剧", ""])
    with application.house.database.reading() as db:
        last = audit.listed(db, most=1)[0]
    assert last.act == "edition.programme"
    assert organiser.get("/admin/audit").status_code == 200
    assert organiser.send(f"/admin/audit/{last.id}/undo", page=PAGE).status_code == 303
    assert titles(organiser, "08:00") == ["合唱", "象棋决赛"]


def test_a_hanzi_is_as_wide_as_two_letters() -> None:
    assert (width("合唱"), width("Tea 茶"), width("")) == (4, 6, 0)
