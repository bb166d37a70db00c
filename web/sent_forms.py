"""Forms that were sent, remembered by their one-time key: a second press makes nothing twice."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

ONE_HOUR = 3600.0
MOST_KEPT = 10_000


@dataclass
class SentForm:
    """A form that was sent, and once it was done where it led and what it left in the cookie."""

    at: float
    lock: Lock = field(default_factory=Lock)
    answer: tuple[str, dict[str, Any]] | None = None


class SentForms:
    """Forms by their one-time key, for an hour."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._forms: OrderedDict[str, SentForm] = OrderedDict()

    def form(self, key: str) -> SentForm:
        """Return the form of that key, a new one where it was not sent before."""
        oldest_kept = self._now() - ONE_HOUR
        while self._forms and (len(self._forms) > MOST_KEPT or next(iter(self._forms.values())).at < oldest_kept):
            self._forms.popitem(last=False)
        return self._forms.setdefault(key, SentForm(self._now()))
