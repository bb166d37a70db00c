"""Makes a server's disk slower, or shows when it was written: an environment to start the server in."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SOURCE = HERE / "slow_fsync.c"
WATCH = HERE / "sync_watch"


def environment(folder: Path, *, milliseconds: float = 0, log: Path | None = None) -> dict[str, str]:
    """Return what to add to a process's environment so that each sync takes ``milliseconds`` longer.

    ``log`` gets a line for each: the end's time.monotonic_ns() and the file's path. ``folder`` is a temporary one.
    """
    way = in_front_of_libc(folder) if has_compiler() else inside_sqlite()
    return way | wishes(milliseconds=milliseconds, log=log)


def wishes(*, milliseconds: float = 0, log: Path | None = None) -> dict[str, str]:
    """Return what tells both ways how slow to be, and where to write each sync down."""
    slow = {"LAOJIEFANG_SYNC_MILLISECONDS": str(milliseconds)}
    return slow | ({"LAOJIEFANG_SYNC_LOG": str(log)} if log else {})


def has_compiler() -> bool:
    """Return whether slow_fsync.c can be built and used here."""
    return sys.platform == "linux" and shutil.which("cc") is not None


def in_front_of_libc(folder: Path) -> dict[str, str]:
    """Build slow_fsync.c in ``folder``; return the environment that loads it."""
    library = folder / "slow_fsync.so"
    if not library.exists():
        command = ["cc", "-shared", "-fPIC", "-O2", "-o", str(library), str(SOURCE), "-ldl"]
        subprocess.run(command, check=True)
    return {"LD_PRELOAD": str(library)}


def inside_sqlite() -> dict[str, str]:
    """Return the environment in which SQLite's own syncs are watched, without a compiler."""
    path = os.pathsep.join(filter(None, [str(WATCH), os.environ.get("PYTHONPATH", "")]))
    return {"PYTHONPATH": path}
