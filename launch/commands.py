"""start.py's commands: set up what is missing, then hand over."""

import errno
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

from launch import checks, steps
from launch.arguments import Wanted, help_text, parse
from launch.children import disk_full
from launch.environment import Place
from launch.hand_over import hand_over
from launch.talk import Problem, prepare_console, say

ROOT = Path(__file__).resolve().parent.parent
INTERRUPTED, TERMINATED = 130, 143


class Terminated(BaseException):
    """Someone asked this process to end (SIGTERM)."""


def main(arguments: list[str]) -> int:
    """Does what the arguments want and returns the exit status, after one sentence if something is wrong."""
    prepare_console()
    signal.signal(signal.SIGTERM, terminate)
    try:
        return run(arguments, Place(ROOT))
    except Problem as problem:
        print(problem, file=sys.stderr)
        return problem.status
    except OSError as error:
        print(explain(error), file=sys.stderr)
        return 1
    except (KeyboardInterrupt, Terminated) as stop:
        say("停下了；下次接着做。", "Stopped; the next start goes on from here.")
        return TERMINATED if isinstance(stop, Terminated) else INTERRUPTED


def terminate(_signum: int, _frame: FrameType | None) -> NoReturn:
    """SIGTERM during set-up: unwinds, so that pip or npm is stopped too."""
    raise Terminated


def run(arguments: list[str], place: Place) -> int:
    """Does what the arguments want. Raises Problem or OSError."""
    if arguments[:1] in (["-h"], ["--help"]):
        print(help_text(), end="")
        return 0
    wanted = parse(arguments)
    if wanted.command == "test":
        return checks.run(place, wanted.rest)
    steps.set_up(place, steps.to_serve(place))
    folder = place.root if wanted.command == "bench" else None
    hand_over(command_line(wanted, place), cwd=folder)


def command_line(wanted: Wanted, place: Place) -> list[str]:
    """The command that start.py turns into."""
    python = str(place.python)
    if wanted.command == "serve":
        return [python, str(place.root / "serve.py"), *wanted.rest]
    if wanted.command == "bench":
        return [python, "-m", "bench", *wanted.rest]
    return [python, str(place.root / "manage.py"), wanted.command, *wanted.rest]


def explain(error: OSError) -> Problem:
    """The sentence for a file or folder that does not do what it must."""
    where = error.filename or ROOT
    if error.errno == errno.ENOSPC:
        return disk_full()
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Problem(
            f"这里写不进去：{where}。换一个能写的文件夹，或者改一下权限。",
            f"Cannot write to {where}. Use a folder that can be written, or change its permissions.",
        )
    return Problem(f"{where} 出了问题：{error.strerror}。", f"Trouble with {where}: {error.strerror}.")
