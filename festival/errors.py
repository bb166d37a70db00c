"""The one refusal, its stable codes, and the HTTP status that the contract gives each."""

from enum import StrEnum
from typing import Any

from festival.notices import Trouble

TRY_AGAIN_SECONDS = 5


class Outcome(StrEnum):
    """How a call ended, for a program."""

    WELCOME = "welcome"
    AGAIN = "again"
    REFUSED = "refused"


class Reason(StrEnum):
    """Why a call ended as it did, for a program (check-in.md)."""

    ALREADY = "already"
    TOO_SOON = "too_soon"
    NONCE_REUSED = "nonce_reused"
    FULL = "full"
    CLOSED = "closed"
    FIRST_VISIT = "first_visit"
    ANSWERS_NEEDED = "answers_needed"
    UNKNOWN_CARD = "unknown_card"
    INVALID = "invalid"
    REVOKED_CARD = "revoked_card"
    UNKNOWN_BOOTH = "unknown_booth"
    NOT_YOUR_BOOTH = "not_your_booth"
    SCAN_AT_BOOTH = "scan_at_booth"
    OUTDATED_CODE = "outdated_code"
    NOT_ENROLLED = "not_enrolled"
    EDITION_CLOSED = "edition_closed"
    SLOW_DOWN = "slow_down"
    NOT_ALLOWED = "not_allowed"
    NOT_FOUND = "not_found"
    NOT_YOURS = "not_yours"
    TOO_LATE = "too_late"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    EXISTS = "exists"
    BAD_PAIRING_CODE = "bad_pairing_code"
    NO_MORE_CARDS = "no_more_cards"
    TOO_LARGE = "too_large"
    BROKEN = "broken"
    CANNOT_KEEP = "cannot_keep"


STATUS: dict[Reason, int] = {
    Reason.ALREADY: 200,
    Reason.TOO_SOON: 200,
    Reason.NONCE_REUSED: 409,
    Reason.FULL: 409,
    Reason.CLOSED: 409,
    Reason.FIRST_VISIT: 409,
    Reason.ANSWERS_NEEDED: 422,
    Reason.UNKNOWN_CARD: 404,
    Reason.INVALID: 422,
    Reason.REVOKED_CARD: 410,
    Reason.UNKNOWN_BOOTH: 404,
    Reason.NOT_YOUR_BOOTH: 403,
    Reason.SCAN_AT_BOOTH: 403,
    Reason.OUTDATED_CODE: 403,
    Reason.NOT_ENROLLED: 401,
    Reason.EDITION_CLOSED: 410,
    Reason.SLOW_DOWN: 429,
    Reason.NOT_ALLOWED: 403,
    Reason.NOT_FOUND: 404,
    Reason.NOT_YOURS: 403,
    Reason.TOO_LATE: 403,
    Reason.METHOD_NOT_ALLOWED: 405,
    Reason.EXISTS: 409,
    Reason.BAD_PAIRING_CODE: 403,
    Reason.NO_MORE_CARDS: 409,
    Reason.TOO_LARGE: 413,
    Reason.BROKEN: 500,
    Reason.CANNOT_KEEP: 503,
}


class Refusal(Exception):
    """A call that the festival turns down: ``reason`` for programs, ``details`` for what goes with it.

    ``details`` may name the bad ``field``, or carry ``retry_after`` in whole seconds.
    """

    def __init__(self, reason: Reason, **details: Any) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.details = details

    @property
    def status(self) -> int:
        """The HTTP status that the contract gives this reason."""
        return STATUS[self.reason]


class CannotKeep(Refusal):
    """What was asked cannot be written down, or not be read, for as long as ``trouble`` lasts: nothing was kept.

    ``lost`` tells that only the connection was lost: the next one may do.
    """

    def __init__(self, trouble: Trouble, *, lost: bool = False) -> None:
        super().__init__(Reason.CANNOT_KEEP, retry_after=TRY_AGAIN_SECONDS)
        self.trouble = trouble
        self.lost = lost


def bad_field(name: str) -> Refusal:
    """Return the refusal of a malformed field."""
    return Refusal(Reason.INVALID, field=name)
