"""The organisers' page of what was not counted, devices' clocks, and what both say before the close."""

from datetime import timedelta

import pytest

from app import Application
from festival import audit
from festival.clock import to_text, utc_now
from tests.admin.browser import Browser
from tests.cast import unknown_code
from tests.conftest import Company

PAGE = "/admin/tray"


def held(company: Company, scan: str | None = None, booth: str | None = None) -> int:
    company.clinic.check_in(scan or unknown_code(), booth, offline=True)
    return int(company.organiser.get("/tray").get_json()["tray"][-1]["id"])


def visits(company: Company) -> int:
    return int(company.organiser.get("/board").get_json()["visits"])


def newest(application: Application) -> audit.AuditLine:
    with application.house.database.reading() as db:
        return audit.listed(db, most=1)[0]


@pytest.mark.parametrize(("how", "counted"), [("walk_in", 1), ("card", 1), ("drop", 0)])
def test_each_act_settles_and_is_undone(
    application: Application, organiser: Browser, company: Company, how: str, counted: int
) -> None:
    number = held(company)
    form = {"settle": how, "card": company.card("zhang").short if how == "card" else ""}
    assert organiser.send(f"{PAGE}/{number}", form, page=PAGE).status_code == 303
    assert visits(company) == counted
    assert f'id="tray-{number}"' not in organiser.get(PAGE).text
    entry = newest(application)
    assert (entry.act, entry.thing, entry.after and entry.after["settled_as"]) == ("tray.settle", f"tray {number}", how)
    assert organiser.send(f"/admin/audit/{entry.id}/undo", page="/admin/audit").status_code == 303
    assert visits(company) == 0
    assert f'id="tray-{number}"' in organiser.get(PAGE).text


def test_undoing_leaves_a_visit_that_was_counted_before(
    application: Application, organiser: Browser, company: Company
) -> None:
    company.clinic.check_in(company.zhang)
    number = held(company)
    organiser.send(f"{PAGE}/{number}", {"settle": "card", "card": company.zhang}, page=PAGE)
    organiser.send(f"/admin/audit/{newest(application).id}/undo", page="/admin/audit")
    assert visits(company) == 1
    assert f'id="tray-{number}"' in organiser.get(PAGE).text


def test_a_bad_number_is_told_beside_its_item_and_kept(organiser: Browser, company: Company) -> None:
    number = held(company)
    page = organiser.send(f"{PAGE}/{number}", {"settle": "card", "card": "123456"}, page=PAGE)
    assert page.status_code == 422
    assert "卡的编号是六位数字，再看一眼。" in page.text
    assert 'value="123456"' in page.text


def test_the_second_to_settle_hears_of_the_first(organiser: Browser, company: Company) -> None:
    number = held(company)
    other = held(company)
    company.clinic.post(f"/tray/{number}", {"settle": "walk_in"})
    page = organiser.send(f"{PAGE}/{number}", {"settle": "walk_in"}, page=PAGE)
    assert page.status_code == 422
    assert "已经有人处理了。" in page.text
    assert visits(company) == 1
    assert f'id="tray-{other}"' in page.text


@pytest.mark.parametrize("by", ["time", "booth", "device", "why", "nonsense", ""])
def test_it_is_sorted(organiser: Browser, company: Company, by: str) -> None:
    held(company)
    held(company, company.zhang, "nowhere")
    page = organiser.get(f"{PAGE}?by={by}")
    assert page.status_code == 200
    assert page.text.count('id="tray-') == 2


@pytest.mark.parametrize("how", ["", "keep"])
def test_an_act_that_is_none_is_not_found(organiser: Browser, company: Company, how: str) -> None:
    assert organiser.send(f"{PAGE}/{held(company)}", {"settle": how}, page=PAGE).status_code == 404


def test_desk_and_close_down_speak_of_it_and_the_close_says_what_it_gave_up(
    application: Application, organiser: Browser, company: Company
) -> None:
    assert "没算上。" not in organiser.get("/admin").text
    held(company)
    assert "有 1 条没算上。" in organiser.get("/admin").text
    before = organiser.get("/admin/close-down").text
    assert "还有 1 条没算上的要处理" in before
    assert "不认识这张卡" in before
    organiser.send("/admin/close-down", {"sure": "yes"}, page="/admin/close-down")
    entry = newest(application)
    assert (entry.after or {})["given_up"] == 1
    company.clinic.check_in(company.zhang, offline=True)
    assert "没算上。" not in organiser.get("/admin").text
    after = organiser.get("/admin/close-down").text
    assert "收摊时放弃了这些" in after
    assert "不认识这张卡" in after
    assert "送到时已经收摊了" in after


@pytest.mark.parametrize(
    ("ahead", "words", "wrong"),
    [
        (timedelta(seconds=20), "准", False),
        (timedelta(minutes=3), "快 3 分钟", True),
        (-timedelta(hours=2), "慢 2 小时", True),
        (timedelta(days=3), "快 3 天", True),
    ],
)
def test_devices_clocks_are_shown(
    application: Application, organiser: Browser, company: Company, ahead: timedelta, words: str, wrong: bool
) -> None:
    assert "没量过" in organiser.get("/admin/stations").text
    for _ in range(2):
        application.house.heard.clear()
        company.clinic.get("/station", query_string={"sent_at": to_text(utc_now() + ahead)})
    assert words in organiser.get("/admin/stations").text
    assert ("钟不准的设备：clinic。" in organiser.get("/admin").text) is wrong


def test_a_clock_that_was_set_right_is_right_within_a_minute(
    application: Application, organiser: Browser, company: Company
) -> None:
    def says(ahead: timedelta) -> None:
        application.house.heard.clear()
        company.clinic.get("/station", query_string={"sent_at": to_text(utc_now() + ahead)})

    for _ in range(2):
        says(timedelta(hours=2))
    assert "快 2 小时" in organiser.get("/admin/stations").text
    for _ in range(2):
        says(timedelta(0))
    page = organiser.get("/admin/stations").text
    assert "快 2 小时" not in page
    assert "准" in page


def test_a_visit_shows_the_devices_time_where_it_was_another(organiser: Browser, company: Company) -> None:
    now = utc_now()
    wrong = now - timedelta(hours=2)
    company.clinic.check_in(company.zhang, scanned_at=to_text(now))
    assert "设备上是" not in organiser.get("/admin/visits").text
    company.clinic.batch(
        [{"scan": company.li, "nonce": "0" * 8 + "-0000-4000-8000-" + "0" * 12, "scanned_at": to_text(wrong)}],
        sent_at=to_text(wrong),
    )
    page = organiser.get("/admin/visits").text
    assert page.count("设备上是") == 1


def test_a_steward_sees_and_settles_their_own_booths_alone(browser: Browser, company: Company) -> None:
    others = held(company)
    company.tea.check_in(unknown_code(), offline=True)
    browser.sign_in_as_steward("tea")
    page = browser.get(PAGE).text
    assert page.count('id="tray-') == 1
    assert f'id="tray-{others}"' not in page
    browser.send(f"{PAGE}/{others}", {"settle": "walk_in"}, page=PAGE)
    assert visits(company) == 0
