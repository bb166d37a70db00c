"""A booth page that is opened while the server is away, one whose browser was killed, and one whose clock is wrong."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from tests.browser.conftest import Windows, executable
from tests.browser.seeing import gun
from tests.browser.test_booth import PHONE, at_booth, new_cards, visits
from tests.browser.test_offline import away, scanned, settled
from tests.running import Server

pytestmark = pytest.mark.browser

OPENED_WITHIN = 30_000
# Whether the browser keeps the page and each script that it used.
IS_KEPT = """
async () => {
  const used = performance.getEntriesByType("resource").map(({ name }) => name);
  const own = used.filter((url) => url.startsWith(`${location.origin}/static/js/`));
  const kept = new Set((await (await caches.open("laojiefang-booth")).keys()).map(({ url }) => url));
  return own.length > 0 && [`${location.origin}/booth`, ...own].every((url) => kept.has(url));
}
"""
TWO_HOURS = timedelta(hours=2)
WRONG_CLOCK = """
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...given) { if (given.length) super(...given); else super(Real.now() + WRONG); }
    static now() { return Real.now() + WRONG; }
  };
"""


def kept_by_the_browser(page: Page) -> None:
    """Wait until the service worker has the page and the files that it used."""
    until = time.monotonic() + OPENED_WITHIN / 1000
    while not page.evaluate(IS_KEPT):
        assert time.monotonic() < until, "the page was not kept"
        page.wait_for_timeout(200)


def test_page_is_opened_while_the_server_is_away_and_scans_come_through(windows: Windows, server: Server) -> None:
    first, second = (card["code"] for card in new_cards(server, 2))
    page = at_booth(windows, server, "clinic")
    kept_by_the_browser(page)
    scanned(page, first, "欢迎")
    away(page, server)
    page.close()
    page = page.context.new_page()
    page.goto(f"{server.address}/booth", timeout=OPENED_WITHIN)
    expect(page.locator("#name")).to_have_text("居民义诊", timeout=OPENED_WITHIN)
    scanned(page, first, "来过啦")
    scanned(page, second, "记下了")
    server.start()
    settled(page, server, 2)


@contextmanager
def with_profile(chromium: Browser, profile: Path) -> Iterator[BrowserContext]:
    """A browser that keeps its things in a folder, as a phone's does."""
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    context = chromium.browser_type.launch_persistent_context(
        profile, executable_path=executable(), args=arguments, locale="zh-CN", viewport={"width": 390, "height": 844}
    )
    yield context
    # One that was killed is not there to be closed.
    with suppress(Error):
        context.close()


def kill_browser(profile: Path) -> None:
    """Kill the browser of a profile as an empty battery does."""
    listed = subprocess.run(["pgrep", "-f", f"user-data-dir={profile}"], capture_output=True, text=True, check=True)
    for process in listed.stdout.split():
        # The first takes others along.
        with suppress(ProcessLookupError):
            os.kill(int(process), signal.SIGKILL)


@pytest.mark.skipif(sys.platform != "linux", reason="finds the browser's processes by pgrep")
def test_scans_outlive_a_browser_that_is_killed(chromium: Browser, server: Server, tmp_path: Path) -> None:
    cards, profile = [card["code"] for card in new_cards(server, 3)], tmp_path / "profile"
    with with_profile(chromium, profile) as context:
        page = context.pages[0]
        page.goto(f"{server.address}/booth#pair={server.invite('booth', 'clinic')}")
        expect(page.locator("#name")).to_have_text("居民义诊", timeout=OPENED_WITHIN)
        away(page, server)
        for code in cards:
            scanned(page, code, "记下了")
        kill_browser(profile)
    server.start()
    with with_profile(chromium, profile) as context:
        page = context.pages[0]
        page.goto(f"{server.address}/booth")
        settled(page, server, 3)


@pytest.mark.parametrize("wrong", [TWO_HOURS, -TWO_HOURS])
def test_clock_that_is_two_hours_wrong_is_corrected_and_told(
    windows: Windows, server: Server, wrong: timedelta
) -> None:
    at_once, later = (card["code"] for card in new_cards(server, 2))
    page = windows.open(*PHONE)
    page.add_init_script(WRONG_CLOCK.replace("WRONG", str(int(wrong.total_seconds() * 1000))))
    page.goto(f"{server.address}/booth#pair={server.invite('booth', 'clinic')}")
    expect(page.locator("#name")).to_have_text("居民义诊")
    expect(page.locator("#clock-text")).to_contain_text("120 分钟")
    gun(page, at_once)
    expect(page.locator("#result-word")).to_have_text("欢迎")
    away(page, server)
    scanned(page, later, "记下了")
    server.start()
    settled(page, server, 2)
    with closing(sqlite3.connect(server.data / "festival.db")) as db:
        times = db.execute("SELECT at, scanned_at FROM visits ORDER BY id").fetchall()
    now = datetime.now().timestamp() * 1000
    for at, raw in times:
        assert abs(at - now) < 120_000
        assert abs(raw - now - wrong.total_seconds() * 1000) < 120_000
    assert visits(server, "clinic") == 2
