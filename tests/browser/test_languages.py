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
