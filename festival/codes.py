"""The codes on cards and badges, and every way in which one may be written (check-in.md, Codes)."""

import re
import secrets
from dataclasses import dataclass
from enum import StrEnum

from stdnum import damm

CARD_KIND = "10"
BADGE_KIND = "20"
RANDOM_DIGITS = 13
LARGEST_SHORT_SERIAL = 99_999

_PLAIN_DIGITS = {0xFF10 + digit: str(digit) for digit in range(10)}
_SEPARATORS = dict.fromkeys(map(ord, " \u3000\t\r\n-"))
_AS_WRITTEN = str.maketrans({**_PLAIN_DIGITS, **_SEPARATORS})
_CODE = re.compile(r"(?:https?://[^/?#\s]+(?:/[^?#]*)?/c/)?([0-9]{16})", re.IGNORECASE | re.ASCII)
_SHORT = re.compile(r"[0-9]{6}")


class Written(StrEnum):
    """What a scanned text turned out to be."""

    CARD = "card"
    SHORT = "short"
    BADGE = "badge"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Code:
    """A scanned text, read: its kind and its digits (empty where it is no code)."""

    kind: Written
    digits: str


NO_CODE = Code(Written.NOTHING, "")


def read(text: str) -> Code:
    """Return what ``text`` says, however it is written; ``NO_CODE`` where it says nothing we know."""
    written = plain(text)
    if _SHORT.fullmatch(written):
        return Code(Written.SHORT, written) if damm.is_valid(written) else NO_CODE
    match = _CODE.fullmatch(written)
    if match is None or not damm.is_valid(match[1]):
        return NO_CODE
    return _by_kind(match[1])


def plain(text: str) -> str:
    """Return ``text`` without separators, its digits plain: what two ways to write one code have in common."""
    return text.translate(_AS_WRITTEN)


def _by_kind(digits: str) -> Code:
    if digits.startswith(CARD_KIND):
        return Code(Written.CARD, digits)
    if digits.startswith(BADGE_KIND):
        return Code(Written.BADGE, digits)
    return NO_CODE


def new_card_code() -> str:
    """Return 16 digits that nobody can guess, the last a check digit."""
    body = CARD_KIND + f"{secrets.randbelow(10**RANDOM_DIGITS):0{RANDOM_DIGITS}d}"
    return body + str(damm.calc_check_digit(body))


def short_number(serial: int) -> str:
    """Return the six digits that a person can read out, for the ``serial``-th card of this community."""
    body = f"{serial:05d}"
    return body + str(damm.calc_check_digit(body))
