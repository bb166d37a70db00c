"""The one writer: takes all that wait, commits once, then answers each.

It knows no web server: how to wait, and where a commit runs, are handed in.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection

from festival.errors import CannotKeep, Refusal
from festival.storage.engine import Database

# Bounds one transaction: its length in time, and the parameters of its statements.
MOST_AT_ONCE = 500


class Slot(Protocol):
    """Where one piece of work's outcome is waited for."""

    def put(self, outcome: Any) -> None:
        """Hand over the outcome and wake whoever waits."""

    def get(self) -> Any:
        """Wait for the outcome."""


class Queue(Protocol):
    """Where work waits for the writer."""

    def put(self, work: Any) -> None:
        """Add a piece of work."""

    def get(self) -> Any:
        """Wait for a piece of work."""

    def empty(self) -> bool:
        """Return whether nothing waits."""


class Work(Protocol):
    """Something to be written; works of one kind that wait together may be done together.

    ``weight`` is how many check-ins it amounts to.
    """

    weight: int

    def joins(self, other: "Work") -> bool:
        """Return whether both may be done by one call of ``do``."""

    def do(self, db: Connection, together: Sequence["Work"]) -> list[Any]:
        """Do all of ``together`` in order; return an outcome for each."""


class Failed:
    """The outcome of work that raised: whoever waits gets the error."""

    def __init__(self, error: Exception) -> None:
        self.error = error


class Waiting:
    """A piece of work, and the slot in which somebody waits for its outcome."""

    def __init__(self, work: Work, slot: Slot) -> None:
        self.work = work
        self.slot = slot


class Call:
    """One function of the festival, done alone: ``function(db, **arguments)``."""

    weight = 1

    def __init__(self, function: Callable[..., Any], arguments: dict[str, Any]) -> None:
        self.function = function
        self.arguments = arguments

    def joins(self, other: Work) -> bool:  # noqa: ARG002
        """Calls are done one by one."""
        return False

    def do(self, db: Connection, together: Sequence[Work]) -> list[Any]:  # noqa: ARG002
        """Call the function. It refuses before its first write, so a refusal spoils nothing beside it."""
        try:
            return [self.function(db, **self.arguments)]
        except Refusal as refusal:
            return [Failed(refusal)]


class Writer:
    """Serves a queue of work: a batch, one commit, then the outcomes. Nobody hears of work before its commit."""

    def __init__(
        self,
        database: Database,
        *,
        queue: Queue,
        make_slot: Callable[[], Slot],
        committed: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._queue = queue
        self._make_slot = make_slot
        self._committed = committed

    def submit(self, work: Work) -> Any:
        """Wait until ``work`` is committed and return its outcome; raise what it raised."""
        waiting = Waiting(work, self._make_slot())
        self._queue.put(waiting)
        outcome = waiting.slot.get()
        if isinstance(outcome, Failed):
            raise outcome.error
        return outcome

    def call(self, function: Callable[..., Any], **arguments: Any) -> Any:
        """Wait until ``function(db, **arguments)`` is committed and return its result; raise what it raised."""
        return self.submit(Call(function, arguments))

    def serve(self) -> None:
        """Write for ever; None in the queue ends it, after all that was put before."""
        while (first := self._queue.get()) is not None:
            batch, over = self._take_all(first)
            outcomes = self.commit([waiting.work for waiting in batch])
            for waiting, outcome in zip(batch, outcomes, strict=True):
                waiting.slot.put(outcome)
            self._committed()
            if over:
                return

    def _take_all(self, first: Waiting) -> tuple[list[Waiting], bool]:
        batch, weight = [first], first.work.weight
        while weight < MOST_AT_ONCE and not self._queue.empty():
            waiting = self._queue.get()
            if waiting is None:
                return batch, True
            batch.append(waiting)
            weight += waiting.work.weight
        return batch, False

    def commit(self, batch: Sequence[Work]) -> list[Any]:
        """Do all works in one transaction and return their outcomes, in order.

        If one raises, everything is rolled back and each is done again alone, so that one fails alone: a savepoint
        for each would cost three times the batch. What the disk does not keep is not tried again, unless only the
        connection was lost: each would wait as long as the first.
        """
        try:
            with self._database.writing() as db:
                return [outcome for together in _joined(batch) for outcome in together[0].do(db, together)]
        except Exception as error:  # noqa: BLE001 - whoever waits for the work gets it
            if isinstance(error, CannotKeep) and not error.lost:
                return [Failed(error) for _ in batch]
            if len(batch) == 1:
                return [Failed(error)]
            return [self.commit([work])[0] for work in batch]


def _joined(batch: Sequence[Work]) -> list[list[Work]]:
    groups: list[list[Work]] = []
    for work in batch:
        if groups and groups[-1][0].joins(work):
            groups[-1].append(work)
        else:
            groups.append([work])
    return groups
