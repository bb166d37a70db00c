"""One table of cases for scans while the server is away: the booth page and the server answer as it says."""

import json
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page
from stdnum import damm

from festival.clock import to_text, utc_now
from tests.browser.conftest import Windows
from tests.running import Server

pytestmark = pytest.mark.browser

CASES = json.loads((Path(__file__).parents[1] / "cases" / "offline.json").read_text(encoding="utf-8"))["cases"]
ZONE = ZoneInfo("Asia/Shanghai")
HOURS = {"earlier": -60, "later": 60, "much later": 120}
FULL_WIDTH = str.maketrans({str(digit): chr(0xFF10 + digit) for digit in range(10)})

_JUDGED = """
async ({ said, booth, checkIn, own, left, at, hour }) => {
  const { judge } = await import("/static/js/booth/judge.js");
  const { Snapshot } = await import("/static/js/booth/facts.js");
  const snapshot = new Snapshot(said);
  const facts = {
    knowsCards: true, isClosed: snapshot.isClosed, find: (digits) => snapshot.find(digits),
    seenAt: ({ who }) => snapshot.seenAt(booth.slug, who),
  };
  const { outcome, reason, doubts } = judge(checkIn, { booth, facts, ownAt: own, left, at, hour });
  return [outcome, reason, doubts];
}
"""


def with_check_digit(body: str) -> str:
    return body + str(damm.calc_check_digit(body))


class Scene:
    """One case on a booth of its own."""

    def __init__(self, server: Server, case: dict[str, Any]) -> None:
        self.server, self.case = server, case
        self.organiser = server.pair("organiser")
        self.slug = f"case-{uuid.uuid4().hex[:12]}"
        fields = {name: self.hour(value) for name, value in case.get("booth", {}).items()}
        self.booth = self.call("POST", "/booths", {"slug": self.slug, "name": "义诊", **fields})
        self.station = server.pair("booth", self.slug)
        cards = self.call("POST", "/cards", {"count": 2})["cards"]
        self.cards = dict(zip(("zhang", "li"), cards, strict=True))
        self.visit = 0
        for what, *arguments in case.get("before", ()):
            getattr(self, what.replace("-", "_"))(*arguments)

    def call(self, method: str, path: str, body: Any = None, token: str | None = None) -> Any:
        status, value = self.server.request(method, f"/api/v1{path}", body, token or self.organiser)
        assert status < 400, (status, value)
        return value

    @staticmethod
    def hour(value: Any) -> Any:
        """Return a time of day that lies so far from now."""
        if not isinstance(value, str) or value not in HOURS:
            return value
        return f"{datetime.now(ZONE) + timedelta(minutes=HOURS[value]):%H:%M}"

    def check_in(self, who: str, minutes_ago: int) -> None:
        made = self.send(self.cards[who]["code"], minutes_ago)
        assert made["outcome"] == "welcome", made
        self.visit = made["visit"]["id"]

    def undo(self) -> None:
        self.call("DELETE", f"/check-ins/{self.visit}")

    def state(self, who: str, state: str) -> None:
        self.call("PATCH", f"/cards/{self.cards[who]['code']}", {"state": state})

    def replace(self, who: str) -> None:
        [self.cards["replacement"]] = self.call("POST", "/cards", {"replaces": self.cards[who]["code"]})["cards"]

    def close(self) -> None:
        self.call("POST", "/edition/close")

    def send(self, scan: str | None, minutes_ago: float = 0) -> Any:
        now = utc_now()
        body = {
            "scan": scan,
            "booth": self.slug,
            "nonce": str(uuid.uuid4()),
            "offline": True,
            "party": self.case.get("party", 1),
            "scanned_at": to_text(now - timedelta(minutes=minutes_ago)),
            "sent_at": to_text(now),
        }
        return self.server.request("POST", "/api/v1/check-ins", body, self.station)[1]

    @property
    def scan(self) -> str | None:
        """The text that the scanner gave."""
        wanted = self.case["scan"]
        if wanted is None or wanted.startswith("kind "):
            return wanted and with_check_digit(f"{wanted[5:]}{uuid.uuid4().int % 10**13:013d}")
        if wanted.endswith(" short"):
            return with_check_digit("99999")
        if wanted not in self.cards:
            return str(wanted)
        code, short = self.cards[wanted]["code"], self.cards[wanted]["short"]
        written = {
            "full-width": code.translate(FULL_WIDTH),
            "grouped": f"{code[:4]} {code[4:8]}-{code[8:12]}\u3000{code[12:]}",
            "address": f"http://192.168.1.5:8000/c/{code}",
            "capitals": f"HTTP://LAOJIEFANG.LOCAL:8000/C/{code}",
            "address and more": f"http://192.168.1.5:8000/c/{code}/x",
            "wrong check digit": code[:-1] + str((int(code[-1]) + 1) % 10),
            "short": short,
        }
        return written[self.case["written"]] if "written" in self.case else str(code)

    def judged(self, page: Page) -> Any:
        """Return what the page says, by what the server has told it before."""
        [shown] = [each for each in self.call("GET", "/board")["booths"] if each["slug"] == self.slug]
        booths = self.call("GET", "/booths", token=self.station)["booths"]
        now = utc_now()
        own = None if "own" not in self.case else now.timestamp() * 1000 - self.case["own"] * 60_000
        known = {
            "said": self.call("GET", "/offline", token=self.station),
            "booth": next(each for each in booths if each["slug"] == self.slug),
            "checkIn": {"scan": self.scan, "party": self.case.get("party", 1)},
            "own": own,
            "left": shown["left"],
            "at": now.timestamp() * 1000,
            "hour": f"{now.astimezone(ZONE):%H:%M}",
        }
        return page.evaluate(_JUDGED, known)


@pytest.fixture(scope="module")
def page(chromium: Any, day: Server) -> Any:
    windows = Windows(chromium)
    yield windows.open(390, 844, address=f"{day.address}/booth")
    windows.close()


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_page_and_server_answer_as_the_table_says(page: Page, day: Server, case: dict[str, Any]) -> None:
    scene = Scene(day, case)
    scan = scene.scan
    if "own" in case:
        # What the page took itself has reached the server first: scans arrive in their order.
        page_says = scene.judged(page)
        scene.check_in("zhang", case["own"])
    else:
        page_says = scene.judged(page)
    answered = scene.send(scan)
    assert page_says == case["page"]
    assert [answered["outcome"], answered["reason"], answered["warnings"]] == case["server"]
    # What the page lets in counts, or goes into the tray because nobody here knew better; what it refuses never counts.
    if case["page"][0] == "refused":
        assert answered["outcome"] == "refused"
