"""Whether the files that SQLite has open still lie where they are looked for.

On Linux a deleted or replaced file goes on being written by whoever has it open: everything seems well, and
nothing of it is there after the next start.
"""

import os
from pathlib import Path

# What is written now lies in the log beside the file; through the index other programs know of it.
BESIDE = ("-wal", "-shm")


class OpenedFiles:
    """The file of one database with those beside it, by what the system calls them, whatever their names."""

    def __init__(self, file: Path) -> None:
        self.folder = file.parent
        self._file = str(file)
        self._known: dict[str, tuple[int, int]] = {}

    def opened(self) -> bool:
        """Take note of the file that was opened just now; return whether it is there."""
        try:
            self._known = {self._file: _identity(self._file)}
        except OSError:
            return False
        return True

    def written(self) -> bool:
        """Return whether what was written just now lies under the names that the next start will look for."""
        if len(self._known) == 1:
            beside = (self._file + ending for ending in BESIDE)
            self._known |= {path: _identity(path) for path in beside if os.path.exists(path)}
        return self.are_there()

    def are_there(self) -> bool:
        """Return whether each name still leads to the very file that is open."""
        try:
            return all(_identity(path) == known for path, known in self._known.items())
        except OSError:
            return False


def _identity(path: str) -> tuple[int, int]:
    found = os.stat(path)
    return found.st_dev, found.st_ino
