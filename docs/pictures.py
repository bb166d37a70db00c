"""Makes the README's pictures anew, from a real server and a real browser: ``.venv/bin/python -m docs.pictures``."""

import json
import random
import subprocess
import sys
import tempfile
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench.browser import chromium
from bench.server import ROOT, Server, running

FOLDER = Path(__file__).parent / "pictures"
BUSY = {"clinic": 37, "repairs": 52, "handouts": 88, "lecture": 41, "clay": 46, "crafts": 63, "tea": 71}
BUSY |= {"glasses": 60, "chess": 34, "barter": 58, "stage": 105}
# Longer than the board shows its switch of language.
SETTLED = 8000


def main() -> None:
    """Fill a day, and picture the kiosk and the board."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data, running(Path(data)) as server, sync_playwright() as playwright:
        fill(server)
        browser = chromium(playwright)
        picture(browser, f"http://127.0.0.1:{server.port}/board", (1920, 1080), "board.png")
        code = pairing_code(Path(data), "kiosk", "clinic")
        picture(browser, f"http://127.0.0.1:{server.port}/kiosk#pair={code}", (1080, 1920), "kiosk.png")
        browser.close()


def fill(server: Server) -> None:
    """Check a believable crowd in, with a fixed seed."""
    chance = random.Random(2017)
    cards, now = server.issue(214), datetime.now(UTC)
    for booth, count in BUSY.items():
        items = [
            {
                "scan": card,
                "booth": booth,
                "nonce": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
                "scanned_at": (now - timedelta(minutes=100 * chance.random() ** 1.6)).isoformat(),
                "offline": True,
            }
            for card in chance.sample(cards, count)
        ]
        server.call("POST", "/check-ins/batch", {"sent_at": now.isoformat(), "check_ins": items})


def pairing_code(data: Path, kind: str, *booths: str) -> str:
    """Return a code for a device."""
    chosen = [part for slug in booths for part in ("--booth", slug)]
    command = [sys.executable, "manage.py", "pair", "--data", str(data), "--kind", kind, *chosen, "--json"]
    printed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    code: str = json.loads(printed.splitlines()[-1])["pairing_code"]
    return code


def picture(browser: Browser, address: str, size: tuple[int, int], name: str) -> None:
    """Save a picture of a page, once its fonts are there."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    page = context.new_page()
    page.goto(address)
    page.wait_for_timeout(SETTLED)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=FOLDER / name)
    context.close()


if __name__ == "__main__":
    main()
