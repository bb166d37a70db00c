"""Scanner guns as they are: what they put round a code, how fast, through which input method, two at once."""

import random
import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.seeing import GUN_REPEATS, gun
from tests.browser.test_booth import at_booth, new_cards, visits
from tests.running import Server

# One burst after another through the listener: keys are [code, moment, what else], "silence" is a pause that ends.
_HEARD = """
async ([address, bursts]) => {
  const { Burst } = await import(address);
  return bursts.map((keys) => {
    const burst = new Burst();
    const told = [];
    const take = ({ codes, text, mixed }) => (text !== null || mixed) && told.push({ codes, text, mixed });
    for (const [code, at, more] of keys) {
      if (burst.silentAt !== null && at > burst.silentAt) take(burst.silence());
      const press = { code, key: "", timeStamp: at, ...more };
      take(more?.up ? burst.release(press) : burst.press(press));
    }
    take(burst.silence());
    return told;
  });
}
"""
Key = tuple[str, float, dict[str, Any]]


@pytest.fixture(scope="module")
def issued(day: Server) -> list[str]:
    return [card["code"] for card in new_cards(day, 40)]


@pytest.fixture
def listener(windows: Windows, day: Server) -> Page:
    return windows.open(600, 800, address=f"{day.address}/booth")


def heard(page: Page, bursts: list[list[Key]]) -> list[list[dict[str, Any]]]:
    address = page.evaluate("() => new URL('/static/js/gun.js', location.href).href")
    result: list[list[dict[str, Any]]] = page.evaluate(_HEARD, [address, bursts])
    return result


def code_of(sign: str) -> tuple[str, dict[str, Any]]:
    named = {"]": "BracketRight", "/": "Slash", ".": "Period", " ": "Space", "-": "Minus", "\r": "Enter", "\t": "Tab"}
    if sign == ":":
        return "Semicolon", {"shiftKey": True}
    if sign.isdigit():
        return f"Digit{sign}", {}
    if sign.isalpha():
        return f"Key{sign.upper()}", {"shiftKey": True} if sign.isupper() else {}
    return named[sign], {}


def keys(text: str, *, at: float = 1000, gap: float = 5) -> list[Key]:
    return [(code, at + gap * n, more) for n, (code, more) in enumerate(map(code_of, text))]


def scans(told: list[dict[str, Any]]) -> list[str]:
    return [code for each in told for code in each["codes"]]


@pytest.mark.parametrize("before", ["", "]Q3", "]C1", "Q", "QR", " ", "HTTP://10.0.0.5:5000/C/", "https://a.b/c/"])
@pytest.mark.parametrize("after", ["", "\r", "\t", " \r", "\r\r", " "])
def test_code_is_read_with_what_guns_put_round_it(listener: Page, issued: list[str], before: str, after: str) -> None:
    [told] = heard(listener, [keys(before + issued[0] + after)])
    assert scans(told) == [issued[0]]


@pytest.mark.parametrize(
    "text",
    ["{}7", "7{}", "{}X", "{}X\r", "12X{}\r", "{:.15}\r", "{:.15}", "97{}\r", "https://a.b/c/{}?a\r".replace("?", ".")],
)
def test_what_is_no_code_is_never_a_scan(listener: Page, issued: list[str], text: str) -> None:
    [told] = heard(listener, [keys(text.format(issued[0]))])
    assert scans(told) == []


@pytest.mark.parametrize("prefix", ["", "]Q3"])
def test_double_read_is_one_code_and_two_glued_cards_are_two(listener: Page, issued: list[str], prefix: str) -> None:
    one, two = prefix + issued[0], prefix + issued[1]
    glued = keys(one) + keys(two, at=1000 + 5 * len(one) + 40)
    same = keys(one + one)
    assert [scans(told) for told in heard(listener, [same, glued])] == [[issued[0]], issued[:2]]


def altered(code: str, **more: Any) -> list[Key]:
    return [(name, at, also | more) for name, at, also in keys(code + "\r")]


@pytest.mark.parametrize(
    "more", [{"key": "Process", "isComposing": True}, {"key": "１"}, {"key": "&"}, {"shiftKey": True}, {"key": "Home"}]
)
def test_input_methods_and_layouts_change_nothing(listener: Page, issued: list[str], more: dict[str, Any]) -> None:
    [told] = heard(listener, [altered(issued[0], **more)])
    assert scans(told) == [issued[0]]


def by_alt(text: str, gap: float) -> list[Key]:
    typed: list[Key] = []
    for sign in text:
        names = ["AltLeft", *(f"Numpad{digit}" for digit in f"{ord(sign):03}")]
        for name in names:
            typed.append((name, 1000 + gap * len(typed), {"altKey": True}))
        typed.append(("AltLeft", typed[-1][1] + 1, {"up": True}))
    return typed


@pytest.mark.parametrize("gap", [2, 12, 35])
def test_alt_and_numbers_are_decoded(listener: Page, issued: list[str], gap: float) -> None:
    told = heard(listener, [by_alt(issued[0] + end, gap) for end in ("", "\r", "\t")])
    assert [scans(each) for each in told] == [[issued[0]]] * 3


def timings(chance: random.Random, count: int, mean: float) -> list[float]:
    """Gaps of a gun with a stall now and then, none of them as long as the pause that ends a burst."""
    gaps = [chance.uniform(0.2, 1.8) * mean for _ in range(count)]
    if chance.random() < 0.3:
        gaps[chance.randrange(count)] = chance.uniform(60, 149)
    return gaps


def timed(text: str, chance: random.Random, at: float, mean: float) -> list[Key]:
    typed = []
    for (name, more), gap in zip(map(code_of, text), timings(chance, len(text), mean), strict=True):
        typed.append((name, at := at + gap, more))
    return typed


def test_every_timing_of_a_gun_is_heard_once(listener: Page, issued: list[str]) -> None:
    chance = random.Random(1)
    texts = [chance.choice(issued) + chance.choice(["", "\r", "\t"]) for _ in range(2000)]
    bursts = [timed(text, chance, 1000, chance.uniform(1, 38)) for text in texts]
    for text, told in zip(texts, heard(listener, bursts), strict=True):
        assert scans(told) == [text.strip()]


def test_no_timing_of_a_person_is_a_scan(listener: Page, issued: list[str]) -> None:
    chance = random.Random(2)
    texts = [chance.choice(issued) + chance.choice(["", "\r"]) for _ in range(1000)]
    bursts = [timed(text, chance, 1000, chance.uniform(75, 140)) for text in texts]
    assert [told for told in heard(listener, bursts) if scans(told)] == []


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("before", ["", "]Q3", "https://a.b/c/"])
def test_two_guns_at_once_never_make_a_third_card(listener: Page, issued: list[str], seed: int, before: str) -> None:
    chance = random.Random(seed)
    pairs = [(*chance.sample(issued, 2), chance.choice(["", "\r"])) for _ in range(400)]
    bursts = []
    for one, two, end in pairs:
        mean, late = chance.uniform(2, 30), chance.uniform(0, 600)
        both = timed(before + one + end, chance, 1000, mean) + timed(before + two + end, chance, 1000 + late, mean)
        bursts.append(sorted(both, key=lambda key: key[1]))
    for (one, two, _end), told in zip(pairs, heard(listener, bursts), strict=True):
        assert set(scans(told)) <= {one, two}
        assert len(scans(told)) <= 2


def test_two_guns_at_once_are_told_so_once_and_nobody_is_counted(windows: Windows, day: Server) -> None:
    one, two = (card["code"] for card in new_cards(day, 2))
    page, before = at_booth(windows, day, "clinic"), visits(day, "clinic")
    typed(page, "".join(a + b for a, b in zip(one, two, strict=True)) + "\r\r")
    expect(page.locator("#result-word")).to_have_text("两把枪撞了")
    expect(page.locator("#result-line")).to_have_text("一把一把来")
    assert visits(day, "clinic") == before


def typed(page: Page, text: str, *, end: str = "", **more: Any) -> None:
    """Type as a gun does, with keys as an input method or another layout reports them."""
    browser = page.context.new_cdp_session(page)
    began = time.time()
    for count, sign in enumerate(text + end):
        code, also = code_of(sign)
        press = {"key": sign, "code": code, "timestamp": began + 0.005 * count, **also, **more}
        press.pop("shiftKey", None)
        browser.send("Input.dispatchKeyEvent", {"type": "rawKeyDown" if more else "keyDown", **press})
        browser.send("Input.dispatchKeyEvent", {"type": "keyUp", **press})
    browser.detach()


@pytest.mark.parametrize("end", ["", "\r", "\t"])
def test_gun_without_enter_with_it_and_with_tab_checks_in(windows: Windows, day: Server, end: str) -> None:
    [card] = new_cards(day, 1)
    page, before = at_booth(windows, day, "clinic"), visits(day, "clinic")
    typed(page, card["code"], end=end)
    expect(page.locator("#result-word")).to_have_text("欢迎")
    assert visits(day, "clinic") == before + 1


def test_gun_checks_in_while_a_chinese_input_method_is_on(windows: Windows, day: Server) -> None:
    [card] = new_cards(day, 1)
    page, before = at_booth(windows, day, "clinic"), visits(day, "clinic")
    typed(page, card["code"], end="\r", key="Process", windowsVirtualKeyCode=229)
    expect(page.locator("#result-word")).to_have_text("欢迎")
    assert visits(day, "clinic") == before + 1


FIELD = """async (address) => {
  const { listen } = await import(address);
  document.body.innerHTML = "<input id='field' value='before'>";
  document.querySelector("#field").focus();
  window.scanned = [];
  listen({ onScan: (code) => scanned.push(code), onBad: () => {}, onMixed: () => {} });
}"""


@pytest.mark.alone
def test_what_an_input_method_composes_of_a_burst_is_undone(listener: Page, day: Server, issued: list[str]) -> None:
    listener.goto(f"{day.address}/healthz")
    listener.evaluate(FIELD, f"{day.address}/static/js/gun.js")
    browser = listener.context.new_cdp_session(listener)
    more = {"key": "Process", "windowsVirtualKeyCode": 229}
    began = time.time()
    for count, digit in enumerate(issued[0]):
        press = {"code": f"Digit{digit}", "timestamp": began + 0.005 * count, **more}
        browser.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **press})
        text = issued[0][: count + 1]
        browser.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
    press = {"code": "Enter", "timestamp": began + 0.085, **more}
    browser.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **press})
    browser.send("Input.insertText", {"text": issued[0]})
    expect(listener.locator("#field")).to_have_value("before")
    assert listener.evaluate("scanned") == [issued[0]]


def test_gun_that_repeats_itself_is_one_scan_and_a_later_one_is_new(windows: Windows, day: Server) -> None:
    organiser, [card] = day.pair("organiser"), new_cards(day, 1)
    assert day.request("PATCH", "/api/v1/booths/handouts", {"counts": "every"}, organiser)[0] == 200
    page, before = at_booth(windows, day, "handouts"), visits(day, "handouts")
    for _ in range(3):
        gun(page, card["code"])
        page.wait_for_timeout(300)
    page.wait_for_timeout(GUN_REPEATS)
    assert visits(day, "handouts") == before + 1
    gun(page, card["code"])
    expect(page.locator("#count")).to_have_text(str(before + 2))
