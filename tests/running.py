"""The real server as a process of its own: started, waited for, paired with, stopped or killed."""

import contextlib
import itertools
import json
import os
import random
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from commands.place import ACTOR
from festival import stations
from festival.clock import utc_now
from festival.settings import from_values
from festival.storage.engine import Database

ROOT = Path(__file__).parents[1]
START_WITHIN = 60.0


# Below the ports that systems give to clients: those could be taken while a server that keeps its port is away.
_ports = itertools.cycle(range(11000, 30000))
for _ in range(random.SystemRandom().randrange(19000)):
    next(_ports)


def free_port() -> int:
    """Return a port that nobody uses now, and that this process will not name again soon."""
    for port in _ports:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("unreachable: the ports go round")


STAND_IN = "import sys, pathlib\npathlib.Path(__file__).with_name('opened').write_text(sys.argv[1], encoding='utf-8')\n"


def stand_in(folder: Path) -> dict[str, str]:
    """Put a program in the place of a person's browser; return the environment in which a server opens it."""
    program = folder / "browser.py"
    program.write_text(STAND_IN, encoding="utf-8")
    words = (shlex.quote(path.as_posix()) for path in (Path(sys.executable), program))
    return {"BROWSER": f"{' '.join(words)} %s", "DISPLAY": ":0"}


def opened(folder: Path) -> str:
    """Wait for the address that the program of ``stand_in`` was given, and return it."""
    given, until = folder / "opened", time.monotonic() + START_WITHIN
    while not (given.exists() and given.read_text(encoding="utf-8")):
        assert time.monotonic() < until, "no browser was opened"
        time.sleep(0.05)
    return given.read_text(encoding="utf-8")


@dataclass
class Server:
    """``serve.py``, or what stands for it, on a data folder; it keeps its port from one start to the next."""

    data: Path
    database: str = ""
    port: int = field(default_factory=free_port)
    options: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    program: Path = ROOT / "serve.py"
    process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        """The address of its pages."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> Path:
        """The file that holds what it printed, over all its starts."""
        return self.data.with_name(self.data.name + ".log")

    def start(self) -> "Server":
        """Start it and wait until a check-in would be taken."""
        options = ["--data", str(self.data), "--port", str(self.port), "--host", "127.0.0.1"]
        if "BROWSER" not in self.environment:
            options.append("--no-browser")
        if self.database:
            options += ["--database", self.database]
        with self.output.open("a", encoding="utf-8") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(self.program), *options, *self.options],
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                cwd=ROOT,
                env=os.environ | self.environment,
            )
        self._wait()
        return self

    def _wait(self) -> None:
        assert self.process is not None
        until = time.monotonic() + START_WITHIN
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.address}/healthz", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        self.kill()
        raise AssertionError(f"the server did not start:\n{self.output.read_text(encoding='utf-8')}")

    def stop(self) -> int:
        """Ask it to stop; return its exit status."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """Kill it as a pulled plug would; return its exit status."""
        return self._end(getattr(signal, "SIGKILL", signal.SIGTERM))

    def _end(self, number: int) -> int:
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(number)
        status = self.process.wait(timeout=10)
        self.process = None
        return status

    def invite(self, kind: str, *booths: str) -> str:
        """Return a pairing code, written beside the server as `start.py pair` does.

        By this process: another Python takes longer to begin than most tests need, and one test needs twenty codes.
        """
        database = Database(from_values({"data": str(self.data), "database": self.database}).database_url)
        with database.writing() as db:
            made = stations.invite(db, kind=kind, slugs=booths, actor=ACTOR, now=utc_now())
        database.dispose()
        return made.code

    def pair(self, kind: str, *booths: str, name: str = "test") -> str:
        """Enrol a station through the API; return its token."""
        body = {"pairing_code": self.invite(kind, *booths), "name": name}
        status, value = self.request("POST", "/api/v1/stations", body)
        assert status == 201, value
        return str(value["token"])

    def manage(self, command: str, *options: str) -> "subprocess.CompletedProcess[str]":
        """Run a command beside it."""
        where = ["--data", str(self.data)] + (["--database", self.database] if self.database else [])
        return subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), command, *where, *options],
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )

    def request(self, method: str, path: str, body: Any = None, token: str | None = None) -> tuple[int, Any]:
        """Send one request on a connection of its own; return the status and the JSON (None where there is none)."""
        request = urllib.request.Request(self.address + path, method=method)
        if token is not None:
            request.add_header("Authorization", f"Bearer {token}")
        if body is not None:
            request.data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status, _json(response.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _json(error.read())


def _json(data: bytes) -> Any:
    return json.loads(data) if data else None
