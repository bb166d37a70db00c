"""Opens a page: full-screen as a kiosk in Chromium, Chrome or Edge, or in the browser that the person uses."""

import ntpath
import os
import posixpath
import shutil
import subprocess
import sys
import webbrowser
from collections.abc import Callable, Iterator, Mapping

from launch.children import terminate
from launch.talk import SEPARATOR

Which = Callable[[str], str | None]
Exists = Callable[[str], bool]

LINUX_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
)
MAC_PROGRAMS = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
WINDOWS_PROGRAMS = (
    r"Google\Chrome\Application\chrome.exe",
    r"Chromium\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
)
WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
SNAP = "/snap/bin/chromium"
# Residents must not land in a browser's own business: its first-run page, a swipe back, a pinch, an offer to
# translate, or to restore what was open when the power went. Chimes need no touch first.
KIOSK_FLAGS = (
    "--kiosk",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-pinch",
    "--overscroll-history-navigation=0",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-features=Translate",
    "--hide-crash-restore-bubble",
    "--disable-session-crashed-bubble",
    "--noerrdialogs",
    "--disable-print-preview",
)


def candidates(platform: str, which: Which, env: Mapping[str, str]) -> Iterator[str]:
    """Where a Chromium, Chrome or Edge may be, best first."""
    if platform == "win32":
        folders = [env[name] for name in WINDOWS_FOLDERS if env.get(name)]
        yield from (ntpath.join(folder, program) for program in WINDOWS_PROGRAMS for folder in folders)
    elif platform == "darwin":
        folders = ["/Applications", posixpath.join(env.get("HOME", "/"), "Applications")]
        yield from (posixpath.join(folder, program) for program in MAC_PROGRAMS for folder in folders)
    else:
        yield from (path for path in map(which, LINUX_NAMES) if path)
        yield SNAP


def find(platform: str, which: Which, env: Mapping[str, str], exists: Exists) -> str | None:
    """The path of a Chromium, Chrome or Edge, or None."""
    return next((path for path in candidates(platform, which, env) if exists(path)), None)


def profile(platform: str, env: Mapping[str, str], *, snap: bool = False) -> str:
    """The folder in which the kiosk's browser keeps its own things, apart from the person's browser."""
    home = env.get("HOME", "/")
    if platform == "win32":
        return ntpath.join(env.get("LOCALAPPDATA") or env.get("TEMP", "C:\\"), "Laojiefang", "kiosk")
    if platform == "darwin":
        return posixpath.join(home, "Library", "Caches", "Laojiefang", "kiosk")
    if snap:  # a snap may not write to hidden folders of one's home
        return posixpath.join(home, "snap", "chromium", "common", "laojiefang-kiosk")
    return posixpath.join(env.get("XDG_CACHE_HOME") or posixpath.join(home, ".cache"), "laojiefang", "kiosk")


def kiosk_command(url: str, platform: str, which: Which, env: Mapping[str, str], exists: Exists) -> list[str] | None:
    """The command that shows the page full-screen, or None when no browser can. A pure function."""
    program = find(platform, which, env, exists)
    if program is None:
        return None
    snap = platform == "linux" and exists(SNAP) and "chromium" in posixpath.basename(program)
    edge = ["--edge-kiosk-type=fullscreen"] if "edge" in program.lower() else []
    return [program, *KIOSK_FLAGS, *edge, f"--user-data-dir={profile(platform, env, snap=snap)}", url]


def has_screen(platform: str, env: Mapping[str, str]) -> bool:
    """Whether a window can be shown: on a Linux without a desktop a text browser would take the terminal."""
    return platform in ("win32", "darwin") or bool(env.get("DISPLAY") or env.get("WAYLAND_DISPLAY"))


class Kiosk:
    """The full-screen browser of this laptop: opened at the start, ended when an organiser says so at its screen."""

    def __init__(self) -> None:
        self.child: subprocess.Popen[bytes] | None = None

    def open(self, url: str) -> str | None:
        """Shows the page full-screen. Returns None, or one sentence in both languages that says why it could not."""
        command = kiosk_command(url, sys.platform, shutil.which, os.environ, os.path.exists)
        if command is None:
            return by_hand("没找到 Chromium、Chrome 或 Edge", "No Chromium, Chrome or Edge was found", url)
        if not has_screen(sys.platform, os.environ):
            return no_screen(url)
        child = started(command)
        if child is None:
            return by_hand("全屏浏览器没能打开", "The full-screen browser did not open", url)
        # One that handed the page on is neither ended nor missed by us.
        self.child = child if child.poll() is None else None
        return None

    @property
    def was_lost(self) -> bool:
        """Whether the browser is gone though no organiser ended it: a desktop's Alt+F4 closes it, or it fell over."""
        return self.child is not None and self.child.poll() is not None

    def close(self) -> bool:
        """Ends the browser. False where this start of the server did not open it, or it has ended already."""
        child, self.child = self.child, None
        if child is None or child.poll() is not None:
            return False
        terminate(child)
        return True


def open_page(url: str) -> str | None:
    """Opens the page in the person's browser. Returns None, or one sentence in both languages."""
    if not has_screen(sys.platform, os.environ):
        return no_screen(url)
    try:
        opened = webbrowser.open(url)
    except webbrowser.Error:
        opened = False
    return None if opened else by_hand("浏览器没能打开", "No browser could be opened", url)


def started(command: list[str], seconds: float = 2) -> "subprocess.Popen[bytes] | None":
    """Starts a browser; None when it cannot start or fails within the first seconds.

    A browser that ends at once with status 0 has handed the page to one that was open already.
    """
    try:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the server
        )
        return child if child.wait(timeout=seconds) == 0 else None
    except subprocess.TimeoutExpired:
        return child
    except OSError:
        return None


def no_screen(url: str) -> str:
    """The sentence for a machine without a desktop."""
    return by_hand("这台机器没有桌面", "This machine has no desktop", url)


def by_hand(zh: str, en: str, url: str) -> str:
    """One sentence: why, and which page to open oneself."""
    return f"{zh}，请自己打开 {url}{SEPARATOR}{en}: please open {url} yourself"
