"""What was not counted, on the booth page: seen, and counted without a card, for a card, or dropped."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.seeing import faults, gun
from tests.browser.test_booth import UNKNOWN, at_booth, new_cards, press, visits
from tests.cast import new_nonce, unknown_code
from tests.running import Server

pytestmark = pytest.mark.browser


def held(server: Server, booth: str, count: int) -> None:
    """Have a device send cards that nobody knows, scanned while it was away."""
    token = server.pair("organiser")
    for _ in range(count):
        body = {"scan": unknown_code(), "booth": booth, "nonce": new_nonce(), "offline": True}
        assert server.request("POST", "/api/v1/check-ins", body, token)[0] == 404


def opened(windows: Windows, server: Server, booth: str, count: int) -> Page:
    held(server, booth, count)
    page = at_booth(windows, server, booth)
    expect(page.locator("#tray")).to_contain_text(f"{count} 条没算上")
    page.locator("#tray").click()
    expect(page.locator("#tray-list li")).to_have_count(count)
    return page


def test_each_of_the_three_acts_says_what_became_of_it(windows: Windows, day: Server, shots: Path | None) -> None:
    [card, other] = new_cards(day, 2)
    before = visits(day, "clinic")
    page = opened(windows, day, "clinic", 4)
    expect(page.locator("#tray-list li").first).to_contain_text("不认识这张卡")
    assert faults(page) == {}
    if shots:
        page.screenshot(path=shots / "tray.png")
    page.locator("[data-settle=walk_in]").first.click()
    expect(page.locator("#tray-told")).to_have_text(f"算上了，第 {before + 1} 位")
    page.locator("[data-settle=card]").first.click()
    press(page, "tray-pad", card["short"])
    assert faults(page) == {}
    if shots:
        page.screenshot(path=shots / "tray-card.png")
    page.locator("#tray-send").click()
    expect(page.locator("#tray-told")).to_have_text(f"算上了，第 {before + 2} 位")
    page.locator("[data-settle=card]").first.click()
    gun(page, other["code"])
    expect(page.locator("#tray-told")).to_have_text(f"算上了，第 {before + 3} 位")
    page.locator("[data-settle=ask]").first.click()
    page.locator("[data-settle=keep]").click()
    page.locator("[data-settle=ask]").first.click()
    page.locator("[data-settle=drop]").click()
    expect(page.locator("#tray-told")).to_have_text("好，这条不算")
    expect(page.locator("#tray")).to_be_hidden()
    assert visits(day, "clinic") == before + 3


def test_a_number_that_no_card_has_is_told_and_the_item_stays(windows: Windows, day: Server) -> None:
    before = visits(day, "tea")
    page = opened(windows, day, "tea", 1)
    page.locator("[data-settle=card]").click()
    press(page, "tray-pad", "123456")
    page.locator("#tray-send").click()
    expect(page.locator("#tray-card-told")).to_have_text("卡的编号不对，再看一眼")
    page.locator("[data-act=tray-back]:visible").click()
    expect(page.locator("#tray-list li")).to_have_count(1)
    assert visits(day, "tea") == before


def test_a_scan_of_the_moment_that_is_refused_is_none(windows: Windows, day: Server) -> None:
    page = at_booth(windows, day, "clay")
    gun(page, UNKNOWN)
    expect(page.locator("#result-word")).to_have_text("这张卡不认识")
    expect(page.locator("#tray")).to_be_hidden()
