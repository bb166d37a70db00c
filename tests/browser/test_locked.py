"""The kiosk as `--kiosk` opens it: a real full-screen window, real keys, and a way out for organisers alone.

The display is a virtual one, with a window manager that takes no keys of its own. Where a machine has none of these
programs (Debian: xvfb, i3-wm, xdotool), what the page itself does is tested in ``test_kiosk_reach`` all the same.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from tests.browser.conftest import BUS, executable
from tests.browser.test_kiosk import new_card, showing
from tests.browser.test_kiosk_reach import password_of, play, type_on_glass
from tests.running import Server, free_port

PROGRAMS = ("Xvfb", "i3", "i3-msg", "xdotool")
SIZE = (1080, 1920)
NO_KEYS = "# i3 config file (v4)\nfont pango:monospace 8\ndefault_border none\n"
# The browser as it is opened on the day, with a hole through which a test looks in.
LAUNCHER = '#!/bin/sh\nexec "{program}" {arguments} --remote-debugging-port={port} "$@"\n'
WITHIN = 30.0

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not all(map(shutil.which, PROGRAMS)), reason=f"needs a virtual display: {', '.join(PROGRAMS)}"),
]


@pytest.fixture(scope="module")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A display of a kiosk's size, with a window manager."""
    config = tmp_path_factory.mktemp("display") / "config"
    config.write_text(NO_KEYS, encoding="utf-8")
    reading, writing = os.pipe()
    size = "x".join(map(str, (*SIZE, 24)))
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp"]
    with ExitStack() as running:
        xvfb = subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL)
        running.callback(end, xvfb)
        name = ":" + os.read(reading, 16).decode().strip()
        manager = subprocess.Popen(
            ["i3", "-c", str(config)], env=os.environ | {"DISPLAY": name}, stderr=subprocess.DEVNULL
        )
        running.callback(end, manager)
        yield name


def end(process: "subprocess.Popen[bytes]") -> None:
    """End a program and wait until it is gone."""
    process.kill()
    process.wait(timeout=10)


@dataclass
class Glass:
    """The locked window: what a person does to it, and what a test sees of it."""

    server: Server
    chromium: Browser
    display: str
    hole: int

    def look(self) -> Page:
        """Return the page on the glass, once the browser is there."""
        until = time.monotonic() + WITHIN
        while True:
            try:
                browser = self.chromium.browser_type.connect_over_cdp(f"http://127.0.0.1:{self.hole}")
                return browser.contexts[0].pages[0]
            except (Error, IndexError):
                assert time.monotonic() < until, "the full-screen browser did not open"
                time.sleep(0.2)

    def do(self, *words: str) -> str:
        """Let xdotool move the mouse, or press keys, as the hardware would."""
        return self.run("xdotool", *words)

    def run(self, *command: str) -> str:
        """Run a program on the display; return what it printed."""
        environment = os.environ | {"DISPLAY": self.display}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    def is_open(self) -> bool:
        """Whether the browser answers."""
        try:
            self.chromium.browser_type.connect_over_cdp(f"http://127.0.0.1:{self.hole}", timeout=1000).close()
        except Error:
            return False
        return True


@pytest.fixture
def glass(tmp_path: Path, display: str, chromium: Browser) -> Iterator[Glass]:
    """A festival that was started with `--kiosk`, and its window."""
    hole, program = free_port(), executable() or chromium.browser_type.executable_path
    launcher = tmp_path / "bin" / "chromium"
    launcher.parent.mkdir()
    arguments = "--no-sandbox" if os.geteuid() == 0 else ""
    launcher.write_text(LAUNCHER.format(program=program, arguments=arguments, port=hole), encoding="utf-8")
    launcher.chmod(0o755)
    environment = BUS | {
        "DISPLAY": display,
        "PATH": f"{launcher.parent}{os.pathsep}{os.environ['PATH']}",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    server = Server(tmp_path / "data", options=("--kiosk",), environment=environment).start()
    seen = Glass(server, chromium, display, hole)
    try:
        yield seen
    finally:
        server.kill()
        subprocess.run(["pkill", "-f", f"remote-debugging-port={hole}"], check=False)


def paired(glass: Glass, slug: str) -> Page:
    """Pair the kiosk on the glass with a booth, as its address does."""
    page = glass.look()
    page.goto("about:blank")
    page.goto(f"{glass.server.address}/kiosk#pair={glass.server.invite('kiosk', slug)}")
    showing(page, "home")
    page.evaluate("window.stayed = true")
    return page


def stays(page: Page) -> None:
    """Assert that the same page fills the whole glass, at its own scale."""
    assert page.evaluate("window.stayed") is True
    assert page.evaluate("[innerWidth, innerHeight, visualViewport.scale]") == [*SIZE, 1]
    assert page.url.split("#")[0].endswith("/kiosk")
    assert len(page.context.pages) == 1


LEAVING = """Escape F11 F1 F3 F6 F7 F12 alt+Left alt+Right alt+Home alt+d alt+f BackSpace
XF86Back XF86Forward XF86HomePage ctrl+w ctrl+F4 ctrl+q
ctrl+shift+q ctrl+t ctrl+n ctrl+shift+n ctrl+l ctrl+o ctrl+p ctrl+s ctrl+u ctrl+h ctrl+j ctrl+d
ctrl+shift+i ctrl+shift+j ctrl+shift+o ctrl+shift+Delete ctrl+plus ctrl+minus ctrl+Tab ctrl+shift+Tab"""


def test_no_key_leads_out_and_a_gun_is_read_all_the_same(glass: Glass, shots: Path | None) -> None:
    page = paired(glass, "clinic")
    for key in LEAVING.split():
        glass.do("key", "--clearmodifiers", key)
        page.wait_for_timeout(60)
        stays(page)
    card = new_card(glass.server)
    glass.do("type", "--delay", "4", card["code"])
    glass.do("key", "Return")
    expect(page.locator("#result-word")).to_have_text("欢迎您")
    if shots:
        page.screenshot(path=shots / "locked.png")
    stays(page)


def test_no_finger_leads_out(glass: Glass) -> None:
    page = paired(glass, "clinic")
    play(page, (3, 80), (1077, -80))
    # The mouse, which some glass pretends to be: a long press, a menu's button, the wheel with Ctrl.
    glass.do("mousemove", "540", "500", "mousedown", "1")
    page.wait_for_timeout(1500)
    glass.do("mouseup", "1", "click", "3", "keydown", "ctrl", "click", "4", "click", "4", "keyup", "ctrl")
    glass.do("mousemove", "300", "520", "mousedown", "1", "mousemove", "800", "900", "mouseup", "1")
    page.wait_for_timeout(500)
    windows = glass.do("search", "--onlyvisible", "--class", "chrom").split()
    assert len(windows) == 1, "a menu is open"
    assert page.evaluate("getSelection().toString()") == ""
    stays(page)
    page.evaluate("history.back()")
    page.wait_for_timeout(300)
    stays(page)
    showing(page, "home")


def test_window_that_the_desktop_closed_is_opened_again(glass: Glass) -> None:
    page = paired(glass, "clinic")
    # As Alt+F4 does where a desktop has it, which no page can bar.
    with page.expect_event("close", timeout=20_000):
        glass.run("i3-msg", "kill")
    again = glass.look()
    showing(again, "home")
    again.evaluate("window.stayed = true")
    stays(again)


def test_organiser_goes_out_with_the_password_alone(glass: Glass) -> None:
    page = paired(glass, "clinic")
    box = page.locator(".kiosk__mark").bounding_box()
    assert box
    glass.do("mousemove", str(round(box["x"] + box["width"] / 2)), str(round(box["y"] + box["height"] / 2)))
    glass.do("mousedown", "1")
    page.wait_for_timeout(5400)
    glass.do("mouseup", "1")
    showing(page, "unlock")
    type_on_glass(page, password_of(glass.server))
    page.locator("[data-own=enter]").click()
    showing(page, "own")
    # It may be gone before the click is told to have been one.
    with page.expect_event("close", timeout=20_000), suppress(Error):
        page.locator("[data-own=leave]").click()
    time.sleep(3)
    assert not glass.is_open(), "the browser was opened again though an organiser ended it"
