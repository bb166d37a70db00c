"""What the laptop shows when the festival is started for the first time: the page that its own browser is sent to."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Windows
from tests.browser.seeing import faults
from tests.running import Server, opened, stand_in

pytestmark = pytest.mark.browser
LAPTOP, WIDE, NARROW = (1440, 900), (1920, 1080), (390, 844)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Start a festival for the first time, on a laptop with a screen; what its browser was given to open."""
    server = Server(tmp_path / "data", options=("--host", "0.0.0.0"), environment=stand_in(tmp_path)).start()
    yield opened(tmp_path)
    server.kill()


@pytest.mark.parametrize("size", [LAPTOP, WIDE, NARROW])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_first_page_shows_the_password_once_and_lets_an_organiser_in(
    windows: Windows, address: str, size: tuple[int, int], language: str, shots: Path | None
) -> None:
    page = windows.open(*size, language=language, address=address)
    password = page.locator(".password").inner_text()
    found = {"first": faults(page)}
    if shots:
        page.screenshot(path=shots / "first.png")
    if size != NARROW:
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "it does not fit on the screen"
    page.reload()
    assert password not in page.content()
    expect(page.locator(".password--command")).to_contain_text("start.py password")
    found["again"] = faults(page)
    if shots:
        page.screenshot(path=shots / "again.png")
    page.click("a.button--accent")
    page.fill("input[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin")
    assert {state: wrong for state, wrong in found.items() if wrong} == {}
