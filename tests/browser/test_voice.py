"""The voice in a real browser: recorded by a microphone that Chromium pretends, and said by the kiosk."""

import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Windows, executable
from tests.browser.seeing import GUN_REPEATS, faults, gun
from tests.browser.test_admin import DESK, PHONE, at_desk
from tests.browser.test_kiosk import SIZES, at_kiosk, measured, new_card, showing
from tests.browser.test_kiosk_reach import unlocked
from tests.running import Server

pytestmark = pytest.mark.browser

# Notes each sound that begins: a tone of a chime, or a clip, and how long it lasts.
LISTEN = """
window.heard = [];
const { start } = AudioBufferSourceNode.prototype;
AudioBufferSourceNode.prototype.start = function (at, from, lasts) {
  window.heard.push({ kind: "voice", at, ends: at + lasts });
  return start.call(this, at, from, lasts);
};
const tone = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (at) {
  window.heard.push({ kind: "chime", at, ends: at });
  return tone.call(this, at);
};
"""
# Says 嘟 for half a second, with silence before and after, and sends it for each of the phrases.
RECORD_ALL = """
async (phrases) => {
  const ctx = new AudioContext();
  const out = ctx.createMediaStreamDestination();
  const tone = ctx.createOscillator();
  tone.connect(out);
  const recorder = new MediaRecorder(out.stream, { mimeType: "audio/webm;codecs=opus" });
  const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const ended = new Promise((done) => { recorder.onstop = done; });
  recorder.start();
  tone.start(ctx.currentTime + 0.3);
  tone.stop(ctx.currentTime + 0.8);
  setTimeout(() => recorder.stop(), 1200);
  await ended;
  const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content };
  const all = phrases ?? [...document.querySelectorAll(".phrase")].map((row) => row.dataset.phrase);
  for (const phrase of all) {
    const answer = await fetch(`/admin/voice/${phrase}`, { method: "POST", headers, body: new Blob(parts) });
    if (answer.status !== 201) throw new Error(`${phrase}: ${answer.status}`);
  }
}
"""


@pytest.fixture(scope="session")
def with_microphone(chromium: Browser) -> Iterator[Browser]:
    """A Chromium whose microphone beeps each second, and whose user allows it."""
    arguments = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    started = chromium.browser_type.launch(executable_path=executable(), args=arguments)
    yield started
    started.close()


@pytest.fixture
def studio_windows(with_microphone: Browser) -> Iterator[Windows]:
    """Windows with a microphone."""
    opened = Windows(with_microphone)
    yield opened
    opened.close()
    assert opened.errors == []


@pytest.fixture(scope="module")
def voiced(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Server]:
    """A running festival with everything recorded."""
    running = Server(tmp_path_factory.mktemp("voiced") / "data").start()
    record_all(Windows(chromium), running)
    yield running
    running.kill()


def record_all(windows: Windows, server: Server, phrases: list[str] | None = None) -> None:
    """Record these phrases, or all."""
    page = at_studio(windows, server)
    page.evaluate(RECORD_ALL, phrases)
    page.context.close()


def at_studio(
    windows: Windows, server: Server, size: tuple[int, int] = DESK, language: str = "zh-CN", script: str = ""
) -> Page:
    """Return the studio of an organiser who has signed in on the laptop."""
    page = at_desk(windows, server, size=size, language=language)
    if script:
        page.add_init_script(script)
    page.goto(f"{server.address}/admin/voice")
    return page


def until(page: Page, expression: str) -> None:
    """Wait until an expression holds. Playwright's own wait would evaluate it in the page, which its policy forbids."""
    for _ in range(300):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{expression}; heard: {page.evaluate('window.heard')}")


def until_said(page: Page, phrases: int) -> None:
    """Wait until so many phrases were begun."""
    until(page, f"window.heard.filter(({{ kind }}) => kind === 'voice').length === {phrases}")


def row(page: Page, phrase: str) -> Any:
    return page.locator(f"[data-phrase={phrase}]")


@pytest.mark.parametrize(("size", "language"), [(DESK, "zh-CN"), (PHONE, "en")])
def test_a_phrase_is_recorded_heard_redone_and_deleted(
    studio_windows: Windows, server: Server, size: tuple[int, int], language: str, shots: Path | None
) -> None:
    page = at_studio(studio_windows, server, size, language)
    found = {"empty": faults(page)}
    welcome = row(page, "welcome")
    welcome.locator("[data-act=record]").click()
    expect(welcome.locator("[data-act=stop]")).to_be_visible()
    expect(welcome.locator("[data-act=stop]")).to_be_focused()
    until(page, "Number(document.querySelector('[data-phrase=welcome] [role=meter]').ariaValueNow) > 5")
    found["recording"] = faults(page)
    shoot(page, shots, "recording")
    welcome.locator("[data-act=stop]").click()
    expect(page.locator("#recorded")).to_have_text("1")
    expect(row(page, "again").locator("[data-act=record]")).to_be_focused()
    first = welcome.get_attribute("data-recording")
    page.keyboard.press("Enter")
    expect(row(page, "again").locator("[data-act=stop]")).to_be_focused()
    page.wait_for_timeout(1300)
    page.keyboard.press("Enter")
    expect(page.locator("#recorded")).to_have_text("2")
    page.evaluate(f"{LISTEN}; true")
    welcome.locator("[data-act=hear]").click()
    until_said(page, 1)
    expect(welcome.locator(".phrase__trouble")).to_be_hidden()
    found["two"] = faults(page)
    shoot(page, shots, "two")
    page.reload()
    expect(page.locator("#recorded")).to_have_text("2")
    welcome.locator("[data-act=record]").click()
    page.wait_for_timeout(1300)
    welcome.locator("[data-act=stop]").click()
    until(page, f"document.querySelector('[data-phrase=welcome]').dataset.recording !== '{first}'")
    welcome.locator("form.act button").click()
    expect(page.locator("#recorded")).to_have_text("1")
    expect(page.locator(".told form")).to_be_visible()
    found["deleted"] = faults(page)
    assert {name: seen for name, seen in found.items() if seen} == {}


def shoot(page: Page, shots: Path | None, name: str) -> None:
    if shots:
        page.screenshot(path=shots / f"{name}.png")
        page.screenshot(path=shots / f"{name}-whole.png", full_page=True)


def test_escape_keeps_nothing(studio_windows: Windows, day: Server) -> None:
    page = at_studio(studio_windows, day)
    row(page, "welcome").locator("[data-act=record]").click()
    expect(row(page, "welcome").locator("[data-act=stop]")).to_be_visible()
    page.wait_for_timeout(1300)
    page.keyboard.press("Escape")
    expect(row(page, "welcome").locator("[data-act=record]")).to_be_focused()
    page.reload()
    expect(page.locator("#recorded")).to_have_text("0")


def test_a_recording_that_is_cut_is_kept_and_told(studio_windows: Windows, day: Server) -> None:
    page = at_studio(studio_windows, day)
    row(page, "again").locator("[data-act=record]").click()
    expect(row(page, "again").locator(".phrase__trouble")).to_contain_text("录到 9 秒就停了", timeout=15_000)
    assert row(page, "again").get_attribute("data-recording")
    row(page, "again").locator("form.act button").click()
    expect(page.locator("#recorded")).to_have_text("0")


# Begins as a recording does, and holds no sound that a browser could play.
BROKEN = """() => fetch("/admin/voice/help", { method: "POST",
  headers: { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content },
  body: new Blob([new Uint8Array([0x1a, 0x45, 0xdf, 0xa3]), "webm A_OPUS", new Uint8Array([0x1f, 0x43, 0xb6, 0x75])]),
}).then((answer) => answer.status)"""


def test_a_recording_that_cannot_be_played_does_not_blame_the_laptop(windows: Windows, day: Server) -> None:
    page = at_studio(windows, day)
    assert page.evaluate(BROKEN) == 201
    page.reload()
    row(page, "help").locator("[data-act=hear]").click()
    expect(row(page, "help").locator(".phrase__trouble")).to_contain_text("录音坏了")
    row(page, "help").locator("form.act button").click()
    expect(page.locator("#recorded")).to_have_text("0")


SILENT = """async () => {
  const ctx = new AudioContext();
  const out = ctx.createMediaStreamDestination();
  const nothing = new ConstantSourceNode(ctx, { offset: 0 });
  nothing.connect(out);
  nothing.start();
  return out.stream;
}"""
REFUSED = "async () => { throw new DOMException('', 'NotAllowedError'); }"
NONE_THERE = "async () => { throw new DOMException('', 'NotFoundError'); }"


@pytest.mark.parametrize(
    ("microphone", "words"), [(SILENT, "没听到声音"), (REFUSED, "没让用麦克风"), (NONE_THERE, "没找到麦克风")]
)
def test_a_microphone_that_does_not_work_is_told(windows: Windows, day: Server, microphone: str, words: str) -> None:
    page = at_studio(windows, day, script=f"navigator.mediaDevices.getUserMedia = {microphone};")
    row(page, "welcome").locator("[data-act=record]").click()
    if microphone is SILENT:
        page.wait_for_timeout(600)
        row(page, "welcome").locator("[data-act=stop]").click()
    expect(row(page, "welcome").locator(".phrase__trouble")).to_contain_text(words)
    expect(row(page, "welcome").locator("[data-act=record]")).to_be_visible()
    assert faults(page) == {}
    expect(page.locator("#recorded")).to_have_text("0")


def test_where_the_microphone_is_barred_the_page_leads_to_where_it_is_not(windows: Windows, day: Server) -> None:
    page = at_studio(windows, day, script="Object.defineProperty(window, 'isSecureContext', { value: false });")
    expect(page.locator("#barred a")).to_have_attribute("href", f"http://localhost:{day.port}/admin/voice")
    expect(row(page, "welcome").locator("[data-act=record]")).to_be_disabled()
    assert faults(page) == {}


def test_a_whole_sentence_can_be_tried(windows: Windows, server: Server) -> None:
    page = at_studio(windows, server, script=LISTEN)
    page.locator("#try button").click()
    expect(page.locator("#tried")).to_have_text("这一句还没录全，触摸屏只响提示音。")
    assert heard(page, "voice") == []
    page.evaluate(RECORD_ALL, ["welcome", "ordinal", "n2", "n100", "n0", "n5", "persons"])
    page.locator("#try button").click()
    expect(page.locator("#tried")).to_have_text("这一句录全了。")
    until_said(page, 7)
    assert follow_one_another(heard(page, "voice"))


def heard(page: Page, kind: str) -> list[dict[str, float]]:
    sounds: list[dict[str, Any]] = page.evaluate("window.heard")
    return [sound for sound in sounds if sound["kind"] == kind]


def follow_one_another(sounds: list[dict[str, float]]) -> bool:
    return all(one["ends"] <= next_one["at"] for one, next_one in pairwise(sounds))


def speaking(windows: Windows, server: Server, *booths: str, **how: Any) -> Page:
    """Return a kiosk's page that knows what it can say, and notes what it does say."""
    page = at_kiosk(windows, server, *booths, **how)
    page.add_init_script(LISTEN)
    with page.expect_response("**/kiosk/voice"):
        page.reload()
    page.wait_for_load_state("networkidle")
    showing(page, "home" if len(booths) == 1 else "shared")
    return page


def test_the_chime_comes_first_and_each_announcement_waits_for_the_one_before(windows: Windows, voiced: Server) -> None:
    page = speaking(windows, voiced, "clinic")
    cards = [new_card(voiced)["code"] for _ in range(2)]
    gun(page, cards[0])
    expect(page.locator("#result-line")).to_contain_text("第 1 位")
    gun(page, cards[1])
    expect(page.locator("#result-line")).to_contain_text("第 2 位")
    # 欢迎您 居民义诊 第 一 位, and again with 二.
    until_said(page, 10)
    said, chimes = heard(page, "voice"), heard(page, "chime")
    assert follow_one_another(said)
    assert min(chime["at"] for chime in chimes) < said[0]["at"]
    # The chime says at once that the second card was read; the voice does not stop for it.
    second = [chime["at"] for chime in chimes][len(chimes) // 2]
    assert second < said[5]["at"]
    assert said[4]["ends"] <= said[5]["at"]


def test_what_is_silent_in_a_clip_is_not_waited_for(windows: Windows, voiced: Server) -> None:
    page = speaking(windows, voiced, "tea")
    gun(page, new_card(voiced)["code"])
    until_said(page, 5)
    lasts = [sound["ends"] - sound["at"] for sound in heard(page, "voice")]
    assert all(0.45 < each < 0.75 for each in lasts), lasts


def test_again_and_refused_are_said_and_the_english_page_only_chimes(windows: Windows, voiced: Server) -> None:
    page, card = speaking(windows, voiced, "crafts"), new_card(voiced)["code"]
    gun(page, card)
    until_said(page, 5)
    page.wait_for_timeout(GUN_REPEATS)
    gun(page, card)
    until_said(page, 6)
    page.locator("[data-tool=language]").click()
    page.evaluate("window.heard.length = 0")
    gun(page, "1012345678901234")
    showing(page, "result")
    page.wait_for_timeout(1500)
    assert heard(page, "voice") == []
    assert heard(page, "chime") != []


@pytest.mark.parametrize(("switch", "silent", "still"), [("voice", "voice", "chime"), ("chime", "chime", "voice")])
def test_chime_and_voice_have_switches_of_their_own_that_are_remembered(
    windows: Windows, voiced: Server, switch: str, silent: str, still: str
) -> None:
    page = speaking(windows, voiced, "stage")
    unlocked(page, voiced)
    page.locator(f"#{switch}-switch").click()
    page.reload()
    page.wait_for_load_state("networkidle")
    showing(page, "home")
    gun(page, new_card(voiced)["code"])
    until(page, f"window.heard.some(({{ kind }}) => kind === '{still}')")
    page.wait_for_timeout(1000)
    assert heard(page, silent) == []
    unlocked(page, voiced)
    page.locator(f"#{switch}-switch").click()
    page.evaluate("window.heard.length = 0")
    page.locator("section[data-view=own] [data-own=away]").click()
    gun(page, new_card(voiced)["code"])
    until(page, f"window.heard.some(({{ kind }}) => kind === '{silent}')")


def test_a_scan_that_is_kept_while_the_server_is_away_is_said_too(windows: Windows, server: Server) -> None:
    record_all(windows, server, ["kept"])
    page = speaking(windows, server, "clinic")
    card = new_card(server)["code"]
    server.kill()
    gun(page, card)
    expect(page.locator("#result-word")).to_have_text("记下了", timeout=15_000)
    until_said(page, 1)


def test_without_a_voice_nothing_is_loaded_and_the_chime_sounds(windows: Windows, day: Server) -> None:
    page = speaking(windows, day, "clinic")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    gun(page, new_card(day)["code"])
    showing(page, "result")
    page.wait_for_timeout(500)
    assert heard(page, "chime") != []
    assert heard(page, "voice") == []
    assert [url for url in asked if "/voice" in url] == []


# What a kiosk's page does with its own voice, in one go: on a busy machine scans would be seconds apart.
ANNOUNCE = """
async (wanted) => {
  const { Voice } = await import("/static/js/voice.js");
  const voice = new Voice();
  await voice.refresh();
  return Promise.all(wanted.map(([name, number, isWanted]) => voice.announce(name, { number }, () => isWanted)));
}
"""


def test_three_at_once_are_said_one_after_another_and_a_question_only_while_it_stands(
    windows: Windows, voiced: Server
) -> None:
    page = speaking(windows, voiced, "clinic")
    asked = [["welcome", 205, True], ["which_booth", None, False], ["again", None, True], ["nothing", None, True]]
    assert page.evaluate(ANNOUNCE, asked) == [True, False, True, False]
    # 欢迎您 第 二 百 零 五 位, 您来过啦
    assert len(heard(page, "voice")) == 8
    assert follow_one_another(heard(page, "voice"))


def test_a_clip_that_cannot_be_fetched_silences_the_whole_announcement(windows: Windows, voiced: Server) -> None:
    page = speaking(windows, voiced, "clinic")
    page.route("**/kiosk/voice/clips/*", lambda route: route.abort())
    assert page.evaluate(ANNOUNCE, [["welcome", 205, True], ["again", None, True]]) == [False, False]
    assert heard(page, "voice") == []


@pytest.mark.parametrize("size", SIZES)
def test_the_switches_are_whole_at_each_size_and_in_each_language(
    windows: Windows, voiced: Server, size: tuple[int, int], shots: Path | None
) -> None:
    page = speaking(windows, voiced, "glasses", size=size)
    for language in ("zh-CN", "en"):
        unlocked(page, voiced)
        expect(page.locator("#voice-switch")).to_be_visible()
        shoot(page, shots, f"switches-{size[0]}-{language}")
        assert faults(page) | measured(page) == {}, language
        page.locator("section[data-view=own] [data-own=away]").click()
        page.locator("[data-tool=language]").click()


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="this machine has no espeak-ng")
def test_a_machine_says_what_nobody_has_recorded(windows: Windows, server: Server) -> None:
    page = speaking(windows, server, "clinic")
    gun(page, new_card(server)["code"])
    until_said(page, 1)
    (whole,) = heard(page, "voice")
    assert 1 < whole["ends"] - whole["at"] < 6
