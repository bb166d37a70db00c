"""USB sticks: which are plugged in, and which are ours.

A stick gets our data only where an organiser made it ours: by a folder with this community's mark in it.
"""

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

FOLDER = "laojiefang-backups"
MARK = "community.txt"
REMOVABLE = 2
LETTERS = "DEFGHIJKLMNOPQRSTUVWXYZABC"


@dataclass(frozen=True, slots=True)
class Stick:
    """A volume that is plugged in; ``is_ours`` where it carries this community's mark."""

    volume: Path
    is_ours: bool

    @property
    def name(self) -> str:
        """How people know it."""
        return self.volume.name or str(self.volume)

    @property
    def folder(self) -> Path:
        """Where its backups lie."""
        return self.volume / FOLDER


def volumes(named: str = "") -> list[Path]:
    """Return the volumes that may be sticks; those in the folder ``named``, where one is."""
    if named:
        return _inside([Path(named)])
    if sys.platform == "win32":
        return of_windows(_windows_kind)
    return of_mac(Path("/Volumes")) if sys.platform == "darwin" else of_linux(Path("/"))


def of_linux(root: Path) -> list[Path]:
    """Return what is mounted where Linux desktops mount sticks."""
    people = _inside([root / "media", root / "run" / "media"])
    mounted = _inside([*people, root / "mnt"])
    return [volume for volume in [*people, *mounted] if os.path.ismount(volume)]


def of_mac(root: Path) -> list[Path]:
    """Return the volumes of a Mac, without the disk that it runs from."""
    return [volume for volume in _inside([root]) if not volume.is_symlink()]


def of_windows(kind: Callable[[str], int]) -> list[Path]:
    """Return the drives whose ``kind`` is removable."""
    return [Path(f"{letter}:\\") for letter in LETTERS if kind(f"{letter}:\\") == REMOVABLE]


def _windows_kind(root: str) -> int:
    import ctypes

    return int(ctypes.windll.kernel32.GetDriveTypeW(root))  # type: ignore[attr-defined, unused-ignore]


def _inside(folders: Iterable[Path]) -> list[Path]:
    found: list[Path] = []
    for folder in folders:
        try:
            found += sorted(each for each in folder.iterdir() if each.is_dir())
        except OSError:
            continue  # not there, or another person's
    return found


def plugged_in(volumes: Iterable[Path], community: str) -> list[Stick]:
    """Return the sticks among ``volumes``, each with whether it is ours."""
    return [Stick(volume, _mark(volume) == community) for volume in volumes]


def _mark(volume: Path) -> str | None:
    try:
        return (volume / FOLDER / MARK).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None


def prepare(stick: Stick, community: str) -> Stick:
    """Make a stick ours; raises OSError where nothing can be written on it."""
    stick.folder.mkdir(exist_ok=True)
    with (stick.folder / MARK).open("w", encoding="ascii") as file:
        file.write(community + "\n")
        file.flush()
        os.fsync(file.fileno())
    return Stick(stick.volume, is_ours=True)
