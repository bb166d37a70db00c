"""Scanning with a camera, and with a photograph where there can be none: real Chromium, films made here."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Windows, executable
from tests.browser.seeing import faults, gun
from tests.browser.test_booth import LAPTOP, PHONE, at_booth, new_cards, visits
from tests.browser.test_kiosk import LANGUAGES, SIZES, at_kiosk
from tests.pictures import code, saved, scene
from tests.running import Server, free_port

pytestmark = pytest.mark.browser

SIDEWAYS = (844, 390)
FRAMES_A_SECOND = 30
SIZE = (1280, 720)
ALLOWED = "--use-fake-ui-for-media-stream"
Shot = tuple[Image.Image, float]
Cinema = Callable[..., Windows]


def held(*texts: str) -> Image.Image:
    """Return what a camera sees of cards that are held before it, side by side in the middle."""
    picture = scene(size=SIZE)
    side = 300 if len(texts) == 1 else 240
    left = (SIZE[0] - len(texts) * side) // 2
    for at, text in enumerate(texts):
        picture.paste(code(text, side), (left + at * side, (SIZE[1] - side) // 2))
    return picture


def lying(text: str, side: int = 200) -> Image.Image:
    """Return what a camera sees of a card that lies at the left edge of its picture."""
    picture = scene(size=SIZE)
    picture.paste(code(text, side), (0, (SIZE[1] - side) // 2))
    return picture


def filmed(path: Path, shots: tuple[Shot, ...]) -> Path:
    """Write a film: Chromium plays one JPEG after the other, thirty a second, again and again."""
    frames = (saved(picture, quality=85) * round(seconds * FRAMES_A_SECOND) for picture, seconds in shots)
    path.write_bytes(b"".join(frames))
    return path


@pytest.fixture
def cinema(chromium: Browser, tmp_path: Path) -> Iterator[Cinema]:
    """Opens windows of a browser whose camera plays a film; at the end no page may have thrown."""
    opened: list[Windows] = []

    def start(*shots: Shot, cameras: int = 1, flags: tuple[str, ...] = (ALLOWED,)) -> Windows:
        arguments = ["--no-sandbox", f"--use-fake-device-for-media-stream=device-count={cameras}", *flags]
        if shots:
            # One camera plays it, whatever the count.
            film = filmed(tmp_path / f"{len(opened)}.mjpeg", shots)
            arguments.append(f"--use-file-for-fake-video-capture={film}")
        opened.append(Windows(chromium.browser_type.launch(executable_path=executable(), args=arguments)))
        return opened[-1]

    yield start
    for windows in opened:
        windows.chromium.close()
        assert windows.errors == []


def looking(
    windows: Windows, server: Server, slug: str, size: tuple[int, int] = PHONE, language: str = "zh-CN"
) -> Page:
    """Return a booth's page with its camera on."""
    page = at_booth(windows, server, slug, size=size, language=language)
    page.locator("#camera").click()
    return page


def card_of(server: Server) -> str:
    return new_cards(server, 1)[0]["code"]


@pytest.mark.parametrize("seen", [
    pytest.param(lambda code: held(code), id="clean"),
    pytest.param(lambda code: held(code).filter(ImageFilter.GaussianBlur(4)), id="blurred"),
    pytest.param(lambda code: held(code).rotate(25, fillcolor=(120, 110, 100)), id="turned"),
    pytest.param(lambda code: tilted(held(code)), id="tilted"),
    pytest.param(lambda code: held(code).point(lambda level: 30 + level // 6), id="dim"),
])  # fmt: skip
def test_card_before_the_camera_is_checked_in(cinema: Cinema, day: Server, seen: Callable[[str], Image.Image]) -> None:
    [card], before = new_cards(day, 1), visits(day, "clinic")
    page = looking(cinema((seen(card["code"]), 1)), day, "clinic")
    expect(page.locator("#last-word")).to_have_text("欢迎")
    expect(page.locator("#last-card")).to_have_text(f"卡 {card['short']}")
    assert visits(day, "clinic") == before + 1


def tilted(picture: Image.Image) -> Image.Image:
    """Return a picture as seen from the side."""
    width, height = picture.size
    away = (0, 0, 0, height, width, height * 1.4, width, -height * 0.4)
    return picture.transform(picture.size, Image.Transform.QUAD, away, Image.Resampling.BILINEAR)


TIMED = """
() => new Promise((done) => {
  const began = performance.now();
  new PerformanceObserver((list) => {
    const sent = list.getEntries().find((entry) => entry.name.includes("/check-ins"));
    if (sent) done(sent.startTime - began);
  }).observe({ type: "resource", buffered: true });
  document.getElementById("camera").click();
  setTimeout(() => done(Infinity), 5000);
})
"""


@pytest.mark.alone
def test_card_is_read_within_six_tenths_of_a_second_from_opening(cinema: Cinema, day: Server) -> None:
    windows = cinema((held(card_of(day)), 1))
    took = sorted(at_booth(windows, day, slug).evaluate(TIMED) for slug in ("tea", "clay", "chess", "barter", "stage"))
    print(f"{' '.join(f'{each:.0f}' for each in took)} ms from opening to sending")
    # Whatever else this machine does makes it longer, never shorter.
    assert took[0] < 600, took


def test_card_that_is_held_still_counts_once(cinema: Cinema, day: Server) -> None:
    page = looking(cinema((held(card_of(day)), 1)), day, "tea")
    expect(page.locator("#recent li").first).to_contain_text("欢迎")
    listed = page.locator("#recent li").count()
    page.wait_for_timeout(5000)
    assert page.locator("#recent li").count() == listed


def test_card_that_comes_back_is_told_that_it_was_here(cinema: Cinema, day: Server) -> None:
    page = looking(cinema((held(card_of(day)), 0.5), (held(), 2.2)), day, "tea")
    expect(page.locator("#last-word")).to_have_text("欢迎")
    expect(page.locator("#last-word")).to_have_text("来过啦")


def test_another_card_counts_at_once(cinema: Cinema, day: Server) -> None:
    first, second = new_cards(day, 2)
    before = visits(day, "clay")
    page = looking(cinema((held(first["code"]), 1), (held(second["code"]), 1)), day, "clay")
    for card in (first, second):
        expect(page.locator("#recent")).to_contain_text(card["short"])
    page.wait_for_timeout(4000)
    assert visits(day, "clay") == before + 2
    assert page.locator("#recent li").count() == 2


def test_two_cards_side_by_side_both_count(cinema: Cinema, day: Server) -> None:
    cards, before = new_cards(day, 2), visits(day, "chess")
    page = looking(cinema((held(*(card["code"] for card in cards)), 1)), day, "chess")
    for card in cards:
        expect(page.locator("#recent")).to_contain_text(card["short"])
    assert visits(day, "chess") == before + 2


def test_card_beyond_what_the_page_shows_is_not_read(cinema: Cinema, day: Server) -> None:
    beside, before = card_of(day), visits(day, "barter")
    page = looking(cinema((lying(beside), 3), (held(card_of(day)), 1)), day, "barter")
    # The one that is held out comes last, and is the only one.
    expect(page.locator("#last-word")).to_have_text("欢迎")
    page.wait_for_timeout(4000)
    assert visits(day, "barter") == before + 1
    # A page as wide as the picture shows the other one too.
    page.set_viewport_size({"width": 1440, "height": 700})
    page.evaluate("document.getElementById('look').style.aspectRatio = '16 / 9'")
    expect(page.locator("#recent li")).to_have_count(2)


@pytest.mark.parametrize(("picture", "box", "part"), [
    ((1280, 720), (1280, 720), (0, 0, 1280, 720)), ((1280, 720), (640, 360), (0, 0, 1280, 720)),
    ((1280, 720), (360, 360), (280, 0, 720, 720)), ((1280, 720), (360, 720), (460, 0, 360, 720)),
    ((720, 1280), (360, 360), (0, 280, 720, 720)), ((1280, 720), (0, 0), (0, 0, 1280, 720)),
])  # fmt: skip
def test_what_is_decoded_is_what_is_shown(
    windows: Windows, day: Server, picture: tuple[int, int], box: tuple[int, int], part: tuple[int, int, int, int]
) -> None:
    page = windows.open(*PHONE, address=f"{day.address}/booth")
    shown = page.evaluate(
        """async ([picture, box]) => {
          const { shownPart } = await import("/static/js/camera.js");
          const sized = ([width, height]) => ({ width, height });
          const { left, top, width, height } = shownPart(sized(picture), sized(box));
          return [left, top, width, height];
        }""",
        [picture, box],
    )
    assert tuple(shown) == part


def test_poster_is_told_once_to_be_no_card(cinema: Cinema, day: Server) -> None:
    page = looking(cinema((held(f"{day.address}/b/clinic"), 1)), day, "clinic")
    expect(page.locator("#last-word")).to_have_text("不是邻里卡")
    page.wait_for_timeout(3000)
    assert page.locator("#recent li").count() == 1


def test_gun_goes_on_while_the_camera_looks(cinema: Cinema, day: Server) -> None:
    [card] = new_cards(day, 1)
    page = looking(cinema(), day, "crafts")
    expect(page.locator("#frame")).to_be_visible()
    gun(page, card["code"])
    expect(page.locator("#last-card")).to_have_text(f"卡 {card['short']}")


def test_answer_leaves_the_frame_free_soon(cinema: Cinema, day: Server) -> None:
    page = looking(cinema((held(card_of(day)), 1)), day, "barter")
    expect(page.locator("#result")).to_be_visible()
    began = time.monotonic()
    expect(page.locator("#result")).to_be_hidden()
    assert time.monotonic() - began < 1.2
    expect(page.locator("#frame")).to_be_visible()
    expect(page.locator("#last")).to_be_visible()


RUNS = "() => document.getElementById('frame-video').srcObject?.active ?? false"


def test_no_lamp_burns_behind_the_pad_or_on_a_page_that_nobody_sees(cinema: Cinema, day: Server) -> None:
    page = looking(cinema(), day, "crafts")
    page.wait_for_function(RUNS)
    page.evaluate("window.track = document.getElementById('frame-video').srcObject.getTracks()[0]")
    page.locator("[data-act=number]").click()
    page.wait_for_function("window.track.readyState === 'ended'")
    page.locator("section[data-view=number] [data-act=back]").click()
    page.wait_for_function(RUNS)
    hide(page, hidden=True)
    page.wait_for_function(f"!({RUNS})()")
    hide(page, hidden=False)
    page.wait_for_function(RUNS)
    page.locator("#camera").click()
    page.wait_for_function(f"!({RUNS})()")
    expect(page.locator("#frame")).to_be_hidden()


def hide(page: Page, *, hidden: bool) -> None:
    """Tell the page that it is hidden: a browser without windows has no other tab to switch to."""
    page.evaluate(
        "(hidden) => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')); }",
        hidden,
    )


def test_camera_that_was_on_is_on_again_after_a_reload(cinema: Cinema, day: Server) -> None:
    page = looking(cinema(), day, "crafts")
    expect(page.locator("#frame")).to_be_visible()
    page.reload()
    expect(page.locator("#frame")).to_be_visible()


def test_camera_is_chosen_where_there_are_two_and_the_choice_stays(cinema: Cinema, day: Server) -> None:
    page = looking(cinema(cameras=2), day, "crafts")
    expect(page.locator("#frame-next")).to_be_visible()
    used = "document.getElementById('frame-video').srcObject?.getVideoTracks()[0].getSettings().deviceId"
    before = page.evaluate(used)
    page.locator("#frame-next").click()
    page.wait_for_function(f"(before) => {used} && {used} !== before", arg=before)
    after = page.evaluate(used)
    page.reload()
    page.wait_for_function(f"(after) => {used} === after", arg=after)


def test_one_camera_offers_no_choice_and_no_light(cinema: Cinema, day: Server) -> None:
    page = looking(cinema(), day, "crafts")
    expect(page.locator("#frame")).to_be_visible()
    expect(page.locator("#frame-next")).to_be_hidden()
    expect(page.locator("#frame-light")).to_be_hidden()


WITH_LIGHT = """
MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true });
MediaStreamTrack.prototype.applyConstraints = async ({ advanced }) => { window.torch = advanced[0].torch; };
"""


def test_light_is_switched_where_there_is_one(cinema: Cinema, day: Server) -> None:
    page = at_booth(cinema(), day, "crafts")
    page.add_init_script(WITH_LIGHT)
    page.reload()
    page.locator("#camera").click()
    for lit in (True, False):
        page.locator("#frame-light").click()
        expect(page.locator("#frame-light")).to_have_attribute("aria-pressed", str(lit).lower())
        assert page.evaluate("window.torch") is lit


def failing(name: str) -> str:
    return f"navigator.mediaDevices.getUserMedia = async () => {{ throw new DOMException('', '{name}'); }};"


@pytest.mark.parametrize(("name", "told"), [
    ("NotAllowedError", "点网址旁的锁"), ("NotReadableError", "别的程序正用着相机"), ("NotFoundError", "没有相机"),
    ("TypeError", "相机打不开"),
])  # fmt: skip
def test_each_trouble_has_a_sentence_and_another_way(
    windows: Windows, day: Server, name: str, told: str, shots: Path | None
) -> None:
    page = at_booth(windows, day, "crafts")
    page.add_init_script(failing(name))
    page.reload()
    page.locator("#camera").click()
    expect(page.locator("#camera-told")).to_contain_text(told)
    expect(page.locator("#photo")).to_be_visible()
    expect(page.locator("[data-act=number]")).to_be_visible()
    for size in (PHONE, SIDEWAYS):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert faults(page) == {}
        if shots:
            page.screenshot(path=shots / f"{size[0]}.png")


def test_really_denied_and_really_none(cinema: Cinema, day: Server) -> None:
    page = looking(cinema(flags=()), day, "crafts")
    expect(page.locator("#camera-told")).to_contain_text("点网址旁的锁")
    page = looking(cinema(cameras=0), day, "crafts")
    expect(page.locator("#camera-told")).to_contain_text("没有相机")


def test_decoder_is_fetched_only_when_a_camera_is_wanted(cinema: Cinema, day: Server) -> None:
    windows = cinema()
    page = at_booth(windows, day, "crafts")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    expect(page.locator("#camera")).to_be_visible()
    page.wait_for_timeout(300)
    assert not [url for url in asked if "zxing" in url]
    with page.expect_response(lambda response: response.url.endswith(".wasm")) as wasm:
        page.locator("#camera").click()
    assert wasm.value.headers["content-type"] == "application/wasm"


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("size", [PHONE, SIDEWAYS, LAPTOP], ids=lambda size: f"{size[0]}x{size[1]}")
def test_camera_is_laid_out_right(
    cinema: Cinema, day: Server, size: tuple[int, int], language: str, shots: Path | None
) -> None:
    page = looking(cinema((held(card_of(day)), 1)), day, "stage", size, language)
    expect(page.locator("#last")).to_have_class(re.compile("state--welcome"))
    expect(page.locator("#result")).to_be_hidden()
    if shots:
        page.screenshot(path=shots / "card.png")
    assert faults(page) == {}


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A festival that phones reach by a name, over plain http."""
    options = ("--name", "kiosk.test", "--https", "--https-port", str(free_port()))
    running = Server(tmp_path_factory.mktemp("elsewhere") / "data", options=options).start()
    yield running
    running.kill()


def barred(cinema: Cinema, server: Server, slug: str, size: tuple[int, int] = PHONE, language: str = "zh-CN") -> Page:
    """Return a booth's page on a device that reaches the laptop over plain http, where no camera is allowed."""
    windows = cinema(flags=(ALLOWED, "--host-resolver-rules=MAP kiosk.test 127.0.0.1"))
    address = f"http://kiosk.test:{server.port}/booth#pair={server.invite('booth', slug)}"
    page = windows.open(*size, language=language, address=address)
    expect(page.locator("#page")).to_have_attribute("data-view", "scan")
    return page


def take(page: Page, picture: bytes, name: str = "card.jpg") -> None:
    """Take a picture by the page's button."""
    with page.expect_file_chooser() as chooser:
        page.locator("#photo").click()
    chooser.value.set_files({"name": name, "mimeType": "image/jpeg", "buffer": picture})


def test_plain_http_offers_the_photo_and_it_checks_in(cinema: Cinema, elsewhere: Server, shots: Path | None) -> None:
    [card] = new_cards(elsewhere, 1)
    page = barred(cinema, elsewhere, "clinic")
    expect(page.locator("#camera")).to_be_hidden()
    assert faults(page) == {}
    if shots:
        page.screenshot(path=shots / "barred.png")
    photo = saved(scene(card["code"], size=(4032, 3024), side=700), quality=92)
    sizes: list[int] = []
    page.on(
        "request",
        lambda request: request.url.endswith("/photos") and sizes.append(len(request.post_data_buffer or b"")),
    )
    began = time.monotonic()
    take(page, photo)
    expect(page.locator("#last-card")).to_have_text(f"卡 {card['short']}")
    assert time.monotonic() - began < 2
    assert sizes[0] < len(photo) / 2
    expect(page.locator("#camera-told")).to_be_hidden()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("size", [PHONE, SIDEWAYS, LAPTOP], ids=lambda size: f"{size[0]}x{size[1]}")
def test_plain_http_leads_to_the_steps_for_a_camera(
    cinema: Cinema, elsewhere: Server, size: tuple[int, int], language: str, shots: Path | None
) -> None:
    page = barred(cinema, elsewhere, "clinic", size, language)
    if shots:
        page.screenshot(path=shots / "barred.png")
    assert faults(page) == {}
    with page.expect_popup() as opened:
        page.locator("#camera-how").click()
    # The page with its scans stays where it is.
    expect(opened.value.locator("h1")).to_have_text(
        "Let the phone's camera work" if language == "en" else "让手机摄像头能用"
    )
    if shots:
        opened.value.screenshot(path=shots / "steps.png", full_page=True)
    assert faults(opened.value) == {}


def test_photo_without_a_code_says_what_to_do_and_another_may_follow(cinema: Cinema, elsewhere: Server) -> None:
    page = barred(cinema, elsewhere, "tea")
    take(page, saved(scene()))
    expect(page.locator("#camera-told")).to_contain_text("照片里没找到码")
    take(page, b"no picture", "card.jpg")
    expect(page.locator("#camera-told")).to_contain_text("照片里没找到码")
    [card] = new_cards(elsewhere, 1)
    take(page, saved(scene(card["code"])))
    expect(page.locator("#last-card")).to_have_text(f"卡 {card['short']}")


def test_photo_that_cannot_be_sent_says_so(cinema: Cinema, elsewhere: Server) -> None:
    page = barred(cinema, elsewhere, "tea")
    page.context.set_offline(True)
    take(page, saved(scene()))
    expect(page.locator("#camera-told")).to_contain_text("照片送不出去")
    page.context.set_offline(False)


def with_webcam(cinema: Cinema, server: Server, card: str, *booths: str, size: tuple[int, int], language: str) -> Page:
    """Return a kiosk's page whose webcam a volunteer has switched on."""
    page = at_kiosk(cinema((held(), 3), (held(card), 1)), server, *booths, size=size, language=language)
    page.locator("[data-act=help]").click()
    page.locator("#webcam").click()
    page.locator("[data-act=leave-help]").click()
    return page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("booths", [("clinic",), ()], ids=["home", "shared"])
def test_kiosk_reads_cards_by_its_webcam(
    cinema: Cinema, day: Server, booths: tuple[str, ...], size: tuple[int, int], language: str, shots: Path | None
) -> None:
    page = with_webcam(cinema, day, card_of(day), *booths, size=size, language=language)
    expect(page.locator(".mirror:visible")).to_have_count(1)
    expect(page.locator(".picture:visible")).to_have_count(0)
    if shots:
        page.wait_for_timeout(300)
        page.screenshot(path=shots / "home.png")
    assert faults(page) == {}
    if booths:
        expect(page.locator("#result-word")).to_have_text("Welcome" if language == "en" else "欢迎您")
    else:
        expect(page.locator(".view--asking")).to_be_visible()


def test_kiosk_keeps_its_webcam_after_a_reload_and_a_volunteer_switches_it_off(cinema: Cinema, day: Server) -> None:
    page = with_webcam(cinema, day, card_of(day), "tea", size=LAPTOP, language="zh-CN")
    page.reload()
    expect(page.locator(".mirror:visible")).to_have_count(1)
    page.locator("[data-act=help]").click()
    expect(page.locator("#webcam")).to_contain_text("关掉摄像头")
    assert faults(page) == {}
    page.locator("#webcam").click()
    page.locator("[data-act=leave-help]").click()
    expect(page.locator(".mirror:visible")).to_have_count(0)
    expect(page.locator(".picture:visible")).to_have_count(1)


def test_kiosk_whose_webcam_is_gone_calls_for_a_volunteer(cinema: Cinema, day: Server) -> None:
    page = at_kiosk(cinema(cameras=0), day, "tea")
    page.locator("[data-act=help]").click()
    page.locator("#webcam").click()
    page.locator("[data-act=leave-help]").click()
    expect(page.locator(".mirror:visible")).to_contain_text("请志愿者帮忙")
    assert faults(page) == {}


def test_kiosk_reads_no_card_beyond_its_mirror_whatever_it_shows(cinema: Cinema, day: Server) -> None:
    beside, before = card_of(day), visits(day, "clay")
    windows = cinema((held(card_of(day)), 0.5), (lying(beside, 150), 6))
    page = at_kiosk(windows, day, "clay")
    page.locator("[data-act=help]").click()
    page.locator("#webcam").click()
    page.locator("[data-act=leave-help]").click()
    expect(page.locator("#result-word")).to_have_text("欢迎您")
    page.wait_for_timeout(7000)
    assert visits(day, "clay") == before + 1


def test_kiosk_tells_that_a_poster_is_no_card(cinema: Cinema, day: Server) -> None:
    page = with_webcam(cinema, day, f"{day.address}/b/clinic", "tea", size=LAPTOP, language="zh-CN")
    expect(page.locator("#result-word")).to_have_text("不是邻里卡")
