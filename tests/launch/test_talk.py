import io
from collections.abc import Callable

import pytest

from launch.talk import Problem, Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def clock(*times: float) -> Callable[[], float]:
    return iter(times).__next__


def test_a_step_is_one_line_with_its_seconds() -> None:
    stream = io.StringIO()
    with Progress(2, stream, clock(0.0, 3.0, 4.24)).step("装库", "installing") as tick:
        tick()
    assert stream.getvalue() == "[1/2] 装库 / installing … 4.2 s\n"


def test_on_a_terminal_the_seconds_run_in_the_same_line() -> None:
    stream = Terminal()
    with Progress(1, stream, clock(0.0, 0.5, 3.0, 3.4, 4.0)).step("装库", "installing") as tick:
        for _ in range(3):
            tick()
    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue().split("\r") == [
        "[1/1] 装库 / installing …",
        "[1/1] 装库 / installing … 3 s",
        "[1/1] 装库 / installing … 4.0 s\n",
    ]


def test_a_failed_step_ends_its_line() -> None:
    stream = io.StringIO()
    progress = Progress(1, stream)
    with pytest.raises(Problem), progress.step("装库", "installing"):
        raise Problem("坏了", "broken")
    assert stream.getvalue() == "[1/1] 装库 / installing …\n"
