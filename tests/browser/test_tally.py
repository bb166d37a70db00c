"""Paper in a real browser: typed, looked over, mended, entered once, though the button is pressed twice."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Windows
from tests.browser.seeing import faults
from tests.browser.test_admin import DESK, PHONE, at_desk
from tests.browser.test_booth import new_cards, visits
from tests.running import Server

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("size", "language"), [(DESK, "zh-CN"), (PHONE, "zh-CN"), (DESK, "en")])
def test_paper_is_typed_mended_and_entered_once(
    windows: Windows, day: Server, size: tuple[int, int], language: str, shots: Path | None
) -> None:
    [card, other] = new_cards(day, 2)
    before = visits(day, "crafts")
    page = at_desk(windows, day, size=size, language=language)

    def seen(step: str) -> None:
        page.wait_for_timeout(200)
        if shots:
            page.screenshot(path=shots / f"tally-{step}-{size[0]}-{language}.png", full_page=True)
        assert faults(page) == {}

    page.goto(f"{day.address}/admin/tally")
    seen("empty")
    page.select_option("#f-booth", "crafts")
    page.fill("#f-lines", f"{card['short']} 0:00\n123456 0:01\n{other['short']}\n0:00 47人\n王大爷来过")
    page.click(".tally__form button")
    expect(page.locator("[id^=line-]")).to_have_count(2)
    seen("wrong")
    typed = page.input_value("#f-lines")
    page.fill("#f-lines", typed.replace("123456 0:01\n", "").replace("\n王大爷来过", ""))
    page.click(".tally__form button")
    enter = page.locator("form[action='/admin/tally'] button")
    expect(enter).to_be_visible()
    assert visits(day, "crafts") == before
    seen("right")
    enter.dblclick()
    page.wait_for_url("**/admin/tally?booth=crafts")
    expect(page.locator(".told").first).to_contain_text("49")
    seen("entered")
    assert visits(day, "crafts") == before + 49
    page.goto(f"{day.address}/admin/visits")
    seen("visits")
