"""The board in a real browser, against the real server."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Windows
from tests.browser.seeing import faults, gun
from tests.browser.test_booth import at_booth, new_cards, visits
from tests.cast import item
from tests.running import Server

pytestmark = pytest.mark.browser

TELEVISION = (1920, 1080)
UPRIGHT = (1080, 1920)
SIZES = [TELEVISION, UPRIGHT, (1280, 720), (390, 844)]
BARRED = "window.WebSocket = class { constructor() { throw new Error('barred'); } };"
# A module in place of the socket: the test hands in snapshots of its own.
FROM_THE_TEST = (
    "export function watch({ onSnapshot, onStale }) { window.shown = onSnapshot; window.goStale = onStale; }"
)


def count(page: Page, what: str) -> int:
    """Return a figure that the board shows."""
    return int(page.locator(f"#{what}").inner_text())


def row(page: Page, slug: str) -> int:
    """Return a booth's figure on the board."""
    return int(page.locator(f"[data-slug={slug}] .row__figure").inner_text())


def raw_count(server: Server) -> tuple[int, int]:
    """Return persons and distinct visitors, straight from the visits table."""
    with closing(sqlite3.connect(server.data / "festival.db")) as db:
        query = "SELECT coalesce(sum(party), 0), count(DISTINCT visitor_id) FROM visits WHERE undone_at IS NULL"
        persons, people = db.execute(query).fetchone()
    return int(persons), int(people)


def watching(windows: Windows, server: Server, size: tuple[int, int] = TELEVISION, language: str = "zh-CN") -> Page:
    """Return a board that has had its first snapshot."""
    page = windows.open(*size, language=language, address=f"{server.address}/board")
    expect(page.locator("#page")).to_have_attribute("data-fresh", "fresh")
    return page


def snapshot(server: Server, **changes: Any) -> dict[str, Any]:
    """Return the server's snapshot with other figures."""
    _, board = server.request("GET", "/api/v1/board")
    for number, booth in enumerate(board["booths"]):
        booth["visits"] = changes.get("each", 37) + 7 * number
    while len(board["booths"]) < changes.get("booths", 12):
        number = len(board["booths"])
        board["booths"].append(board["booths"][number % 12] | {"slug": f"more-{number}", "number": number + 1})
    for key in ("people", "visits", "last_hour"):
        board[key] = changes.get(key, 214)
    board["in_venue"] = {"estimate": changes.get("here", 96)}
    return dict(board)


def hand_in(route: Route) -> None:
    """Answer the module that brings snapshots with one that waits for the test's."""
    route.fulfill(body=FROM_THE_TEST, content_type="text/javascript")


def showing(windows: Windows, server: Server, size: tuple[int, int], language: str, **changes: Any) -> Page:
    """Return a board that shows a snapshot of the test's own."""
    page = windows.open(*size)
    page.route("**/board/snapshots.js*", hand_in)
    if language == "en":
        page.context.add_cookies([{"name": "language", "value": "en", "url": server.address}])
    page.goto(f"{server.address}/board")
    page.evaluate("(snapshot) => window.shown(snapshot)", snapshot(server, **changes))
    return page


def test_board_follows_a_scan_and_its_undo_without_a_reload(windows: Windows, day: Server) -> None:
    [card] = new_cards(day, 1)
    board, booth = watching(windows, day), at_booth(windows, day, "clinic")
    people, persons, here = count(board, "people"), count(board, "visits"), row(board, "clinic")
    gun(booth, card["code"])
    expect(board.locator("#people")).to_have_text(str(people + 1))
    expect(board.locator("#visits")).to_have_text(str(persons + 1))
    expect(board.locator("[data-slug=clinic] .row__wall--lit")).to_have_count(1)
    expect(board.locator(".row__wall--lit")).to_have_count(0)
    booth.locator("[data-undo]").first.click(timeout=4000)
    expect(board.locator("[data-slug=clinic] .row__figure")).to_have_text(str(here))
    expect(board.locator("#people")).to_have_text(str(people))


def test_board_equals_the_api_and_a_raw_count(windows: Windows, day: Server) -> None:
    organiser, cards = day.pair("organiser"), new_cards(day, 12)
    items = [item(card["code"], slug) for card in cards for slug in ("clinic", "tea", "stage")]
    items += [item(None, "tea", party=5), item(None, "lecture", party=2)]
    day.request("POST", "/api/v1/check-ins/batch", {"check_ins": items}, organiser)
    board = watching(windows, day)
    _, value = day.request("GET", "/api/v1/board")
    shown = {booth["slug"]: row(board, booth["slug"]) for booth in value["booths"]}
    assert shown == {booth["slug"]: booth["visits"] for booth in value["booths"]}
    assert (count(board, "visits"), count(board, "people")) == (value["visits"], value["people"]) == raw_count(day)


@pytest.mark.parametrize("how", ["thrown out", "closed at once"])
def test_board_goes_on_by_polling_where_websockets_are_barred(windows: Windows, day: Server, how: str) -> None:
    page = windows.open(*TELEVISION)
    if how == "thrown out":
        page.add_init_script(BARRED)
    else:
        page.route_web_socket("**", lambda socket: socket.close(code=1011))
    page.goto(f"{day.address}/board")
    expect(page.locator("#page")).to_have_attribute("data-fresh", "fresh", timeout=9000)
    booth, before = at_booth(windows, day, "tea"), visits(day, "tea")
    booth.locator("[data-act=walk-in]").click()
    expect(page.locator("[data-slug=tea] .row__figure")).to_have_text(str(before + 1))


def test_board_says_that_it_is_stale_and_goes_on_by_itself(windows: Windows, tmp_path: Path) -> None:
    server = Server(tmp_path / "data").start()
    try:
        page = watching(windows, server)
        page.evaluate("async () => { await document.fonts.ready; }")
        server.kill()
        expect(page.locator("#fresh")).to_contain_text("断线，停在", timeout=9000)
        assert faults(page) == {}
        server.start()
        expect(page.locator("#fresh")).to_contain_text("刚更新", timeout=15000)
        token = server.pair("booth", "clinic")
        server.request("POST", "/api/v1/check-ins", item(None, "clinic", party=3), token)
        expect(page.locator("#visits")).to_have_text("3")
    finally:
        server.kill()


def test_board_that_never_had_a_snapshot_says_so(windows: Windows, day: Server) -> None:
    page = windows.open(*TELEVISION)
    page.route("**/socket.io/**", lambda route: route.abort())
    page.add_init_script(BARRED)
    page.goto(f"{day.address}/board")
    expect(page.locator("#fresh")).to_have_text("还没连上", timeout=9000)


def test_clock_is_the_festivals_own(windows: Windows, day: Server) -> None:
    page = showing(windows, day, TELEVISION, "zh-CN")
    page.evaluate("(snapshot) => window.shown(snapshot)", snapshot(day) | {"at": "2026-10-24T02:42:07.120Z"})
    expect(page.locator("#fresh")).to_have_text("10:42 刚更新")


@pytest.mark.parametrize(
    ("here", "told"),
    [
        (899, "在场估计 899 人"),
        (900, "在场估计 900 人，快到千人"),
        (999, "在场估计 999 人，快到千人"),
        (1000, "在场估计 1000 人，过千人了"),
    ],
)
def test_organisers_are_warned_before_they_need_a_permit(windows: Windows, day: Server, here: int, told: str) -> None:
    page = showing(windows, day, TELEVISION, "zh-CN", here=here)
    expect(page.locator("#venue")).to_have_text(told)
    expect(page.locator("#crowd-icon")).to_be_visible(visible=here >= 900)


WALL = """(element) => {
  const right = Number.parseFloat(element.style.clipPath.split(" ")[1]);
  return element.clientWidth * (100 - right) / 100;
}"""


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_state_hides_nothing_of_its_wall(windows: Windows, day: Server, language: str) -> None:
    page = showing(windows, day, TELEVISION, language)
    board = snapshot(day)
    for booth, state in zip(board["booths"], [{"open": False}, {"open": True, "left": 0}] * 6, strict=True):
        booth |= state
    page.evaluate("(snapshot) => window.shown(snapshot)", board)
    for booth in board["booths"]:
        row = page.locator(f"[data-slug={booth['slug']}]")
        wall, chip = row.locator(".row__wall").first.bounding_box(), row.locator(".row__chip").bounding_box()
        assert wall
        assert chip
        built = wall["x"] + row.locator(".row__wall").first.evaluate(WALL)
        assert chip["x"] >= built - 1 or chip["y"] + chip["height"] <= wall["y"] + 1, booth["slug"]


@pytest.mark.parametrize("people", [214, 2140])
@pytest.mark.parametrize("screen", [TELEVISION, UPRIGHT], ids=["lying", "upright"])
def test_figures_are_as_large_as_ten_metres_ask_for(
    windows: Windows, day: Server, screen: tuple[int, int], people: int
) -> None:
    page = showing(windows, day, screen, "zh-CN", people=people, visits=3 * people, each=people // 3)
    size = "(element) => Number.parseFloat(getComputedStyle(element).fontSize)"
    digits = 0.733  # how high Noto Sans' digits are in their size
    assert page.locator("#people").evaluate(size) * digits >= 190
    assert page.locator("[data-slug=clinic] .row__figure").evaluate(size) * digits >= 73
    row_words = ("[data-slug=clinic] .row__name", "[data-slug=clinic] .plate__digit")
    for words in (".top__title", "#venue", "#fresh", ".hero__label", "#last-hour", *row_words):
        assert page.locator(words).first.evaluate(size) >= 72.9, words


def test_more_than_sixteen_booths_turn_pages(windows: Windows, day: Server) -> None:
    page = windows.open(*TELEVISION)
    page.clock.install()
    page.route("**/board/snapshots.js*", hand_in)
    page.goto(f"{day.address}/board")
    page.evaluate("(snapshot) => window.shown(snapshot)", snapshot(day, booths=19))
    expect(page.locator(".row:visible")).to_have_count(10)
    expect(page.locator("[data-slug=clinic]")).to_be_visible()
    page.clock.fast_forward(10_100)
    expect(page.locator(".row:visible")).to_have_count(9)
    expect(page.locator("[data-slug=clinic]")).to_be_hidden()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_board_that_stays_stale_says_where_the_new_address_stands(
    windows: Windows, day: Server, size: tuple[int, int], language: str, shots: Path | None
) -> None:
    page = windows.open(*size)
    page.clock.install()
    page.route("**/board/snapshots.js*", hand_in)
    page.context.add_cookies([{"name": "language", "value": language, "url": day.address}])
    page.goto(f"{day.address}/board")
    page.evaluate("(snapshot) => window.shown(snapshot)", snapshot(day))
    page.evaluate("() => window.goStale()")
    page.clock.run_for(19_000)
    expect(page.locator("#lost")).to_be_hidden()
    page.clock.run_for(1_500)
    expect(page.locator("#lost")).to_be_visible()
    expect(page.locator("#venue")).to_be_hidden()
    if shots:
        page.screenshot(path=shots / "lost.png")
    assert faults(page) == {}
    page.evaluate("(snapshot) => window.shown(snapshot)", snapshot(day))
    expect(page.locator("#lost")).to_be_hidden()
    expect(page.locator("#venue")).to_be_visible()


CROWDS: dict[str, dict[str, int]] = {
    "usual": {},
    "empty": {"people": 0, "visits": 0, "last_hour": 0, "each": 0},
    "thousands": {"people": 2140, "visits": 6550, "last_hour": 1880, "each": 990},
    "sixteen": {"booths": 16},
    "near": {"booths": 16, "here": 912},
    "over": {"here": 1012},
}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_no_word_is_cut_off_or_covered(
    windows: Windows, day: Server, size: tuple[int, int], language: str, shots: Path | None
) -> None:
    wrong: dict[str, Any] = {}
    for name, changes in CROWDS.items():
        page = showing(windows, day, size, language, **changes)
        for state in ("fresh", "stale"):
            if state == "stale":
                page.evaluate("() => window.goStale()")
            found = faults(page)
            if found:
                wrong[f"{name} {state}"] = found
            if shots:
                page.screenshot(path=shots / f"{name}-{state}.png", full_page=size[0] < 500)
        page.context.close()
    assert wrong == {}


def test_closed_day_says_so(windows: Windows, tmp_path: Path) -> None:
    server = Server(tmp_path / "data").start()
    try:
        page = watching(windows, server)
        expect(page.locator("#over")).to_be_hidden()
        assert server.request("POST", "/api/v1/edition/close", {}, server.pair("organiser"))[0] == 204
        expect(page.locator("#over")).to_have_text("今天收摊了")
        assert faults(page) == {}
    finally:
        server.kill()
