"""Notices when somebody, or the network, sets the laptop's clock: the wall clock against one that only goes on."""

import sys
import time
from collections.abc import Callable
from datetime import timedelta

LARGEST_STEP = timedelta(seconds=60)


def steady() -> float:
    """Return seconds of a clock that nobody sets and that goes on while the lid is closed."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic()


class ClockWatch:
    """Compares the two clocks each time it is asked."""

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = steady) -> None:
        self._wall = wall
        self._steady = steady
        self._apart = wall() - steady()

    def jumped(self) -> timedelta | None:
        """Return by how much the wall clock was set since the last time; None where that is nothing to speak of."""
        apart = self._wall() - self._steady()
        jump = timedelta(seconds=apart - self._apart)
        if abs(jump) <= LARGEST_STEP:
            return None
        self._apart = apart
        return jump
