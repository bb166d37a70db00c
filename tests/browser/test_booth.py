"""The booth page in a real browser, against the real server."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.seeing import GUN_REPEATS, faults, gun
from tests.running import Server

pytestmark = pytest.mark.browser

PHONE, TABLET, LAPTOP = (390, 844), (820, 1180), (1440, 900)
UNKNOWN = "1012345678901234"


def new_cards(server: Server, count: int) -> list[dict[str, str]]:
    """Issue cards."""
    status, value = server.request("POST", "/api/v1/cards", {"count": count}, server.pair("organiser"))
    assert status == 201
    cards: list[dict[str, str]] = value["cards"]
    return cards


def visits(server: Server, slug: str) -> int:
    """Return a booth's count of persons, as the API has it."""
    _, board = server.request("GET", "/api/v1/board")
    return int(next(booth["visits"] for booth in board["booths"] if booth["slug"] == slug))


def at_booth(
    windows: Windows, server: Server, *booths: str, size: tuple[int, int] = PHONE, language: str = "zh-CN"
) -> Page:
    """Return the page of a device that was paired by the address of its QR."""
    address = f"{server.address}/booth#pair={server.invite('booth', *booths)}"
    page = windows.open(*size, language=language, address=address)
    expect(page.locator("#page")).to_have_attribute("data-view", "scan" if len(booths) == 1 else "choose")
    return page


def press(page: Page, pad: str, digits: str) -> None:
    """Touch the keys of a pad."""
    for digit in digits:
        page.locator(f"#{pad} [data-digit='{digit}']").click()


def back_to_scanning(page: Page) -> None:
    """Wait until the answer has left the screen."""
    expect(page.locator("#result")).to_be_hidden()


def test_device_is_paired_by_six_digits_on_the_pad(windows: Windows, day: Server) -> None:
    page = windows.open(*PHONE, address=f"{day.address}/booth")
    press(page, "pair-pad", "000000")
    expect(page.locator("#pair-told")).to_contain_text("配对码不对")
    press(page, "pair-pad", day.invite("booth", "clinic"))
    expect(page.locator("#name")).to_have_text("居民义诊")


def test_device_is_paired_by_the_address_which_then_forgets_the_code(windows: Windows, day: Server) -> None:
    page = at_booth(windows, day, "tea")
    expect(page.locator("#name")).to_have_text("茶艺展示")
    assert page.url == f"{day.address}/booth"
    page.reload()
    expect(page.locator("#name")).to_have_text("茶艺展示")


def test_gun_checks_in_and_the_count_and_the_list_follow(windows: Windows, day: Server) -> None:
    [card] = new_cards(day, 1)
    page, before = at_booth(windows, day, "clinic"), visits(day, "clinic")
    gun(page, card["code"])
    expect(page.locator("#result-word")).to_have_text("欢迎")
    expect(page.locator("#result")).to_have_class(re.compile("state--welcome"))
    expect(page.locator("#count")).to_have_text(str(before + 1))
    expect(page.locator("#recent li").first).to_contain_text(card["short"])
    page.wait_for_timeout(GUN_REPEATS)
    gun(page, card["code"])
    expect(page.locator("#result-word")).to_have_text("来过啦")
    assert visits(day, "clinic") == before + 1


def test_next_scan_is_taken_while_an_answer_fills_the_screen(windows: Windows, day: Server) -> None:
    cards, before = new_cards(day, 3), visits(day, "clay")
    page = at_booth(windows, day, "clay")
    for card in cards:
        gun(page, card["code"])
        page.wait_for_timeout(300)
    expect(page.locator("#result-line")).to_have_text(f"第 {before + 3} 位")
    assert visits(day, "clay") == before + 3


def test_nobody_is_checked_in_by_slow_typing(windows: Windows, day: Server) -> None:
    [card] = new_cards(day, 1)
    page, before = at_booth(windows, day, "clinic"), visits(day, "clinic")
    page.keyboard.type(card["code"], delay=90)
    page.keyboard.press("Enter")
    page.wait_for_timeout(400)
    expect(page.locator("#result")).to_be_hidden()
    assert visits(day, "clinic") == before


def test_short_number_is_typed_on_the_pad(windows: Windows, day: Server) -> None:
    [card] = new_cards(day, 1)
    page, before = at_booth(windows, day, "crafts"), visits(day, "crafts")
    page.locator("[data-act=number]").click()
    press(page, "number-pad", "123456")
    page.locator("#number-send").click()
    expect(page.locator("#number-told")).not_to_be_empty()
    back_to_scanning(page)
    press(page, "number-pad", card["short"])
    page.locator("#number-send").click()
    expect(page.locator("#result-card")).to_have_text(f"卡 {card['short']}")
    assert visits(day, "crafts") == before + 1


def test_gun_on_the_pad_checks_in_and_leaves_no_digits(windows: Windows, day: Server) -> None:
    [card] = new_cards(day, 1)
    page = at_booth(windows, day, "crafts")
    page.locator("[data-act=number]").click()
    gun(page, card["code"])
    expect(page.locator("#result-card")).to_have_text(f"卡 {card['short']}")
    back_to_scanning(page)
    page.locator("[data-act=number]").click()
    expect(page.locator("#number-shown")).to_have_text("")


def test_walk_in_is_one_touch_and_a_party_two(windows: Windows, day: Server) -> None:
    page, before = at_booth(windows, day, "chess"), visits(day, "chess")
    page.locator("[data-act=walk-in]").click()
    expect(page.locator("#result-card")).to_have_text("无卡 1 位")
    back_to_scanning(page)
    page.locator("[data-act=party]").click()
    page.locator("[data-party='20']").click()
    expect(page.locator("#result-card")).to_have_text("无卡 20 位")
    assert visits(day, "chess") == before + 21


@pytest.mark.parametrize(("apart", "persons"), [(90, 1), (350, 4)])
def test_each_press_on_walk_in_is_one_person_and_a_tremble_is_none(
    windows: Windows, day: Server, apart: int, persons: int
) -> None:
    page, before = at_booth(windows, day, "chess"), visits(day, "chess")
    box = page.locator("[data-act=walk-in]").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for step in range(4 if persons > 1 else 2):
        page.mouse.click(x + 5 * step, y)
        page.wait_for_timeout(apart)
    expect(page.locator(".recent__row")).to_have_count(persons)
    page.wait_for_timeout(600)
    assert visits(day, "chess") == before + persons


def test_touch_on_a_cards_answer_counts_nobody(windows: Windows, day: Server) -> None:
    [card] = new_cards(day, 1)
    page, before = at_booth(windows, day, "chess"), visits(day, "chess")
    box = page.locator("[data-act=walk-in]").bounding_box()
    assert box
    spot = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(*spot)
    gun(page, card["code"])
    expect(page.locator("#result-card")).to_have_text(f"卡 {card['short']}")
    page.mouse.click(*spot)
    expect(page.locator("#result")).to_be_hidden()
    page.wait_for_timeout(600)
    assert visits(day, "chess") == before + 2


def test_undo_lowers_the_count(windows: Windows, day: Server) -> None:
    [card] = new_cards(day, 1)
    page, before = at_booth(windows, day, "barter"), visits(day, "barter")
    gun(page, card["code"])
    expect(page.locator("#count")).to_have_text(str(before + 1))
    page.locator("#result-undo").click()
    expect(page.locator("#recent li").first).to_contain_text("撤回了")
    expect(page.locator("#count")).to_have_text(str(before))
    page.wait_for_timeout(GUN_REPEATS)
    gun(page, card["code"])
    expect(page.locator("#result-word")).to_have_text("欢迎")
    back_to_scanning(page)
    page.locator("[data-undo]").first.click()
    expect(page.locator("[data-undo]")).to_have_count(0)
    assert visits(day, "barter") == before


GROW_OLD = """() => {
  const key = "laojiefang.acknowledged.booth";
  const aged = JSON.parse(localStorage[key]).map((entry) => ({ ...entry, at: entry.at - 16 * 60 * 1000 }));
  localStorage[key] = JSON.stringify(aged);
}"""


def codes_kept(page: Page, cards: list[dict[str, str]], key: str = "") -> list[str]:
    """Return the cards' codes that the browser keeps, in all or under one key."""
    stored = page.evaluate(f"JSON.stringify(localStorage{f'[{key}]' if key else ''})")
    return [card["code"] for card in cards if card["code"] in stored]


def test_last_five_survive_a_reload_without_a_code(windows: Windows, day: Server) -> None:
    cards = new_cards(day, 6)
    page = at_booth(windows, day, "tea")
    for card in cards:
        gun(page, card["code"])
        page.wait_for_timeout(120)
    expect(page.locator("#recent li")).to_have_count(5)
    page.reload()
    expect(page.locator("#recent li")).to_have_count(5)
    expect(page.locator("#recent li").first).to_contain_text(cards[-1]["short"])
    assert not codes_kept(page, cards, "'laojiefang.booth.recent'")
    # What a restored server would be sent again is forgotten once no backup can lack it.
    assert codes_kept(page, cards)
    page.evaluate(GROW_OLD)
    page.reload()
    expect(page.locator("#name")).to_have_text("茶艺展示")
    expect(page.locator("#recent li")).to_have_count(5)
    page.wait_for_function("!localStorage['laojiefang.acknowledged.booth']")
    assert not codes_kept(page, cards)
    page.locator("[data-undo]").first.click()
    expect(page.locator("#recent li").first).to_contain_text("撤回了")


def test_card_that_nobody_issued_is_refused_in_words(windows: Windows, day: Server) -> None:
    page = at_booth(windows, day, "tea")
    gun(page, UNKNOWN[:-1] + "9")
    expect(page.locator("#result")).to_have_class(re.compile("state--refused"))
    expect(page.locator("#result-word")).to_have_text("没看清")


def test_questions_are_answered_by_the_volunteer(windows: Windows, day: Server) -> None:
    organiser, [card] = day.pair("organiser"), new_cards(day, 1)
    questions = [
        {"key": "eyes", "label": "戴眼镜吗？", "required": True, "choices": ["戴", "不戴"]},
        {"key": "heard", "label": "从哪儿听说的？", "required": False, "choices": ["邻居", "居委会"]},
        {"key": "note", "label": "想看什么？", "required": True, "choices": None},
    ]
    assert day.request("PATCH", "/api/v1/booths/glasses", {"questions": questions}, organiser)[0] == 200
    page, before = at_booth(windows, day, "glasses"), visits(day, "glasses")
    gun(page, card["code"])
    expect(page.locator("#question-label")).to_have_text("戴眼镜吗？")
    expect(page.locator("#question-skip")).to_be_hidden()
    page.locator("[data-choice=戴]").click()
    expect(page.locator("#question-label")).to_have_text("从哪儿听说的？")
    page.locator("#question-skip").click()
    page.locator("#question-text").fill("报纸")
    page.locator("#question-form button").click()
    expect(page.locator("#result-word")).to_have_text("欢迎")
    assert visits(day, "glasses") == before + 1
    assert faults(page) == {}


def test_device_of_several_booths_asks_which_and_can_change(windows: Windows, day: Server) -> None:
    page = at_booth(windows, day, "clinic", "tea")
    page.locator("[data-booth=tea]").click()
    expect(page.locator("#name")).to_have_text("茶艺展示")
    before = visits(day, "clinic")
    page.locator("#change").click()
    page.locator("[data-booth=clinic]").click()
    page.locator("[data-act=walk-in]").click()
    expect(page.locator("#result-card")).to_have_text("无卡 1 位")
    assert visits(day, "clinic") == before + 1


def test_wrong_clock_is_shown(windows: Windows, day: Server) -> None:
    page = windows.open(*PHONE)
    page.add_init_script(
        "{ const now = Date.now.bind(Date); const Old = Date; const late = 4 * 60000;"
        " Date = class extends Old { constructor(...parts) { parts.length ? super(...parts) : super(now() - late); } };"
        " Date.now = () => now() - late; }"
    )
    page.goto(f"{day.address}/booth#pair={day.invite('booth', 'tea')}")
    expect(page.locator("#clock-text")).to_have_text("手机的钟慢了 4 分钟")


def test_device_that_was_shut_out_goes_back_to_pairing(windows: Windows, day: Server) -> None:
    page, organiser = at_booth(windows, day, "tea"), day.pair("organiser")
    _, listed = day.request("GET", "/api/v1/stations", token=organiser)
    newest = max(station["id"] for station in listed["stations"] if station["name"].startswith("手机"))
    assert day.request("DELETE", f"/api/v1/stations/{newest}", token=organiser)[0] == 204
    page.locator("[data-act=walk-in]").click()
    expect(page.locator("#pair-told")).to_contain_text("请组织者重新配对")


def test_scan_is_kept_while_the_server_is_away_and_counted_once_it_is_back(windows: Windows, tmp_path: Path) -> None:
    server = Server(tmp_path / "data").start()
    try:
        first, second = new_cards(server, 2)
        page = at_booth(windows, server, "clinic")
        server.kill()
        gun(page, first["code"])
        expect(page.locator("#result-word")).to_have_text("记下了")
        page.locator("#result").click()
        page.locator("[data-act=walk-in]").click()
        expect(page.locator("#away")).to_contain_text("条等着送")
        expect(page.locator("#recent li").last).to_contain_text("等着")
        assert faults(page) == {}
        server.start()
        expect(page.locator("#recent li").last).to_contain_text(f"欢迎 {first['short']}", timeout=15000)
        expect(page.locator("#count")).to_have_text("2", timeout=15000)
        expect(page.locator("#away")).to_be_hidden()
        gun(page, second["code"])
        expect(page.locator("#result-line")).to_have_text("第 3 位")
        assert visits(server, "clinic") == 3
    finally:
        server.kill()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("size", [PHONE, TABLET, LAPTOP], ids=lambda size: f"{size[0]}x{size[1]}")
def test_no_word_is_cut_off_or_covered(
    windows: Windows, day: Server, size: tuple[int, int], language: str, shots: Path | None
) -> None:
    cards = new_cards(day, 2)
    wrong: dict[str, Any] = {}

    def look(state: str) -> None:
        found = faults(page)
        if found:
            wrong[state] = found
        if shots:
            page.screenshot(path=shots / f"{state}.png")

    page = windows.open(*size, language=language, address=f"{day.address}/booth")
    press(page, "pair-pad", "000000")
    expect(page.locator("#pair-told")).not_to_be_empty()
    page.wait_for_timeout(300)
    look("pair")
    page = at_booth(windows, day, "clinic", "crafts", "handouts", size=size, language=language)
    look("choose")
    page.locator("[data-booth=crafts]").click()
    look("ready")
    gun(page, cards[0]["code"])
    expect(page.locator("#result")).to_be_visible()
    look("welcome")
    page.wait_for_timeout(GUN_REPEATS)
    gun(page, cards[0]["code"])
    expect(page.locator("#result")).to_have_class(re.compile("state--again"))
    look("again")
    gun(page, UNKNOWN)
    expect(page.locator("#result")).to_have_class(re.compile("state--refused"))
    look("refused")
    back_to_scanning(page)
    page.locator("[data-act=party]").click()
    look("party")
    page.locator("[data-party='12']").click()
    back_to_scanning(page)
    page.locator("[data-act=number]").click()
    press(page, "number-pad", cards[1]["short"])
    look("number")
    page.locator("#number-send").click()
    back_to_scanning(page)
    look("list")
    assert wrong == {}
