"""A day through all pages at once: kiosk, booth page and board on one real server, which dies on the way."""

import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.seeing import gun
from tests.browser.test_booth import at_booth
from tests.browser.test_kiosk import at_kiosk, new_card
from tests.running import Server

pytestmark = pytest.mark.browser


def counted(server: Server) -> int:
    """Return the persons of all visits, straight from the table."""
    with closing(sqlite3.connect(f"file:{server.data / 'festival.db'}?mode=ro", uri=True)) as db:
        return int(db.execute("SELECT coalesce(sum(party), 0) FROM visits WHERE undone_at IS NULL").fetchone()[0])


def shows(board: Page, figure: int) -> None:
    """Wait until the board's hero shows this many visits."""
    expect(board.locator("#visits")).to_have_text(str(figure), timeout=15_000)


def test_kiosk_counts_booth_undoes_board_follows_and_all_survive_a_killed_server(
    windows: Windows, server: Server
) -> None:
    board = windows.open(1920, 1080, address=f"{server.address}/board")
    kiosk = at_kiosk(windows, server, "clinic")
    booth = at_booth(windows, server, "clinic")
    shows(board, 0)

    gun(kiosk, new_card(server)["code"])
    expect(kiosk.locator("#result-word")).to_have_text("欢迎您")
    gun(booth, new_card(server)["code"])
    shows(board, 2)
    expect(booth.locator("[data-undo]")).to_have_count(1)
    booth.locator("[data-undo]").first.click()
    shows(board, 1)
    assert counted(server) == 1

    server.kill()
    server.start()
    gun(kiosk, new_card(server)["code"])
    gun(booth, new_card(server)["code"])
    shows(board, 3)
    _, snapshot = server.request("GET", "/api/v1/board")
    assert snapshot["visits"] == counted(server) == 3
