"""What a booth's page needs to judge scans while the network is away: no code, no name.

A card is known by a fingerprint of 32 bits: some two thousand codes share each, so that whoever reads a lost phone
finds no card's digits, and a code that nobody issued is taken for a card once in a million times.
"""

import base64
import secrets
from array import array
from collections.abc import Iterable
from hashlib import sha256
from sys import byteorder
from typing import Any

from sqlalchemy import Connection, select

from festival import cards
from festival.clock import to_milliseconds
from festival.directory import Directories
from festival.stations import Station
from festival.storage.tables import Card, Seal

STATES = {cards.ACTIVE: "a", cards.REPLACED: "r"}
STOPPED = "s"


class Fingerprints:
    """Fingerprints under one salt, each worked out once."""

    def __init__(self) -> None:
        self.salt = secrets.token_hex(8)
        self._known: dict[str, int] = {}

    def of(self, digits: str) -> int:
        """Return the first 32 bits of SHA-256 of salt and digits, as a little-endian number."""
        found = self._known.get(digits)
        if found is None:
            found = int.from_bytes(sha256((self.salt + digits).encode()).digest()[:4], "little")
            self._known[digits] = found
        return found


def snapshot(
    db: Connection, *, station: Station, directories: Directories, fingerprints: Fingerprints
) -> dict[str, Any]:
    """Return what ``station`` may know.

    All cards by fingerprint of code and short number, whose (``who`` is a number of this snapshot alone) and in which
    state; and who was seen when at its booths. Numbers are packed: base64 of uint32, little-endian.
    """
    directory = directories.current(db)
    rows = db.execute(select(Card.code, Card.short, Card.visitor_id, Card.state).order_by(Card.id)).all()
    who: dict[int, int] = {}
    for row in rows:
        who.setdefault(row.visitor_id, len(who))
    carried = {row.visitor_id for row in rows if row.state == cards.ACTIVE}
    return {
        "salt": fingerprints.salt,
        "closed": directory.edition.closed,
        "codes": _packed(fingerprints.of(row.code) for row in rows),
        "shorts": _packed(fingerprints.of(row.short) for row in rows),
        "who": _packed(who[row.visitor_id] for row in rows),
        "states": "".join(_state(row.state, is_carried=row.visitor_id in carried) for row in rows),
        "seen": {booth.slug: _seen(db, directory.edition.id, booth.id, who) for booth in directory.booths_of(station)},
    }


def _state(state: str, *, is_carried: bool) -> str:
    # A replaced card counts for its newest replacement, so that one must be good.
    if state == cards.REPLACED and not is_carried:
        return STOPPED
    return STATES.get(state, STOPPED)


def _seen(db: Connection, edition_id: int, booth_id: int, who: dict[int, int]) -> dict[str, str]:
    here = (Seal.edition_id == edition_id) & (Seal.booth_id == booth_id) & (Seal.live > 0)
    rows = db.execute(select(Seal.visitor_id, Seal.last_at).where(here)).all()
    return {
        "who": _packed(who[row.visitor_id] for row in rows),
        "at": _packed(to_milliseconds(row.last_at) // 1000 for row in rows),
    }


def _packed(numbers: Iterable[int]) -> str:
    packed = array("I", numbers)
    if byteorder == "big":
        packed.byteswap()
    return base64.b64encode(packed.tobytes()).decode("ascii")
