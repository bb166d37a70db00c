"""A second laptop goes on from a backup: open pages send again what it may lack, and nothing counts twice."""

import re
import shutil
import sqlite3
import time
import uuid
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.seeing import faults, gun
from tests.browser.test_booth import at_booth, new_cards, press, visits
from tests.running import START_WITHIN, Server

pytestmark = pytest.mark.browser

KIOSK = (1080, 1920)
TAKEN_BACK_WITHIN = 20
# A kiosk asks every 3 s, and says 1.5 to 2.5 s later that nobody answered.
NOTICED_WITHIN = 15_000
# Counted from before the other laptop's start.
SENT_AGAIN_WITHIN = START_WITHIN * 1000 + 20_000
STARTED_ANEW = """UPDATE festival SET generation = :generation, id_floor = id_floor + 1000000,
    card_floor = card_floor + 1000, config_version = abs(random() % 1000000000)"""


def backed_up(server: Server, folder: Path) -> Path:
    """Return a copy of the data as they are now."""
    copy = folder / f"{uuid.uuid4().hex}.db"
    with closing(sqlite3.connect(server.data / "festival.db")) as data, closing(sqlite3.connect(copy)) as target:
        data.backup(target)
    return copy


def restore(server: Server, backup: Path, page: Page) -> None:
    """Kill the laptop; once the page has noticed start another at its address, on data as a restore leaves them."""
    server.kill()
    expect(page.locator("#away, #band").first).to_be_visible(timeout=NOTICED_WITHIN)
    for left in server.data.glob("festival.db*"):
        left.unlink()
    shutil.copy(backup, server.data / "festival.db")
    with closing(sqlite3.connect(server.data / "festival.db")) as db, db:
        db.execute(STARTED_ANEW, {"generation": uuid.uuid4().hex})
        db.execute("UPDATE editions SET version = version + 1000000")
    server.start()


def scan(page: Page, card: str, count: int) -> None:
    """Scan a card, and wait until the booth's count shows it."""
    gun(page, card)
    expect(page.locator("#count")).to_have_text(str(count))


def sums(server: Server) -> tuple[int, int]:
    """Return the board's visits in all, and the visits that the table holds."""
    _, board = server.request("GET", "/api/v1/board")
    with closing(sqlite3.connect(server.data / "festival.db")) as db:
        [held] = db.execute("SELECT sum(party) FROM visits WHERE undone_at IS NULL").fetchone()
    return board["visits"], held or 0


def undone(server: Server) -> int:
    """Return how many visits were taken back."""
    with closing(sqlite3.connect(server.data / "festival.db")) as db:
        [count] = db.execute("SELECT count(*) FROM visits WHERE undone_at IS NOT NULL").fetchone()
    return int(count)


def test_open_booth_page_sends_again_what_the_backup_lacks(windows: Windows, server: Server, tmp_path: Path) -> None:
    cards = [card["code"] for card in new_cards(server, 4)]
    page = at_booth(windows, server, "clinic")
    scan(page, cards[0], 1)
    scan(page, cards[1], 2)
    backup = backed_up(server, tmp_path)
    scan(page, cards[2], 3)
    scan(page, cards[3], 4)
    page.locator("[data-act='walk-in']").click()
    expect(page.locator("#count")).to_have_text("5")
    restore(server, backup, page)
    expect(page.locator("#restored-text")).to_have_text("电脑换过了，刚才的 5 笔又送了一遍，都在")
    expect(page.locator("#count")).to_have_text("5")
    assert sums(server) == (5, 5)
    assert faults(page) == {}
    # The newest line's visit has another number now; taking it back takes back that one.
    page.locator("[data-undo]").first.click()
    expect(page.locator("#count")).to_have_text("4")
    assert sums(server) == (4, 4)
    page.reload()
    expect(page.locator("#count")).to_have_text("4")
    page.wait_for_timeout(1500)
    expect(page.locator("#restored")).to_be_hidden()
    assert sums(server) == (4, 4)


def test_what_was_undone_after_the_backup_stays_undone(windows: Windows, server: Server, tmp_path: Path) -> None:
    page = at_booth(windows, server, "clinic")
    page.locator("[data-act='walk-in']").click()
    expect(page.locator("#count")).to_have_text("1")
    backup = backed_up(server, tmp_path)
    page.locator("[data-act='walk-in']").click()
    expect(page.locator("#count")).to_have_text("2")
    for left in (1, 0):
        page.locator("[data-undo]").first.click()
        expect(page.locator("#count")).to_have_text(str(left))
    restore(server, backup, page)
    # The one that the backup holds is taken back again, the other one is not sent.
    until = time.monotonic() + TAKEN_BACK_WITHIN
    while undone(server) != 1 and time.monotonic() < until:
        page.wait_for_timeout(100)
    assert undone(server) == 1
    expect(page.locator("#count")).to_have_text("0")
    assert sums(server) == (0, 0)


def test_device_whose_enrolment_was_lost_keeps_all_until_it_is_paired_again(
    windows: Windows, server: Server, tmp_path: Path
) -> None:
    backup = backed_up(server, tmp_path)
    page = at_booth(windows, server, "clinic")
    for count in (1, 2):
        page.locator("[data-act='walk-in']").click()
        expect(page.locator("#count")).to_have_text(str(count))
    server.kill()
    page.locator("[data-act='walk-in']").click()
    expect(page.locator("#waiting")).to_have_text("1 条等着送")
    restore(server, backup, page)
    expect(page.locator("#page")).to_have_attribute("data-view", "pair")
    press(page, "pair-pad", server.invite("booth", "clinic"))
    expect(page.locator("#count")).to_have_text("3")
    assert sums(server) == (3, 3)


def test_device_that_was_shut_out_sends_only_what_was_never_answered(windows: Windows, server: Server) -> None:
    organiser = server.pair("organiser")
    page = at_booth(windows, server, "clinic")
    page.locator("[data-act='walk-in']").click()
    expect(page.locator("#count")).to_have_text("1")
    _, value = server.request("GET", "/api/v1/stations", token=organiser)
    own = next(station["id"] for station in value["stations"] if station["kind"] == "booth")
    server.kill()
    page.locator("[data-act='walk-in']").click()
    expect(page.locator("#waiting")).to_have_text("1 条等着送")
    with closing(sqlite3.connect(server.data / "festival.db")) as db, db:
        db.execute("UPDATE stations SET token_hash = NULL, revoked_at = enrolled_at WHERE id = ?", [own])
        db.execute("UPDATE festival SET config_version = config_version + 1")
    server.start()
    expect(page.locator("#page")).to_have_attribute("data-view", "pair")
    press(page, "pair-pad", server.invite("booth", "clinic"))
    expect(page.locator("#count")).to_have_text("2")
    assert sums(server) == (2, 2)
    expect(page.locator("#restored")).to_be_hidden()


def test_another_festivals_data_get_nothing_of_it(windows: Windows, server: Server, tmp_path: Path) -> None:
    page = at_booth(windows, server, "clinic")
    page.locator("[data-act='walk-in']").click()
    expect(page.locator("#count")).to_have_text("1")
    server.kill()
    page.locator("[data-act='walk-in']").click()
    expect(page.locator("#waiting")).to_have_text("1 条等着送")
    other = Server(tmp_path / "other", port=server.port).start()
    try:
        expect(page.locator("#page")).to_have_attribute("data-view", "pair")
        press(page, "pair-pad", other.invite("booth", "clinic"))
        expect(page.locator("#page")).to_have_attribute("data-view", "scan")
        expect(page.locator("#waiting")).to_have_text("")
        assert sums(other) == (0, 0)
    finally:
        other.kill()


def test_open_kiosk_sends_again_silently(windows: Windows, server: Server, tmp_path: Path) -> None:
    cards = [card["code"] for card in new_cards(server, 3)]
    page = windows.open(*KIOSK, address=f"{server.address}/kiosk#pair={server.invite('kiosk', 'tea')}")
    expect(page.locator("#page")).to_have_attribute("data-view", "home")
    backup = backed_up(server, tmp_path)
    for at, card in enumerate(cards, 1):
        gun(page, card)
        # The last one's words stay in the hidden result: only what is on the glass tells that this one was answered.
        expect(page.locator("#page")).to_have_class(re.compile("state--welcome"))
        expect(page.locator("#page")).to_have_attribute("data-view", "home", timeout=9000)
        assert visits(server, "tea") == at
    with page.expect_response("**/check-ins/batch", timeout=SENT_AGAIN_WITHIN) as answered:
        restore(server, backup, page)
    assert answered.value.status == 200
    assert [each["scan"] for each in answered.value.request.post_data_json["check_ins"]] == cards
    assert sums(server) == (3, 3)


def test_what_no_page_remembers_stays_lost(windows: Windows, server: Server, tmp_path: Path) -> None:
    page = at_booth(windows, server, "clinic")
    stranger = server.pair("booth", "clinic")
    backup = backed_up(server, tmp_path)
    status, told = server.request("POST", "/api/v1/check-ins", {"scan": None, "nonce": str(uuid.uuid4())}, stranger)
    assert status == 201
    page.locator("[data-act='walk-in']").click()
    expect(page.locator("#count")).to_have_text("2")
    restore(server, backup, page)
    expect(page.locator("#count")).to_have_text("1")
    assert sums(server) == (1, 1)
    # Its number was given to nobody else.
    assert server.request("DELETE", f"/api/v1/check-ins/{told['visit']['id']}", token=stranger)[0] == 404
