"""What to say where libraries are gone from .venv, which its stamps cannot know.

Loaded before any library, and before eventlet patches the process: it needs next to nothing.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parent
Hook = Callable[[type[BaseException], BaseException, TracebackType | None], object]


def watch() -> None:
    """From now on a library that is missing is one sentence, and the next start makes .venv anew."""
    sys.excepthook = hook(ROOT, sys.excepthook)


def hook(root: Path, otherwise: Hook) -> Hook:
    """Return what is called for an error that nobody has caught: ours for a missing library, else ``otherwise``."""
    environment = root / ".venv"

    def caught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not isinstance(error, ImportError) or not is_library(error.name or "", root) or not runs_in(environment):
            otherwise(kind, error, trace)
            return
        # launch/environment.py: where this stands, .venv cannot be trusted.
        (environment / ".unfinished").touch()
        print(
            f".venv 里少了东西（{error.name}）。再运行一次 start.py，会重新装好。 / "
            f"Something is missing in .venv ({error.name}). Run start.py again: it will be installed anew.",
            file=sys.stderr,
        )

    return caught


def is_library(module: str, root: Path) -> bool:
    """Return whether the module is none of the checkout's own."""
    first = module.partition(".")[0]
    return bool(first) and not (root / first).exists() and not (root / f"{first}.py").exists()


def runs_in(environment: Path) -> bool:
    """Return whether this Python is the environment's: in any other it is not ours to say what must be there."""
    return environment.exists() and environment.samefile(sys.prefix)
