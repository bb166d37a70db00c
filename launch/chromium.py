"""The Chromium that drives the browser tests: found, or installed, or a failure that says what is missing.

Beside it, where Debian has them, a display for the window that `--kiosk` opens, and a Chromium that draws no window
of its own: it is the same engine, and pages are drawn with much less work.
"""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from launch import browser
from launch.environment import Place
from launch.talk import Problem, say

VARIABLE = "LAOJIEFANG_CHROMIUM"
# Programs and Debian's packages that bring them.
DISPLAY = {"Xvfb": "xvfb", "i3": "i3-wm", "xdotool": "xdotool"}
WINDOWLESS = "chromium-headless-shell"
HELPERS = {**DISPLAY, WINDOWLESS: WINDOWLESS}
PLAYWRIGHTS_OWN = (
    "from playwright.sync_api import sync_playwright\n"
    "with sync_playwright() as playwright: print(playwright.chromium.executable_path)"
)


def run_quietly(command: Sequence[str], extra: Mapping[str, str] | None = None) -> str | None:
    """What the command prints, or None when it fails."""
    try:
        done = subprocess.run(
            command, env={**os.environ, **(extra or {})}, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def is_debian() -> bool:
    """Whether Debian's own packages can be had (Ubuntu's chromium package is a mere pointer to a snap)."""
    try:
        return platform.freedesktop_os_release()["ID"] in ("debian", "raspbian")
    except (OSError, KeyError):
        return False


def is_root() -> bool:
    """Whether this process may install packages for the whole machine."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


@dataclass(frozen=True)
class Machine:
    """What the search for a Chromium asks the machine; tests hand in another one."""

    platform: str = sys.platform
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    which: Callable[[str], str | None] = shutil.which
    exists: Callable[[str], bool] = os.path.exists
    run: Callable[[Sequence[str], Mapping[str, str] | None], str | None] = run_quietly
    is_root: Callable[[], bool] = is_root
    is_debian: Callable[[], bool] = is_debian


HERE = Machine()


def ensure(place: Place, machine: Machine = HERE) -> str:
    """The path of a Chromium, installed if need be. Raises Problem: browser tests are never skipped in silence."""
    for find in (installed, from_debian, lambda its: from_playwright(its, place)):
        path = find(machine)
        if path is not None and runs(path, machine):
            return path
    raise Problem(
        "检查要用 Chromium，这里没有，也装不上。装一个 Chromium 或 Chrome 再来。",
        "The checks need Chromium; none is here and none could be installed. Install Chromium or Chrome first.",
    )


def runs(path: str, machine: Machine) -> bool:
    """Whether the browser starts at all. Windows' ones open a window when asked for their version: not asked."""
    return machine.platform == "win32" or machine.run([path, "--version"], None) is not None


def installed(machine: Machine) -> str | None:
    """The one that is named in the environment, or else the first that is on the machine."""
    named = machine.environment.get(VARIABLE)
    if named:
        return named
    return browser.find(machine.platform, machine.which, machine.environment, machine.exists)


def debians(machine: Machine) -> str | None:
    """Debian's installer, where this process may use it."""
    return machine.which("apt-get") if machine.is_root() and machine.is_debian() else None


def from_debian(machine: Machine) -> str | None:
    """Debian's package, where this process may install it."""
    apt = debians(machine)
    if apt is None:
        return None
    say("装 Debian 的 Chromium，要几分钟 …", "Installing Debian's Chromium, this takes minutes …")
    install(apt, ["chromium"], machine)
    return machine.which("chromium")


def install(apt: str, packages: Sequence[str], machine: Machine) -> None:
    """Let Debian install packages; what is still missing afterwards is for the caller to see."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    machine.run([apt, "update"], quiet)
    machine.run([apt, "install", "--yes", "--no-install-recommends", *packages], quiet)


def ensure_helpers(machine: Machine = HERE) -> None:
    """Install the display and the Chromium without windows, if this machine can.

    Without the display the locked window's tests are skipped; without the other, ``ensure``'s Chromium draws all pages.
    """
    apt = debians(machine)
    if apt is None or all(map(machine.which, HELPERS)):
        return
    say("装一块虚拟屏幕和不开窗口的 Chromium …", "Installing a virtual display, and the Chromium without windows …")
    # The two Chromiums share a package of one version: named together, an older one is renewed, never removed.
    own = ["chromium"] if machine.which("chromium") else []
    install(apt, [*HELPERS.values(), *own], machine)


def from_playwright(machine: Machine, place: Place) -> str | None:
    """Playwright's own, kept in the user's cache folder."""
    say("装 Playwright 的 Chromium，要几分钟 …", "Installing Playwright's Chromium, this takes minutes …")
    python = str(place.python)
    machine.run([python, "-m", "playwright", "install", "chromium"], None)
    path = machine.run([python, "-c", PLAYWRIGHTS_OWN], None)
    return path if path and machine.exists(path) else None
