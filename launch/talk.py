"""What the launcher says: one line a step, one sentence a problem, each in Chinese and English.

Everything goes to stderr: stdout belongs to the command that is started (`pair --json` is read by programs).
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO

SEPARATOR = " / "


class Problem(Exception):
    """Set-up cannot go on. Holds one whole sentence in each language; the exit status is 1 unless told."""

    def __init__(self, zh: str, en: str, *, status: int = 1) -> None:
        super().__init__(zh + SEPARATOR + en)
        self.status = status


class NetworkAway(Problem):
    """Something had to be fetched and could not be: the one problem that mends itself."""


def prepare_console() -> None:
    """Makes printing Chinese harmless on a console that cannot show it (Windows code pages, LANG=C)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def say(zh: str, en: str) -> None:
    """Prints one line in both languages."""
    print(zh + SEPARATOR + en, file=sys.stderr, flush=True)


@dataclass
class Progress:
    """One line for each of `total` steps: "[2/4] words … 12 s"; on a terminal the seconds run."""

    total: int
    stream: TextIO
    clock: Callable[[], float] = time.monotonic
    done: int = 0

    @contextmanager
    def step(self, zh: str, en: str) -> Iterator[Callable[[], None]]:
        """Prints the step's line; what it yields is to be called now and then, and shows the seconds."""
        self.done += 1
        line = f"[{self.done}/{self.total}] {zh}{SEPARATOR}{en} …"
        started = self.clock()
        shown = 0

        def tick() -> None:
            nonlocal shown
            seconds = int(self.clock() - started)
            if self.stream.isatty() and seconds > shown:
                shown = seconds
                print(f"\r{line} {seconds} s", end="", file=self.stream, flush=True)

        print(line, end="", file=self.stream, flush=True)
        try:
            yield tick
        except BaseException:
            print(file=self.stream, flush=True)
            raise
        again = f"\r{line}" if shown else ""
        print(f"{again} {self.clock() - started:.1f} s", file=self.stream, flush=True)
