"""Files that hold a secret: for their owner alone, and whole or not at all."""

import os
from pathlib import Path


def keep(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``, made with its folder, readable by its owner alone; it is on the disk on return.

    A power cut leaves what was there before. Raises OSError.
    """
    path.parent.mkdir(mode=0o700, exist_ok=True)
    unfinished = path.with_suffix(".new")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
