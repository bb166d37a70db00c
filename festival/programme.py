"""The day's programme and announcements, which the board turns to between its booths where that is switched on."""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from unicodedata import east_asian_width

from sqlalchemy import Connection, select, update

from festival import audit, editions
from festival.booths import HOUR, within_hours
from festival.errors import bad_field
from festival.schema import Shape, an_object, or_null, text
from festival.storage.tables import Edition

# In halves of a hanzi: what stands on one line of the television, and on three larger ones.
WIDEST_TITLE, WIDEST_PLACE, WIDEST_NOTICE = 24, 12, 80
MOST_ITEMS, MOST_NOTICES = 30, 10
_WIDEST = {"title": WIDEST_TITLE, "place": WIDEST_PLACE, "text": WIDEST_NOTICE}
_MAY_BE_EMPTY = frozenset({"place", "from", "until"})
# Letters that stand as wide as a hanzi, or nearly.
_WIDE = frozenset("MWmw%@")

EMPTY: dict[str, Any] = {"on_board": False, "items": [], "notices": []}
_ITEM = an_object(
    {"at": HOUR, "title": text(WIDEST_TITLE), "place": text(WIDEST_PLACE, least=0)}, "at", "title", "place"
)
_NOTICE = an_object(
    {"text": text(WIDEST_NOTICE), "from": or_null(HOUR), "until": or_null(HOUR)}, "text", "from", "until"
)
_PROGRAMME = Shape(
    an_object(
        {
            "on_board": {"type": "boolean"},
            "items": {"type": "array", "items": _ITEM, "maxItems": MOST_ITEMS},
            "notices": {"type": "array", "items": _NOTICE, "maxItems": MOST_NOTICES},
        },
        *EMPTY,
    )
)


class Wrong(StrEnum):
    """What can be wrong with one field of a row."""

    MISSING = "missing"
    HOUR = "hour"
    TOO_WIDE = "too_wide"


def faults(values: Mapping[str, Any]) -> dict[tuple[str, int, str], Wrong]:
    """Return what is wrong where: in ``items`` or ``notices``, in which row from nought, in which field."""
    found = {
        (rows, at, field): _fault(field, text)
        for rows in ("items", "notices")
        for at, row in enumerate(values[rows])
        for field, text in row.items()
    }
    return {place: wrong for place, wrong in found.items() if wrong}


def _fault(field: str, text: str | None) -> Wrong | None:
    if not text or not text.strip():
        return None if field in _MAY_BE_EMPTY else Wrong.MISSING
    if field in _WIDEST:
        return Wrong.TOO_WIDE if width(text) > _WIDEST[field] else None
    return None if re.fullmatch(HOUR["pattern"], text) else Wrong.HOUR


def now_set(db: Connection) -> dict[str, Any]:
    """Return the current edition's programme: items in the order of their times, and announcements."""
    kept = db.execute(select(Edition.programme).where(Edition.id == editions.current(db).id)).scalar()
    return dict(kept or EMPTY)


def set_to(db: Connection, *, values: Mapping[str, Any], actor: str, now: datetime) -> None:
    """Make ``values`` the whole programme; raises ``invalid``, naming the field, and ``edition_closed``."""
    wanted = _PROGRAMME.check(values)
    for rows, _row, _field in faults(wanted):
        raise bad_field(rows)
    wanted["items"] = sorted(wanted["items"], key=lambda item: str(item["at"]))
    edition = editions.current(db)
    edition.refuse_if_closed()
    before = now_set(db)
    db.execute(update(Edition).where(Edition.id == edition.id).values(programme=wanted))
    audit.note(
        db, actor=actor, now=now, act="edition.programme", thing=f"edition {edition.id}", change=(before, wanted)
    )


def width(words: str) -> float:
    """Return how wide words stand on the board: a hanzi is two, a letter one, a capital one and a half."""
    return sum(map(_width, words))


def _width(sign: str) -> float:
    if east_asian_width(sign) in "WF" or sign in _WIDE or (east_asian_width(sign) == "A" and not sign.isalpha()):
        return 2
    return 1.5 if sign.isupper() else 1


def on_board(db: Connection, *, now: datetime) -> dict[str, Any]:
    """Return what the board turns to now: what has begun last and all that follows, and the announcements of now."""
    edition, programme = editions.current(db), now_set(db)
    if edition.closed or not programme["on_board"]:
        return {"items": [], "notices": []}
    hour = f"{now.astimezone(edition.zone):%H:%M}"
    items = programme["items"]
    begun = max((item["at"] for item in items if item["at"] <= hour), default="")
    notices = [each["text"] for each in programme["notices"] if within_hours(hour, each["from"], each["until"])]
    return {"items": [item for item in items if item["at"] >= begun], "notices": notices}
