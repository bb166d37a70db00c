"""The virtual environment .venv: where it lies, whether it still runs, how it is made."""

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from launch import stamps
from launch.children import Runner, base_python
from launch.talk import Problem

TELL_FINGERPRINT = (
    "import platform, sys;print(sys.implementation.name, *sys.version_info[:2], sys.platform, platform.machine())"
)


@dataclass(frozen=True)
class Place:
    """The checkout, and the system (as in sys.platform) on which it is used."""

    root: Path
    platform: str = sys.platform

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The Python of the environment."""
        return self.venv / ("Scripts/python.exe" if self.platform == "win32" else "bin/python")

    @property
    def unfinished(self) -> Path:
        """Is there while libraries are being put into .venv: found at a start, .venv cannot be trusted."""
        return self.venv / ".unfinished"


def own_fingerprint() -> str:
    """Which Python this is: an environment made by another one must not be used."""
    version = sys.version_info
    machine = platform.machine()
    return f"{sys.implementation.name} {version.major} {version.minor} {sys.platform} {machine}"


def runs_this_python(place: Place) -> bool:
    """Whether .venv stands on the Python that runs now: then nothing has to be started to ask it."""
    if place.platform != "win32":
        return os.path.realpath(place.python) == os.path.realpath(base_python())
    # On Windows .venv's python.exe is a small starter of its own; pyvenv.cfg names the folder of the real one.
    settings = (stamps.read(place.venv / "pyvenv.cfg") or "").splitlines()
    home = next((line.partition("=")[2].strip() for line in settings if line.startswith("home")), "")
    return os.path.normcase(home) == os.path.normcase(os.path.dirname(base_python()))


def fingerprint(place: Place) -> str | None:
    """Which Python .venv really runs, or None when it does not run (removed, moved or replaced underneath)."""
    if not place.python.exists():
        return None
    if runs_this_python(place):
        return own_fingerprint()
    try:
        command = [str(place.python), "-I", "-S", "-c", TELL_FINGERPRINT]
        answer = subprocess.run(command, capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None


def remove(folder: Path) -> None:
    """Deletes the folder, or the link that stands in its place. Raises Problem when a program holds it open."""
    try:
        if folder.is_symlink():
            folder.unlink()
        elif folder.exists():
            shutil.rmtree(folder)
    except OSError as error:
        raise Problem(
            f"删不掉旧的 {folder.name}：老街坊也许还在另一个窗口里开着，关掉再试。",
            f"The old {folder.name} cannot be removed: is Laojiefang still running in another window?"
            f" Close it and start again. ({error.strerror})",
        ) from error


def is_installed(module: str) -> bool:
    """Whether the running Python can import the module."""
    return importlib.util.find_spec(module) is not None


def ways(place: Place, has: Callable[[str], bool]) -> list[list[list[str]]]:
    """The ways to make .venv, best first, each a list of commands. Debian's python3 alone has no ensurepip."""
    venv, found = str(place.venv), []
    if has("ensurepip"):
        found.append([[base_python(), "-m", "venv", venv]])
    if has("virtualenv"):
        found.append([[sys.executable, "-m", "virtualenv", "--quiet", venv]])
    if has("pip"):
        bare = [base_python(), "-m", "venv", "--without-pip", venv]
        pip = [sys.executable, "-m", "pip", "--python", str(place.python), "install", "pip"]
        found.append([bare, pip])
    return found


def make(place: Place, run: Runner, *, has: Callable[[str], bool] = is_installed) -> None:
    """Makes .venv anew, throwing away what is there. Raises Problem when no way leads there."""
    if os.pathsep in str(place.venv):
        raise Problem(
            f"文件夹的名字里不能有“{os.pathsep}”：{place.root}。改个名字再开一次。",
            f"The folder's name must not have a “{os.pathsep}”: {place.root}. Rename it and start again.",
        )
    last_words = ""
    for commands in ways(place, has):
        remove(place.venv)
        for command in commands:
            outcome = run(command)
            outcome.raise_if_hindered()
            last_words = outcome.last_words
            if outcome.status != 0:
                break
        else:
            return
    raise no_way(last_words)


def no_way(last_words: str) -> Problem:
    """Says what to install; with what the last attempt said, if there was one."""
    hint = f" ({last_words})" if last_words else ""
    return Problem(
        "这个 Python 建不了虚拟环境（少 ensurepip）。Debian、Ubuntu 上先运行 sudo apt install python3-venv，再开一次。",
        "This Python cannot make a virtual environment (ensurepip is missing). On Debian or Ubuntu run"
        f" sudo apt install python3-venv, then start again.{hint}",
    )
