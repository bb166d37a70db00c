"""A kiosk at arm's length: millimetres told by a bank card, the organiser's way in, buttons in the lower half."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.conftest import Windows
from tests.browser.seeing import faults, gun
from tests.browser.test_kiosk import at_kiosk, measured, new_card, showing
from tests.running import Server

pytestmark = pytest.mark.browser

LANDSCAPE, PORTRAIT, TABLET = (1920, 1080), (1080, 1920), (1280, 800)
LANGUAGES = ["zh-CN", "en"]


def hold_mark(page: Page, seconds: float) -> None:
    """Hold the mark in the header."""
    box = page.locator(".kiosk__mark").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.wait_for_timeout(seconds * 1000)
    page.mouse.up()


def set_up(page: Page, **kept: object) -> None:
    """Give a screen its settings, as an organiser's visit leaves them."""
    page.evaluate("(kept) => localStorage.setItem('laojiefang.screen', JSON.stringify(kept))", kept)
    page.reload()
    expect(page.locator("#page")).to_have_attribute("data-view", re.compile("home|shared"), timeout=10_000)


def shoot(page: Page, shots: Path | None, name: str) -> None:
    if shots:
        page.wait_for_timeout(400)
        page.screenshot(path=shots / f"{name}.png")


def password_of(server: Server) -> str:
    """Give the organiser a new password and return it."""
    shown = server.manage("password")
    found = re.search(r"[a-z]+-\d{4}-[a-z]+-\d{3}", shown.stdout)
    assert found, shown.stdout + shown.stderr
    return found[0]


def type_on_glass(page: Page, text: str) -> None:
    """Press the keys of the keyboard on the glass."""
    for sign in text:
        page.locator(f'#unlock-keys [data-key="{sign}"]').click()


def unlocked(page: Page, server: Server) -> None:
    """Go the organiser's way in."""
    hold_mark(page, 5.4)
    showing(page, "unlock")
    type_on_glass(page, password_of(server))
    page.locator("[data-own=enter]").click()
    showing(page, "own")


def frame_width(page: Page) -> float:
    box = page.locator("#measure-card").bounding_box()
    assert box
    return box["width"]


def test_bank_card_sets_the_millimetre_within_a_hundredth(windows: Windows, day: Server, shots: Path | None) -> None:
    page, true = at_kiosk(windows, day, "clinic", size=LANDSCAPE), 5.13
    unlocked(page, day)
    shoot(page, shots, "own")
    page.locator("[data-own=measure]").click()
    box = page.locator("#measure-card").bounding_box()
    assert box
    # Roughly by a finger that drags the side, then exactly by + and −.
    page.mouse.move(box["x"] + box["width"] - 4, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] + 30, box["y"] + 20, steps=4)
    page.mouse.up()
    for _ in range(60):
        if abs(frame_width(page) - 85.6 * true) <= 0.6:
            break
        page.locator("[data-by='1']" if frame_width(page) < 85.6 * true else "[data-by='-1']").click()
    shoot(page, shots, "measure")
    page.locator("[data-own=measured]").click()
    page.locator("section[data-view=own] [data-own=away]").click()
    showing(page, "home")
    page.reload()
    showing(page, "home")
    held = page.evaluate(
        """() => {
            const probe = document.createElement("div");
            probe.style.width = "calc(100 * var(--mm))";
            document.body.append(probe);
            return probe.getBoundingClientRect().width / 100;
        }"""
    )
    assert abs(held / true - 1) <= 0.01
    assert faults(page) | measured(page, true) == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("size", "mm"), [(PORTRAIT, 4.03), (LANDSCAPE, 4.03), (TABLET, 5.9)])
def test_targets_and_words_are_large_on_the_glass(
    windows: Windows, day: Server, size: tuple[int, int], mm: float, language: str
) -> None:
    page = at_kiosk(windows, day, "clinic", size=size, language=language)
    set_up(page, dots=mm)
    for act, view in (("", "home"), ("together", "count"), ("no-card", "card"), ("help", "help")):
        if act:
            page.locator(f"[data-act={act}]").first.click()
        showing(page, view)
        assert faults(page) | measured(page, mm) == {}, view
        page.reload()
        showing(page, "home")
    page = at_kiosk(windows, day, size=size, language=language)
    for dots in {mm, 8} if size == PORTRAIT else {mm}:
        set_up(page, dots=dots)
        assert faults(page) | measured(page, dots) == {}, dots


def high(page: Page) -> list[str]:
    """Return the buttons that begin in the upper half of the glass."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("button")].filter((each) => each.getClientRects().length
            && each.getBoundingClientRect().top < innerHeight / 2).map((each) => each.textContent.trim())"""
    )
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_low_buttons_are_all_in_the_lower_half(
    windows: Windows, day: Server, language: str, shots: Path | None
) -> None:
    page = at_kiosk(windows, day, "clinic", language=language)
    set_up(page, low=True)
    for act, view in (("", "home"), ("together", "count"), ("no-card", "card"), ("help", "help")):
        if act:
            page.locator(f"[data-act={act}]").first.click()
        showing(page, view)
        shoot(page, shots, f"{view}-{language}")
        assert high(page) == [], view
        assert faults(page) | measured(page) == {}, view
        page.reload()
        showing(page, "home")
    page = at_kiosk(windows, day, language=language)
    set_up(page, low=True)
    for asking in (False, True):
        if asking:
            gun(page, new_card(day)["code"])
            expect(page.locator("#shared-read")).to_be_visible()
        shoot(page, shots, f"shared-{asking}-{language}")
        assert high(page) == []
        assert faults(page) | measured(page) == {}


@pytest.mark.parametrize("place", ["left", "right", "above"])
def test_arrow_points_where_the_reader_is(windows: Windows, day: Server, place: str, shots: Path | None) -> None:
    sides = {"left": ("x", -1), "right": ("x", 1), "above": ("y", -1)}
    for size, booths in ((PORTRAIT, ("clinic",)), (PORTRAIT, ()), (TABLET, ("clinic",)), (LANDSCAPE, ())):
        page = at_kiosk(windows, day, *booths, size=size)
        set_up(page, reader=place)
        shoot(page, shots, f"{len(booths)}-{size[0]}")
        assert faults(page) == {}, size
        view = page.locator("section:not([hidden])")
        reader, arrow = (view.locator(part).bounding_box() for part in (".reader", ".picture__arrow"))
        assert reader
        assert arrow
        axis, way = sides[place]
        assert (reader[axis] - arrow[axis]) * way > 0, size  # type: ignore[literal-required]


def test_no_child_finds_the_way_in(windows: Windows, day: Server) -> None:
    page = at_kiosk(windows, day, "clinic")
    for seconds in (0.1, 0.1, 3):
        hold_mark(page, seconds)
    page.wait_for_timeout(3000)
    showing(page, "home")
    # A finger that wanders is no organiser's.
    page.mouse.down()
    page.mouse.move(500, 60, steps=5)
    page.wait_for_timeout(5400)
    page.mouse.up()
    showing(page, "home")


def test_wrong_password_opens_nothing_and_nothing_of_it_stays(windows: Windows, day: Server) -> None:
    page = at_kiosk(windows, day, "clinic")
    hold_mark(page, 5.4)
    type_on_glass(page, "abc-1")
    page.locator("[data-own=enter]").click()
    expect(page.locator("#unlock-told")).to_have_text("密码不对，再按一遍")
    showing(page, "unlock")
    expect(page.locator("#unlock-typed")).to_have_value("")
    page.locator("section[data-view=unlock] [data-own=away]").click()
    showing(page, "home")


def test_organiser_who_walks_away_leaves_no_open_door(windows: Windows, day: Server) -> None:
    page = at_kiosk(windows, day, "clinic")
    page.clock.install()
    page.reload()
    showing(page, "home")
    unlocked_by_clock(page)
    type_on_glass(page, "abc")
    page.clock.run_for(62_000)
    showing(page, "home")
    expect(page.locator("#unlock-typed")).to_have_value("")


def unlocked_by_clock(page: Page) -> None:
    """Hold the mark for five seconds of the page's clock."""
    box = page.locator(".kiosk__mark").bounding_box()
    assert box
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.clock.run_for(5200)
    page.mouse.up()
    showing(page, "unlock")


def test_still_there_is_asked_after_40_seconds_and_home_after_60(windows: Windows, day: Server) -> None:
    page = at_kiosk(windows, day, "clinic")
    page.clock.install()
    page.reload()
    showing(page, "home")
    page.locator("[data-act=together]").click()
    showing(page, "count")
    page.locator("[data-tool=contrast]").click()
    page.clock.run_for(39_000)
    showing(page, "count")
    page.clock.run_for(1_600)
    showing(page, "still")
    expect(page.locator("#still-line")).to_have_text(re.compile("再过 (19|20) 秒"))
    page.locator("[data-act=stay]").click()
    showing(page, "count")
    page.clock.run_for(40_600)
    showing(page, "still")
    page.clock.run_for(20_000)
    showing(page, "home")
    assert page.locator("html").get_attribute("data-contrast") is None


def test_screen_that_slept_wakes_at_home(windows: Windows, day: Server) -> None:
    page = at_kiosk(windows, day, "clinic")
    page.clock.install()
    page.reload()
    showing(page, "home")
    page.locator("[data-tool=language]").click()
    page.locator("[data-act=no-card]").click()
    showing(page, "card")
    # Time went on while nothing ran.
    page.clock.fast_forward(35_000)
    page.clock.run_for(5_000)
    showing(page, "home")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_kiosk_goes_on_by_itself_after_a_restart_of_the_server(windows: Windows, server: Server) -> None:
    page, card = at_kiosk(windows, server, "clinic"), new_card(server)
    server.kill()
    expect(page.locator("#band")).to_be_visible(timeout=15_000)
    expect(page.locator("#band-text")).to_have_text("连不上，正在重试")
    page.wait_for_timeout(3000)
    server.start()
    expect(page.locator("#band")).to_be_hidden(timeout=15_000)
    gun(page, card["code"])
    expect(page.locator("#result-word")).to_have_text("欢迎您")


KEYS = "Escape F11 F1 F3 F6 F12 Alt+ArrowLeft Alt+ArrowRight Alt+Home Backspace"
KEYS += " Control+p Control+s Control+f Control+Equal Control+l Control+h"


def test_nothing_that_is_pressed_leads_away(windows: Windows, day: Server) -> None:
    page = at_kiosk(windows, day, "clinic")
    address = page.url
    page.evaluate("window.stayed = true")
    for keys in KEYS.split():
        page.keyboard.press(keys)
    for _ in range(3):
        page.evaluate("history.back()")
        page.wait_for_timeout(150)
    showing(page, "home")
    assert page.evaluate("window.stayed") is True
    assert page.url.split("#")[0] == address.split("#")[0]
    assert page.evaluate("visualViewport.scale") == 1


def touches(session: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    """Touch the glass with so many fingers."""
    fingers = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(points)]
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})


def play(page: Page, *swipes: tuple[float, float]) -> None:
    """Let two fingers spread on the glass, one rest on it, and one swipe from each place, so far a step."""
    session = page.context.new_cdp_session(page)
    touches(session, "touchStart", (500, 800), (580, 800))
    for step in range(1, 8):
        touches(session, "touchMove", (500 - 30 * step, 800), (580 + 30 * step, 800))
    touches(session, "touchEnd")
    touches(session, "touchStart", (540, 500))
    page.wait_for_timeout(1500)
    touches(session, "touchEnd")
    for begin, by in swipes:
        touches(session, "touchStart", (begin, 900))
        for step in range(1, 10):
            touches(session, "touchMove", (begin + by * step, 900))
        touches(session, "touchEnd")


def test_fingers_cannot_pinch_select_drag_or_swipe_away(windows: Windows, day: Server) -> None:
    page = at_kiosk(windows, day, "clinic")
    page.evaluate(
        """() => {
            window.barred = [];
            for (const kind of ["contextmenu", "selectstart", "dragstart", "touchmove"]) {
                window.addEventListener(kind, (event) => window.barred.push([kind, event.defaultPrevented]));
            }
        }"""
    )
    play(page, (3, 80))
    page.mouse.click(540, 500, button="right")
    page.mouse.dblclick(540, 500)
    page.wait_for_timeout(300)
    barred = page.evaluate("window.barred")
    assert ["contextmenu", True] in barred
    assert all(prevented for kind, prevented in barred if kind != "touchmove")
    assert page.evaluate("visualViewport.scale") == 1
    assert page.evaluate("getSelection().toString()") == ""
    assert page.evaluate("[scrollX, scrollY]") == [0, 0]
    showing(page, "home")
