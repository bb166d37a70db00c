"""Which backups are kept: a rule without a disk."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

ALL_FOR = timedelta(hours=2)
HOURLY_FOR = timedelta(days=2)
DAILY_FOR = timedelta(days=60)
MARKED_FOR = timedelta(days=365)
ALWAYS = 3
BEFORE_RESTORE = "before-restore"
MARKED = ("close", BEFORE_RESTORE)


class Dated(Protocol):
    """What the rule looks at."""

    @property
    def made_at(self) -> datetime:
        """The moment that it holds."""

    @property
    def reason(self) -> str:
        """Why it was made."""


Kept = TypeVar("Kept", bound=Dated)


def to_drop(backups: Iterable[Kept], now: datetime) -> list[Kept]:
    """Return which backups are not needed any more.

    Kept are all of the last two hours, the last of each hour for two days, the last of each day for sixty days, the
    newest three, and for a year those of a close-down or before a restore.
    """
    newest_first = sorted(backups, key=lambda backup: backup.made_at, reverse=True)
    kept = {id(backup) for backup in newest_first[:ALWAYS]}
    kept |= {id(backup) for backup in newest_first if _by_itself(backup, now)}
    kept |= _last_of_each(newest_first, lambda at: at.strftime("%Y%m%d%H"), now - HOURLY_FOR)
    kept |= _last_of_each(newest_first, lambda at: at.strftime("%Y%m%d"), now - DAILY_FOR)
    return [backup for backup in newest_first if id(backup) not in kept]


def _by_itself(backup: Dated, now: datetime) -> bool:
    age = now - backup.made_at
    return age <= ALL_FOR or (backup.reason in MARKED and age <= MARKED_FOR)


def _last_of_each(newest_first: list[Kept], span: Callable[[datetime], str], since: datetime) -> set[int]:
    last: dict[str, int] = {}
    for backup in newest_first:
        if backup.made_at >= since:
            last.setdefault(span(backup.made_at), id(backup))
    return set(last.values())
