"""Which backups are kept."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from festival.backup.keeping import to_drop

NOW = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Made:
    """A backup, as the rule sees it."""

    made_at: datetime
    reason: str = "regular"


def kept(*ages: timedelta, reason: str = "regular") -> list[timedelta]:
    backups = [Made(NOW - age, reason) for age in ages]
    dropped = {id(backup) for backup in to_drop(backups, NOW)}
    return [NOW - backup.made_at for backup in backups if id(backup) not in dropped]


FRESH = [timedelta(minutes=n) for n in (1, 2, 3)]
HOURS, MINUTES, DAYS = (lambda n: timedelta(hours=n)), (lambda n: timedelta(minutes=n)), (lambda n: timedelta(days=n))


@pytest.mark.parametrize(
    ("ages", "gone"),
    [
        ([MINUTES(n) for n in range(5, 120, 5)], []),
        ([HOURS(3) + MINUTES(5), HOURS(3) + MINUTES(10)], [HOURS(3) + MINUTES(10)]),
        ([HOURS(5), HOURS(6)], []),
        ([DAYS(3), DAYS(3) + HOURS(2)], [DAYS(3) + HOURS(2)]),
        ([DAYS(59)], []),
        ([DAYS(61)], [DAYS(61)]),
    ],
)
def test_the_older_the_fewer(ages: list[timedelta], gone: list[timedelta]) -> None:
    left = kept(*FRESH, *ages)
    assert [age for age in ages if age not in left] == gone


@pytest.mark.parametrize("reason", ["close", "before-restore"])
def test_a_close_down_and_a_restore_are_kept_for_a_year(reason: str) -> None:
    ages = [DAYS(100), DAYS(100) + MINUTES(1), DAYS(364)]
    backups = [Made(NOW - age) for age in FRESH] + [Made(NOW - age, reason) for age in ages]
    assert to_drop(backups, NOW) == []
    assert len(to_drop([*backups, Made(NOW - DAYS(366), reason)], NOW)) == 1


made = st.builds(
    Made,
    st.integers(0, 400 * 24 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes)),
    st.sampled_from(["regular", "change"]),
)


@given(st.lists(made, max_size=200))
def test_the_newest_always_stay_their_number_is_bounded_and_a_second_look_drops_nothing(backups: list[Made]) -> None:
    dropped = {id(backup) for backup in to_drop(backups, NOW)}
    left = [backup for backup in backups if id(backup) not in dropped]
    newest = sorted(backups, key=lambda backup: backup.made_at, reverse=True)[:3]
    assert sorted(b.made_at for b in left)[-3:] == sorted(b.made_at for b in newest)
    recent = [b for b in left if NOW - b.made_at <= timedelta(hours=2)]
    assert len(left) - len(recent) <= 3 + 49 + 61
    assert to_drop(left, NOW) == []
