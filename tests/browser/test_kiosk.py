"""The residents' kiosk in a real browser, against the real server."""

import gzip
import re
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.seeing import GUN_REPEATS, faults, gun
from tests.running import Server

pytestmark = pytest.mark.browser

LANDSCAPE, PORTRAIT, TABLET = (1920, 1080), (1080, 1920), (1280, 800)
SIZES = [LANDSCAPE, PORTRAIT, TABLET]
LANGUAGES = ["zh-CN", "en"]
SMALLEST_TEXT_MM, SMALLEST_TARGET_MM = 6, 20


def at_kiosk(
    windows: Windows, server: Server, *booths: str, size: tuple[int, int] = PORTRAIT, language: str = "zh-CN"
) -> Page:
    """Return the page of a kiosk that was paired by its address; without booths it is shared."""
    address = f"{server.address}/kiosk#pair={server.invite('kiosk', *booths)}"
    page = windows.open(*size, language=language, address=address)
    showing(page, "home" if len(booths) == 1 else "shared")
    return page


def showing(page: Page, view: str) -> None:
    """Wait until this view is on the glass."""
    expect(page.locator("#page")).to_have_attribute("data-view", view, timeout=10_000)


def new_card(server: Server) -> dict[str, str]:
    """Issue a card."""
    status, value = server.request("POST", "/api/v1/cards", {"count": 1}, server.pair("organiser"))
    assert status == 201
    card: dict[str, str] = value["cards"][0]
    return card


def visits(server: Server, slug: str) -> int:
    """Return a booth's count of persons."""
    _, board = server.request("GET", "/api/v1/board")
    return int(next(booth["visits"] for booth in board["booths"] if booth["slug"] == slug))


def test_gun_checks_in_with_no_touch_at_all_and_the_page_returns_by_itself(windows: Windows, day: Server) -> None:
    page, card, before = at_kiosk(windows, day, "clinic"), new_card(day), visits(day, "clinic")
    gun(page, card["code"])
    showing(page, "result")
    expect(page.locator("#result-word")).to_have_text("欢迎您")
    expect(page.locator("#result-line")).to_contain_text(f"第 {before + 1} 位来到居民义诊")
    showing(page, "home")
    assert visits(day, "clinic") == before + 1


def test_card_that_was_here_is_told_so_with_the_first_time(windows: Windows, day: Server) -> None:
    page, card = at_kiosk(windows, day, "tea"), new_card(day)
    gun(page, card["code"])
    expect(page.locator("#result-word")).to_have_text("欢迎您")
    page.wait_for_timeout(GUN_REPEATS)
    gun(page, card["code"])
    expect(page.locator("#result-word")).to_have_text("您来过啦")
    expect(page.locator("#result-time")).to_have_text(re.compile(r"^\d{1,2}:\d\d$"))


def test_volume_is_seen_on_its_buttons_and_remembered(windows: Windows, day: Server) -> None:
    page = at_kiosk(windows, day, "clinic")
    filled = "getComputedStyle(document.querySelector('[data-tool=louder]'), '::after').backgroundImage"
    step = "getComputedStyle(document.getElementById('page')).getPropertyValue('--volume')"
    usual = page.evaluate(filled)
    page.click("[data-tool=louder]")
    assert page.evaluate(step) == "1"
    assert page.evaluate(filled) != usual
    for expected in ("0.8", "0.6", "0.4", "0.2", "0.2"):
        page.wait_for_timeout(GUN_REPEATS // 4)
        page.click("[data-tool=quieter]")
        assert page.evaluate(step) == expected
    page.reload()
    showing(page, "home")
    assert page.evaluate(step) == "0.2"


def test_slow_human_typing_never_counts(windows: Windows, day: Server) -> None:
    page, card, before = at_kiosk(windows, day, "crafts"), new_card(day), visits(day, "crafts")
    page.keyboard.type(card["code"], delay=110)
    page.keyboard.press("Enter")
    page.wait_for_timeout(700)
    showing(page, "home")
    assert visits(day, "crafts") == before


@pytest.mark.parametrize("focused", ["input", "button"])
def test_gun_works_with_a_focused_field_and_leaves_it_as_it_was(windows: Windows, day: Server, focused: str) -> None:
    page, card = at_kiosk(windows, day, "lecture"), new_card(day)
    page.evaluate(
        """(kind) => {
            const field = document.createElement(kind);
            field.id = "focused";
            field.value = "as it was";
            field.addEventListener("click", () => { window.clicked = true; });
            document.body.append(field);
            field.focus();
        }""",
        focused,
    )
    gun(page, card["code"])
    expect(page.locator("#result-word")).to_have_text("欢迎您")
    assert page.evaluate("document.getElementById('focused').value") == "as it was"
    assert not page.evaluate("window.clicked")


def test_gun_that_types_an_address_and_a_tab_is_read(windows: Windows, day: Server) -> None:
    page, card = at_kiosk(windows, day, "repairs"), new_card(day)
    page.keyboard.type(f"http://192.168.1.20:8000/c/{card['code']}", delay=2)
    page.keyboard.press("Tab")
    expect(page.locator("#result-word")).to_have_text("欢迎您")


def test_wrong_check_digit_is_refused_and_logged(windows: Windows, day: Server) -> None:
    page, card = at_kiosk(windows, day, "barter"), new_card(day)
    wrong = card["code"][:-1] + str((int(card["code"][-1]) + 1) % 10)
    gun(page, wrong)
    showing(page, "result")
    expect(page.locator("#result-word")).not_to_have_text("欢迎您")
    _, log = day.request("GET", "/api/v1/scans", token=day.pair("organiser"))
    assert [scan["reason"] for scan in log["scans"] if scan.get("raw") == wrong] == ["invalid"]


@pytest.mark.parametrize("scanned", ["https://example.org/x", "134567890123456789", "6901234567892"])
def test_what_is_no_card_is_not_asked_for_again(windows: Windows, day: Server, scanned: str) -> None:
    page = at_kiosk(windows, day, "clinic")
    gun(page, scanned)
    expect(page.locator("#result-word")).to_have_text("不是邻里卡")


def test_tab_goes_on_in_what_is_shown(windows: Windows, day: Server) -> None:
    page = at_kiosk(windows, day, "clinic")
    page.locator("[data-act=together]").focus()
    page.keyboard.press("Enter")
    showing(page, "count")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('[data-view]')?.dataset.view") == "count"


def test_shared_kiosk_asks_which_booth(windows: Windows, day: Server) -> None:
    page, card, before = at_kiosk(windows, day, size=LANDSCAPE), new_card(day), visits(day, "stage")
    gun(page, card["code"])
    expect(page.locator("#shared-read")).to_be_visible()
    page.locator("#tiles button", has_text="文艺演出").click()
    expect(page.locator("#result-word")).to_have_text("欢迎您")
    assert visits(day, "stage") == before + 1


def test_tile_touched_twice_checks_in_once(windows: Windows, day: Server) -> None:
    page, card, before = at_kiosk(windows, day, size=LANDSCAPE), new_card(day), visits(day, "handouts")
    gun(page, card["code"])
    page.locator("#tiles button", has_text="文明宣传").dblclick()
    expect(page.locator("#result-word")).to_have_text("欢迎您")
    page.wait_for_timeout(400)
    expect(page.locator("#result-word")).to_have_text("欢迎您")
    assert visits(day, "handouts") == before + 1


def test_number_touched_twice_counts_once(windows: Windows, day: Server) -> None:
    page, before = at_kiosk(windows, day, "stage"), visits(day, "stage")
    page.locator("[data-act=no-card]").click()
    page.locator("[data-view=card] [data-act=walk-in]").click()
    page.locator("#count-numbers [data-number='2']").dblclick()
    expect(page.locator("#result-word")).to_have_text("欢迎您")
    showing(page, "home")
    assert visits(day, "stage") == before + 2


def test_card_that_was_not_read_keeps_how_many_they_are(windows: Windows, day: Server) -> None:
    page, card, before = at_kiosk(windows, day, "crafts"), new_card(day), visits(day, "crafts")
    page.locator("[data-act=together]").click()
    page.locator("#count-numbers [data-number='4']").click()
    gun(page, card["code"][:-1] + str((int(card["code"][-1]) + 1) % 10))
    showing(page, "result")
    gun(page, card["code"])
    expect(page.locator("#result-word")).to_have_text("欢迎您")
    assert visits(day, "crafts") == before + 4


def test_help_asked_for_on_a_result_stays_until_it_is_left(windows: Windows, day: Server) -> None:
    page = at_kiosk(windows, day, "clay")
    gun(page, "1012345678901234")
    showing(page, "result")
    page.locator("[data-act=help]").first.click()
    showing(page, "help")
    page.wait_for_timeout(7000)
    showing(page, "help")
    page.locator("[data-act=leave-help]").click()
    showing(page, "home")


def test_help_asked_for_while_a_scan_is_on_its_way_is_not_dropped(windows: Windows, day: Server) -> None:
    page, card = at_kiosk(windows, day, "clay"), new_card(day)
    page.context.set_offline(True)
    gun(page, card["code"])
    expect(page.locator("#page")).to_have_attribute("data-view", "result")
    page.locator("[data-act=help]").first.click()
    page.wait_for_timeout(6000)  # by now the scan is kept, and would have said so
    showing(page, "help")
    with page.expect_response(lambda answer: answer.url.endswith("/calls") and answer.status == 201, timeout=20_000):
        page.context.set_offline(False)
    showing(page, "help")


@pytest.mark.parametrize("way", ["the answer is touched", "my day is left", "no card is left"])
def test_whoever_goes_home_leaves_no_language_behind(windows: Windows, day: Server, way: str) -> None:
    page, card = at_kiosk(windows, day, "repairs"), new_card(day)
    page.locator("[data-tool=language]").click()
    if way == "no card is left":
        page.locator("[data-act=no-card]").click()
        page.locator("section[data-view=card] [data-act=home]").click()
    else:
        gun(page, card["code"])
        expect(page.locator("#result-word")).to_have_text("Welcome")
        if way == "my day is left":
            page.locator("[data-act=day]").first.click()
            page.locator("section[data-view=day] [data-act=home]").click()
        else:
            page.locator("#result-word").click()
    showing(page, "home")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_kiosk_that_is_shut_out_asks_to_be_paired(windows: Windows, day: Server) -> None:
    page, card = at_kiosk(windows, day, "barter"), new_card(day)
    organiser = day.pair("organiser")
    _, listed = day.request("GET", "/api/v1/stations", token=organiser)
    newest = max(station["id"] for station in listed["stations"] if station["kind"] == "kiosk")
    day.request("DELETE", f"/api/v1/stations/{newest}", token=organiser)
    gun(page, card["code"])
    showing(page, "pair")
    page.wait_for_timeout(1000)
    showing(page, "pair")


def test_next_person_finds_the_usual_language(windows: Windows, day: Server) -> None:
    page, card = at_kiosk(windows, day, "lecture"), new_card(day)
    page.locator("[data-tool=language]").click()
    expect(page.locator("#home-name")).to_have_text("Flower lecture")
    gun(page, card["code"])
    expect(page.locator("#result-word")).to_have_text("Welcome")
    showing(page, "home")
    expect(page.locator("#home-name")).to_have_text("花卉讲座")


@pytest.mark.parametrize("booths", [("clinic",), ()])
def test_closed_day_is_told_before_anybody_scans(windows: Windows, server: Server, booths: tuple[str, ...]) -> None:
    page = at_kiosk(windows, server, *booths)
    server.request("POST", "/api/v1/edition/close", token=server.pair("organiser"))
    expect(page.locator("section:not([hidden]) [data-word=day_over]")).to_have_text(
        "今天收摊了，明年见", timeout=10_000
    )
    assert faults(page) == {}


def test_no_card_makes_one_and_goes_in_with_it(windows: Windows, day: Server) -> None:
    page, before = at_kiosk(windows, day, "chess"), visits(day, "chess")
    page.locator("[data-act=no-card]").click()
    showing(page, "card")
    page.locator("#use-card").click()
    expect(page.locator("#result-word")).to_have_text("欢迎您")
    assert visits(day, "chess") == before + 1


def test_party_counts_every_person(windows: Windows, day: Server) -> None:
    page, card, before = at_kiosk(windows, day, "clay"), new_card(day), visits(day, "clay")
    page.locator("[data-act=together]").click()
    page.locator("#count-numbers button", has_text="3").first.click()
    gun(page, card["code"])
    expect(page.locator("#result-word")).to_have_text("欢迎您")
    assert visits(day, "clay") == before + 3


def test_full_booth_says_so(windows: Windows, day: Server) -> None:
    day.request("PATCH", "/api/v1/booths/handouts", {"quota": 0}, day.pair("organiser"))
    page, card = at_kiosk(windows, day, "handouts"), new_card(day)
    gun(page, card["code"])
    expect(page.locator("#result-word")).to_have_text("今天满了")
    assert faults(page) == {}


def test_language_switch_keeps_the_page_and_changes_its_words(windows: Windows, day: Server) -> None:
    page = at_kiosk(windows, day, "clinic")
    page.locator("[data-tool=language]").click()
    expect(page.locator("#home-name")).to_have_text("Free clinic")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("[data-tool=language]").click()
    expect(page.locator("#home-name")).to_have_text("居民义诊")


def test_scan_made_while_the_server_is_away_counts_once_when_it_is_back(windows: Windows, server: Server) -> None:
    page, card = at_kiosk(windows, server, "clinic"), new_card(server)
    server.kill()
    gun(page, card["code"])
    page.wait_for_timeout(1500)
    server.start()
    expect(page.locator("#band")).to_be_hidden(timeout=15_000)
    page.wait_for_timeout(500)
    assert visits(server, "clinic") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="limits of another process are Linux's own")
def test_nobody_is_welcomed_while_the_server_cannot_write_and_all_count_once_it_can(
    windows: Windows, server: Server
) -> None:
    import resource

    page, card = at_kiosk(windows, server, "clinic"), new_card(server)
    assert server.process is not None
    size = (server.data / "festival.db-wal").stat().st_size
    before = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    gun(page, card["code"])
    expect(page.locator("#result-word")).to_have_text("记下了", timeout=15_000)
    showing(page, "home")
    assert visits(server, "clinic") == 0
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, before)
    expect(page.locator("#band")).to_be_hidden(timeout=15_000)
    for _ in range(100):
        if visits(server, "clinic"):
            break
        page.wait_for_timeout(100)
    assert visits(server, "clinic") == 1


def test_revoked_kiosk_goes_back_to_pairing(windows: Windows, server: Server) -> None:
    page, organiser = at_kiosk(windows, server, "clinic"), server.pair("organiser")
    _, listed = server.request("GET", "/api/v1/stations", token=organiser)
    kiosk = next(station for station in listed["stations"] if station["kind"] == "kiosk")
    assert server.request("DELETE", f"/api/v1/stations/{kiosk['id']}", token=organiser)[0] == 204
    gun(page, new_card(server)["code"])
    showing(page, "pair")


def measured(page: Page, mm: float = 4) -> dict[str, list[str]]:
    """Return the texts and the targets that are too small for an old eye and hand; ``mm``: pixels to one."""
    found: dict[str, list[str]] = page.evaluate(
        """([text, target]) => {
            // The drawn card, the mark and icons are pictures.
            const seen = (el) => el.getClientRects().length && !el.closest(".nametag, [hidden], svg, .icon, .mark");
            const own = (el) => [...el.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
            const small = [...document.querySelectorAll("body *")].filter((el) => seen(el) && own(el)
                && Number.parseFloat(getComputedStyle(el).fontSize) < text - 0.1
                && !el.closest(".said, script, style"));
            const least = ({ height, width }) => Math.min(height, width);
            const low = [...document.querySelectorAll("button")].filter((el) => seen(el)
                && least(el.getBoundingClientRect()) < target - 0.5);
            return { small: small.map((el) => el.textContent), low: low.map((el) => el.textContent) };
        }""",
        [SMALLEST_TEXT_MM * mm, SMALLEST_TARGET_MM * mm],
    )
    return {kind: texts for kind, texts in found.items() if texts}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_bound_kiosk_is_whole_at_each_size_and_language(
    windows: Windows, day: Server, size: tuple[int, int], language: str
) -> None:
    page = at_kiosk(windows, day, "glasses", size=size, language=language)
    assert faults(page) | measured(page) == {}
    gun(page, new_card(day)["code"])
    showing(page, "result")
    assert faults(page) | measured(page) == {}
    showing(page, "home")
    for act, view in (("together", "count"), ("no-card", "card"), ("help", "help")):
        page.locator(f"[data-act={act}]").first.click()
        showing(page, view)
        page.wait_for_timeout(300)
        assert faults(page) | measured(page) == {}, view
        page.reload()
        showing(page, "home")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_shared_kiosk_is_whole_at_each_size_and_language(
    windows: Windows, day: Server, size: tuple[int, int], language: str
) -> None:
    page = at_kiosk(windows, day, size=size, language=language)
    assert faults(page) | measured(page) == {}
    gun(page, new_card(day)["code"])
    expect(page.locator("#shared-read")).to_be_visible()
    assert faults(page) | measured(page) == {}


def test_kiosk_is_light(windows: Windows, day: Server) -> None:
    page = windows.open(*PORTRAIT)
    weight = 0

    def weigh(response: object) -> None:
        nonlocal weight
        url = str(getattr(response, "url", ""))
        if not url.endswith(".woff2") and "/api/" not in url:
            weight += len(gzip.compress(response.body()))  # type: ignore[attr-defined]

    page.on("requestfinished", lambda request: weigh(request.response()))
    page.goto(f"{day.address}/kiosk")
    page.wait_for_load_state("networkidle")
    assert 0 < weight <= 150_000
