import sys
from collections.abc import Callable

import pytest

from launch import browser

URL = "http://127.0.0.1:8000/kiosk"
WINDOWS = {
    "PROGRAMFILES": "C:\\Program Files",
    "PROGRAMFILES(X86)": "C:\\Program Files (x86)",
    "LOCALAPPDATA": "C:\\Users\\王\\AppData\\Local",
}
CHROME_EXE = "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe"
EDGE_EXE = "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe"
OWN_CHROME_EXE = "C:\\Users\\王\\AppData\\Local\\Google\\Chrome\\Application\\chrome.exe"
MAC = {"HOME": "/Users/wang"}
MAC_CHROME = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
MAC_OWN_EDGE = "/Users/wang/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"
LINUX = {"HOME": "/home/wang"}
WINDOWS_PROFILE = "C:\\Users\\王\\AppData\\Local\\Laojiefang\\kiosk"
MAC_PROFILE = "/Users/wang/Library/Caches/Laojiefang/kiosk"
LINUX_PROFILE = "/home/wang/.cache/laojiefang/kiosk"


def command(
    platform: str, env: dict[str, str], there: dict[str, str] | set[str], extra: tuple[str, ...] = ()
) -> list[str] | None:
    """The kiosk's command on a machine where `there` is: paths, by their names where PATH finds them."""
    names = there if isinstance(there, dict) else {}
    paths = {*(there.values() if isinstance(there, dict) else there), *extra}
    return browser.kiosk_command(URL, platform, names.get, env, paths.__contains__)


@pytest.mark.parametrize(
    ("platform", "env", "there", "program", "profile"),
    [
        ("win32", WINDOWS, {CHROME_EXE, EDGE_EXE}, CHROME_EXE, WINDOWS_PROFILE),
        ("win32", WINDOWS, {EDGE_EXE}, EDGE_EXE, WINDOWS_PROFILE),
        ("win32", WINDOWS, {OWN_CHROME_EXE, EDGE_EXE}, OWN_CHROME_EXE, WINDOWS_PROFILE),
        ("darwin", MAC, {MAC_CHROME, MAC_OWN_EDGE}, MAC_CHROME, MAC_PROFILE),
        ("darwin", MAC, {MAC_OWN_EDGE}, MAC_OWN_EDGE, MAC_PROFILE),
        ("linux", LINUX, {"chromium": "/usr/bin/chromium"}, "/usr/bin/chromium", LINUX_PROFILE),
        ("linux", LINUX, {"google-chrome": "/usr/bin/google-chrome"}, "/usr/bin/google-chrome", LINUX_PROFILE),
        ("linux", LINUX, {"microsoft-edge": "/usr/bin/microsoft-edge"}, "/usr/bin/microsoft-edge", LINUX_PROFILE),
        ("freebsd14", LINUX, {"chromium": "/usr/local/bin/chromium"}, "/usr/local/bin/chromium", LINUX_PROFILE),
    ],
)
def test_each_system_opens_what_it_has(
    platform: str, env: dict[str, str], there: dict[str, str] | set[str], program: str, profile: str
) -> None:
    found = command(platform, env, there)
    assert found is not None
    assert found[0] == program
    assert found[-1] == URL
    assert f"--user-data-dir={profile}" in found
    assert set(browser.KIOSK_FLAGS) <= set(found)
    assert ("--edge-kiosk-type=fullscreen" in found) == ("edge" in program.lower())


@pytest.mark.parametrize(("platform", "env"), [("win32", WINDOWS), ("win32", {}), ("darwin", MAC), ("linux", LINUX)])
def test_no_browser_is_none(platform: str, env: dict[str, str]) -> None:
    assert command(platform, env, set()) is None


@pytest.mark.parametrize("name", ["chromium", "chromium-browser"])
def test_ubuntus_snap_gets_a_profile_that_it_may_write(name: str) -> None:
    found = command("linux", LINUX, {name: f"/usr/bin/{name}"}, (browser.SNAP,))
    assert found is not None
    assert "--user-data-dir=/home/wang/snap/chromium/common/laojiefang-kiosk" in found


def test_a_snap_off_the_path_is_found() -> None:
    found = command("linux", LINUX, {browser.SNAP})
    assert found is not None
    assert found[0] == browser.SNAP


def test_chrome_beside_a_snap_keeps_to_the_cache_folder() -> None:
    found = command("linux", LINUX, {"google-chrome": "/usr/bin/google-chrome"}, (browser.SNAP,))
    assert found is not None
    assert f"--user-data-dir={LINUX_PROFILE}" in found


def test_the_cache_folder_that_a_person_has_chosen_is_used() -> None:
    assert browser.profile("linux", {"HOME": "/h", "XDG_CACHE_HOME": "/c"}) == "/c/laojiefang/kiosk"
    assert browser.profile("win32", {"TEMP": "D:\\t"}) == "D:\\t\\Laojiefang\\kiosk"


@pytest.mark.parametrize(
    ("platform", "env", "screen"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("win32", {}, True),
        ("darwin", {}, True),
    ],
)
def test_a_linux_without_a_desktop_has_no_screen(platform: str, env: dict[str, str], screen: bool) -> None:
    assert browser.has_screen(platform, env) is screen


def test_a_browser_that_fails_at_once_is_noticed() -> None:
    assert browser.started([sys.executable, "-c", "import sys; sys.exit(1)"]) is None
    assert browser.started(["/nowhere/chromium"]) is None


@pytest.fixture
def opens(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], browser.Kiosk]:
    """Return a kiosk whose browser is a small script."""

    def kiosk_with(script: str) -> browser.Kiosk:
        command = [sys.executable, "-c", script]
        monkeypatch.setattr(browser, "kiosk_command", lambda *_: command)
        monkeypatch.setattr(browser, "has_screen", lambda *_: True)
        kiosk = browser.Kiosk()
        assert kiosk.open("http://127.0.0.1/kiosk") is None
        return kiosk

    return kiosk_with


def test_a_browser_that_handed_the_page_on_is_fine(opens: Callable[[str], browser.Kiosk]) -> None:
    kiosk = opens("")
    # The other one is not ours to end, nor to open again.
    assert not kiosk.was_lost
    assert not kiosk.close()


def test_the_browser_that_was_opened_is_ended_once(opens: Callable[[str], browser.Kiosk]) -> None:
    kiosk = opens("import time; time.sleep(60)")
    child = kiosk.child
    assert child is not None
    assert kiosk.close()
    assert child.wait(timeout=5) != 0
    assert not kiosk.was_lost
    assert not kiosk.close()


def test_a_browser_that_a_key_closed_is_missed(opens: Callable[[str], browser.Kiosk]) -> None:
    kiosk = opens("import time; time.sleep(3)")
    assert not kiosk.was_lost
    assert kiosk.child is not None
    assert kiosk.child.wait(timeout=9) == 0
    assert kiosk.was_lost
    assert not kiosk.close()


def test_the_kiosks_browser_is_locked() -> None:
    assert set(browser.KIOSK_FLAGS) == {
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
    }


def test_why_and_what_to_open_by_hand_is_one_sentence_in_both_languages() -> None:
    assert browser.no_screen(URL).count(URL) == 2
    assert "\n" not in browser.no_screen(URL)
