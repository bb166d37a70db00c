"""Lets one start at a time set the checkout up. The lock is the system's own: it ends with those who hold it."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from launch.talk import say

if sys.platform == "win32":
    import msvcrt

    def take(file: IO[bytes]) -> bool:
        """Takes the lock; False when another process has it."""
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def give_back(file: IO[bytes]) -> None:
        """Lets the next one have the lock."""
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def take(file: IO[bytes]) -> bool:
        """Takes the lock; False when another process has it."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def give_back(file: IO[bytes]) -> None:
        """Lets the next one have the lock."""
        fcntl.flock(file, fcntl.LOCK_UN)


@contextmanager
def alone(path: Path, *, sleep: Callable[[float], None] = time.sleep) -> Iterator[int]:
    """Waits until nobody else sets up, says so once, and yields the lock's descriptor."""
    with path.open("a+b") as file:
        if not take(file):
            say("另一个窗口正在准备，等它做完。", "Another start is setting up here: waiting until it is done.")
            while not take(file):
                sleep(0.5)
        try:
            yield file.fileno()
        finally:
            give_back(file)
