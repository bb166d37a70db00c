import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from launch.children import Outcome, Runner, base_python
from launch.environment import Place

DONE = Outcome(0, "")
# What pip 26 and npm 11 print where there is no network, shortened.
PIP_WITHOUT_NETWORK = Outcome(
    1,
    "WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError(\"Failed to establish a new"
    " connection: [Errno -3] Temporary failure in name resolution\")': /simple/flask/\n"
    "ERROR: No matching distribution found for flask==3.1.3\n",
)
NPM_WITHOUT_NETWORK = Outcome(1, "npm error code ENOTFOUND\nnpm error network request failed\n")


@dataclass(frozen=True)
class FakeRunner(Runner):
    """Notes each command and answers as told, the last answer again and again."""

    answers: Sequence[Outcome | Callable[[], Outcome]] = (DONE,)
    commands: list[list[str]] = field(default_factory=list)

    def __call__(self, command: Sequence[str], *, cwd: Path | None = None) -> Outcome:  # noqa: ARG002
        answer = self.answers[min(len(self.commands), len(self.answers) - 1)]
        self.commands.append(list(command))
        return answer if isinstance(answer, Outcome) else answer()


@pytest.fixture
def fake(tmp_path: Path) -> Callable[..., FakeRunner]:
    return lambda *answers: FakeRunner(tmp_path / "log", answers=answers or (DONE,))


def put_python(place: Place) -> None:
    """Puts into .venv what looks like an environment of the Python that runs the tests."""
    place.python.parent.mkdir(parents=True)
    if sys.platform == "win32":
        place.python.write_bytes(b"")
        (place.venv / "pyvenv.cfg").write_text(f"home = {Path(base_python()).parent}\n", encoding="utf-8")
    else:
        place.python.symlink_to(base_python())


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """An empty checkout, in a path as people have them."""
    root = tmp_path / "我的 festival"
    root.mkdir()
    return Place(root)
