"""A kiosk at arm's length: millimetres told by a bank card, the organiser's way in, buttons in the lower half."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Windows
from tests.browser.seeing import barriers, faults, gun
from tests.browser.test_kiosk import at_kiosk, new_card, showing
from tests.running import Server

pytestmark = pytest.mark.browser

LANDSCAPE, PORTRAIT, TABLET = (1920, 1080), (1080, 1920), (1280, 800)
LANGUAGES = ["zh-CN", "en"]
PASSWORD = "shiliu-2750-huai-118"


def hold_mark(page: Page, seconds: float) -> None:
    """Hold the mark in the header."""
    box = page.locator(".kiosk__mark").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.wait_for_timeout(seconds * 1000)
    page.mouse.up()


def set_up(page: Page, **kept: object) -> None:
    """Give a screen its settings, as an organiser's visit leaves them."""
    page.evaluate("(kept) => localStorage.setItem('laojiefang.screen', JSON.stringify(kept))", kept)
    page.reload()
    expect(page.locator('#page')).to_have_attribute('data-view', re.compile('home|shared'), timeout=10_000)


def shoot(page: Page, shots: Path | None, name: str) -> None:
    if shots:
        page.wait_for_timeout(400)
        page.screenshot(path=shots / f"{name}.png")


def test_try(windows: Windows, day: Server, shots: Path | None) -> None:
    for size in (PORTRAIT, LANDSCAPE, TABLET):
        page = at_kiosk(windows, day, "clinic", size=size)
        hold_mark(page, 5.3)
        showing(page, "unlock")
        shoot(page, shots, f"unlock-{size[0]}")
        page.evaluate("import('/static/js/kiosk/views.js').then((v) => v.show('own')).catch(() => {})")
        page.wait_for_timeout(300)
        print(page.locator("#page").get_attribute("data-view"))
        shoot(page, shots, f"own-{size[0]}")
        page.locator("[data-own=measure]").click()
        shoot(page, shots, f"measure-{size[0]}")
        for reader in ("left", "right", "above"):
            set_up(page, reader=reader)
            shoot(page, shots, f"home-{reader}-{size[0]}")
    for booths in (("clinic",), ()):
        page = at_kiosk(windows, day, *booths, size=PORTRAIT)
        set_up(page, low=True)
        shoot(page, shots, f"low-{len(booths)}")
