"""start.py's commands: set up what is missing, then hand over."""

import errno
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from launch import checks, steps
from launch.arguments import COMMANDS, Wanted, help_text, parse
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
    if asks_for_help(arguments):
        print(help_text(), end="")
        return 0
    wanted = parse(arguments)
    if wanted.command == "test":
        return checks.run(place, wanted.rest)
    steps.set_up(place, steps.to_serve(place))
    folder = place.root if wanted.command == "bench" else None
    hand_over(command_line(wanted, place), cwd=folder)


def asks_for_help(arguments: list[str]) -> bool:
    """Whether the words ask for start.py's own help; a sub-command answers for itself."""
    if arguments[:1] == ["help"]:
        return True
    is_serving = not arguments or arguments[0] not in COMMANDS
    return is_serving and any(word in ("-h", "--help") for word in arguments)


def command_line(wanted: Wanted, place: Place) -> list[str]:
    """The command that start.py turns into."""
    python = str(place.python)
    if wanted.command == "bench":
        return [python, "-m", "bench", *wanted.rest]
    rest = with_data(wanted.rest, place)
    if wanted.command == "serve":
        return [python, str(place.root / "serve.py"), *rest]
    return [python, str(place.root / "manage.py"), wanted.command, *rest]


def with_data(rest: Sequence[str], place: Place) -> list[str]:
    """The words, with the data folder beside start.py where none is named: the same one from wherever it is started."""
    if any(word.partition("=")[0] == "--data" for word in rest):
        return list(rest)
    return [*rest, "--data", str(place.root / "data")]


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
