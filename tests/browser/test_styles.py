"""Every part of the look in every state, theme and language: whole, legible, and open to a screen reader."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from kiosk.styles import FACES, THEMES
from tests.browser.conftest import Windows
from tests.browser.seeing import faults
from tests.running import Server

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A festival whose server shows its parts."""
    running = Server(tmp_path_factory.mktemp("styles") / "data", options=("--styles",)).start()
    yield running
    running.kill()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("face", FACES)
def test_each_part_is_whole(
    windows: Windows, drawn: Server, face: str, theme: str, language: str, shots: Path | None
) -> None:
    address = f"{drawn.address}/styles?face={face}&theme={theme}"
    page = windows.open(1440, 900, language=language, address=address)
    if shots:
        page.screenshot(path=shots / f"{face}-{theme}-{language}.png", full_page=True)
    assert faults(page) == {}


def test_the_parts_are_shown_where_they_were_asked_for_alone(chromium: Browser, day: Server, drawn: Server) -> None:
    page = chromium.new_page()
    for address, status in ((day.address, 404), (drawn.address, 200)):
        answer = page.request.get(f"{address}/styles")
        assert answer.status == status
    assert page.request.get(f"{drawn.address}/styles?face=none").status == 404
    page.context.close()
