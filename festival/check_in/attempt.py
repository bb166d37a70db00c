"""What a device asks, and what it is answered."""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from festival import codes
from festival.codes import Code
from festival.errors import STATUS, Outcome, Reason
from festival.messages import Language

LONGEST_RAW = 200
# As much of a text as is looked through for what must not be kept.
LONGEST_SEARCHED = 4096
MOST_PERSONS = 20
# A UUID in its form of 36 characters.
NONCE = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"

_DIGIT = "[0-9０-９]"
_GAP = "[ \u3000\t\r\n\x00-]*"
_ID_NUMBER = re.compile(f"(?<!{_DIGIT})(?:{_DIGIT}{_GAP}){{17}}(?:[XxＸｘ]|{_DIGIT}(?!{_DIGIT}))")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked, when the server took it, and in which language the answer shall be."""

    token_hash: str
    received_at: datetime
    language: Language


@dataclass(frozen=True)
class Attempt:
    """A well-formed check-in: ``at`` is when it happened by the server's clock, ``scan`` None is a walk-in.

    ``scanned_at`` is what the device's clock said, None where it said nothing; ``clock_doubted`` says that it could not
    be believed. ``at_booth`` says that a resident's phone showed the code on the booth's screen.
    """

    asked: Asked
    scan: str | None
    booth: str | None
    nonce: bytes
    at: datetime
    clock_doubted: bool = False
    offline: bool = False
    party: int = 1
    answers: dict[str, str] = field(default_factory=dict)
    scanned_at: datetime | None = None
    at_booth: bool = False

    @cached_property
    def code(self) -> Code | None:
        """The scan, read; None for a walk-in."""
        return None if self.scan is None else codes.read(self.scan)


@dataclass(frozen=True, slots=True)
class Malformed:
    """A check-in whose body or field is no good: answered and logged, never kept under its nonce."""

    asked: Asked
    field: str
    raw: str | None = None
    booth: str | None = None


@dataclass(frozen=True)
class Reply:
    """The answer: the HTTP status, the body, and how many seconds to wait where that is the answer."""

    status: int
    body: dict[str, Any]
    retry_after: int | None = None

    @cached_property
    def text(self) -> str:
        """The body as JSON; what is kept and what is sent is the same text."""
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":"))

    @property
    def outcome(self) -> str:
        """The outcome that the body names."""
        return str(self.body["outcome"])

    @property
    def reason(self) -> str | None:
        """The reason that the body names."""
        reason: str | None = self.body["reason"]
        return reason


def refused(reason: Reason, message: str, **details: Any) -> Reply:
    """Return a refusal in the contract's shape; ``details`` go beside it, ``retry_after`` into the header."""
    retry_after = details.pop("retry_after", None)
    body: dict[str, Any] = {
        "outcome": Outcome.REFUSED.value,
        "reason": reason.value,
        "message": message,
        "replayed": False,
        "warnings": [],
        "visit": None,
        "card": None,
    }
    return Reply(STATUS[reason], body | details, retry_after)


def kept_raw(text: str) -> str:
    """Return what the scan log keeps of a text that is no card of ours: cut, and without ID numbers."""
    shown = _ID_NUMBER.sub("[id number]", text[:LONGEST_SEARCHED])
    return shown.replace("\x00", "\N{SYMBOL FOR NULL}")[:LONGEST_RAW]
