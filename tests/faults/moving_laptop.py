"""``serve.py`` on a laptop whose addresses stand in a file, and which looks at them each second."""

import os
import sys
from pathlib import Path

import serve  # noqa: TID251 - a process of its own, as serve.py is

ADDRESSES = Path(os.environ["TEST_ADDRESSES"])


def addresses(_host: str) -> list[str]:
    """Return what the file says now."""
    return ADDRESSES.read_text(encoding="utf-8").split()


if __name__ == "__main__":
    vars(serve).update(reached_from_outside=addresses, LOOK_EVERY=1.0)
    sys.exit(serve.main(sys.argv[1:]))
