"""Pictures every state of every page, from a real server and browser: ``.venv/bin/python -m docs.screens [NAME…]``."""

import io
import re
import sys
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from bench.browser import chromium
from bench.server import Server, running
from docs.pictures import fill, pairing_code
from tests.browser.seeing import gun
from tests.running import opened, stand_in

FOLDER = Path(__file__).parent / "screens"
PORTRAIT, LANDSCAPE, TABLET = (1080, 1920), (1920, 1080), (1280, 800)
PHONE, DESK = (390, 844), (1440, 900)
COLOURS = 128
"""As many as a picture needs: the look has few, and edges are soft."""

BOARD_IS_QUIET = 8000
UNKNOWN = "1012345678901234"
AGE = {"key": "age", "label": "您多大岁数？", "required": True, "choices": ["60 岁以下", "60–69", "70–79", "80 以上"]}


@dataclass
class Day:
    """A day that goes on while it is pictured: the server, the browser, cards that nobody has yet."""

    data: Path
    server: Server
    browser: Browser
    password: str
    cards: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """The address of its pages."""
        return f"http://127.0.0.1:{self.server.port}"

    def page(self, path: str, size: tuple[int, int], *, language: str = "zh-CN") -> Page:
        """Open a page in a window of its own."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            device_scale_factor=2 if size == PHONE else 1,
        )
        context.add_cookies([{"name": "language", "value": language, "url": self.address}])
        page = context.new_page()
        page.goto(self.address + path)
        return page

    def kiosk(self, *booths: str, size: tuple[int, int] = PORTRAIT, language: str = "zh-CN") -> Page:
        """Return a kiosk at its home."""
        code = pairing_code(self.data, "kiosk", *booths)
        page = self.page(f"/kiosk#pair={code}", size, language=language)
        page.wait_for_selector('#page:is([data-view="home"], [data-view="shared"])')
        return page

    def phone(self, booth: str = "crafts", language: str = "zh-CN") -> Page:
        """Return a volunteer's phone, ready to scan."""
        page = self.page(f"/booth#pair={pairing_code(self.data, 'booth', booth)}", PHONE, language=language)
        page.wait_for_selector('#page[data-view="scan"]')
        return page

    def desk(self, path: str = "", language: str = "zh-CN") -> Page:
        """Return a page of an organiser who has signed in."""
        page = self.page("/admin/sign-in", DESK, language=language)
        page.fill("input[name=password]", self.password)
        page.keyboard.press("Enter")
        page.wait_for_url("**/admin")
        page.goto(f"{self.address}/admin{path}")
        return page

    def card(self) -> str:
        """Return a card that nobody has yet."""
        return self.cards.pop()


def scan(page: Page, code: str) -> None:
    """Scan a code, and wait for the answer."""
    gun(page, code)
    page.wait_for_selector('#page[data-view="result"], #result:not([hidden])')


def kiosk_result(*booths: str, card: Callable[[Day], str], times: int = 1) -> Callable[[Day], Page]:
    """Return a scene: a kiosk at ``booths`` after a card was held to it, ``times`` times."""

    def scene(day: Day) -> Page:
        page, code = day.kiosk(*booths), card(day)
        for again in range(times):
            if again:
                page.wait_for_selector('#page[data-view="home"]')
            scan(page, code)
        return page

    return scene


def touched(*acts: str, size: tuple[int, int] = PORTRAIT) -> Callable[[Day], Page]:
    """Return a scene: a kiosk after these buttons were touched."""

    def scene(day: Day) -> Page:
        page = day.kiosk("clinic", size=size)
        for act in acts:
            page.click(f'[data-act="{act}"], [data-tool="{act}"]')
            page.wait_for_timeout(700)
        return page

    return scene


def many_booths(day: Day) -> Page:
    """The second screenful of a shared kiosk, at a festival of more booths than its screen holds."""
    for number in range(13, 20):
        day.server.call("POST", "/booths", {"slug": f"booth-{number}", "number": number, "name": f"{number} 号摊"})
    page = day.kiosk(size=TABLET)
    page.click(".tile--others")
    return page


def set_up(booth: str, values: dict[str, object], scene: Callable[[Day], Page]) -> Callable[[Day], Page]:
    """Return a scene at a booth with these rules."""

    def ruled(day: Day) -> Page:
        day.server.call("PATCH", f"/booths/{booth}", values)
        return scene(day)

    return ruled


def question(day: Day) -> Page:
    """A kiosk that asks a question before it counts."""
    page = day.kiosk("crafts")
    gun(page, day.card())
    page.wait_for_selector('#page[data-view="questions"]')
    return page


def crowded(scene: Callable[[Day], Page]) -> Callable[[Day], Page]:
    """Return a scene with 900 people in the venue."""

    def full(day: Day) -> Page:
        body = {"scan": None, "booth": "stage", "party": 20, "offline": True}
        people = day.server.call("GET", "/board")["in_venue"]["estimate"]
        walk_ins = [{**body, "nonce": str(uuid.uuid4())} for _ in range(max(0, 900 - people) // 20 + 1)]
        day.server.call("POST", "/check-ins/batch", {"check_ins": walk_ins})
        return scene(day)

    return full


def tray(day: Day) -> Page:
    """What was scanned without a network, and refused when it arrived."""
    scans = [("https://example.org/a", "clinic"), (UNKNOWN, "tea"), (day.card(), "charity")]
    sent = [{"scan": text, "booth": booth, "nonce": str(uuid.uuid4()), "offline": True} for text, booth in scans]
    day.server.call("POST", "/check-ins/batch", {"check_ins": sent})
    return day.desk("/tray")


def first_start(day: Day) -> Page:
    """The page that a laptop shows when the festival is started there for the first time."""
    folder = day.data.parent / "first"
    folder.mkdir()
    with running(folder / "data", environment=stand_in(folder), host="0.0.0.0"):
        page = day.page("/", DESK)
        page.goto(opened(folder))
    return page


def still_there(day: Day) -> Page:
    """A kiosk that nobody has touched for 40 seconds, in the middle of something."""
    page = day.kiosk("clinic")
    page.clock.install()
    page.reload()
    page.wait_for_selector('#page[data-view="home"]')
    page.click('[data-act="together"]')
    page.clock.run_for(41_000)
    page.wait_for_selector('#page[data-view="still"]')
    return page


def which_booth(day: Day) -> Page:
    """A shared kiosk after a scan."""
    page = day.kiosk(size=LANDSCAPE)
    gun(page, day.card())
    page.wait_for_selector(".view--asking")
    return page


def my_day(day: Day) -> Page:
    """The day of the card that was just counted."""
    page = day.kiosk("clinic")
    scan(page, day.card())
    page.click('[data-act="day"]')
    page.wait_for_selector('#page[data-view="day"]')
    return page


def cut_off(page: Page, day: Day) -> None:
    """Let the page reach nothing any more."""
    page.route(f"{day.address}/**", lambda route: route.abort())


def kiosk_offline(day: Day) -> Page:
    """A kiosk whose network is gone."""
    page = day.kiosk("clinic")
    cut_off(page, day)
    page.wait_for_selector("#band:not([hidden])", timeout=30_000)
    return page


def phone_after(*codes: Callable[[Day], str], offline: bool = False, settle: int = 0) -> Callable[[Day], Page]:
    """Return a scene: a volunteer's phone after these scans, ``settle`` milliseconds after the last."""

    def scene(day: Day) -> Page:
        page = day.phone()
        if offline:
            cut_off(page, day)
            page.wait_for_selector("#away:not([hidden])", timeout=30_000)
        for code in codes:
            page.wait_for_selector("#result[hidden]", state="attached")
            scan(page, code(day))
        page.wait_for_timeout(settle)
        return page

    return scene


def phone_touched(act: str) -> Callable[[Day], Page]:
    """Return a scene: a volunteer's phone after a button was touched."""

    def scene(day: Day) -> Page:
        page = day.phone()
        page.click(f'[data-act="{act}"]')
        return page

    return scene


def board(size: tuple[int, int], language: str = "zh-CN") -> Callable[[Day], Page]:
    """Return a scene: the board, once its switch of language has gone."""

    def scene(day: Day) -> Page:
        page = day.page("/board", size, language=language)
        page.wait_for_timeout(BOARD_IS_QUIET)
        return page

    return scene


def board_stale(day: Day) -> Page:
    """A board that has heard nothing for some seconds."""
    page = day.page("/board", LANDSCAPE)
    page.wait_for_timeout(BOARD_IS_QUIET)
    page.context.set_offline(True)
    page.wait_for_selector('#page[data-fresh="stale"]', timeout=30_000)
    return page


def plain(path: str, size: tuple[int, int], language: str = "zh-CN") -> Callable[[Day], Page]:
    """Return a scene: a page as it opens."""
    return lambda day: day.page(path, size, language=language)


def desk(path: str = "", language: str = "zh-CN") -> Callable[[Day], Page]:
    """Return a scene: a page of the organisers."""
    return lambda day: day.desk(path, language)


def unknown(_day: Day) -> str:
    """A card of nowhere."""
    return UNKNOWN


SCENES: dict[str, Callable[[Day], Page]] = {
    "kiosk-home": lambda day: day.kiosk("clinic"),
    "kiosk-home-landscape": lambda day: day.kiosk("clinic", size=LANDSCAPE),
    "kiosk-home-tablet": lambda day: day.kiosk("clinic", size=TABLET),
    "kiosk-home-english": lambda day: day.kiosk("clinic", language="en"),
    "kiosk-larger-text": touched("text"),
    "kiosk-high-contrast": touched("contrast"),
    "kiosk-welcome": kiosk_result("clinic", card=Day.card),
    "kiosk-already": kiosk_result("clinic", card=Day.card, times=2),
    "kiosk-full": kiosk_result("glasses", card=Day.card),
    "kiosk-closed": kiosk_result("charity", card=Day.card),
    "kiosk-unknown-card": kiosk_result("clinic", card=unknown),
    "kiosk-first-another-booth": set_up("clay", {"first_visit": "lecture"}, kiosk_result("clay", card=Day.card)),
    "kiosk-question": set_up("crafts", {"questions": [AGE]}, question),
    "kiosk-party": touched("together"),
    "kiosk-no-card": touched("no-card"),
    "kiosk-help": touched("help"),
    "kiosk-my-day": my_day,
    "kiosk-still-there": still_there,
    "kiosk-offline": kiosk_offline,
    "kiosk-pair": plain("/kiosk", PORTRAIT),
    "kiosk-shared": lambda day: day.kiosk(size=LANDSCAPE),
    "kiosk-shared-portrait": lambda day: day.kiosk(size=PORTRAIT),
    "kiosk-which-booth": which_booth,
    "booth-pair": plain("/booth", PHONE),
    "booth-ready": phone_after(),
    "booth-welcome": phone_after(Day.card),
    "booth-refused": phone_after(unknown),
    "booth-list": phone_after(Day.card, Day.card, unknown, settle=4000),
    "booth-offline": phone_after(Day.card, Day.card, offline=True, settle=4000),
    "booth-number": phone_touched("number"),
    "booth-party": phone_touched("party"),
    "booth-english": lambda day: day.phone(language="en"),
    "board": board(LANDSCAPE),
    "board-portrait": board(PORTRAIT),
    "board-english": board(LANDSCAPE, "en"),
    "board-stale": board_stale,
    "my-booth": plain("/b/tea", PHONE),
    "my-card": plain("/my", PHONE),
    "gun": plain("/gun", DESK),
    "admin-first-start": first_start,
    "admin-sign-in": plain("/admin/sign-in", DESK),
    "admin-desk": desk(),
    "admin-desk-english": desk(language="en"),
    "admin-booths": desk("/booths"),
    "admin-booth": desk("/booths/clinic"),
    "admin-stations": desk("/stations"),
    "admin-voice": desk("/voice"),
    "admin-programme": desk("/programme"),
    "admin-cards": desk("/cards"),
    "admin-visits": desk("/visits"),
    "admin-tray": tray,
    "admin-tally": desk("/tally"),
    "admin-addresses": desk("/addresses"),
    "admin-backups": desk("/backups"),
    "admin-audit": desk("/audit"),
    "admin-close-down": desk("/close-down"),
    "board-900-people": crowded(board(LANDSCAPE)),
    "admin-900-people": crowded(desk()),
    "kiosk-many-booths": many_booths,
}


def save(page: Page, name: str) -> None:
    """Keep what a page shows, with few colours: the pictures lie in the repository."""
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(400)
    shown = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    shown.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)
    page.context.close()


def main() -> None:
    """Picture all scenes, or those that are named."""
    FOLDER.mkdir(exist_ok=True)
    wanted = sys.argv[1:] or list(SCENES)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data = Path(folder) / "data"
        with running(data, printed=Path(folder) / "printed") as server:
            fill(server)
            printed = (Path(folder) / "printed").read_text(encoding="utf-8")
            password = re.findall(r"^ {8}(\S+)$", printed, re.MULTILINE)[0]
            day = Day(data, server, chromium(playwright), password, server.issue(60))
            for name in wanted:
                sys.stdout.write(f"{name}\n")
                save(SCENES[name](day), name)
            day.browser.close()


if __name__ == "__main__":
    main()
