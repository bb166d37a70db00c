"""The organisers' pages in a real browser: signed in for real, and whole at each size and language."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.seeing import faults
from tests.cast import new_nonce, unknown_code
from tests.running import Server

pytestmark = pytest.mark.browser

DESK, PHONE = (1440, 900), (390, 844)
PAGES = [
    "",
    "/booths",
    "/booths/clinic",
    "/booths/new",
    "/programme",
    "/posters?booth=clinic",
    "/edition",
    "/editions",
    "/visits",
    "/visits/1/undo",
    "/tray",
    "/tally",
    "/stations",
    "/stations/pair",
    "/voice",
    "/cards",
    "/cards/000013",
    "/cards/000013/replace",
    "/accounts",
    "/addresses",
    "/backups",
    "/accounts/1",
    "/close-down",
    "/audit",
]


def at_desk(windows: Windows, server: Server, *, size: tuple[int, int] = DESK, language: str = "zh-CN") -> Page:
    """Return the desk of an organiser who has just signed in with the first password."""
    page = windows.open(*size, language=language, address=f"{server.address}/admin/sign-in")
    assert faults(page) == {}
    printed = re.search(r"^ {8}(\S+)$", server.output.read_text(encoding="utf-8"), re.MULTILINE)
    assert printed
    page.fill("input[name=password]", printed[1])
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin")
    return page


def checked_in(server: Server) -> None:
    """Let somebody without a card come, and somebody with one, to be seen in every list."""
    token = server.pair("organiser", name="organiser's own scanner")
    _, made = server.request("POST", "/api/v1/cards", {"count": 1}, token)
    for scan in (None, made["cards"][0]["code"]):
        body = {"scan": scan, "booth": "glasses", "nonce": new_nonce(), "party": 2}
        assert server.request("POST", "/api/v1/check-ins", body, token)[0] == 201
    not_counted(server, token)


def not_counted(server: Server, token: str) -> None:
    """Let what was scanned while the network was away be refused: two that wait, and one that somebody has dropped."""
    scans = [(unknown_code(), "glasses"), ("https://example.org/" + "a" * 60, "glasses"), (unknown_code(), "nowhere")]
    for scan, booth in scans:
        body = {"scan": scan, "booth": booth, "nonce": new_nonce(), "offline": True}
        assert server.request("POST", "/api/v1/check-ins", body, token)[0] in (404, 422)
    _, held = server.request("GET", "/api/v1/tray", token=token)
    number = held["tray"][0]["id"]
    assert server.request("POST", f"/api/v1/tray/{number}", {"settle": "drop"}, token)[0] == 200


def told_of_a_pause(page: Page, server: Server, shots: Path | None) -> dict[str, list[str]]:
    """Name a card and pause two booths; return what is wrong with the page that tells of it."""
    page.goto(f"{server.address}/admin/cards/000013")
    page.fill("input[name=name]", "张建国")
    page.locator('form[action$="/name"] button').click()
    for slug in ("clinic", "tea"):
        page.goto(f"{server.address}/admin/booths")
        page.locator(f'form[action$="/booths/{slug}/pause"] button').click()
        expect(page.locator(".told form")).to_be_visible()
    if shots:
        page.screenshot(path=shots / "told.png")
    return faults(page)


def undone(page: Page) -> dict[str, list[str]]:
    """Undo what the page tells of; return what is wrong with the page after that."""
    page.locator(".told button").click()
    expect(page.locator('form[action$="/booths/tea/pause"] input[name=to]')).to_have_value("paused")
    return faults(page)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("size", [DESK, PHONE])
def test_every_page_is_whole(
    windows: Windows, day: Server, size: tuple[int, int], language: str, shots: Path | None
) -> None:
    checked_in(day)
    page = at_desk(windows, day, size=size, language=language)
    found = {"told": told_of_a_pause(page, day, shots), "undone": undone(page)}
    for path in PAGES:
        page.goto(f"{day.address}/admin{path}")
        page.wait_for_timeout(200)
        found[path] = faults(page)
        if shots:
            page.screenshot(path=shots / f"{path.strip('/').replace('/', '-') or 'desk'}.png", full_page=True)
    page.goto(day.address)
    found["home"] = faults(page)
    assert {path: seen for path, seen in found.items() if seen} == {}


def test_desk_follows_without_a_reload(windows: Windows, day: Server) -> None:
    page = at_desk(windows, day)
    token = day.pair("organiser")
    _, before = day.request("GET", "/api/v1/board")
    body = {"scan": None, "booth": "tea", "nonce": "0d0f6a52-6d6b-4d5e-9c55-5c8f0f9ad7b1"}
    assert day.request("POST", "/api/v1/check-ins", body, token)[0] == 201
    expect(page.locator("body")).to_contain_text(str(before["visits"] + 1), timeout=10_000)


def test_one_click_makes_this_laptop_a_kiosk(windows: Windows, day: Server) -> None:
    page = at_desk(windows, day)
    page.goto(f"{day.address}/kiosk")
    expect(page.locator("#pair-here")).to_be_visible()
    page.locator("#pair-here button").first.click()
    expect(page.locator("#page")).not_to_have_attribute("data-view", "pair", timeout=10_000)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("size", [DESK, PHONE])
def test_the_end_of_a_day_and_the_next_beginning_are_whole(
    windows: Windows, server: Server, size: tuple[int, int], language: str, shots: Path | None
) -> None:
    token = server.pair("organiser", name="诊台的手机，借来的")
    server.request("PATCH", "/api/v1/booths/tea", {"open": True}, token)
    checked_in(server)
    page = at_desk(windows, server, size=size, language=language)
    found = {}

    def look(name: str, path: str) -> None:
        page.goto(f"{server.address}/admin{path}")
        found[name] = faults(page)
        if shots:
            page.screenshot(path=shots / f"{name}.png", full_page=True)

    look("before", "/close-down")
    page.check("input[name=sure]")
    page.locator("main form button").click()
    look("after", "/close-down")
    look("closed", "/editions")
    page.locator("main form button").click()
    page.wait_for_selector("form[action$=take-back]")
    look("opened", "/editions")
    look("log", "/audit")
    assert {name: seen for name, seen in found.items() if seen} == {}
