"""A call for help from the kiosk to a volunteer's page and back; a card's own day; a child that comes along."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.seeing import faults, gun
from tests.browser.test_booth import at_booth
from tests.browser.test_kiosk import LANDSCAPE, PORTRAIT, SIZES, at_kiosk, new_card, showing
from tests.cast import unknown_code
from tests.running import Server

pytestmark = pytest.mark.browser


def seen(page: Page, shots: Path | None, name: str) -> None:
    """Nothing on the page is cut off, overlapping or out of reach."""
    page.mouse.move(0, 0)
    if shots:
        page.screenshot(path=shots / f"{name}.png")
    assert faults(page) == {}


def test_a_call_rings_at_the_booth_until_somebody_goes(windows: Windows, day: Server, shots: Path | None) -> None:
    kiosk, booth, other = (
        at_kiosk(windows, day, "repairs"),
        at_booth(windows, day, "clinic"),
        at_booth(windows, day, "tea"),
    )
    booth.evaluate("navigator.vibrate = (how) => { window.buzzed = how; return true; }")
    kiosk.locator("[data-act=help]:visible").click()
    expect(kiosk.locator("#help-title")).to_have_text("已经叫人了，马上就来")
    expect(booth.locator("#calls")).to_contain_text("3号摊的触摸屏在叫人", timeout=2000)
    expect(other.locator("#calls .call")).to_have_count(1)
    booth.wait_for_function("window.buzzed?.length > 1")
    seen(kiosk, shots, "called")
    seen(booth, shots, "call")
    booth.get_by_text("我去").click()
    expect(booth.locator("#calls")).to_contain_text("您去：3号摊的触摸屏")
    expect(other.locator("#calls")).to_contain_text("居民义诊的志愿者去了")
    expect(other.locator("#calls button")).to_have_count(0)
    expect(kiosk.locator("#help-title")).to_have_text("志愿者来了")
    expect(kiosk.locator("#help-line")).to_have_text("来的是居民义诊的志愿者")
    seen(kiosk, shots, "coming")
    seen(other, shots, "taken")


def test_ringing_again_is_one_call_and_going_home_leaves_it(windows: Windows, day: Server) -> None:
    kiosk, booth = at_kiosk(windows, day), at_booth(windows, day, "clinic")
    kiosk.locator("[data-act=help]:visible").click()
    expect(booth.locator("#calls")).to_contain_text("在叫人")
    expect(kiosk.locator("#help-title")).to_have_text("已经叫人了，马上就来")
    kiosk.locator("#help-view [data-act=ring]").click()
    kiosk.wait_for_timeout(1200)
    kiosk.locator("[data-act=leave-help]").click()
    showing(kiosk, "shared")
    # Other tests' kiosks have a booth.
    mine = booth.locator("#calls .call").filter(has_not_text="号摊")
    expect(mine).to_have_count(1)
    status, body = day.request("GET", "/api/v1/calls", token=day.pair("organiser"))
    [call] = [call for call in body["calls"] if not call["ended"] and call["booth"] is None]
    assert (status, call["rings"]) == (200, 2)
    mine.get_by_text("我去").click()


def test_a_card_that_nobody_knows_offers_help_as_one_big_button(
    windows: Windows, day: Server, shots: Path | None
) -> None:
    kiosk = at_kiosk(windows, day, "tea")
    gun(kiosk, unknown_code())
    expect(kiosk.locator("#result-help")).to_be_visible()
    seen(kiosk, shots, "refused")
    kiosk.locator("#result-help").click()
    expect(kiosk.locator("#help-title")).to_have_text("已经叫人了，马上就来")
    # A second touch on the spot of the first would be taken for its echo.
    kiosk.wait_for_timeout(700)
    kiosk.locator("[data-act=leave-help]").click()
    showing(kiosk, "home")


def test_without_a_network_the_kiosk_says_so_and_goes_on_calling(
    windows: Windows, day: Server, shots: Path | None
) -> None:
    kiosk = at_kiosk(windows, day, "lecture")
    kiosk.route("**/api/v1/calls", lambda route: route.abort())
    kiosk.locator("[data-act=help]:visible").click()
    expect(kiosk.locator("#help-title")).to_have_text("请大声叫一声")
    seen(kiosk, shots, "alone")
    kiosk.unroute("**/api/v1/calls")
    expect(kiosk.locator("#help-title")).to_have_text("已经叫人了，马上就来")


@pytest.mark.parametrize("size", SIZES)
def test_the_slip_opens_the_day_and_nothing_of_it_stays(
    windows: Windows, day: Server, shots: Path | None, size: tuple[int, int]
) -> None:
    card, organiser = new_card(day), day.pair("organiser")
    for slug in ("clinic", "lecture", "chess"):
        body = {
            "scan": card["code"],
            "booth": slug,
            "nonce": f"0d0f6a52-6d6b-4d5e-9c55-{slug.encode().hex()[:12]:0>12}",
        }
        body["nonce"] = body["nonce"][:-3] + f"{size[0] % 1000:03d}"
        assert day.request("POST", "/api/v1/check-ins", body, organiser)[0] == 201
    kiosk = at_kiosk(windows, day, "tea", size=size)
    gun(kiosk, card["code"])
    expect(kiosk.locator("#result-word")).to_have_text("欢迎您")
    # This booth's seal comes last; of the ones before there is room for two.
    expect(kiosk.locator(".result__stamp")).to_have_count(3)
    expect(kiosk.locator(".result__stamp").last).to_contain_text("茶艺展示")
    seen(kiosk, shots, "welcome")
    kiosk.locator("#result-slip").click()
    showing(kiosk, "day")
    expect(kiosk.locator("#day-title")).to_have_text("您今天逛了 4 个摊")
    expect(kiosk.locator(".day__booth--seen")).to_have_count(4)
    expect(kiosk.locator(".day__booth--seen").first).to_contain_text(re.compile(r"\d:\d\d"))
    seen(kiosk, shots, "day")
    kiosk.locator("[data-act=home]:visible").click()
    showing(kiosk, "home")
    kiosk.evaluate("document.querySelector('#result-slip').dispatchEvent(new MouseEvent('click', { bubbles: true }))")
    kiosk.wait_for_timeout(300)
    showing(kiosk, "home")


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
def test_who_comes_with_a_child_reads_how(
    windows: Windows, day: Server, shots: Path | None, size: tuple[int, int]
) -> None:
    kiosk = at_kiosk(windows, day, "clinic", size=size)
    kiosk.locator("[data-act=together]:visible").click()
    expect(kiosk.get_by_text("带孩子来的：大人带着，一起数")).to_be_visible()
    seen(kiosk, shots, "party")
