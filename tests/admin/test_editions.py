"""收摊 and 历届: what waits before a closing down, opening the next edition, and going back."""

from datetime import timedelta

import pytest
import time_machine

from app import Application
from festival.clock import utc_now
from tests.admin.browser import Browser
from tests.admin.test_admin import ME, acts
from tests.conftest import ON_SQLITE, Company

NEXT = "/admin/editions/next"
SIXTH = {"name": "第六届", "name_en": "Sixth"}


def closed(organiser: Browser) -> None:
    assert organiser.send("/admin/close-down", {"sure": "yes"}, page="/admin/close-down").status_code == 303


def opened(organiser: Browser) -> None:
    assert organiser.send(NEXT, SIXTH, page="/admin/editions").status_code == 303


@ON_SQLITE
def test_what_is_still_waiting_is_named_and_does_not_hinder(organiser: Browser, company: Company) -> None:
    company.organiser.patch("/booths/tea", {"open": True})
    company.clinic.check_in(company.zhang, party=3)
    company.organiser.post("/pairing-codes", {"kind": "kiosk"})
    with time_machine.travel(utc_now() + timedelta(minutes=6), tick=False):
        page = organiser.get("/admin/close-down").text
        for told in ("可能还有没送来的签到", "clinic", "还手动开着", "茶艺展示", "还有 3 人次签到", "1 个配对码"):
            assert told in page
        assert page.count("看一下") == 6
        closed(organiser)


@ON_SQLITE
def test_a_quiet_day_has_nothing_waiting_but_a_backup(organiser: Browser) -> None:
    page = organiser.get("/admin/close-down").text
    assert page.count("看一下") == 1
    assert "不知道备份过没有" in page


def test_the_next_edition_is_opened_and_taken_back(
    application: Application, organiser: Browser, company: Company
) -> None:
    company.clinic.check_in(company.zhang, party=2)
    assert NEXT not in organiser.get("/admin/editions").text
    closed(organiser)
    assert "/admin/editions" in organiser.get("/admin/close-down").text
    page = organiser.get("/admin/editions").text
    assert 'value="第六届"' in page
    assert 'value="Sixth"' in page
    opened(organiser)
    assert acts(application)[-1] == (ME, "edition.open", "edition 2")
    page = organiser.get("/admin/editions").text
    assert page.index("第六届") < page.index("第五届")
    assert company.clinic.check_in(company.zhang).get_json()["outcome"] == "welcome"
    assert "/admin/editions/take-back" not in organiser.get("/admin/editions").text
    late = organiser.send("/admin/editions/take-back", page="/admin/booths")
    assert (late.status_code, "退不回去了" in late.text) == (422, True)


def test_an_opening_too_early_is_taken_back(application: Application, organiser: Browser, company: Company) -> None:
    closed(organiser)
    opened(organiser)
    assert organiser.send("/admin/editions/take-back", page="/admin/editions").status_code == 303
    assert acts(application)[-1] == (ME, "edition.take_back", "edition 2")
    assert company.clinic.check_in(company.zhang).get_json()["reason"] == "edition_closed"
    assert "退回上一届" in organiser.get("/admin/audit").text
    opened(organiser)


@ON_SQLITE
@pytest.mark.parametrize(
    ("name", "told"),
    [("", "名字要 1 到 12 个字"), ("第五届", "这个名字用过了"), ("第六届\U0001f389", "卡上印不出这些字")],
)
def test_a_bad_name_opens_nothing_and_says_why(organiser: Browser, company: Company, name: str, told: str) -> None:
    closed(organiser)
    refused = organiser.send(NEXT, SIXTH | {"name": name}, page="/admin/editions")
    assert (refused.status_code, told in refused.text) == (422, True)
    assert company.client(None).get("/board").get_json()["edition"] == "第五届"


@ON_SQLITE
def test_a_day_that_goes_on_is_closed_before_the_next(organiser: Browser, company: Company) -> None:
    refused = organiser.send(NEXT, SIXTH, page="/admin/booths")
    assert (refused.status_code, "先收摊" in refused.text) == (422, True)
    assert company.client(None).get("/board").get_json()["edition"] == "第五届"
