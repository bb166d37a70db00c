"""Runs pip, npm and their like: quietly, into a log, with the step's seconds running."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from launch.talk import NetworkAway, Problem

# What pip and npm say when it is the network, not the request, that is wrong.
NETWORK_WORDS = (
    "NewConnectionError",
    "NameResolutionError",
    "connection broken",
    "ConnectTimeout",
    "ReadTimeout",
    "Read timed out",
    "ProxyError",
    "SSLError",
    "SSLCertVerificationError",
    "IncompleteRead",
    "Max retries exceeded",
    "Temporary failure in name resolution",
    "Network is unreachable",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ETIMEDOUT",
    "ESOCKETTIMEDOUT",
    "ECONNREFUSED",
    "ECONNRESET",
    "ENETUNREACH",
    "EHOSTUNREACH",
    "ERR_SOCKET_TIMEOUT",
    "network timeout",
)
DISK_FULL_WORDS = ("ENOSPC", "No space left on device", "Errno 28", "not enough space on the disk")
# npm ends with these two lines, whatever went wrong.
POINTS_TO_A_LOG = re.compile(r"npm (error|ERR!)( A complete log of this run| .*-debug-\d+\.log$|\s*$)")
# A person's own settings for pip or Python that would send the libraries somewhere else.
STRAY = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV")


def disk_full() -> Problem:
    """The sentence for a full disk."""
    return Problem("硬盘满了，放不下。腾出 1 GB 再开一次。", "The disk is full. Make room for 1 GB and start again.")


@dataclass(frozen=True)
class Outcome:
    """How a child ended: its exit status, and all it said."""

    status: int
    said: str

    @property
    def network_away(self) -> bool:
        return self.status != 0 and any(word in self.said for word in NETWORK_WORDS)

    @property
    def disk_full(self) -> bool:
        return self.status != 0 and any(word in self.said for word in DISK_FULL_WORDS)

    @property
    def hindered(self) -> bool:
        """Whether trying it another way would not help."""
        return self.network_away or self.disk_full

    def raise_if_hindered(self) -> None:
        """Raises NetworkAway, or Problem for a full disk."""
        if self.disk_full:
            raise disk_full()
        if self.network_away:
            raise NetworkAway(
                "网络不通，要用的东西拿不到。连上网再开一次，会接着做。",
                "The network is away and something has to be fetched. Connect and start again: it goes on from here.",
            )

    @property
    def last_words(self) -> str:
        """The last line that says something, at most 200 characters: not npm's, that point to its own log."""
        lines = [line.strip() for line in self.said.splitlines()]
        lines = [line for line in lines if line and not POINTS_TO_A_LOG.match(line)]
        return lines[-1][:200] if lines else f"exit status {self.status}"


@dataclass(frozen=True)
class Runner:
    """Runs one child at a time. Tests put a fake in its place.

    `hold` is the descriptor of set-up's lock. On POSIX the child inherits it: when this process is killed and pip
    goes on alone, the next start waits for it instead of working in the same folder.
    """

    log: Path
    hold: int | None = None
    tick: Callable[[], None] = field(default=lambda: None)
    posix: bool = os.name == "posix"

    def __call__(self, command: Sequence[str], *, cwd: Path | None = None) -> Outcome:
        """Runs the command to its end. Raises OSError if it cannot start."""
        held = [self.hold] if self.hold is not None and self.posix else []
        with self.log.open("w+b") as log:
            child = subprocess.Popen(
                command,
                cwd=cwd,
                env=clean_environment(os.environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=held,
                start_new_session=self.posix,
            )
            status = wait(child, self.tick)
            log.seek(0)
            return Outcome(status, log.read().decode("utf-8", "replace"))


def wait(child: "subprocess.Popen[bytes]", tick: Callable[[], None]) -> int:
    """Waits for the child's end and returns its status; when told to stop, stops the child first."""
    try:
        while True:
            try:
                return child.wait(timeout=0.5)
            except subprocess.TimeoutExpired:
                tick()
    except BaseException:
        terminate(child)
        child.wait()
        raise


def terminate(child: "subprocess.Popen[bytes]") -> None:
    """Stops the child, and whatever it has started itself where it leads a group of its own (npm, ensurepip)."""
    if sys.platform != "win32" and child.poll() is None and os.getpgid(child.pid) == child.pid:
        os.killpg(child.pid, signal.SIGTERM)
    else:
        child.terminate()


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without what would lead pip or Python astray."""
    clean = {name: value for name, value in environment.items() if name.upper() not in STRAY}
    return clean | {
        "PIP_USER": "0",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PYTHONUTF8": "1",
    }


def base_python() -> str:
    """The Python outside of any virtual environment: start.py may have been run from within one."""
    return getattr(sys, "_base_executable", None) or sys.executable
