"""Makes a server's disk slower, dishonest or full, its clock wrong, or shows when the disk was written.

Each is an environment to start the server in.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SOURCE = HERE / "slow_fsync.c"
CLOCK = HERE / "clock.c"
FULL = HERE / "full_disk.c"
WATCH = HERE / "sync_watch"


def environment(folder: Path, *, milliseconds: float = 0, log: Path | None = None) -> dict[str, str]:
    """Return what to add to a process's environment so that each sync takes ``milliseconds`` longer.

    ``log`` gets a line for each: the end's time.monotonic_ns() and the file's path. ``folder`` is a temporary one.
    """
    way = in_front_of_libc(folder) if has_compiler() else inside_sqlite()
    return way | wishes(milliseconds=milliseconds, log=log)


def wishes(*, milliseconds: float = 0, log: Path | None = None, drop: bool = False) -> dict[str, str]:
    """Return what tells both ways how slow to be, where to write each sync down, and whether to leave it out."""
    slow = {"LAOJIEFANG_SYNC_MILLISECONDS": str(milliseconds)}
    slow |= {"LAOJIEFANG_SYNC_DROP": "1"} if drop else {}
    return slow | ({"LAOJIEFANG_SYNC_LOG": str(log)} if log else {})


def has_compiler() -> bool:
    """Return whether slow_fsync.c can be built and used here."""
    return sys.platform == "linux" and shutil.which("cc") is not None


def in_front_of_libc(folder: Path) -> dict[str, str]:
    """Build slow_fsync.c in ``folder``; return the environment that loads it."""
    return _built(folder, SOURCE)


def wrong_clock(folder: Path, wrong_by: Path) -> dict[str, str]:
    """Build clock.c in ``folder``; its clock is wrong by the seconds that the file ``wrong_by`` holds."""
    return _built(folder, CLOCK) | {"LAOJIEFANG_CLOCK_FILE": str(wrong_by)}


def full_disk(folder: Path, switch: Path) -> dict[str, str]:
    """Build full_disk.c in ``folder``; the database's disk is full while the file ``switch`` is there."""
    return _built(folder, FULL) | {"LAOJIEFANG_FULL_WHILE": str(switch)}


def _built(folder: Path, source: Path) -> dict[str, str]:
    library = folder / source.with_suffix(".so").name
    if not library.exists():
        command = ["cc", "-shared", "-fPIC", "-O2", "-o", str(library), str(source), "-ldl"]
        subprocess.run(command, check=True)
    return {"LD_PRELOAD": str(library)}


def inside_sqlite() -> dict[str, str]:
    """Return the environment in which SQLite's own syncs are watched, without a compiler."""
    path = os.pathsep.join(filter(None, [str(WATCH), os.environ.get("PYTHONPATH", "")]))
    return {"PYTHONPATH": path}
