"""Residents' own phones in a real browser, against the real server."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.seeing import faults
from tests.running import Server

pytestmark = pytest.mark.browser

PHONE, LAPTOP = (390, 844), (1440, 900)
SMALLEST_TARGET = 44


@pytest.fixture(scope="module")
def organiser(day: Server) -> str:
    """A token that may set the booths up."""
    return day.pair("organiser")


@pytest.fixture(autouse=True)
def booths(day: Server, organiser: str) -> None:
    """Tea takes phones by its poster, the clinic by the code on its screen, the others not at all."""
    for slug, how in {"tea": "yes", "clinic": "code"}.items():
        assert day.request("PATCH", f"/api/v1/booths/{slug}", {"self_check_in": how}, organiser)[0] == 200


def visits(server: Server, slug: str) -> int:
    """Return a booth's count of persons."""
    _, board = server.request("GET", "/api/v1/board")
    return int(next(booth["visits"] for booth in board["booths"] if booth["slug"] == slug))


def code_in(page: Page) -> Any:
    """Return what the phone keeps of a card."""
    return page.evaluate("JSON.parse(localStorage.getItem('laojiefang.my.card'))")


def with_card(windows: Windows, day: Server, path: str, organiser: str) -> Page:
    """Return the page of a phone that has a card already: one address may have only so many made."""
    _, made = day.request("POST", "/api/v1/cards", {"count": 1}, organiser)
    page = windows.open(*PHONE, address=f"{day.address}/b/repairs")
    page.evaluate(
        "(code) => localStorage.setItem('laojiefang.my.card', JSON.stringify(code))", made["cards"][0]["code"]
    )
    page.goto(day.address + path)
    return page


def looked_at(page: Page, shots: Path | None, name: str) -> None:
    """Hold a page to the rules of seeing, and picture it."""
    if shots:
        page.screenshot(path=shots / f"{name}.png", full_page=True)
    assert faults(page) == {}
    small = page.evaluate(
        """(least) => [...document.querySelectorAll("button, .button")].filter((each) => each.getClientRects().length)
            .filter((each) => each.getBoundingClientRect().height < least).map((each) => each.textContent)""",
        SMALLEST_TARGET,
    )
    assert small == []


def test_poster_makes_a_card_and_checks_in_by_one_touch_each(windows: Windows, day: Server, shots: Path | None) -> None:
    before = visits(day, "tea")
    page = windows.open(*PHONE, address=f"{day.address}/b/tea")
    looked_at(page, shots, "1-none")
    page.get_by_role("button", name="我要一张卡").click()
    expect(page.get_by_role("button", name="签到")).to_be_visible()
    looked_at(page, shots, "2-ready")
    page.get_by_role("button", name="签到").click()
    expect(page.locator("#result-word")).to_have_text("欢迎您")
    expect(page.locator("#result-line")).to_have_text(f"第 {before + 1} 位来到茶艺展示")
    looked_at(page, shots, "3-welcome")
    page.get_by_role("button", name="好了").click()
    page.get_by_role("button", name="签到").click()
    expect(page.locator("#result-word")).to_have_text("您来过啦")
    looked_at(page, shots, "4-again")
    assert visits(day, "tea") == before + 1


def test_phone_keeps_the_code_and_nothing_else(windows: Windows, day: Server) -> None:
    page = windows.open(*PHONE, address=f"{day.address}/b/tea")
    page.get_by_role("button", name="我要一张卡").click()
    page.get_by_role("button", name="签到").click()
    expect(page.locator("#result")).to_be_visible()
    assert re.fullmatch(r"10\d{14}", code_in(page))
    assert page.evaluate("Object.keys(localStorage)") == ["laojiefang.my.card"]
    assert page.evaluate("Object.keys(sessionStorage)") == []
    assert page.context.cookies() == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_card_on_the_phone_is_large_and_shows_its_seals(
    windows: Windows, day: Server, shots: Path | None, size: tuple[int, int], language: str
) -> None:
    page = windows.open(*size, language=language, address=f"{day.address}/my")
    expect(page.locator("[data-act=new-card]")).to_be_visible()
    looked_at(page, shots, "1-none")
    page.locator("[data-act=new-card]").click()
    expect(page.locator("#short")).to_have_text(re.compile(r"^\d{3} \d{3}$"))
    page.goto(f"{day.address}/b/tea")
    page.locator("[data-act=check-in]").click()
    expect(page.locator("#result")).to_be_visible()
    page.goto(f"{day.address}/my")
    stamped = page.locator(".tile[data-stamped]")
    expect(stamped).to_have_count(1)
    expect(stamped.locator(".tile__time")).to_have_text(re.compile(r"^\d{1,2}:\d\d$"))
    looked_at(page, shots, "2-card")


# 160 px of a phone's page are an inch of its glass, more or less.
PX_ON_A_MM = 160 / 25.4


def test_code_on_the_phone_is_40_mm_and_what_guns_read(windows: Windows, day: Server, organiser: str) -> None:
    page = with_card(windows, day, "/my", organiser)
    expect(page.locator("#code svg")).to_be_visible()
    width = page.locator("#code svg").evaluate("(svg) => svg.getBoundingClientRect().width")
    assert width * 21 / 29 / PX_ON_A_MM >= 40
    picture = Image.open(io.BytesIO(page.locator("#code").screenshot()))
    [found] = zxingcpp.read_barcodes(picture)
    assert found.text == code_in(page)


def test_booth_that_takes_no_phones_says_where_to_go(windows: Windows, day: Server, shots: Path | None) -> None:
    page = windows.open(*PHONE, address=f"{day.address}/b/repairs")
    expect(page.locator("main")).to_contain_text("请到摊位上扫卡")
    expect(page.locator("[data-act]:visible")).to_have_count(0)
    looked_at(page, shots, "no")


@pytest.mark.parametrize("address", ["/b/nowhere", "/c/1012345678901234", "/c/x"])
def test_page_that_is_not_there_is_kind(windows: Windows, day: Server, shots: Path | None, address: str) -> None:
    page = windows.open(*PHONE, address=day.address + address)
    expect(page.get_by_role("heading", level=1)).to_contain_text("没有这")
    looked_at(page, shots, "missing")


def test_capitals_of_a_poster_lead_to_the_booth(windows: Windows, day: Server) -> None:
    page = windows.open(*PHONE, address=f"HTTP://127.0.0.1:{day.port}/B/TEA")
    expect(page.get_by_role("heading", level=1)).to_have_text("茶艺展示")


def rotating(day: Server, token: str) -> str:
    """Return the address that the clinic's screen shows."""
    status, shown = day.request("GET", "/api/v1/booths/clinic/rotating-code", token=token)
    assert status == 200
    return str(shown["text"])


def test_code_on_the_screen_is_demanded_and_leaves_the_address(
    windows: Windows, day: Server, organiser: str, shots: Path | None
) -> None:
    page = with_card(windows, day, "/b/clinic", organiser)
    expect(page.locator("main")).to_contain_text("请扫摊位屏幕上的码")
    looked_at(page, shots, "1-scan-the-screen")
    page.goto(rotating(day, organiser))
    expect(page.get_by_role("button", name="签到")).to_be_visible()
    assert page.url == f"{day.address}/b/clinic"
    page.get_by_role("button", name="签到").click()
    expect(page.locator("#result-word")).to_have_text("欢迎您")


def test_old_code_is_told_with_what_to_do(windows: Windows, day: Server, organiser: str, shots: Path | None) -> None:
    page = with_card(windows, day, "/b/clinic#t=00000000", organiser)
    page.get_by_role("button", name="签到").click()
    expect(page.locator("#result-line")).to_have_text("这个码过时了，请再扫一次屏幕上的")
    looked_at(page, shots, "old")


def test_phone_that_hurries_to_the_next_booth_waits_and_is_told_how_long(
    windows: Windows, day: Server, organiser: str, shots: Path | None
) -> None:
    page = with_card(windows, day, "/b/tea", organiser)
    page.get_by_role("button", name="签到").click()
    expect(page.locator("#result")).to_be_visible()
    page.goto(rotating(day, organiser))
    page.get_by_role("button", name="签到").click()
    expect(page.locator("#told")).to_contain_text(re.compile(r"还有 \d+ 秒"))
    looked_at(page, shots, "wait")


def test_card_of_an_address_is_put_into_the_phone(
    windows: Windows, day: Server, organiser: str, shots: Path | None
) -> None:
    _, made = day.request("POST", "/api/v1/cards", {"count": 1}, organiser)
    [card] = made["cards"]
    day.request("PATCH", f"/api/v1/cards/{card['code']}", {"name": "张建国"}, organiser)
    page = windows.open(*PHONE, address=f"{day.address}/C/{card['code']}")
    assert card["short"] not in page.content()
    assert "张" not in page.locator("main").inner_text().replace("这张", "")
    looked_at(page, shots, "1-stranger")
    page.get_by_role("button", name="把这张卡放进这部手机").click()
    expect(page.locator("#short")).to_have_text(f"{card['short'][:3]} {card['short'][3:]}")
    assert code_in(page) == card["code"]


def test_lost_card_says_what_to_do_and_can_be_taken_out(
    windows: Windows, day: Server, organiser: str, shots: Path | None
) -> None:
    page = with_card(windows, day, "/my", organiser)
    expect(page.locator("#short")).not_to_be_empty()
    day.request("PATCH", f"/api/v1/cards/{code_in(page)}", {"state": "lost"}, organiser)
    page.reload()
    expect(page.locator("#stopped")).to_have_text("这张卡停用了")
    looked_at(page, shots, "1-stopped")
    code = code_in(page)
    page.locator("[data-view=stopped] [data-act=drop]").click()
    expect(page.locator("[data-act=new-card]")).to_be_visible()
    page.goto(f"{day.address}/c/{code}")
    looked_at(page, shots, "2-stranger")


def test_browser_that_keeps_nothing_is_told_and_still_shows_the_code(
    windows: Windows, day: Server, shots: Path | None
) -> None:
    page = windows.open(*PHONE)
    page.add_init_script(
        "delete window.localStorage; Object.defineProperty(window, 'localStorage', { get() { throw 1; } })"
    )
    page.goto(f"{day.address}/my")
    page.locator("[data-act=new-card]").click()
    expect(page.locator("#not-kept")).to_be_visible()
    expect(page.locator("#code svg")).to_be_visible()
    looked_at(page, shots, "barred")


def test_touch_that_was_not_answered_counts_once_when_it_is_touched_again(
    windows: Windows, day: Server, organiser: str
) -> None:
    page, before = with_card(windows, day, "/b/tea", organiser), visits(day, "tea")
    expect(page.get_by_role("button", name="签到")).to_be_visible()
    answered = []

    def lose_the_answer(route: Any) -> None:
        answered.append(route.fetch().status)
        route.abort()

    page.route("**/my/check-ins", lose_the_answer, times=1)
    page.get_by_role("button", name="签到").click()
    expect(page.locator("#told")).to_contain_text("没连上")
    page.get_by_role("button", name="签到").click()
    expect(page.locator("#result-word")).to_have_text("欢迎您")
    assert answered == [201]
    assert visits(day, "tea") == before + 1


def test_card_stays_on_the_screen_while_the_server_is_away(windows: Windows, day: Server, organiser: str) -> None:
    page = with_card(windows, day, "/my", organiser)
    expect(page.locator("#short")).not_to_be_empty()
    page.context.set_offline(True)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#away")).to_be_visible()
    expect(page.locator("#code svg")).to_be_visible()


def test_address_that_wants_too_many_cards_is_sent_to_the_desk(windows: Windows, day: Server) -> None:
    page = windows.open(*PHONE, address=f"{day.address}/my")
    page.route("**/my/card", lambda route: route.fulfill(status=429, json={"message": "?"}))
    page.locator("[data-act=new-card]").click()
    expect(page.locator("#told")).to_contain_text("到服务台领一张")


def paired(server: Server, kind: str, page: str) -> str:
    """Return the address that makes a device the clinic's."""
    return f"{server.address}/{page}#pair={server.invite(kind, 'clinic')}"


def read(page: Page, place: str) -> str:
    """Return what a phone reads from a place of the page."""
    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.locator(place).screenshot())))
    return str(found.text)


def test_volunteers_page_shows_the_code_to_residents(windows: Windows, day: Server, shots: Path | None) -> None:
    page = windows.open(*PHONE, address=paired(day, "booth", "booth"))
    page.locator("#phones").click()
    expect(page.locator("#phones-code svg")).to_be_visible()
    assert re.fullmatch(rf"{day.address}/b/clinic#t=\d{{8}}", read(page, "#phones-code"))
    looked_at(page, shots, "booth")
    page.locator(".view--phones [data-act=back]").click()
    expect(page.locator("#phones-code svg")).to_have_count(0)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (1280, 800)], ids=str)
def test_kiosk_of_the_booth_shows_the_code(
    windows: Windows, day: Server, shots: Path | None, size: tuple[int, int], language: str
) -> None:
    page = windows.open(*size, language=language, address=paired(day, "kiosk", "kiosk"))
    expect(page.locator("#home-code svg")).to_be_visible()
    page.wait_for_timeout(500)
    assert re.fullmatch(rf"{day.address}/b/clinic#t=\d{{8}}", read(page, "#home-code"))
    width = page.locator("#home-code").evaluate("(code) => code.getBoundingClientRect().width")
    assert width >= 40 * 4
    # It is the only one on the glass: a phone held to it may see the drawn card too.
    assert read(page, "body") == read(page, "#home-code")
    looked_at(page, shots, "kiosk")


def test_screen_and_phone_together(windows: Windows, day: Server, organiser: str) -> None:
    screen = windows.open(*PHONE, address=paired(day, "booth", "booth"))
    screen.locator("#phones").click()
    expect(screen.locator("#phones-code svg")).to_be_visible()
    phone, before = with_card(windows, day, "/my", organiser), visits(day, "clinic")
    phone.goto(read(screen, "#phones-code"))
    phone.get_by_role("button", name="签到").click()
    expect(phone.locator("#result-word")).to_have_text("欢迎您")
    assert visits(day, "clinic") == before + 1
