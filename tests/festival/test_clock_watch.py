"""A wall clock that is set is told from one that goes on, and from a laptop that slept."""

from datetime import timedelta

import pytest

from festival.clock_watch import ClockWatch, steady


class Clocks:
    """Two clocks that a test moves."""

    def __init__(self) -> None:
        self.wall = 1_000_000.0
        self.steady = 50.0
        self.watch = ClockWatch(lambda: self.wall, lambda: self.steady)

    def go_on(self, seconds: float, wall_by: float | None = None) -> timedelta | None:
        """Let time pass; the wall clock goes as far unless told otherwise. Return what the watch says."""
        self.steady += seconds
        self.wall += seconds if wall_by is None else wall_by
        return self.watch.jumped()


@pytest.mark.parametrize("hours", [1, -1, 24])
def test_a_jump_is_told_once_with_its_length(hours: int) -> None:
    clocks = Clocks()
    assert clocks.go_on(5) is None
    assert clocks.go_on(5, 5 + hours * 3600) == timedelta(hours=hours)
    assert clocks.go_on(5) is None


def test_a_laptop_that_slept_has_a_right_clock() -> None:
    assert Clocks().go_on(8 * 3600) is None


def test_steps_too_small_to_speak_of_are_told_once_they_add_up() -> None:
    clocks = Clocks()
    told = [clocks.go_on(10, 50) for _ in range(4)]
    assert told == [None, timedelta(seconds=80), None, timedelta(seconds=80)]


def test_the_steady_clock_goes_on() -> None:
    assert steady() <= steady()
