"""Whose turn it is where several processes run the tests: many at a time, or one alone."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest
from fasteners import InterProcessReaderWriterLock


@dataclass(frozen=True)
class Turns:
    """The turns of the processes that share a folder; without one there is nobody to wait for."""

    folder: Path | None

    @classmethod
    def of(cls, config: pytest.Config) -> "Turns":
        """Return the turns of this run: its processes' temporary folders lie side by side."""
        return cls(Path(config.option.basetemp).parent if hasattr(config, "workerinput") else None)

    def turn(self, *, alone: bool) -> AbstractContextManager[None]:
        """Wait until this test may run, and hold the others up while it runs ``alone``."""
        return nullcontext() if self.folder is None else _held(self.folder, alone=alone)


@contextmanager
def _held(folder: Path, *, alone: bool) -> Iterator[None]:
    room = InterProcessReaderWriterLock(folder / "room.lock")
    # Whoever waits for an empty room keeps the door shut: else the others would go in and out for ever.
    with InterProcessReaderWriterLock(folder / "door.lock").write_lock():
        room.acquire_write_lock() if alone else room.acquire_read_lock()
    try:
        yield
    finally:
        room.release_write_lock() if alone else room.release_read_lock()
