"""The booth page while the server is away, as a volunteer sees it."""

import re
import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.seeing import gun
from tests.browser.test_booth import at_booth, back_to_scanning, new_cards, visits
from tests.running import Server

pytestmark = pytest.mark.browser

BACK_WITHIN = 20_000
AT_ONCE = 300
# Runs before the page's own scripts, which swallow the gun's keys.
TIME_THE_ANSWER = """{
  let began = 0;
  window.addEventListener("keydown", (event) => { if (event.code === "Enter") began = performance.now(); }, true);
  document.addEventListener("DOMContentLoaded", () => {
    const result = document.getElementById("result");
    new MutationObserver(() => { if (!result.hidden && began) window.tookUntilShown ??= performance.now() - began; })
      .observe(result, { attributes: true, attributeFilter: ["hidden"] });
  });
}"""


def away(page: Page, server: Server) -> None:
    """Kill the server, and wait until the page has noticed."""
    server.kill()
    expect(page.locator("#away")).to_be_visible()


def settled(page: Page, server: Server, count: int) -> None:
    """Wait until the page has nothing left to send, and shows the booth's count."""
    expect(page.locator("#waiting")).to_have_text("", timeout=BACK_WITHIN)
    expect(page.locator("#count")).to_have_text(str(count), timeout=BACK_WITHIN)
    assert visits(server, "clinic") == count


def scanned(page: Page, code: str, word: str) -> None:
    """Scan, and wait for the word that answers; the same card is one scan for two seconds."""
    page.wait_for_timeout(2100)
    page.evaluate("document.getElementById('result-word').textContent = ''")
    gun(page, code)
    expect(page.locator("#result-word")).to_have_text(word)


def test_scan_is_shown_as_kept_at_once_and_the_number_waiting_always(windows: Windows, server: Server) -> None:
    cards = [card["code"] for card in new_cards(server, 3)]
    page = at_booth(windows, server, "clinic")
    page.add_init_script(TIME_THE_ANSWER)
    page.reload()
    expect(page.locator("#name")).to_have_text("居民义诊")
    away(page, server)
    for count, code in enumerate(cards, 1):
        scanned(page, code, "记下了")
        expect(page.locator("#waiting")).to_have_text(f"{count} 条等着送")
        expect(page.locator("#waiting")).to_be_visible()
    assert page.evaluate("window.tookUntilShown") < AT_ONCE
    server.start()
    settled(page, server, 3)


def test_wrong_check_digit_is_refused_while_the_server_is_away(windows: Windows, server: Server) -> None:
    [card] = new_cards(server, 1)
    page = at_booth(windows, server, "clinic")
    away(page, server)
    gun(page, card["code"][:-1] + str((int(card["code"][-1]) + 1) % 10))
    expect(page.locator("#result")).to_have_class(re.compile("state--refused"))
    server.start()
    settled(page, server, 0)


def test_same_card_again_is_told_while_the_server_is_away(windows: Windows, server: Server) -> None:
    counted, kept = (card["code"] for card in new_cards(server, 2))
    page = at_booth(windows, server, "clinic")
    scanned(page, counted, "欢迎")
    away(page, server)
    scanned(page, counted, "来过啦")
    scanned(page, kept, "记下了")
    scanned(page, kept, "来过啦")
    server.start()
    settled(page, server, 2)


def test_scan_that_was_not_sent_yet_is_taken_back(windows: Windows, server: Server) -> None:
    first, second = (card["code"] for card in new_cards(server, 2))
    page = at_booth(windows, server, "clinic")
    away(page, server)
    scanned(page, first, "记下了")
    page.locator("#result-undo").click()
    back_to_scanning(page)
    scanned(page, second, "记下了")
    server.start()
    settled(page, server, 1)
    scanned(page, first, "欢迎")
    settled(page, server, 2)


def test_page_that_was_closed_has_its_scans_when_it_is_opened_again(windows: Windows, server: Server) -> None:
    cards = [card["code"] for card in new_cards(server, 3)]
    page = at_booth(windows, server, "clinic")
    away(page, server)
    for code in cards:
        scanned(page, code, "记下了")
    context = page.context
    page.close()
    server.start()
    page = context.new_page()
    page.goto(f"{server.address}/booth")
    settled(page, server, 3)


def test_scans_arrive_in_the_order_in_which_they_were_made(windows: Windows, server: Server) -> None:
    cards = new_cards(server, 8)
    page = at_booth(windows, server, "clinic")
    away(page, server)
    for card in cards:
        scanned(page, card["code"], "记下了")
    server.start()
    settled(page, server, len(cards))
    with closing(sqlite3.connect(server.data / "festival.db")) as db:
        listed = db.execute("SELECT code FROM scans JOIN cards ON cards.id = scans.card_id ORDER BY scans.id")
        arrived = [code for (code,) in listed]
    assert arrived == [card["code"] for card in cards]
