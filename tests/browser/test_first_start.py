"""What the laptop shows when the festival is started for the first time: the page that its own browser is sent to."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Windows
from tests.browser.seeing import faults
from tests.running import Server

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(os.name != "posix", reason="the stand-in for a person's browser is a shell script"),
]
LAPTOP, WIDE, NARROW = (1440, 900), (1920, 1080), (390, 844)
WITHIN = 20.0


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Path]:
    """A festival's first start on a laptop with a screen; the file holds the address that its browser was given."""
    address, browser = tmp_path / "opened", tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > "{address}"\n', encoding="utf-8")
    browser.chmod(0o755)
    environment = {"BROWSER": f"{browser} %s", "DISPLAY": ":0"}
    server = Server(tmp_path / "data", options=("--host", "0.0.0.0"), environment=environment).start()
    until = time.monotonic() + WITHIN
    while not (address.exists() and address.read_text()):
        assert time.monotonic() < until, "no browser was opened"
        time.sleep(0.05)
    yield address
    server.kill()


@pytest.mark.parametrize("size", [LAPTOP, WIDE, NARROW])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_first_page_shows_the_password_once_and_lets_an_organiser_in(
    windows: Windows, opened: Path, size: tuple[int, int], language: str, shots: Path | None
) -> None:
    address = opened.read_text()
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
