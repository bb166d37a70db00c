"""The guard of pairing codes on its own."""

from datetime import UTC, datetime, timedelta

import pytest

from festival.errors import Refusal
from festival.stations import Kind, PairingGuard, Station

NOW = datetime(2026, 10, 24, 1, 0, tzinfo=UTC)


def is_blocked(guard: PairingGuard, now: datetime) -> bool:
    try:
        guard.refuse_if_blocked(now)
    except Refusal as refusal:
        return int(refusal.details["retry_after"]) >= 1
    return False


@pytest.mark.parametrize(
    ("seconds", "blocked"),
    [([0] * 9, False), ([0] * 10, True), ([*range(0, 61, 7), 60], True), ([*range(0, 63, 7), 61], False)],
)
def test_ten_within_a_minute_begin_the_block(seconds: list[int], blocked: bool) -> None:
    guard = PairingGuard()
    for second in seconds:
        guard.bad_code(NOW + timedelta(seconds=second))
    assert is_blocked(guard, NOW + timedelta(seconds=seconds[-1])) is blocked


def test_the_block_ends_after_sixty_seconds_and_counting_begins_anew() -> None:
    guard = PairingGuard()
    for _ in range(10):
        guard.bad_code(NOW)
    assert is_blocked(guard, NOW + timedelta(seconds=59.999))
    later = NOW + timedelta(seconds=60)
    assert not is_blocked(guard, later)
    for _ in range(9):
        guard.bad_code(later)
    assert not is_blocked(guard, later)


@pytest.mark.parametrize(
    ("kind", "own", "asked", "served"),
    [(Kind.KIOSK, [], 3, True), (Kind.KIOSK, [1], 3, False), (Kind.BOOTH, [3], 3, True), (Kind.ORGANISER, [], 3, True)],
)
def test_no_booth_named_is_every_booth(kind: Kind, own: list[int], asked: int, served: bool) -> None:
    assert Station(1, "x", kind, frozenset(own)).serves(asked) is served
