"""What organisers must know now, and what to do: told on their desk until it is over."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from festival.clock import utc_now


class Trouble(StrEnum):
    """Something that an organiser has to look at."""

    DISK_NEARLY_FULL = "disk_nearly_full"
    DISK_FULL = "disk_full"
    FOLDER_GONE = "folder_gone"
    READ_ONLY = "read_only"
    DAMAGED = "damaged"
    DISK_FAILING = "disk_failing"
    NOT_ANSWERING = "not_answering"
    DISK_SLOW = "disk_slow"
    NOT_DURABLE = "not_durable"
    CLOCK_JUMPED = "clock_jumped"
    BACKUP_FAILED = "backup_failed"
    STICK_GONE = "stick_gone"


# While one of these lasts, no scan is taken.
STOPS_SCANNING = frozenset(
    {
        Trouble.DISK_FULL,
        Trouble.FOLDER_GONE,
        Trouble.READ_ONLY,
        Trouble.DAMAGED,
        Trouble.DISK_FAILING,
        Trouble.NOT_ANSWERING,
    }
)


@dataclass(frozen=True, slots=True)
class Notice:
    """One trouble, since when, and its figures for the sentence that tells it."""

    trouble: Trouble
    since: datetime
    details: dict[str, Any]


@dataclass
class Notices:
    """The troubles of one running server. Telling one again keeps its beginning and renews its figures."""

    now: Callable[[], datetime] = utc_now
    _current: dict[Trouble, Notice] = field(default_factory=dict)

    def tell(self, trouble: Trouble, **details: Any) -> None:
        """Begin to tell of a trouble."""
        known = self._current.get(trouble)
        self._current[trouble] = Notice(trouble, known.since if known else self.now(), details)

    def over(self, trouble: Trouble) -> None:
        """Tell of a trouble no more."""
        self._current.pop(trouble, None)

    def stopped(self) -> bool:
        """Return whether scans cannot be taken now."""
        return not STOPS_SCANNING.isdisjoint(self._current)

    def current(self) -> list[Notice]:
        """Return what is to be told now, what stops the scanning first."""
        return sorted(self._current.values(), key=lambda notice: (notice.trouble not in STOPS_SCANNING, notice.since))
