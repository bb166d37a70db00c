"""A real Chromium for the tests: started once, a window for each test, and a page that breaks is a failure."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from launch.chromium import WINDOWLESS
from tests.running import Server

# Chromium ends itself when the bus goes away.
BUS = {"DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/dev/null", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/dev/null"}


def executable() -> str | None:
    """Return the Chromium that the checks found; None is Playwright's own."""
    named = os.environ.get("LAOJIEFANG_CHROMIUM")
    return named or shutil.which("chromium")


def windowless() -> str | None:
    """Return the Chromium that draws pages and no window: the same engine; where there is none, the other."""
    return shutil.which(WINDOWLESS) or executable()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the session."""
    os.environ.update(BUS)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        started = playwright.chromium.launch(executable_path=windowless(), args=arguments)
        yield started
        started.close()


@dataclass
class Windows:
    """Opens windows of a size and a language; what their scripts threw stands in ``errors``."""

    chromium: Browser
    errors: list[str] = field(default_factory=list)

    def open(self, width: int, height: int, *, language: str = "zh-CN", address: str = "") -> Page:
        """Return a page in a window of its own; with ``address`` it has been opened there, in ``language``."""
        context = self.chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        if language == "en":
            origin = "/".join(address.split("/")[:3])
            context.add_cookies([{"name": "language", "value": "en", "url": origin}])
        page = context.new_page()
        page.set_default_timeout(8000)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._heard)
        if address:
            page.goto(address)
        return page

    def _heard(self, message: object) -> None:
        text = str(getattr(message, "text", ""))
        # A policy that stops a script or a style is a page that is not as it was meant.
        if "Content Security Policy" in text:
            self.errors.append(text)

    def close(self) -> None:
        """Close all windows."""
        for context in list(self.chromium.contexts):
            context.close()


@pytest.fixture
def windows(chromium: Browser) -> Iterator[Windows]:
    """Windows for one test; at its end no page may have thrown."""
    opened = Windows(chromium)
    yield opened
    opened.close()
    assert opened.errors == []


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running festival that the tests of one file share."""
    running = Server(tmp_path_factory.mktemp("day") / "data").start()
    yield running
    running.kill()


@pytest.fixture
def shots(request: pytest.FixtureRequest) -> Path | None:
    """Return the folder that LAOJIEFANG_SHOTS names, for pictures to look at; None where none is wanted."""
    named = os.environ.get("LAOJIEFANG_SHOTS")
    if not named:
        return None
    folder = Path(named) / request.node.name.replace("/", "-")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
