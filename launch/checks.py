"""`start.py test`: everything set up, then every check, one line each."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from launch import chromium, steps
from launch.children import wait
from launch.environment import Place
from launch.hand_over import with_safe_output

# As many as the smallest laptop has cores; each process has a PostgreSQL and a Chromium of its own.
# Who is done takes over from the other: the slow ones lie together.
PYTEST_PROCESSES = ("-n", "2", "--dist", "worksteal")
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"


@dataclass(frozen=True)
class Check:
    """A check and the arguments with which .venv's Python runs it."""

    name: str
    arguments: tuple[str, ...]


def checks(pytest_arguments: Sequence[str], *, long: bool) -> list[Check]:
    """The checks in order; pytest stands last, so that its summary is what one sees at the end."""
    chosen = () if long else ("-m", "not long")
    return [
        Check("ruff", ("-m", "ruff", "check", ".")),
        Check("mypy", ("-m", "mypy")),
        Check("import contracts", ("-c", LINT_IMPORTS)),
        Check("pytest", ("-m", "pytest", *PYTEST_PROCESSES, *chosen, *pytest_arguments)),
    ]


def run(place: Place, arguments: Sequence[str]) -> int:
    """Sets up, finds Chromium, runs all checks and returns the first status that is not 0. Raises Problem."""
    steps.set_up(place, steps.to_test(place))
    long = "--long" in arguments
    rest = [word for word in arguments if word != "--long"]
    environment = with_safe_output(os.environ) | {chromium.VARIABLE: chromium.ensure(place)}
    chromium.ensure_helpers()
    if long:
        environment["LAOJIEFANG_LONG"] = "1"

    def status_of(check: Check) -> int:
        return start_and_wait([str(place.python), *check.arguments], place, environment)

    return run_all(checks(rest, long=long), status_of)


def start_and_wait(command: Sequence[str], place: Place, environment: Mapping[str, str]) -> int:
    """Runs the command in the checkout, its output going where ours goes, and returns its status."""
    return wait(subprocess.Popen(command, cwd=place.root, env=environment), lambda: None)


def run_all(
    wanted: Sequence[Check], status_of: Callable[[Check], int], clock: Callable[[], float] = time.monotonic
) -> int:
    """Runs each check even after one has failed; returns the first failure's status, or 0."""
    statuses = []
    for number, check in enumerate(wanted, 1):
        print(f"[{number}/{len(wanted)}] {check.name} …", file=sys.stderr, flush=True)
        started = clock()
        status = status_of(check)
        statuses.append(status)
        word = "通过 / passed" if status == 0 else f"没通过 / failed ({status})"
        seconds = f"{clock() - started:.1f} s"
        print(f"[{number}/{len(wanted)}] {check.name}: {word}, {seconds}", file=sys.stderr, flush=True)
    return next((status for status in statuses if status != 0), 0)
