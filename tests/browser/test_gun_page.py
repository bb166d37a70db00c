"""The page on which a gun is tried: what it says of good guns and bad ones, to a person who has just plugged one in."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kiosk.gun import PRACTICE
from tests.browser.conftest import Windows
from tests.browser.seeing import faults, press_keys
from tests.running import Server

pytestmark = pytest.mark.browser

LAPTOP, PHONE = (1440, 900), (390, 844)
CARD = PRACTICE


def opened(windows: Windows, day: Server, size: tuple[int, int] = LAPTOP, language: str = "zh-CN") -> Page:
    return windows.open(*size, language=language, address=f"{day.address}/gun")


@pytest.mark.parametrize(
    ("text", "more", "word", "end", "notes"),
    [
        (f"{CARD}\r", {}, "这把枪能用", "回车", []),
        (f"{CARD}\t", {}, "这把枪能用", "Tab", []),
        (CARD, {}, "这把枪能用", "什么都没有", ["没有回车"]),
        (f"QR{CARD}\r", {}, "这把枪能用", "回车", ["多了几个字"]),
        (f"{CARD}\r", {"key": "Process"}, "这把枪能用", "回车", ["输入法"]),
        (f"{CARD}\r", {"key": "é"}, "这把枪能用", "回车", ["美国英语"]),
        (f"{CARD[:-3]}\r", {}, "没读全", "–", []),
        (f"{CARD[:-1]}9\r", {}, "不是邻里卡的码", "–", []),
        ("abcdefgh\r", {}, "没有数字", "–", []),
    ],
)  # fmt: skip
def test_what_a_gun_types_is_told(
    windows: Windows, day: Server, text: str, more: dict[str, object], word: str, end: str, notes: list[str]
) -> None:
    page = opened(windows, day)
    press_keys(page, text, **more)
    expect(page.locator("#verdict-word")).to_have_text(word)
    expect(page.locator("#saw-end")).to_have_text(end)
    expect(page.locator("#notes li")).to_have_count(len(notes))
    for each in notes:
        expect(page.locator("#notes")).to_contain_text(each)


def test_gun_that_is_too_slow_is_told_so(windows: Windows, day: Server) -> None:
    page = opened(windows, day)
    press_keys(page, f"{CARD}\r", gap=0.09)
    expect(page.locator("#verdict-word")).to_have_text("字出来得太慢")


def test_gun_that_repeats_itself_is_told_that_it_counts_once(windows: Windows, day: Server) -> None:
    page = opened(windows, day)
    press_keys(page, f"{CARD}\r")
    expect(page.locator("#verdict-word")).to_have_text("这把枪能用")
    press_keys(page, f"{CARD}\r")
    expect(page.locator("#verdict-word")).to_have_text("一张扫了两下")


def test_two_guns_at_once_are_told_so(windows: Windows, day: Server) -> None:
    page = opened(windows, day)
    press_keys(page, "".join(one + other for one, other in zip(CARD, CARD[::-1], strict=True)) + "\r7\r")
    expect(page.locator("#verdict-word")).to_have_text("两把枪一起响了")


def test_nothing_leaves_the_page(windows: Windows, day: Server) -> None:
    page = opened(windows, day)
    asked: list[str] = []
    page.on("request", lambda request: "/static/" in request.url or asked.append(request.url))
    press_keys(page, f"{CARD}\r")
    expect(page.locator("#verdict-word")).to_have_text("这把枪能用")
    assert asked == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("size", [LAPTOP, PHONE])
def test_the_page_is_whole(
    windows: Windows, day: Server, size: tuple[int, int], language: str, shots: Path | None
) -> None:
    page = opened(windows, day, size, language)
    assert faults(page) == {}
    for count, text in enumerate((f"QR{CARD}", f"{CARD[:-3]}\r")):
        press_keys(page, text)
        expect(page.locator("#saw")).to_be_visible()
        page.wait_for_timeout(400)
        if shots:
            page.screenshot(path=shots / f"{size[0]}-{language}-{count}.png", full_page=True)
        assert faults(page) == {}
    page.emulate_media(media="print")
    if shots:
        page.pdf(path=shots / f"{language}.pdf", format="A4")
    expect(page.locator("#verdict")).to_be_hidden()
