"""Phones in a storm: cuts, lost and doubled requests, closed pages, killed servers; each visit counts exactly once."""

import json
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.conftest import Windows
from tests.browser.seeing import GUN_REPEATS, gun
from tests.browser.test_booth import PHONE, new_cards
from tests.network import How, Network, calm_weather, gale
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.alone]

SEED = 20
BOOTHS = ("clinic", "repairs", "handouts", "lecture", "clay", "crafts", "tea", "chess", "barter", "stage")
SHOWN_WITHIN = 8000
OPEN_WITHIN = 60.0
SENT_WITHIN = 90_000
ONE_IN = 10


@dataclass
class Phone:
    """A volunteer's phone: its page, the cards that it scans in turn, and those that it takes back."""

    page: Page
    booth: str
    cards: list[str]
    taken_back: set[str] = field(default_factory=set)
    scanned_at: dict[str, float] = field(default_factory=dict)

    def scan(self, turn: int) -> None:
        """Type a card as a gun does; ``answered`` waits for what the page says."""
        # The same card at once is a gun that repeats itself, of which nothing is to be heard.
        since = time.monotonic() - self.scanned_at.get(self.cards[turn], 0)
        self.page.wait_for_timeout(max(0, GUN_REPEATS - 1000 * since))
        self.page.evaluate("document.getElementById('result-word').textContent = ''")
        gun(self.page, self.cards[turn])
        # A gun's repeat counts from the end of its burst, which takes a while on a busy machine.
        self.scanned_at[self.cards[turn]] = time.monotonic()

    def answered(self) -> None:
        """Wait until the page has told the volunteer what became of the scan: from then on it may not be lost."""
        expect(self.page.locator("#result-word")).not_to_have_text("", timeout=SHOWN_WITHIN)

    def take_back(self, turn: int) -> None:
        """Take the last scan back, in the list: the answer may have left the screen."""
        self.page.locator("#recent li").first.locator(".recent__undo").click()
        self.taken_back.add(self.cards[turn])

    def open(self, address: str) -> None:
        """Open the page, again and again as a person would, until it is there."""
        until = time.monotonic() + OPEN_WITHIN
        while True:
            try:
                self.page.goto(f"{address}/booth", wait_until="commit", timeout=5000)
                return expect(self.page.locator("#name")).to_be_visible(timeout=5000)
            except (Error, AssertionError):
                if time.monotonic() > until:
                    raise
                self.page.wait_for_timeout(300)

    def open_anew(self, address: str) -> None:
        """Close the page, and open it as if it had never been open."""
        context = self.page.context
        self.page.close()
        self.page = context.new_page()
        self.open(address)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What its list remembers, newest first."""
        return list(json.loads(self.page.evaluate("localStorage.getItem('laojiefang.booth.recent')")))


@dataclass
class Festival:
    """The phones, the network between, the server; and what happens to them."""

    server: Server
    network: Network
    phones: list[Phone]
    chance: random.Random
    happened: Counter[str] = field(default_factory=Counter)

    def round(self, turn: int) -> None:
        """Let each phone scan once, all at once."""
        for phone in self.phones:
            phone.scan(turn)
        for phone in self.phones:
            phone.answered()
            if is_taken_back(turn):
                phone.take_back(turn)

    def happens(self, what: str) -> Callable[[], None]:
        """Do something bad to the festival; return what ends it."""
        self.happened[what] += 1
        return {
            "cut": self._cut,
            "lines": self._lines,
            "kill": self._kill,
            "reload": self._reload,
            "close": self._close,
        }[what]()

    def _cut(self) -> Callable[[], None]:
        self.network.refuse(self.chance.choice(list(How)))
        return self.network.open

    def _lines(self) -> Callable[[], None]:
        self.network.cut_all(self.chance.choice(list(How)))
        return lambda: None

    def _kill(self) -> Callable[[], None]:
        self.server.kill()
        return self._start

    def _start(self) -> None:
        self.server.start()

    def _reload(self) -> Callable[[], None]:
        self.chance.choice(self.phones).open(self.network.address)
        return lambda: None

    def _close(self) -> Callable[[], None]:
        self.chance.choice(self.phones).open_anew(self.network.address)
        return lambda: None

    def day(self, turns: int, events: list[str]) -> None:
        """Let the phones scan, while bad things happen one after the other, each lasting for some turns."""
        ends: dict[int, Callable[[], None]] = {}
        apart = turns / (len(events) + 1)
        begins = {round(apart * (count + 1)): what for count, what in enumerate(events)}
        lasts = max(1, round(apart * 0.7))
        for turn in range(turns):
            self.round(turn)
            if turn in ends:
                ends.pop(turn)()
            if turn in begins:
                ends[min(turn + lasts, turns - 1)] = self.happens(begins[turn])
        for end in ends.values():
            end()

    def calm_down(self) -> None:
        """Let the network be quiet, and wait until each phone has sent everything."""
        self.network.weather = calm_weather
        for phone in self.phones:
            expect(phone.page.locator("#waiting")).to_have_text("", timeout=SENT_WITHIN)
            expect(phone.page.locator("#away")).to_be_hidden(timeout=SENT_WITHIN)
            # What was taken back goes by itself: the line says so until the laptop has answered.
            expect(phone.page.locator(".recent__row--undoing")).to_have_count(0, timeout=SENT_WITHIN)


def hands(codes: list[str], phones: int, turns: int, chance: random.Random) -> Iterator[list[str]]:
    """Deal each phone its cards: mostly new ones, some that this phone or the last one has scanned before.

    Whoever is to be taken back (one turn in ten) is scanned once, by nobody else.
    """
    deck, before = iter(codes), list[str]()
    for _ in range(phones):
        hand, own = list[str](), list[str]()
        for turn in range(turns):
            again = own if chance.random() < 0.5 else before
            if is_taken_back(turn):
                hand.append(next(deck))
            elif again and chance.random() < 0.2:
                hand.append(chance.choice(again))
            else:
                own.append(next(deck))
                hand.append(own[-1])
        before = own
        yield hand


def in_pairs(booths: Sequence[str]) -> Iterator[str]:
    """Name each booth twice: two phones stand at it, and the second scans some of the first one's cards."""
    return (booth for booth in booths for _ in range(2))


def is_taken_back(turn: int) -> bool:
    """Return whether each phone takes back what it scans in this turn."""
    return turn % ONE_IN == ONE_IN - 1


def opened(windows: Windows, server: Server, network: Network, booth: str, cards: list[str]) -> Phone:
    """Return a phone that is paired at its booth, through the network."""
    address = f"{network.address}/booth#pair={server.invite('booth', booth)}"
    page = windows.open(*PHONE, address=address)
    expect(page.locator("#name")).to_be_visible()
    return Phone(page, booth, cards)


def counted(data: Path) -> tuple[Counter[tuple[str, str]], dict[int, str]]:
    """Return the visits that stand by card and booth, and each visit's booth."""
    query = (
        "SELECT visits.id, cards.code, booths.slug FROM visits JOIN booths ON booths.id = visits.booth_id"
        " JOIN cards ON cards.id = visits.card_id WHERE visits.undone_at IS NULL"
    )
    with closing(sqlite3.connect(data / "festival.db")) as db:
        rows = db.execute(query).fetchall()
    return Counter((code, slug) for _, code, slug in rows), {visit: slug for visit, _, slug in rows}


def weather_a_storm(windows: Windows, tmp_path: Path, *, phones: int, turns: int, events: list[str]) -> Festival:
    """Run a day of ``phones`` scanning ``turns`` times each, and hold the visits to what was scanned."""
    chance = random.Random(SEED)
    server = Server(tmp_path / "data").start()
    try:
        codes = [card["code"] for chunk in range(-(-phones * turns // 500)) for card in new_cards(server, 500)]
        with Network(server.port, seed=SEED) as network:
            dealt = zip(in_pairs(BOOTHS), hands(codes, phones, turns, chance), strict=False)
            phone_of = partial(opened, windows, server, network)
            festival = Festival(server, network, [phone_of(*each) for each in dealt], chance)
            network.weather = gale(SEED)
            festival.day(turns, events)
            festival.calm_down()
            hold(festival, server)
    finally:
        server.kill()
    return festival


def hold(festival: Festival, server: Server) -> None:
    """Each visit exactly once; the phones' lists and the board agree with the visits."""
    wanted = {(card, phone.booth) for phone in festival.phones for card in phone.cards if card not in phone.taken_back}
    visits, booth_of = counted(server.data)
    assert visits == Counter(wanted)
    _, board = server.request("GET", "/api/v1/board")
    by_booth = Counter(booth for _, booth in wanted)
    assert {booth["slug"]: booth["visits"] for booth in board["booths"] if booth["visits"]} == by_booth
    for phone in festival.phones:
        expect(phone.page.locator("#count")).to_have_text(str(by_booth[phone.booth]), timeout=SENT_WITHIN)
        assert {line["state"] for line in phone.lines} <= {"welcome", "again", "undone"}
        assert {booth_of[line["visit"]] for line in phone.lines if line["state"] == "welcome"} <= {phone.booth}
    with closing(sqlite3.connect(server.data / "festival.db")) as db:
        assert db.execute("SELECT count(*) FROM tray").fetchone() == (0,)


def test_phones_in_a_storm_count_each_visit_once(windows: Windows, tmp_path: Path) -> None:
    events = ["cut", "reload", "kill", "lines", "close", "cut"]
    festival = weather_a_storm(windows, tmp_path, phones=4, turns=50, events=events)
    assert festival.happened["cut"] == 2
    assert len(festival.network.lost) > 5


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_twenty_phones_scan_two_thousand_cards_through_ten_cuts(windows: Windows, tmp_path: Path) -> None:
    events = ["cut", "reload", "kill", "close", "lines", "reload"] * 10
    festival = weather_a_storm(windows, tmp_path, phones=20, turns=100, events=events)
    assert festival.happened == {"cut": 10, "reload": 20, "kill": 10, "close": 10, "lines": 10}
