"""The other language is one touch away on every page, and nobody loses their place by it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.seeing import gun
from tests.browser.test_admin import PAGES, at_desk, checked_in
from tests.browser.test_booth import PHONE, at_booth, new_cards, press, visits
from tests.browser.test_kiosk import at_kiosk, showing
from tests.browser.test_tray import held
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


def test_a_number_half_pressed_stays(windows: Windows, day: Server) -> None:
    page, [card] = at_booth(windows, day, "clinic"), new_cards(day, 1)
    page.click("[data-act=number]")
    press(page, "number-pad", card["short"][:4])
    turned(page)
    expect(page.locator("#number-shown")).to_have_text(card["short"][:4])
    press(page, "number-pad", card["short"][4:])
    page.click("#number-send")
    expect(page.locator("#result-word")).to_have_text("Welcome")
    page.reload()
    expect(page.locator("#page")).to_have_attribute("data-view", "scan")


def test_a_pairing_code_half_pressed_stays(windows: Windows, day: Server) -> None:
    page, code = windows.open(*PHONE, address=f"{day.address}/booth"), day.invite("booth", "clinic")
    press(page, "pair-pad", code[:3])
    turned(page)
    press(page, "pair-pad", code[3:])
    expect(page.locator("#name")).to_have_text("Free clinic")


def test_a_party_that_is_being_counted_stays(windows: Windows, day: Server) -> None:
    page = at_booth(windows, day, "clinic")
    page.click("[data-act=party]")
    turned(page)
    page.click("[data-party='3']")
    expect(page.locator("#result-word")).to_have_text("Welcome")


def test_a_card_that_was_asked_something_is_still_asked(windows: Windows, server: Server) -> None:
    questions = [
        {"key": "eyes", "label": "戴眼镜吗？", "required": True, "choices": ["戴", "不戴"]},
        {"key": "note", "label": "想看什么？", "required": True, "choices": None},
    ]
    organiser = server.pair("organiser")
    assert server.request("PATCH", "/api/v1/booths/glasses", {"questions": questions}, organiser)[0] == 200
    page, [card] = at_booth(windows, server, "glasses"), new_cards(server, 1)
    gun(page, card["code"])
    page.click("[data-choice=戴]")
    page.fill("#question-text", "报")
    turned(page)
    expect(page.locator("#question-label")).to_have_text("想看什么？")
    expect(page.locator("#question-text")).to_have_value("报")
    page.click("#question-form button")
    expect(page.locator("#result-word")).to_have_text("Welcome")
    assert visits(server, "glasses") == 1
    assert page.evaluate("JSON.stringify(sessionStorage)").count(card["code"]) == 0


def test_a_refused_scan_that_is_being_settled_stays(windows: Windows, server: Server) -> None:
    [card] = new_cards(server, 1)
    held(server, "clinic", 2)
    page = at_booth(windows, server, "clinic")
    page.click("#tray")
    turned(page)
    expect(page.locator("#tray-list li")).to_have_count(2)
    page.context.clear_cookies(name="language")
    page.locator("[data-settle=card]").first.click()
    press(page, "tray-pad", card["short"][:5])
    page.locator('a[href*="/language/"]:visible').click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("#tray-shown")).to_have_text(card["short"][:5])
    press(page, "tray-pad", card["short"][5:])
    page.click("#tray-send")
    expect(page.locator("#tray-told")).to_contain_text("算上了")


def test_the_code_for_phones_stays(windows: Windows, server: Server) -> None:
    organiser = server.pair("organiser")
    assert server.request("PATCH", "/api/v1/booths/clinic", {"self_check_in": "code"}, organiser)[0] == 200
    page = at_booth(windows, server, "clinic")
    page.click("[data-act=phones]")
    turned(page)
    expect(page.locator("#phones-code svg, #phones-code img, #phones-code canvas").first).to_be_visible()


def test_without_the_server_the_pad_stays_and_says_why(windows: Windows, server: Server) -> None:
    page = at_booth(windows, server, "clinic")
    server.kill()
    expect(page.locator("#away")).to_be_visible(timeout=15_000)
    page.click("[data-act=number]")
    press(page, "number-pad", "123")
    page.locator('a[href*="/language/"]:visible').click()
    expect(page.locator("#result-word")).to_have_text("等来网")
    expect(page.locator("#result")).to_be_hidden()
    expect(page.locator("#number-shown")).to_have_text("123")


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
