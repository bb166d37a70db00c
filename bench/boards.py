"""Screens that watch the board's socket, and how long a scan takes to reach them."""

import json
import re
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from simple_websocket import Client, ConnectionClosed

from bench.load import request, run
from bench.server import Server

PROBED_BOOTH = "handouts"
_SHOWN = re.compile(rf'"slug":"{PROBED_BOOTH}".*?"visits":(\d+)')


@dataclass
class Screen:
    """One connected board: when it first showed each figure of the probed booth."""

    client: Client
    first_shown: dict[int, float] = field(default_factory=dict)

    def watch(self) -> None:
        """Read snapshots until the connection ends."""
        with suppress(ConnectionClosed):
            while True:
                self._read(str(self.client.receive()), time.perf_counter())

    def _read(self, packet: str, now: float) -> None:
        if packet == "2":
            self.client.send("3")
        elif packet.startswith("0"):
            self.client.send("40/board,")
        elif packet.startswith("42/board,") and (shown := _SHOWN.search(packet)):
            self.first_shown.setdefault(int(shown[1]), now)

    def shown_at(self, figure: int) -> float | None:
        """Return when the probed booth's figure had first reached ``figure``."""
        return min((at for shown, at in self.first_shown.items() if shown >= figure), default=None)


@contextmanager
def watching(server: Server, count: int) -> Iterator[list[Screen]]:
    """Connect ``count`` screens."""
    address = f"ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket"
    screens = [Screen(Client(address)) for _ in range(count)]
    for screen in screens:
        threading.Thread(target=screen.watch, daemon=True).start()
    _wait_for_all(screens)
    try:
        yield screens
    finally:
        for screen in screens:
            screen.client.close()


def _wait_for_all(screens: list[Screen]) -> None:
    """Wait until each screen has had its first snapshot."""
    until = time.monotonic() + 60
    while not all(screen.first_shown for screen in screens):
        if time.monotonic() > until:
            raise RuntimeError("not every screen was shown the board")
        time.sleep(0.05)


def scan_to_board(server: Server, screens: list[Screen], *, probes: int, gap: float) -> list[float]:
    """Return the milliseconds from sending a scan to its figure on each screen."""
    sent: dict[int, float] = {}
    for _ in range(probes):
        body = {"scan": None, "booth": PROBED_BOOTH, "nonce": str(uuid.uuid4())}
        began = time.perf_counter()
        answer = server.call("POST", "/check-ins", body)
        sent[answer["visit"]["number"]] = began
        time.sleep(gap)
    time.sleep(1)
    shown = [(screen.shown_at(figure), at) for figure, at in sent.items() for screen in screens]
    return sorted(1000 * (when - at) for when, at in shown if when is not None)


def paced_load(server: Server, *, rate: float, seconds: float) -> threading.Thread:
    """Send ``rate`` walk-ins a second to other booths, from a thread of its own."""

    def paced() -> Iterator[bytes]:
        began, sent = time.perf_counter(), 0
        while True:
            sent += 1
            time.sleep(max(0.0, began + sent / rate - time.perf_counter()))
            body = {"scan": None, "booth": "stage", "nonce": str(uuid.uuid4())}
            yield request("POST", "/api/v1/check-ins", token=server.token, body=json.dumps(body))

    load = threading.Thread(target=lambda: run(server.port, paced(), connections=1, seconds=seconds))
    load.start()
    return load
