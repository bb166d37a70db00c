"""Hands over to a command in .venv, in such a way that signals and the exit status are the command's own."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn, Protocol

from launch.children import STRAY


class Waitable(Protocol):
    """The part of subprocess.Popen that is needed here."""

    def wait(self) -> int: ...


def hand_over(command: Sequence[str], *, cwd: Path | None = None, posix: bool = os.name == "posix") -> NoReturn:
    """Runs the command in place of this process, and never returns.

    On POSIX this process becomes the command. Windows has no such thing: there it waits, and ends with its status.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    environment = with_safe_output(os.environ)
    if cwd is not None:
        os.chdir(cwd)
    if posix:
        os.execve(command[0], list(command), environment)
    sys.exit(wait_through_interrupts(subprocess.Popen(command, env=environment)))


def wait_through_interrupts(child: Waitable) -> int:
    """The child's status. Ctrl-C reaches the child by itself; it decides when it is done."""
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue


def with_safe_output(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment in which Python prints "?" for what a console cannot show, and finds our libraries alone."""
    kept = {name: value for name, value in environment.items() if name.upper() not in STRAY}
    return {"PYTHONIOENCODING": ":replace", **kept}
