"""Moments as devices write them, and when a scan happened (check-in.md, POST /check-ins)."""

from datetime import UTC, datetime, timedelta

import pytest

from festival import clock
from festival.clock import corrected

NOW = datetime(2026, 10, 24, 1, 31, 7, 120_000, tzinfo=UTC)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-10-24T09:31:07.120+08:00", "2026-10-24T01:31:07.120Z"),
        ("2026-10-24T01:31:07.120Z", "2026-10-24T01:31:07.120Z"),
        ("2026-10-24t01:31:07.120z", "2026-10-24T01:31:07.120Z"),
        ("2026-10-24T01:31:07Z", "2026-10-24T01:31:07.000Z"),
        ("2026-10-24T01:31:07.1Z", "2026-10-24T01:31:07.100Z"),
        ("2026-10-24T01:31:07.120999Z", "2026-10-24T01:31:07.120Z"),
        ("2026-10-24T01:31:07.120999999Z", "2026-10-24T01:31:07.120Z"),
        ("2026-10-24T01:31+00:00", "2026-10-24T01:31:00.000Z"),
        ("2026-10-23T17:31:07-08:00", "2026-10-24T01:31:07.000Z"),
        ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"),
        ("20261024T093107.12+0800", "2026-10-24T01:31:07.120Z"),
        ("20261024T0131Z", "2026-10-24T01:31:00.000Z"),
        ("0810-02-10T00:44:13Z", "0810-02-10T00:44:13.000Z"),
    ],
)
def test_moments_with_an_offset_are_read(text: str, shown: str) -> None:
    assert clock.to_text(clock.from_text(text)) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-10-24",
        "09:31:07",
        "2026-10-24T09:31:07",
        "2026-10-24T09:31:07.120",
        "2026-02-30T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-10-24T25:00:00Z",
        "2026-10-24T09:60:00Z",
        "2026-10-24T09:31:61Z",
        "2026-10-24T09:31:07+24:00",
        "2026-W43-6T09:31:07Z",
        "20261024T093107",
        "2026-10-24T0931Z",
        "20261024T09:31Z",
        "20261324T0931Z",
        "２０２６-10-24T09:31:07Z",
        "2026-10-24x09:31:07Z",
        "2026-10-24T09:31:07Z\n",
        " 2026-10-24T09:31:07Z",
        "1761269467",
        "10000-01-01T00:00:00Z",
        "-001-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59-08:00",
    ],
)
def test_what_no_clock_can_hold_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        clock.from_text(text)


@pytest.mark.parametrize(
    ("scanned_at", "sent_at", "at", "doubted"),
    [
        (None, None, NOW, False),
        (None, ago(hours=3), NOW, False),
        (ago(seconds=5), None, ago(seconds=5), False),
        (ago(hours=-1), None, NOW, False),
        # The device's clock is right, slow, fast: what counts is how long ago the scan was by its own clock.
        (ago(seconds=5), ago(seconds=0), ago(seconds=5), False),
        (ago(hours=2, seconds=5), ago(hours=2), ago(seconds=5), False),
        (ago(hours=-2, seconds=5), ago(hours=-2), ago(seconds=5), False),
        (ago(days=9000, seconds=5), ago(days=9000), ago(seconds=5), False),
        # Scanned after it was sent: never later than now.
        (ago(hours=1), ago(hours=2), NOW, False),
        # 36 hours are the bound, itself included.
        (ago(hours=36), None, ago(hours=36), False),
        (ago(hours=36, milliseconds=1), None, NOW, True),
        (ago(hours=36), ago(hours=0), ago(hours=36), False),
        (ago(hours=40), ago(hours=4), ago(hours=36), False),
        (ago(hours=40, milliseconds=1), ago(hours=4), NOW, True),
        (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC), NOW, True),
        (datetime(9999, 12, 31, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC), NOW, False),
    ],
)
def test_a_scan_happened_as_long_ago_as_its_device_says(
    scanned_at: datetime | None, sent_at: datetime | None, at: datetime, doubted: bool
) -> None:
    assert corrected(scanned_at, sent_at, NOW) == (at, doubted)


def test_milliseconds_come_back_as_they_were() -> None:
    assert clock.from_milliseconds(clock.to_milliseconds(NOW)) == NOW
    assert clock.utc_now().microsecond % 1000 == 0
