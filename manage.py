"""Commands beside a server. Each stands in ``commands``, and writes in one short transaction of its own."""

import argparse
import os
import sys

import missing

missing.watch()

from sqlalchemy.exc import SQLAlchemyError

from commands import backup, pair, password, restore, wipe
from commands.place import NotDone
from festival import data_folder
from festival.errors import CannotKeep
from festival.settings import BadSetting


def main(arguments: list[str]) -> int:
    """Carry one command out; return the exit status."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    # Whatever a command makes is for its owner alone.
    os.umask(0o077)
    chosen = parser().parse_args(arguments)
    try:
        chosen.command(chosen)
    except (NotDone, BadSetting) as error:
        print(error, file=sys.stderr)
    except CannotKeep as stopped:
        print(data_folder.why_stopped(stopped, chosen.data), file=sys.stderr)
    except (SQLAlchemyError, OSError) as error:
        print(data_folder.why_not_opened(error, chosen.data), file=sys.stderr)
    except (KeyboardInterrupt, EOFError):
        print("没有改 / nothing was changed", file=sys.stderr)
    else:
        return 0
    return 1


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = argparse.ArgumentParser(prog="start.py", allow_abbrev=False)
    commands = top.add_subparsers(required=True)
    for part in (pair, password, backup, restore, wipe):
        command = part.add_to(commands)
        command.add_argument("--data", default="data")
        command.add_argument("--database", default="")
    return top


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
