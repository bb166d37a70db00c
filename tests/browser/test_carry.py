"""A booth page whose laptop has another address now. 127.0.0.1 and localhost are two addresses of one server."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.seeing import faults, gun
from tests.browser.test_booth import PHONE, at_booth, back_to_scanning, new_cards, press, visits
from tests.browser.test_kiosk import LANDSCAPE, PORTRAIT, TABLET, at_kiosk, showing
from tests.browser.test_offline import BACK_WITHIN, scanned, settled
from tests.cast import new_nonce
from tests.network import Network
from tests.running import Server

pytestmark = pytest.mark.browser
ASKED_WITHIN = 30_000
LONG_AGO = "2026-01-01T00:00:00Z"


def elsewhere(server: Server) -> str:
    return server.address.replace("127.0.0.1", "localhost")


def is_cut_off(page: Page, server: Server) -> None:
    """Let nothing of this page reach the laptop at its old address any more."""
    page.route(f"{server.address}/**", lambda route: route.abort())
    expect(page.locator("#away")).to_be_visible()


def is_cut_off_at_all(page: Page, server: Server) -> None:
    """The same for a kiosk, whose band tells it."""
    page.route(f"{server.address}/**", lambda route: route.abort())
    expect(page.locator("#band")).to_be_visible(timeout=10_000)


def walk_in(nonce: str, **more: Any) -> dict[str, Any]:
    """Return a walk-in as it lies in a phone."""
    body = {"scan": None, "booth": "clinic", "nonce": nonce, "scanned_at": LONG_AGO, "offline": True}
    return {"id": nonce, "body": body, "mayBeJudged": False, "wantsUndo": False, "visit": None} | more


def link(windows: Windows, server: Server, token: str, *scans: dict[str, Any]) -> str:
    """Return the fragment that carries these scans of a booth's device."""
    held = {"kind": "booth", "token": token, "data": None, "scans": scans, "acknowledged": []}
    page = windows.open(*PHONE, address=server.address)
    made = page.evaluate("held => import('/static/js/carry.js').then(({ pack }) => pack(held))", held)
    page.context.close()
    return str(made)


def test_a_page_goes_on_at_the_new_address_with_all_that_it_holds_and_nothing_counts_twice(
    windows: Windows, server: Server, shots: Path | None
) -> None:
    cards = [card["code"] for card in new_cards(server, 3)]
    page = at_booth(windows, server, "clinic")
    gun(page, cards[0])
    expect(page.locator("#result-word")).to_have_text("欢迎")
    back_to_scanning(page)
    is_cut_off(page, server)
    for code in cards[1:]:
        scanned(page, code, "记下了")
    back_to_scanning(page)
    page.click("#moved", timeout=ASKED_WITHIN)
    page.fill("#moved-address", "http://festival.example/booth")
    page.click("#moved-form button")
    expect(page.locator("#moved-told")).to_contain_text("这不像网址")
    if shots:
        page.screenshot(path=shots / "moved.png")
    assert faults(page) == {}
    page.fill("#moved-address", elsewhere(server).removeprefix("http://"))
    with page.context.expect_page() as opened:
        page.click("#moved-form button")
    new = opened.value
    expect(new.locator("#name")).to_have_text("居民义诊")
    assert new.url == f"{elsewhere(server)}/booth"
    settled(new, server, 3)
    page.unroute(f"{server.address}/**")
    page.locator("section[data-view=moved] [data-act=back]").click()
    settled(page, server, 3)


def test_a_link_of_a_stranger_slips_nothing_into_a_phone_that_is_paired_later(windows: Windows, server: Server) -> None:
    fragment = link(windows, server, "x" * 43, walk_in(new_nonce()))
    page = windows.open(*PHONE, address=f"{server.address}/booth{fragment}")
    expect(page.locator("#pair-told")).to_contain_text("没带过来")
    press(page, "pair-pad", server.invite("booth", "clinic"))
    expect(page.locator("#name")).to_have_text("居民义诊")
    settled(page, server, 0)


def test_a_link_of_another_device_slips_nothing_into_a_volunteers_phone(windows: Windows, server: Server) -> None:
    page = at_booth(windows, server, "clinic")
    fragment = link(windows, server, server.pair("booth", "tea"), walk_in(new_nonce()), walk_in(new_nonce()))
    page.goto("about:blank")
    page.goto(f"{server.address}/booth{fragment}")
    expect(page.locator("#name")).to_have_text("居民义诊")
    assert page.url == f"{server.address}/booth"
    settled(page, server, 0)


@pytest.mark.parametrize("fragment", ["#carry=", "#carry=%%%", "#carry=bnVsbA", "#carry=eyJraW5kIjoiYm9vdGgifQ"])
def test_a_broken_link_is_told_and_leaves_the_page_alive(windows: Windows, day: Server, fragment: str) -> None:
    page = windows.open(*PHONE, address=f"{day.address}/booth{fragment}")
    expect(page.locator("#pair-told")).to_contain_text("没带过来")
    press(page, "pair-pad", day.invite("booth", "tea"))
    expect(page.locator("#name")).to_have_text("茶艺展示")


# Evaluated again and again: Playwright's own wait takes a promise for a yes.
HELD = """() => new Promise((done) => {
  const opening = indexedDB.open("laojiefang-booth");
  opening.onsuccess = () => {
    const all = opening.result.transaction("waiting").objectStore("waiting").count();
    all.onsuccess = () => { opening.result.close(); done(all.result); };
  };
})"""


def until_nothing_waits(page: Page) -> None:
    """Wait until a booth page has an answer to all that it sends and takes back."""
    end = time.monotonic() + BACK_WITHIN / 1000
    while page.evaluate(HELD):
        assert time.monotonic() < end, "the page still holds something"
        page.wait_for_timeout(50)


def refused_at_the_moment(server: Server, token: str) -> str:
    """Send a walk-in while the booth is closed, and lose the answer; return its nonce."""
    organiser = server.pair("organiser")
    assert server.request("PATCH", "/api/v1/booths/clinic", {"open": False}, organiser)[0] == 200
    nonce = new_nonce()
    body = {"scan": None, "booth": "clinic", "nonce": nonce}
    _, reply = server.request("POST", "/api/v1/check-ins", body, token)
    assert reply["reason"] == "closed"
    return nonce


def never_sent(_server: Server, _token: str) -> str:
    return new_nonce()


@pytest.mark.parametrize(
    ("nonce", "more", "count"),
    [
        (never_sent, {}, 1),
        (never_sent, {"wantsUndo": True}, 0),
        (refused_at_the_moment, {"mayBeJudged": True}, 1),
    ],
)
def test_a_scan_that_lies_at_two_addresses_counts_as_at_one(
    windows: Windows, server: Server, nonce: Callable[[Server, str], str], more: dict[str, Any], count: int
) -> None:
    token = server.pair("booth", "clinic")
    fragment = link(windows, server, token, walk_in(nonce(server, token), **more))
    for address in (server.address, elsewhere(server)):
        page = windows.open(*PHONE, address=f"{address}/booth{fragment}")
        expect(page.locator("#name")).to_have_text("居民义诊")
        assert json.loads(page.evaluate("localStorage.getItem('laojiefang.station.booth')")) == token
        expect(page.locator("#waiting")).to_have_text("", timeout=BACK_WITHIN)
        until_nothing_waits(page)
        assert visits(server, "clinic") == count


@pytest.mark.parametrize(
    "size", [TABLET, pytest.param(PORTRAIT, marks=pytest.mark.long), pytest.param(LANDSCAPE, marks=pytest.mark.long)]
)
def test_a_kiosk_goes_on_at_the_new_address_with_all_that_it_holds(
    windows: Windows, server: Server, size: tuple[int, int], shots: Path | None
) -> None:
    kept = new_cards(server, 1)[0]["code"]
    page = at_kiosk(windows, server, "clinic", size=size)
    is_cut_off_at_all(page, server)
    gun(page, kept)
    expect(page.locator("#result-word")).to_have_text("记下了", timeout=10_000)
    page.click("[data-act=help]")
    if shots:
        page.wait_for_timeout(20_000)
        page.screenshot(path=shots / "help.png")
    page.click("#moved", timeout=ASKED_WITHIN)
    for sign in "12.5":
        page.click(f"#moved-pad [data-digit='{sign}']")
    page.click("[data-act=moved-go]")
    expect(page.locator("#moved-told")).to_contain_text("这不像网址")
    if shots:
        page.screenshot(path=shots / "moved.png")
    assert faults(page) == {}
    for _ in "12.5":
        page.click("#moved-pad [data-digit=delete]")
    # The pad has no letters: another port is another address, too.
    with Network(server.port) as network:
        for sign in network.address.removeprefix("http://"):
            page.click(f"#moved-pad [data-digit='{sign}']")
        with page.context.expect_page() as opened:
            page.click("[data-act=moved-go]")
        new = opened.value
        showing(new, "home")
        assert new.url == f"{network.address}/kiosk"
        expect(new.locator("#home-count")).to_contain_text("1", timeout=BACK_WITHIN)
        assert visits(server, "clinic") == 1
