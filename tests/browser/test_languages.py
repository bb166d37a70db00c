"""The other language is one touch away on every page, and nobody loses their place by it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.test_admin import PAGES, at_desk, checked_in
from tests.browser.test_booth import at_booth
from tests.browser.test_kiosk import at_kiosk, showing
from tests.running import Server

pytestmark = pytest.mark.browser

OPEN_TO_ALL = ["/", "/board", "/booth", "/gun", "/https", "/my", "/b/tea", "/c/1012345678901234", "/admin/sign-in"]


def turned(page: Page) -> None:
    """Touch the language, and stay where one was."""
    here = page.url
    page.locator('a[href*="/language/en"]:visible').first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.split("#")[0] == here.split("#")[0]


@pytest.mark.parametrize("path", OPEN_TO_ALL)
def test_each_screen_turns_and_stays(windows: Windows, day: Server, path: str) -> None:
    page = windows.open(1440, 900, address=day.address + path)
    page.mouse.move(200, 200)
    turned(page)


def test_each_page_of_the_organisers_turns_and_stays(windows: Windows, server: Server) -> None:
    checked_in(server)
    page = at_desk(windows, server)
    for path in PAGES:
        page.context.clear_cookies(name="language")
        page.goto(f"{server.address}/admin{path}")
        turned(page)


def test_a_kiosk_turns_in_the_middle_of_something(windows: Windows, day: Server) -> None:
    page = at_kiosk(windows, day, "clinic")
    page.click("[data-act=together]")
    showing(page, "count")
    page.click("[data-tool=language]")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    showing(page, "count")


def test_a_volunteers_page_turns_at_its_booth(windows: Windows, day: Server) -> None:
    page = at_booth(windows, day, "clinic")
    turned(page)
    expect(page.locator("#name")).to_have_text("Free clinic")


def test_what_was_typed_stays_in_the_other_language(windows: Windows, server: Server) -> None:
    page = at_desk(windows, server)
    page.goto(f"{server.address}/admin/tally#preview")
    page.fill("#f-lines", "004270 10:35\n10时 7人")
    page.select_option("#f-booth", index=3)
    booth = page.input_value("#f-booth")
    turned(page)
    assert page.url.endswith("/admin/tally#preview")
    assert (page.input_value("#f-lines"), page.input_value("#f-booth")) == ("004270 10:35\n10时 7人", booth)
    page.reload()
    assert page.input_value("#f-lines") == ""


def test_a_new_booth_stays_in_the_other_language(windows: Windows, server: Server) -> None:
    page = at_desk(windows, server)
    page.goto(f"{server.address}/admin/booths/new")
    page.fill("#f-name", "修伞")
    page.check("input[name=counts][value=every]")
    page.check("input[name=questions-0-required]")
    page.select_option("#f-section", index=2)
    section = page.input_value("#f-section")
    token = page.get_attribute("input[name=once]", "value")
    turned(page)
    assert (page.input_value("#f-name"), page.input_value("#f-section")) == ("修伞", section)
    assert page.is_checked("input[name=counts][value=every]")
    assert page.is_checked("input[name=questions-0-required]")
    assert page.get_attribute("input[name=once]", "value") != token


def test_a_sheet_that_was_looked_over_goes_back_to_its_form_and_loses_no_line(windows: Windows, server: Server) -> None:
    page = at_desk(windows, server)
    page.goto(f"{server.address}/admin/tally")
    page.fill("#f-lines", "10:35 7人\n11:05 2人")
    page.locator("form:has(#f-lines) [type=submit], form:has(#f-lines) button").first.click()
    expect(page.locator("h1")).to_be_visible()
    page.locator('a[href*="/language/"]').first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#f-lines")).to_have_value("10:35 7人\n11:05 2人")


def test_a_password_is_kept_nowhere(windows: Windows, day: Server) -> None:
    page = windows.open(1440, 900, address=f"{day.address}/admin/sign-in")
    page.fill("[type=password]", "long-enough-secret")
    page.fill("[name=name]", "王姐")
    page.add_init_script("window.keptAtLoad = JSON.stringify(sessionStorage)")
    turned(page)
    assert "long-enough-secret" not in page.evaluate("window.keptAtLoad")
    assert (page.input_value("[type=password]"), page.input_value("[name=name]")) == ("", "王姐")
