"""Time as the festival counts it: aware, UTC, whole milliseconds."""

import re
from datetime import UTC, datetime, timedelta

MILLISECOND = timedelta(milliseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OLDEST_SCAN = timedelta(hours=36)
# The lengths, in seconds, of the spans that figures are counted in.
MINUTE = 60
SECOND = 1

# datetime.fromisoformat takes any character between date and time, and week dates; devices send neither.
_OFFSET = r"([Zz]|[+-]\d{2}(:?\d{2})?)"
_ISO_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}([.,]\d{1,12})?)?"
    rf"|\d{{8}}[Tt]\d{{4}}(\d{{2}}([.,]\d{{1,12}})?)?){_OFFSET}",
    re.ASCII,
)


def utc_now() -> datetime:
    """Return this moment, cut to whole milliseconds."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def to_milliseconds(moment: datetime) -> int:
    """Return whole milliseconds since 1970 of an aware moment."""
    return (moment - EPOCH) // MILLISECOND


def from_milliseconds(milliseconds: int) -> datetime:
    """Return the aware UTC moment of ``milliseconds`` since 1970."""
    return EPOCH + timedelta(milliseconds=milliseconds)


def floor(moment: datetime, seconds: int) -> datetime:
    """Return the beginning of the span of so many ``seconds``, counted from 1970, that ``moment`` lies in."""
    return moment - (moment - EPOCH) % timedelta(seconds=seconds)


def to_text(moment: datetime) -> str:
    """Return ISO 8601 in UTC with milliseconds: ``2026-10-24T01:31:07.120Z``."""
    utc = moment.astimezone(UTC)
    return f"{utc.year:04d}-{utc:%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def from_text(text: str) -> datetime:
    """Return the UTC moment written in ISO 8601 with an offset.

    Raises ValueError for any other text, and for a moment that no clock can hold.
    """
    if not _ISO_MOMENT.fullmatch(text):
        raise ValueError("not ISO 8601 with an offset")
    try:
        moment = datetime.fromisoformat(text.upper()).astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a moment that no clock can hold") from error
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def corrected(scanned_at: datetime | None, sent_at: datetime | None, now: datetime) -> tuple[datetime, bool]:
    """Return when a scan happened by the server's clock, and whether the device's clock could not be believed.

    The device's clock may be wrong, but it measures how long ago the scan was (check-in.md, POST /check-ins):
    with ``sent_at`` that age counts; without it ``scanned_at`` is only held to ``now``.
    """
    if scanned_at is None:
        return now, False
    age = (sent_at or now) - scanned_at
    if age <= timedelta(0):
        return now, False
    if age > OLDEST_SCAN:
        return now, True
    return now - age, False
