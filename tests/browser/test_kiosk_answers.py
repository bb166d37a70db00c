"""What the kiosk says in each case of the contract, and the questions of a booth: read and touched at each size."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.seeing import faults, gun
from tests.browser.test_kiosk import LANGUAGES, PORTRAIT, SIZES, at_kiosk, measured, new_card, showing, visits
from tests.browser.test_sight import THEMES, stay, turned
from tests.cast import new_nonce
from tests.running import Server

pytestmark = pytest.mark.browser

AGE = {"key": "age", "label": "您多大岁数？", "required": True, "choices": ["60 岁以下", "60–69", "70–79", "80 以上"]}
HEARD = {"key": "heard", "label": "从哪儿听说的？", "required": False, "choices": ["邻居", "居委会", "微信群"]}
WISH = {"key": "wish", "label": "还想说点什么？", "required": False, "choices": None}
LANES = ("东四六条", "帽儿", "史家", "干面", "百花深处")
STREETS = [f"{name}胡同 {number} 号院" for number in (12, 27) for name in LANES]
STREET = {"key": "street", "label": "您住哪个院子？", "required": True, "choices": STREETS}
PHONE = {"key": "phone", "label": "紧急联系电话", "required": True, "choices": None}
AS_SET = {
    "tea": {"first_visit": "stage"},
    "crafts": {"questions": [AGE, HEARD, WISH]},
    "clay": {"questions": [STREET]},
    "handouts": {"questions": [AGE, PHONE]},
    "glasses": {"quota": 0},
    "repairs": {"open": False},
    "lecture": {"opens_at": "23:59"},
    "chess": {"again_after_minutes": 30},
}


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A festival whose booths have a rule each."""
    server = Server(tmp_path_factory.mktemp("strict") / "data").start()
    organiser = server.pair("organiser")
    for slug, values in AS_SET.items():
        assert server.request("PATCH", f"/api/v1/booths/{slug}", values, organiser)[0] == 200
    yield server
    server.kill()


def fresh(server: Server, _slug: str) -> str:
    return new_card(server)["code"]


def seen_there(server: Server, slug: str) -> str:
    """Return a card that was counted at this booth a moment ago."""
    code = new_card(server)["code"]
    body = {"scan": code, "booth": slug, "nonce": new_nonce()}
    assert server.request("POST", "/api/v1/check-ins", body, server.pair("organiser"))[0] == 201
    return code


def lost(server: Server, _slug: str) -> str:
    """Return a card that was taken out of use."""
    card, organiser = new_card(server), server.pair("organiser")
    assert server.request("PATCH", f"/api/v1/cards/{card['code']}", {"state": "lost"}, organiser)[0] == 200
    return card["code"]


CASES: dict[str, tuple[str, Callable[[Server, str], str], str]] = {
    "first another booth": ("tea", fresh, "refused"),
    "full": ("glasses", fresh, "refused"),
    "closed": ("repairs", fresh, "refused"),
    "not yet open": ("lecture", fresh, "refused"),
    "a volunteer asks": ("handouts", fresh, "refused"),
    "too soon": ("chess", seen_there, "again"),
    "taken out of use": ("clinic", lost, "refused"),
    "another code": ("clinic", lambda _server, _slug: "https://example.cn/pay?id=7", "refused"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_every_case_is_told_and_read_at_each_size(
    windows: Windows, strict: Server, size: tuple[int, int], language: str, shots: Path | None
) -> None:
    wrong: dict[str, Any] = {}
    for case, (slug, card, state) in CASES.items():
        page = at_kiosk(windows, strict, slug, size=size, language=language)
        gun(page, card(strict, slug))
        expect(page.locator("#page")).to_have_class(f"kiosk__page state state--{state}")
        stay(page)
        if shots:
            page.screenshot(path=shots / f"{case}.png")
        if found := faults(page) | measured(page):
            wrong[case] = found
        page.context.close()
    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_a_booth_that_takes_nobody_asks_for_no_card(
    windows: Windows, strict: Server, size: tuple[int, int], language: str, shots: Path | None
) -> None:
    told = {"glasses": ("今天满了", "Full for today"), "repairs": ("现在没开", "Not open now")}
    for slug, words in told.items():
        page = at_kiosk(windows, strict, slug, size=size, language=language)
        expect(page.locator("section[data-view=home] .home__do")).to_have_text(words[LANGUAGES.index(language)])
        if shots:
            page.screenshot(path=shots / f"{slug}.png")
        assert faults(page) | measured(page) == {}, slug


def test_who_comes_too_early_is_sent_to_the_booth_before_with_its_number_and_place(
    windows: Windows, strict: Server
) -> None:
    booths = strict.request("GET", "/api/v1/booths", token=strict.pair("organiser"))[1]["booths"]
    stage = next(booth for booth in booths if booth["slug"] == "stage")
    page = at_kiosk(windows, strict, "tea")
    gun(page, fresh(strict, "tea"))
    expect(page.locator("#page")).to_have_attribute("data-view", "result")
    told = page.locator("section[data-view=result]")
    for words in (str(stage["number"]), stage["name"], stage["place"]):
        expect(told).to_contain_text(words)


def asked(page: Page, label: str, *, skippable: bool) -> None:
    """Wait for a question, alone on the glass."""
    showing(page, "questions")
    expect(page.locator("#question-label")).to_have_text(label)
    expect(page.locator("#question-skip")).to_be_visible(visible=skippable)


def each_size_and_language(themes: list[tuple[str, ...]]) -> list[Any]:
    """Return all three crossed: each size and language in one of ``themes``, the others in long runs alone."""
    crossed = list(product(enumerate(SIZES), enumerate(LANGUAGES), enumerate(themes)))
    return [
        pytest.param(size, language, theme, marks=() if (s + n + t) % len(themes) == 0 else pytest.mark.long)
        for (s, size), (n, language), (t, theme) in crossed
    ]


@pytest.mark.parametrize(("size", "language", "theme"), each_size_and_language(THEMES))
def test_questions_are_asked_one_a_screen_and_counted_with_the_last(
    windows: Windows, strict: Server, size: tuple[int, int], language: str, theme: tuple[str, ...], shots: Path | None
) -> None:
    page, before = at_kiosk(windows, strict, "crafts", size=size, language=language), visits(strict, "crafts")
    turned(page, *theme)
    gun(page, fresh(strict, "crafts"))
    asked(page, AGE["label"], skippable=False)
    found = {"four": faults(page) | measured(page)}
    if shots:
        page.screenshot(path=shots / "four.png")
    page.locator("[data-choice='80 以上']").click()
    asked(page, HEARD["label"], skippable=True)
    found["three"] = faults(page) | measured(page)
    if shots:
        page.screenshot(path=shots / "three.png")
    page.locator("[data-choice=邻居]").click()
    expect(page.locator("#page")).to_have_class("kiosk__page state state--welcome")
    assert visits(strict, "crafts") == before + 1
    assert answers_kept(strict) == {"age": "80 以上", "heard": "邻居"}
    page = at_kiosk(windows, strict, "clay", size=size, language=language)
    turned(page, *theme)
    gun(page, fresh(strict, "clay"))
    asked(page, STREET["label"], skippable=False)
    found["ten"] = faults(page) | measured(page)
    if shots:
        page.screenshot(path=shots / "ten.png")
    for first in (5, 0, 5):
        page.locator(".touch--others").click()
        expect(page.locator("[data-choice]").first).to_have_text(STREETS[first])
    found["others"] = faults(page) | measured(page)
    page.locator(f"[data-choice='{STREETS[-1]}']").click()
    expect(page.locator("#page")).to_have_class("kiosk__page state state--welcome")
    assert answers_kept(strict) == {"street": STREETS[-1]}
    assert {state: wrong for state, wrong in found.items() if wrong} == {}


def answers_kept(server: Server) -> Any:
    """Return the answers of the newest visit."""
    with closing(sqlite3.connect(server.data / "festival.db")) as db:
        (answers,) = db.execute("SELECT answers FROM visits ORDER BY id DESC LIMIT 1").fetchone()
    return json.loads(answers)


def test_what_is_not_answered_is_left_out_and_whoever_leaves_is_not_counted(windows: Windows, strict: Server) -> None:
    page, before = at_kiosk(windows, strict, "crafts", size=PORTRAIT), visits(strict, "crafts")
    gun(page, fresh(strict, "crafts"))
    asked(page, AGE["label"], skippable=False)
    page.locator("section[data-view=questions] [data-act=cancel]").click()
    showing(page, "home")
    assert visits(strict, "crafts") == before
    gun(page, fresh(strict, "crafts"))
    page.locator("[data-choice='70–79']").click()
    asked(page, HEARD["label"], skippable=True)
    page.locator("#question-skip").click()
    expect(page.locator("#page")).to_have_class("kiosk__page state state--welcome")
    assert visits(strict, "crafts") == before + 1
    assert answers_kept(strict) == {"age": "70–79"}


@pytest.mark.parametrize("size", [(480, 270), (270, 480)])
def test_a_question_loses_nothing_at_400_percent(
    windows: Windows, strict: Server, size: tuple[int, int], shots: Path | None
) -> None:
    page = at_kiosk(windows, strict, "clay", size=size)
    gun(page, fresh(strict, "clay"))
    asked(page, STREET["label"], skippable=False)
    if shots:
        page.screenshot(path=shots / "question.png", full_page=True)
    assert faults(page) == {}
