"""A shared kiosk at a festival of more booths than its screen holds."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.seeing import faults, gun
from tests.browser.test_kiosk import (
    LANDSCAPE,
    LANGUAGES,
    PORTRAIT,
    TABLET,
    at_kiosk,
    measured,
    new_card,
    showing,
    visits,
)
from tests.browser.test_kiosk_reach import set_up
from tests.running import Server

pytestmark = pytest.mark.browser
MORE = 18  # beside the example's twelve: thirty


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A festival of thirty booths."""
    server = Server(tmp_path_factory.mktemp("large") / "data").start()
    organiser = server.pair("organiser")
    for number in range(13, 13 + MORE):
        booth = {"slug": f"booth-{number}", "number": number, "name": "老式缝补和改衣裳", "short_name": "缝补"}
        booth |= {"name_en": f"Mending and alterations {number}"}
        assert server.request("POST", "/api/v1/booths", booth, organiser)[0] == 201
    yield server
    server.kill()


def others(page: Page) -> None:
    """Touch the tile that leads to more booths."""
    page.locator(".tile--others").click()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("size", "mm"), [(LANDSCAPE, 4), (PORTRAIT, 4), (TABLET, 4), (TABLET, 5.9), (PORTRAIT, 8)])
def test_thirty_booths_are_read_and_touched_a_screenful_at_a_time(
    windows: Windows, large: Server, size: tuple[int, int], mm: float, language: str, shots: Path | None
) -> None:
    page = at_kiosk(windows, large, size=size, language=language)
    seen: list[str] = []
    wrong: dict[int, object] = {}
    set_up(page, dots=mm)
    while len(seen) < 30:
        shown = page.locator("[data-slug]").evaluate_all("(tiles) => tiles.map((tile) => tile.dataset.slug)")
        if shots:
            page.screenshot(path=shots / f"{len(seen)}.png")
        if found := faults(page) | measured(page, mm):
            wrong[len(seen)] = found
        assert not set(seen) & set(shown)
        seen += shown
        others(page)
    assert len(seen) == 30
    expect(page.locator(f"[data-slug={seen[0]}]")).to_be_visible()
    assert wrong == {}


@pytest.mark.parametrize("is_turned_first", [True, False])
def test_a_booth_of_the_second_screen_takes_the_card(windows: Windows, large: Server, is_turned_first: bool) -> None:
    page, before = at_kiosk(windows, large, size=TABLET), visits(large, "booth-30")
    if is_turned_first:
        others(page)
    gun(page, new_card(large)["code"])
    expect(page.locator("#shared-read")).to_be_visible()
    if not is_turned_first:
        others(page)
    page.locator("[data-slug=booth-30]").click()
    expect(page.locator("#page")).to_have_class("kiosk__page state state--welcome")
    assert visits(large, "booth-30") == before + 1


def test_the_next_person_finds_the_first_screen(windows: Windows, large: Server) -> None:
    page = at_kiosk(windows, large, size=TABLET)
    page.clock.install()
    page.reload()
    showing(page, "shared")
    others(page)
    expect(page.locator("[data-slug=booth-30]")).to_be_visible()
    page.clock.run_for(41_000)
    showing(page, "still")
    page.clock.run_for(21_000)
    showing(page, "shared")
    expect(page.locator("[data-slug=booth-30]")).to_be_hidden()
    expect(page.locator("[data-slug=clinic]")).to_be_visible()
