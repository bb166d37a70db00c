"""Real processes that take turns; each writes down when it comes and goes."""

import subprocess
import sys
from pathlib import Path

from tests.faults.desk import comes_true
from tests.running import ROOT

VISIT = """
import sys, time
from pathlib import Path
from tests.turns import Turns

def note(word):
    with log.open("a") as file:
        file.write(f"{word} {name}\\n")

folder, name, alone = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "alone"
log = folder / "log"
with Turns(folder).turn(alone=alone):
    note("in")
    sys.stdin.readline()
    note("out")
"""


class Visitor:
    """A process that comes into the room, and stays until it is told to go."""

    def __init__(self, folder: Path, name: str, how: str = "together") -> None:
        command = [sys.executable, "-c", VISIT, str(folder), name, how]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, text=True)
        self._log, self._name = folder / "log", name

    def is_in(self, within: float) -> bool:
        """Return whether it comes in within so many seconds."""
        return comes_true(lambda: f"in {self._name}" in self._log.read_text().splitlines(), within)

    def go(self) -> None:
        """Tell it to leave as soon as it has been in, and wait."""
        self._process.communicate("\n", timeout=20)


def test_many_are_in_together_and_one_that_is_alone_waits_and_is_then_next(tmp_path: Path) -> None:
    (tmp_path / "log").touch()
    first, second = Visitor(tmp_path, "first"), Visitor(tmp_path, "second")
    assert first.is_in(10)
    assert second.is_in(10)
    alone = Visitor(tmp_path, "alone", "alone")
    assert not alone.is_in(1)
    late = Visitor(tmp_path, "late")
    assert not late.is_in(1), "whoever comes later must not keep the lonely one waiting"
    first.go()
    assert not alone.is_in(0.5)
    second.go()
    assert alone.is_in(5)
    assert not late.is_in(0.5)
    alone.go()
    assert late.is_in(5)
    late.go()
