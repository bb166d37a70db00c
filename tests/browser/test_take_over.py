"""The walk-through of a take-over, with the very commands of the runbook and pages that stay open, timed.

The laptop dies with its disk; all that is left is the stick. Nobody touches the phone, the kiosk or the television.
"""

import shutil
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from festival.backup import sticks
from festival.backup.sticks import Stick
from tests.browser.conftest import Windows
from tests.browser.seeing import gun
from tests.browser.test_booth import at_booth, new_cards
from tests.browser.test_day import counted, shows
from tests.browser.test_kiosk import at_kiosk
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.fault]

TWO_MINUTES = 120


def plug_in(volumes: Path, server: Server) -> None:
    """Plug a stick in that an organiser made the festival's own."""
    (volumes / "BLUE").mkdir(parents=True)
    _, health = server.request("GET", "/healthz")
    sticks.prepare(Stick(volumes / "BLUE", is_ours=False), health["community"])


@pytest.mark.alone
def test_a_second_laptop_carries_on_from_the_stick_while_all_pages_stay_open(
    windows: Windows, server: Server, tmp_path: Path
) -> None:
    volumes = tmp_path / "volumes"
    cards = [card["code"] for card in new_cards(server, 6)]
    board = windows.open(1920, 1080, address=f"{server.address}/board")
    kiosk, booth = at_kiosk(windows, server, "clinic"), at_booth(windows, server, "tea")
    plug_in(volumes, server)
    gun(kiosk, cards[0])
    gun(booth, cards[1])
    shows(board, 2)
    made = server.manage("backup", "--volumes", str(volumes))
    assert made.returncode == 0, made.stderr
    assert "BLUE" in made.stdout
    gun(kiosk, cards[2])
    gun(booth, cards[3])
    shows(board, 4)

    server.kill()
    dead = time.monotonic()
    # Nobody tells the people in the queue: the volunteer goes on scanning.
    gun(booth, cards[4])
    expect(booth.locator("body")).to_contain_text("1 条等着送", timeout=20_000)
    for folder in (server.data, server.data.with_name("data-backups")):
        shutil.rmtree(folder)

    second = Server(tmp_path / "second" / "data", port=server.port)
    listed = second.manage("restore", "--list", "--volumes", str(volumes))
    assert "BLUE" in listed.stdout
    restored = second.manage("restore", "--yes", "--volumes", str(volumes))
    assert restored.returncode == 0, restored.stdout + restored.stderr
    second.start()
    try:
        gun(kiosk, cards[5])
        shows(board, 6)
        took = time.monotonic() - dead
        assert counted(second) == 6
        print(f"from the dead laptop to the next counted scans on all pages: {took:.1f} s")
        assert took < TWO_MINUTES
    finally:
        second.kill()
