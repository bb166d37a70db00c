"""The board at every size and number of booths, what it turns to, and a day's snapshots without growth."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.seeing import faults
from tests.browser.test_board import TELEVISION, hand_in, showing, snapshot
from tests.running import Server

pytestmark = pytest.mark.browser

SCREENS = [(1920, 1080), (3840, 2160), (1080, 1920), (2160, 3840)]
HIGH_DIGIT = 0.733  # how high Noto Sans' digits are in their size
PROGRAMME = {
    "items": [
        {"at": "09:30", "title": "开幕：社区合唱团", "place": "舞台"},
        {"at": "10:00", "title": "Tai chi for everyone", "place": "Lawn"},
        {"at": "11:15", "title": "越剧《梁山伯与祝英台》选段", "place": "后门大草坪"},
        {"at": "14:00", "title": "象棋决赛", "place": ""},
        {"at": "15:30", "title": "抽奖", "place": "舞台"},
        {"at": "16:00", "title": "大合影", "place": "牌坊"},
    ],
    "notices": ["午饭十一点半在凉亭发，凭邻里卡领，先到先得。", "A pair of glasses was found; ask at booth 3, please."],
}


def turning(windows: Windows, server: Server, size: tuple[int, int], programme: Any, **changes: Any) -> Page:
    """Return a board with a programme, whose clock the test turns."""
    page = windows.open(*size)
    page.clock.install()
    page.route("**/board/snapshots.js*", hand_in)
    page.route("**/board/programme", lambda route: route.fulfill(json=programme))
    with page.expect_response("**/board/programme"):
        page.goto(f"{server.address}/board")
    page.evaluate("(snapshot) => window.shown(snapshot)", snapshot(server, **changes))
    return page


def test_board_turns_from_booths_to_programme_and_notices_and_back(
    windows: Windows, day: Server, shots: Path | None
) -> None:
    wrong: dict[str, Any] = {}
    for size in SCREENS:
        page = turning(windows, day, size, PROGRAMME, booths=19)
        seen = []
        for side in range(7):
            sheet = page.locator("#sheets")
            seen.append("booths" if sheet.is_hidden() else sheet.inner_text().split()[0][:6])
            found = faults(page)
            if found:
                wrong[f"{size} {side}"] = found
            if shots:
                page.screenshot(path=shots / f"sheets-{size[0]}x{size[1]}-{side}.png")
            page.clock.fast_forward(10_100)
        assert seen == ["booths", "booths", "今天的节目", "今天的节目", "午饭十一点半", "A", "booths"]
        page.context.close()
    assert wrong == {}


def test_board_with_nothing_to_turn_to_stays_with_its_booths(windows: Windows, day: Server) -> None:
    page = turning(windows, day, TELEVISION, {"items": [], "notices": []})
    page.clock.fast_forward(30_000)
    expect(page.locator(".row:visible")).to_have_count(12)
    expect(page.locator("#sheets")).to_be_hidden()


def test_words_of_sheets_are_read_from_ten_metres(windows: Windows, day: Server) -> None:
    for width, height in SCREENS:
        page = turning(windows, day, (width, height), PROGRAMME)
        page.clock.fast_forward(10_100)
        for words in (".show__at", ".show__title", ".show__place", ".programme__head"):
            size = page.locator(words).first.evaluate(
                "(element) => Number.parseFloat(getComputedStyle(element).fontSize)"
            )
            assert size >= 72.9 * min(width, height) / 1080, words
        page.context.close()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("size", SCREENS, ids=lambda size: f"{size[0]}x{size[1]}")
def test_eight_to_thirty_booths_are_read_at_every_size(
    windows: Windows, day: Server, size: tuple[int, int], language: str, shots: Path | None
) -> None:
    wrong: dict[str, Any] = {}
    page = showing(windows, day, size, language)
    for booths in (8, 12, 16, 17, 30):
        board = snapshot(day, booths=booths)
        board["booths"] = board["booths"][:booths]
        board["booths"][1] |= {"open": True, "left": 0}
        board["booths"][2] |= {"open": False}
        board["booths"][3] |= {"short_name": "老式缝补手艺", "name_en": "Mending and alterations by hand"}
        page.evaluate("(snapshot) => window.shown(snapshot)", board)
        hero = page.locator("#people").evaluate("(element) => Number.parseFloat(getComputedStyle(element).fontSize)")
        found = faults(page)
        if found or hero * HIGH_DIGIT < 190 * min(size) / 1080:
            wrong[f"{booths}"] = (hero, found)
        if shots:
            page.screenshot(path=shots / f"booths-{size[0]}x{size[1]}-{language}-{booths}.png")
    assert wrong == {}


# A day's snapshots through the page's own drawing, many a frame.
DRAW = """async ([first, from, to]) => {
  for (let at = from; at < to; at += 1) {
    const booths = first.booths.map((booth, n) => (
      { ...booth, visits: Math.floor(at / (40 + n)), open: (at + n) % 900 > 30 }
    ));
    const minutes = first.minutes.map((minute, n) => ({ ...minute, visits: (at + n * 7) % 19 }));
    window.shown({ ...first, booths, minutes, people: Math.floor(at / 8), visits: Math.floor(at / 4) });
    if (at % 20 === 0) await new Promise((done) => requestAnimationFrame(done));
  }
  // Measured with the same booths open each time: what a closed one is marked with is no growth.
  window.shown(first);
}"""


def used(page: Page) -> tuple[int, int]:
    """Return the heap's bytes after a collection, and how many nodes the page holds, thrown away ones too."""
    client = page.context.new_cdp_session(page)
    client.send("HeapProfiler.enable")
    client.send("HeapProfiler.collectGarbage")
    client.send("HeapProfiler.collectGarbage")
    heap = int(client.send("Runtime.getHeapUsage")["usedSize"])
    nodes = int(client.send("Memory.getDOMCounters")["nodes"])
    client.detach()
    return heap, nodes


@pytest.mark.parametrize(
    "snapshots", [3_000, pytest.param(72_000, marks=[pytest.mark.long, pytest.mark.timeout(3600)])]
)
def test_a_days_snapshots_leave_nothing_behind(windows: Windows, day: Server, snapshots: int) -> None:
    page = showing(windows, day, TELEVISION, "zh-CN", booths=19)
    first = snapshot(day, booths=19)
    third = snapshots // 3
    after = []
    for begin in range(0, snapshots, third):
        page.evaluate(DRAW, [first, begin, begin + third])
        page.wait_for_timeout(1200)  # what is lit goes out after a second
        after.append(used(page))
    print(f"{snapshots} snapshots: {after}")
    heaps, nodes = zip(*after, strict=True)
    assert heaps[-1] - heaps[0] < 200_000, after
    assert nodes[-1] - nodes[0] <= 40, after
