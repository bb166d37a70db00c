"""A real server in a folder of its own, with stations and cards to load it with."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

from bench.load import Requests, forever, request

ROOT = Path(__file__).parent.parent
BOOTHS = ("clinic", "repairs", "handouts", "lecture", "clay", "crafts", "tea", "chess", "barter", "stage")


@dataclass
class Server:
    """A running server, and an organiser's station at it."""

    port: int
    process: subprocess.Popen[bytes]
    token: str = ""

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Call the API and return what it answers."""
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}"},
        )
        with urllib.request.urlopen(asked, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def issue(self, count: int) -> list[str]:
        """Issue cards and return their codes."""
        codes: list[str] = []
        while len(codes) < count:
            codes += [
                card["code"] for card in self.call("POST", "/cards", {"count": min(500, count - len(codes))})["cards"]
            ]
        return codes

    def health(self) -> Requests:
        """Yield requests of ``/healthz`` that carry what a check-in carries, but for its body."""
        asked = request("GET", "/healthz", token=self.token)
        return forever(lambda: asked)

    def check_ins(self, codes: Sequence[str], booths: Sequence[str] = BOOTHS) -> Requests:
        """Yield check-ins that are all counted: each card at each of ``booths``, then walk-ins."""
        pairs = ((code, booth) for booth in booths for code in codes)
        rest = cycle((None, booth) for booth in booths)

        def make() -> bytes:
            code, booth = next(pairs, None) or next(rest)
            body = {"scan": code, "booth": booth, "nonce": str(uuid.uuid4()), "party": 1}
            return request("POST", "/api/v1/check-ins", token=self.token, body=json.dumps(body))

        return forever(make)

    def memory(self) -> float:
        """Return the memory that the server holds, in MiB; 0 where the system does not say."""
        status = Path(f"/proc/{self.process.pid}/status")
        if not status.exists():
            return 0.0
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024


@contextmanager
def running(
    data: Path,
    *,
    environment: Mapping[str, str] | None = None,
    printed: Path = Path(os.devnull),
    host: str = "127.0.0.1",
) -> Iterator[Server]:
    """Run a server on ``data`` and pair an organiser's station with it; what it prints goes to ``printed``.

    It opens a page only where ``environment`` names the program to open it with, as BROWSER.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "serve.py", "--data", str(data), "--port", str(port), "--host", host]
    if "BROWSER" not in (environment or {}):
        command.append("--no-browser")
    with printed.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **(environment or {})}, stdout=output)
    server = Server(port, process)
    try:
        _wait(server)
        server.token = _pair(server, data)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(server: Server) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and server.process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{server.port}/healthz", timeout=5).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server did not start")


def _pair(server: Server, data: Path) -> str:
    command = [sys.executable, "manage.py", "pair", "--data", str(data), "--kind", "organiser", "--json"]
    printed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    code = json.loads(printed.splitlines()[-1])["pairing_code"]
    token: str = server.call("POST", "/stations", {"pairing_code": code, "name": "bench"})["token"]
    return token
