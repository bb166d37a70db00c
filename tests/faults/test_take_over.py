"""The laptop is gone; another one takes over from the stick: all devices still paired, and what is lost is named."""

import http.client
import itertools
import re
import shutil
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from festival.backup import archive, sticks
from festival.backup.sticks import Stick
from festival.settings import Settings
from festival.storage.engine import Database
from tests.cast import new_nonce
from tests.faults.devices import Answer, Device, all_at_once
from tests.running import Server

pytestmark = pytest.mark.fault

DEVICES = 8
PACE = 0.1
AFTER_THE_BACKUP = 1.5
WITHIN = 120


@dataclass(frozen=True)
class Told:
    """An answer, and when it came."""

    answer: Answer
    at: datetime


class Queue:
    """Eight devices at eight booths that scan until the server is gone, and remember what they were told."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.booths, self.cards = self._set_up()
        self.tokens = [server.pair("booth", slug, name=slug) for slug in self.booths]
        self.codes = iter(self.cards)
        self.lock = threading.Lock()
        self.sent: list[dict[str, dict[str, Any]]] = [{} for _ in self.tokens]
        self.told: list[dict[str, Told]] = [{} for _ in self.tokens]

    def _set_up(self) -> tuple[list[str], list[str]]:
        device = Device(self.server.port, self.server.pair("organiser"))
        slugs = [booth["slug"] for booth in device.get("/booths")["booths"]]
        cards = [code for _ in range(2) for code in device.issue(500)]
        device.close()
        return [slug for slug in slugs if slug not in ("glasses", "charity")][:DEVICES], cards

    def scan(self) -> None:
        """Return once every connection is broken."""
        all_at_once([lambda number=number: self._scan(number) for number in range(DEVICES)])

    def _scan(self, number: int) -> None:
        device = Device(self.server.port, self.tokens[number])
        try:
            for turn in itertools.count():
                with self.lock:
                    code = next(self.codes) if turn % 2 else None
                nonce = new_nonce()
                body = self.sent[number][nonce] = {"scan": code, "booth": self.booths[number]}
                answer = device.check_in(nonce=nonce, **body)
                self.told[number][nonce] = Told(answer, datetime.now(ZoneInfo("UTC")))
                time.sleep(PACE)
        except (OSError, http.client.HTTPException):
            device.close()

    def hold(self, named: datetime) -> tuple[int, int]:
        """Send all once more; return how many were kept and how many were sent for the first time again."""
        kept = again = 0
        for number, token in enumerate(self.tokens):
            device = Device(self.server.port, token)
            assert device.get("/station")["station"]["name"] == self.booths[number]
            for nonce, body in self.sent[number].items():
                answer = device.check_in(nonce=nonce, **body)
                told = self.told[number].get(nonce)
                is_replay = answer.body["replayed"]
                if told is not None and told.at < named:
                    assert answer.is_replay_of(told.answer)
                assert answer.outcome == "welcome"
                assert device.check_in(nonce=nonce, **body).body["replayed"]
                kept, again = kept + is_replay, again + (not is_replay)
            device.close()
        return kept, again

    def visits(self) -> int:
        """Return what the board counts."""
        device = Device(self.server.port, self.tokens[0])
        counted: int = device.get("/board")["visits"]
        device.close()
        return counted


def stick_of(server: Server, volumes: Path) -> Stick:
    """Plug in a stick that was made ready."""
    (volumes / "STICK").mkdir(parents=True)
    database = Database(Settings(data=server.data).database_url)
    with database.reading() as db:
        community = db.exec_driver_sql("SELECT community FROM festival").scalar_one()
    database.dispose()
    return sticks.prepare(Stick(volumes / "STICK", is_ours=False), community)


def wait_for_a_backup(stick: Stick) -> None:
    """Wait for the server's own backup."""
    until = time.monotonic() + 30
    while not archive.listed(stick.folder):
        assert time.monotonic() < until, "no backup came by itself"
        time.sleep(0.1)


@pytest.mark.alone
def test_a_second_laptop_takes_over_from_the_stick(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    volumes = tmp_path / "volumes"
    options = ("--volumes", str(volumes))
    server = Server(tmp_path / "first", options=options).start()
    queue = Queue(server)
    stick = stick_of(server, volumes)
    scanning = threading.Thread(target=queue.scan)
    scanning.start()
    wait_for_a_backup(stick)
    time.sleep(AFTER_THE_BACKUP)
    server.kill()
    scanning.join()
    shutil.rmtree(server.data)
    shutil.rmtree(Settings(data=server.data).backups_folder)

    began = time.monotonic()
    second = Server(tmp_path / "second", port=server.port, options=options)
    shown = second.manage("restore", *options, "--yes")
    assert shown.returncode == 0, shown.stderr
    queue.server = second.start()
    took = time.monotonic() - began
    try:
        local = re.search(r"from ([\d-]+ [\d:]+) on", shown.stdout)
        assert local, shown.stdout
        named = datetime.fromisoformat(local[1]).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
        kept, again = queue.hold(named)
        assert kept > 0
        assert again > 0
        assert queue.visits() == kept + again == sum(map(len, queue.sent))
    finally:
        second.kill()
    with capsys.disabled():
        print(f" took over in {took:.1f} s; {kept} check-ins were kept, {again} came again")
    assert took < WITHIN
