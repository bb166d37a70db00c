"""Who sees little: themes of the kiosk and the booth page, 400 % zoom, a keyboard alone, nothing that moves."""

from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.seeing import GUN_REPEATS, barriers, faults, gun
from tests.browser.test_booth import at_booth
from tests.browser.test_kiosk import PORTRAIT, at_kiosk, measured, new_card, showing
from tests.running import Server

pytestmark = pytest.mark.browser

LANGUAGES = ["zh-CN", "en"]
THEMES = [("text",), ("contrast",), ("text", "contrast")]
# A window of 1280 × 1024 at 400 %.
ZOOMED = (320, 256)


def turned(page: Page, *tools: str) -> None:
    """Touch the tools of a theme, as a person does."""
    for tool in tools:
        page.locator(f"[data-tool={tool}]").click()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", THEMES)
def test_every_view_of_the_kiosk_is_whole_in_each_theme(
    windows: Windows, day: Server, theme: tuple[str, ...], language: str, shots: Path | None
) -> None:
    page = at_kiosk(windows, day, "clinic", language=language)
    turned(page, *theme)
    for act, view in (("", "home"), ("together", "count"), ("no-card", "card"), ("help", "help")):
        if act:
            page.locator(f"[data-act={act}]").first.click()
        showing(page, view)
        page.wait_for_timeout(200)
        if shots:
            page.screenshot(path=shots / f"{view}.png")
        assert faults(page) | measured(page) == {}, view
        if view in ("count", "card"):
            page.locator(
                f"section[data-view={view}] [data-act={'count-cancel' if view == 'count' else 'home'}]"
            ).click()
            showing(page, "home")
    page = at_kiosk(windows, day, size=PORTRAIT, language=language)
    turned(page, *theme)
    assert faults(page) | measured(page) == {}
    gun(page, new_card(day)["code"])
    expect(page.locator("#shared-read")).to_be_visible()
    assert faults(page) | measured(page) == {}


def stay(page: Page) -> None:
    """Let what is shown stay: nothing that was to happen later happens."""
    page.evaluate("for (let timer = 0; timer < 10000; timer += 1) clearTimeout(timer)")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", THEMES)
def test_every_answer_of_the_kiosk_is_whole_in_each_theme(
    windows: Windows, day: Server, theme: tuple[str, ...], language: str, shots: Path | None
) -> None:
    card, organiser = new_card(day)["code"], day.pair("organiser")
    body = {"scan": card, "booth": "lecture", "nonce": str(uuid4())}
    assert day.request("POST", "/api/v1/check-ins", body, organiser)[0] == 201
    for scan, answer in ((card, "welcome"), (card, "again"), ("1012345678901234", "refused")):
        page = at_kiosk(windows, day, "clinic", language=language)
        turned(page, *theme)
        gun(page, scan)
        expect(page.locator("#page")).to_have_class(f"kiosk__page state state--{answer}")
        stay(page)
        if shots:
            page.screenshot(path=shots / f"{answer}.png")
        assert faults(page) | measured(page) == {}, answer
        if answer == "again":
            page.locator("#result-day").click()
            showing(page, "day")
            expect(page.locator(".day__booth--seen")).to_have_count(2)
            if shots:
                page.screenshot(path=shots / "day.png")
            assert faults(page) | measured(page) == {}, "day"
        page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", THEMES)
def test_every_answer_of_the_booth_page_is_whole_in_each_theme(
    windows: Windows, day: Server, theme: tuple[str, ...], language: str, shots: Path | None
) -> None:
    page, card = at_booth(windows, day, "clinic", language=language), new_card(day)["code"]
    for tool in theme:
        page.locator(f"section[data-view=scan] [data-sight={tool}]").click()
    assert faults(page) == {}
    for scan, answer in ((card, "welcome"), (card, "again"), ("1012345678901234", "refused")):
        gun(page, scan)
        expect(page.locator("#result")).to_have_class(f"result state state--{answer}")
        stay(page)
        if shots:
            page.screenshot(path=shots / f"{answer}.png")
        assert faults(page) == {}, answer
        page.locator("#result").click(position={"x": 5, "y": 5})
        page.wait_for_timeout(GUN_REPEATS)


@pytest.mark.parametrize("view", ["unlock", "own", "measure"])
def test_organisers_pages_of_the_kiosk_keep_nobody_out(windows: Windows, day: Server, view: str) -> None:
    page = at_kiosk(windows, day, "clinic")
    page.evaluate("(view) => import('/static/js/kiosk/views.js').then((views) => views.show(view))", view)
    showing(page, view)
    assert barriers(page) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_booth_page_has_larger_text_and_contrast_one_touch_away_and_keeps_them(
    windows: Windows, day: Server, language: str, shots: Path | None
) -> None:
    page = at_booth(windows, day, "clinic", language=language)
    section = page.locator("section[data-view=scan]")
    before = page.locator("#name").bounding_box()
    section.locator("[data-sight=text]").click()
    section.locator("[data-sight=contrast]").click()
    after = page.locator("#name").bounding_box()
    assert before
    assert after
    assert page.locator("html").get_attribute("data-contrast") == "high"
    if shots:
        page.screenshot(path=shots / f"both-{language}.png", full_page=True)
    assert faults(page) == {}
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-text", "large")
    section.locator("[data-sight=text]").click()
    expect(page.locator("html")).not_to_have_attribute("data-text", "large")


@pytest.mark.parametrize("language", LANGUAGES)
def test_booth_and_phone_pages_lose_nothing_at_400_percent(windows: Windows, day: Server, language: str) -> None:
    page = at_booth(windows, day, "clinic", size=ZOOMED, language=language)
    assert faults(page) == {}
    for path in ("/my", "/b/clinic"):
        phone = windows.open(*ZOOMED, language=language, address=f"{day.address}{path}")
        phone.wait_for_load_state("networkidle")
        assert faults(phone) == {}, path


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(480, 270), (270, 480), (320, 256)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_kiosk_loses_nothing_at_400_percent(
    windows: Windows, day: Server, size: tuple[int, int], language: str, shots: Path | None
) -> None:
    page, wrong = at_kiosk(windows, day, "tea", size=size, language=language), {}

    def look(view: str) -> None:
        showing(page, view)
        stay(page)
        wrong[view] = faults(page)
        if shots:
            page.screenshot(path=shots / f"{view}.png", full_page=True)

    def touch(place: str) -> None:
        page.wait_for_timeout(700)  # nearer in time a touch is taken for an echo
        page.locator(place).first.click()

    look("home")
    gun(page, new_card(day)["code"])
    look("result")
    touch("#result-day")
    look("day")
    touch("section[data-view=day] [data-act=home]")
    leave = {"count": "count-cancel", "card": "home"}
    for act, view in (("together", "count"), ("no-card", "card"), ("help", "help")):
        showing(page, "home")
        touch(f"[data-act={act}]")
        look(view)
        if view in leave:
            touch(f"section[data-view={view}] [data-act={leave[view]}]")
    page = at_kiosk(windows, day, size=size, language=language)
    look("shared")
    page = windows.open(*size, language=language, address=f"{day.address}/kiosk")
    look("pair")
    assert {view: found for view, found in wrong.items() if found} == {}


def test_nothing_moves_for_who_asked_for_that(windows: Windows, day: Server) -> None:
    page = at_kiosk(windows, day, "clinic")
    moving = "document.getAnimations().filter((each) => each.playState === 'running').length"
    assert page.evaluate(moving) > 0
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(moving) == 0
    gun(page, new_card(day)["code"])
    showing(page, "result")
    assert page.evaluate(moving) == 0


def focused(page: Page) -> str:
    """Return the words of what has the focus."""
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_kiosk_is_used_by_keyboard_alone_in_the_order_that_is_seen(windows: Windows, day: Server) -> None:
    page = at_kiosk(windows, day, "clinic")
    order = []
    for _ in range(8):
        page.keyboard.press("Tab")
        order.append(focused(page))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid", order[-1]
    assert order == [
        "请志愿者帮忙Call a volunteer",
        "几个人一起来",
        "没带卡",
        "English",
        "字大点",
        "黑白分明",
        "小声点",
        "大声点",
    ]
    page.keyboard.press("Shift+Tab")
    for _ in range(5):
        page.keyboard.press("Shift+Tab")
    assert focused(page) == "几个人一起来"
    page.keyboard.press("Enter")
    showing(page, "count")
    page.locator("#count-numbers [data-number='3']").focus()
    page.keyboard.press("Enter")
    gun(page, new_card(day)["code"])
    expect(page.locator("#result-word")).to_have_text("欢迎您")


def test_screen_reader_hears_each_view(windows: Windows, day: Server) -> None:
    page = at_kiosk(windows, day, "clinic")
    said = page.locator("#said")
    assert said.get_attribute("role") == "status"
    expect(said).to_have_text("居民义诊")
    page.locator("[data-act=together]").click()
    expect(said).to_have_text("几个人一起来？")
    gun(page, "1012345678901234")
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, [role=img], input")].filter((each) => {
            const name = each.textContent.trim() || each.getAttribute("aria-label") || each.labels?.length;
            return each.getClientRects().length && !name;
        }).length"""
    )
    assert nameless == 0
    assert page.locator("section[data-view=result]").get_attribute("aria-live") == "assertive"
