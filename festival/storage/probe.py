"""What a disk is worth: whether it waits until a file is written, and whether its commits are slow."""

import os
import secrets
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, update

from festival.storage.tables import Festival

TRIES = 5
# A real disk takes 65 µs and more; memory and a disk that drops the order take less than 1 µs.
TOO_QUICK_SECONDS = 8e-6
SLOW_SECONDS = 0.25
FEWEST_COMMITS = 5


def waits_for_the_disk(folder: Path) -> bool:
    """Return whether a file that was ordered onto the disk takes as long as a disk does; raises OSError."""
    probe = folder / f".{secrets.token_hex(4)}"
    try:
        with probe.open("wb", buffering=0) as file:
            return statistics.median(_synced(file.fileno()) for _ in range(TRIES)) >= TOO_QUICK_SECONDS
    finally:
        probe.unlink(missing_ok=True)


def _synced(file: int) -> float:
    os.write(file, b"." * 4096)
    began = time.perf_counter()
    os.fsync(file)
    return time.perf_counter() - began


def postgres_waits(db: Connection) -> bool:
    """Return whether PostgreSQL is set to wait for its disk at each commit."""
    wanted = ("fsync", "synchronous_commit")
    return all(db.exec_driver_sql(f"SHOW {name}").scalar_one() != "off" for name in wanted)


def is_slow(commits: Sequence[float]) -> bool:
    """Return whether the last commits, in seconds, were slow as a whole: one alone says nothing."""
    return len(commits) >= FEWEST_COMMITS and statistics.median(commits) > SLOW_SECONDS


def write_once(db: Connection) -> None:
    """Write a row as it stands: something to commit, of which nobody hears."""
    db.execute(update(Festival).values(config_version=Festival.config_version))
