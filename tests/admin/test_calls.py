"""Calls for help on the desk: seen, taken, cleared with an entry in the log, and told when they are overdue."""

from datetime import timedelta

import time_machine

from app import Application
from festival import audit, calls
from festival.clock import utc_now
from tests.admin.browser import Browser
from tests.cast import new_nonce
from tests.conftest import Company


def rung(company: Company) -> int:
    return int(company.clay_kiosk.post("/calls", {"nonce": new_nonce()}).get_json()["id"])


def ended(company: Company, call_id: int) -> str | None:
    end: str | None = company.clay_kiosk.get(f"/calls/{call_id}").get_json()["ended"]
    return end


def test_a_call_stands_on_the_desk_and_is_taken_there(organiser: Browser, company: Company) -> None:
    number = rung(company)
    page = organiser.get("/admin/live").text
    assert f'data-ring="{number}.1"' in page
    assert "clay_kiosk在叫人" in page
    assert organiser.send(f"/admin/calls/{number}/take").status_code == 303
    assert ended(company, number) == "taken"
    page = organiser.get("/admin/live").text
    assert "data-ring" not in page
    assert "去了</strong>" in page


def test_clearing_one_stands_in_the_log(application: Application, organiser: Browser, company: Company) -> None:
    number = rung(company)
    assert organiser.send(f"/admin/calls/{number}/clear").status_code == 303
    assert ended(company, number) == "cleared"
    with application.house.database.reading() as db:
        [entry] = audit.listed(db, most=1)
    assert (entry.act, entry.thing) == ("call.clear", f"call {number}")
    assert "销了叫人" in organiser.get("/admin/audit").text


def test_one_that_nobody_takes_is_told_as_a_notice(organiser: Browser, company: Company) -> None:
    rung(company)
    assert "还没人去" not in organiser.get("/admin").text
    with time_machine.travel(utc_now() + calls.OVERDUE_AFTER + timedelta(seconds=5)):
        assert "叫了人，还没人去：clay_kiosk。" in organiser.get("/admin").text


def test_no_such_call_is_a_page_that_says_so(organiser: Browser) -> None:
    assert organiser.send("/admin/calls/99/take").status_code == 404
    assert organiser.send("/admin/calls/99999999999/clear").status_code == 404
