"""The current edition: what it is called, whether it is over, and the versions that others watch."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, func, insert, select, update

from festival import audit
from festival.errors import Reason, Refusal, bad_field
from festival.schema import Shape, an_object, text
from festival.storage.tables import Booth, BoothDay, BoothTotal, Edition, Festival, HelpCall, Scan, TrayItem

# Closed in each edition anew until the partner's name and filing number are entered (Charity Law arts 23, 113).
CLOSED_UNTIL_FILED = frozenset({"charity"})
NAMES = Shape(an_object({"name": text(12), "name_en": text(30, least=0)}, "name", "name_en"))


@dataclass(frozen=True, slots=True)
class CurrentEdition:
    """The festival day that everything now belongs to. ``opened_at`` is None where none came before it."""

    id: int
    name: str
    name_en: str
    zone: ZoneInfo
    closed: bool
    opened_at: datetime | None = None

    def takes(self, at: datetime, *, received_at: datetime) -> bool:
        """Return whether a visit at that moment can be one of this edition's: it is not closed, and had begun.

        Where the server's own clock stands before the opening it was set back since, and nothing can be said of that.
        """
        return not self.closed and (self.opened_at is None or not at < self.opened_at <= received_at)

    def refuse_if_closed(self) -> None:
        """Raise ``edition_closed`` once the day is closed down."""
        if self.closed:
            raise Refusal(Reason.EDITION_CLOSED)


def current(db: Connection) -> CurrentEdition:
    """Return the current edition."""
    row = db.execute(select(Edition).join(Festival, Festival.edition_id == Edition.id)).one()
    return CurrentEdition(
        id=row.id,
        name=row.name,
        name_en=row.name_en,
        zone=ZoneInfo(row.time_zone),
        closed=row.closed_at is not None,
        opened_at=row.opened_at,
    )


@dataclass(frozen=True, slots=True)
class EditionLine:
    """An edition with its figures, for the organisers' list."""

    id: int
    name: str
    name_en: str
    people: int
    walk_ins: int
    visits: int
    opened_at: datetime | None
    closed_at: datetime | None
    wiped_at: datetime | None


def listed(db: Connection) -> list[EditionLine]:
    """Return all editions, newest first."""
    visits = select(func.coalesce(func.sum(BoothTotal.visits), 0)).where(BoothTotal.edition_id == Edition.id)
    query = select(
        Edition.id,
        Edition.name,
        Edition.name_en,
        Edition.people,
        Edition.walk_ins,
        visits.scalar_subquery().label("visits"),
        Edition.opened_at,
        Edition.closed_at,
        Edition.wiped_at,
    )
    return [EditionLine(*row) for row in db.execute(query.order_by(Edition.id.desc()))]


def config_version(db: Connection) -> int:
    """Return the version of all that changes seldom: edition, booths, stations."""
    return db.execute(select(Festival.config_version)).scalar_one()


@dataclass(frozen=True, slots=True)
class Data:
    """Which data these are: the same ``community`` in all their copies, another ``generation`` after each restore."""

    community: str
    generation: str


def data(db: Connection) -> Data:
    """Return which data these are."""
    row = db.execute(select(Festival.community, Festival.generation)).one()
    return Data(row.community, row.generation)


def config_changed(db: Connection) -> None:
    """Tell everybody who keeps booths or stations in memory to read them again.

    The version is random: a number counted up could come back with other contents after a rollback.
    """
    db.execute(update(Festival).values(config_version=secrets.randbelow(2**53)))


def board_changed(db: Connection) -> None:
    """Give the board a new version."""
    current_id = select(Festival.edition_id).scalar_subquery()
    db.execute(update(Edition).where(Edition.id == current_id).values(version=Edition.version + 1))


def rename(db: Connection, *, values: Mapping[str, Any], actor: str, now: datetime) -> None:
    """Give the current edition other names: ``name`` (第五届) and ``name_en``, empty where there is none.

    Raises ``invalid``, naming the field, and ``edition_closed``.
    """
    wanted = {name: value.strip() for name, value in NAMES.check(values).items()}
    edition = current(db)
    edition.refuse_if_closed()
    db.execute(update(Edition).where(Edition.id == edition.id).values(**wanted))
    config_changed(db)
    board_changed(db)
    before = {"name": edition.name, "name_en": edition.name_en}
    audit.note(db, actor=actor, now=now, act="edition.rename", thing=f"edition {edition.id}", change=(before, wanted))


def close(db: Connection, *, actor: str, now: datetime) -> None:
    """Close the current edition down, for good; harmless when it is closed already."""
    edition = current(db)
    if edition.closed:
        return
    db.execute(update(Edition).where(Edition.id == edition.id).values(closed_at=now))
    ended = {"ended_at": now, "ended_as": "closed", "ended_by": actor}
    db.execute(update(HelpCall).where(HelpCall.ended_at.is_(None)).values(ended))
    config_changed(db)
    board_changed(db)
    given_up = in_tray(db, edition.id)
    figures = _figures(db, edition.id) | ({"given_up": given_up} if given_up else {})
    change = ({"closed": False}, {"closed": True} | figures)
    audit.note(db, actor=actor, now=now, act="edition.close", thing=f"edition {edition.id}", change=change)


def in_tray(db: Connection, edition_id: int) -> int:
    """Return how many scans of an edition were refused and wait for somebody to settle them."""
    here = (TrayItem.edition_id == edition_id) & TrayItem.settled_at.is_(None)
    return db.execute(select(func.count()).select_from(TrayItem).where(here)).scalar_one()


def _figures(db: Connection, edition_id: int) -> dict[str, int]:
    """Return what the day came to: persons, people and walk-ins."""
    visits = select(func.coalesce(func.sum(BoothTotal.visits), 0)).where(BoothTotal.edition_id == edition_id)
    row = db.execute(select(Edition.people, Edition.walk_ins).where(Edition.id == edition_id)).one()
    return {"visits": int(db.execute(visits).scalar_one()), "people": row.people, "walk_ins": row.walk_ins}


def open_next(db: Connection, *, values: Mapping[str, Any], actor: str, now: datetime) -> int:
    """Open the edition that follows the current one, from its booths; return its number. Stations and cards go on.

    Raises ``invalid`` for a bad name or (field ``edition``) while the current one is not closed down, and ``exists``
    for the name of another edition.
    """
    wanted = {name: value.strip() for name, value in NAMES.check(values).items()}
    old = db.execute(select(Edition).join(Festival, Festival.edition_id == Edition.id)).one()
    if old.closed_at is None:
        raise bad_field("edition")
    if db.execute(select(Edition.id).where(Edition.name == wanted["name"])).first() is not None:
        raise Refusal(Reason.EXISTS, field="name")
    new = dict(wanted, time_zone=old.time_zone, version=old.version + 1, people=0, walk_ins=0, opened_at=now)
    new_id = db.execute(insert(Edition).values(**new).returning(Edition.id)).scalar_one()
    _copy_booths(db, old.id, new_id)
    db.execute(update(Festival).values(edition_id=new_id))
    config_changed(db)
    before = {"name": old.name, "name_en": old.name_en}
    audit.note(db, actor=actor, now=now, act="edition.open", thing=f"edition {new_id}", change=(before, wanted))
    return int(new_id)


def _copy_booths(db: Connection, old_id: int, new_id: int) -> None:
    """Give the new edition a day of each booth: its quota, and open or shut by hand, as in the old one."""
    here = (BoothDay.booth_id == Booth.id) & (BoothDay.edition_id == old_id)
    # Outer: a booth may have been added in an edition that was taken back.
    rows = db.execute(select(Booth.id, Booth.slug, BoothDay.quota, BoothDay.open).outerjoin(BoothDay, here)).all()
    for row in rows:
        place = {"edition_id": new_id, "booth_id": row.id}
        is_open = False if row.slug in CLOSED_UNTIL_FILED else row.open
        db.execute(insert(BoothDay).values(**place, quota=row.quota, open=is_open, paused=False))
        db.execute(insert(BoothTotal).values(**place, visits=0, people=0, walk_ins=0))


def can_be_taken_back(db: Connection) -> bool:
    """Return whether the current edition follows another one and nothing was scanned in it so far."""
    edition = current(db)
    scanned = db.execute(select(Scan.id).where(Scan.edition_id == edition.id).limit(1)).first()
    return edition.opened_at is not None and not edition.closed and scanned is None


def take_back(db: Connection, *, actor: str, now: datetime) -> None:
    """Undo the opening of the current edition: the closed one before it is the current one again.

    Raises ``too_late`` where there is none before it, or something was scanned.
    """
    if not can_be_taken_back(db):
        raise Refusal(Reason.TOO_LATE)
    new = db.execute(select(Edition).join(Festival, Festival.edition_id == Edition.id)).one()
    old = db.execute(select(Edition).where(Edition.id < new.id).order_by(Edition.id.desc()).limit(1)).one()
    # The board's version must not step back where its figures do.
    db.execute(update(Edition).where(Edition.id == old.id).values(version=new.version + 1))
    db.execute(update(Festival).values(edition_id=old.id))
    for table in (BoothDay, BoothTotal, HelpCall):
        db.execute(delete(table).where(table.edition_id == new.id))
    db.execute(delete(Edition).where(Edition.id == new.id))
    config_changed(db)
    change = ({"name": new.name, "name_en": new.name_en}, {"name": old.name, "name_en": old.name_en})
    audit.note(db, actor=actor, now=now, act="edition.take_back", thing=f"edition {new.id}", change=change)


_DIGITS = "零一二三四五六七八九十"
_ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth")


def next_names(name: str, name_en: str) -> dict[str, str]:
    """Return what the edition after this one would be called (第五届 → 第六届); empty where that cannot be told."""
    return {"name": _next_chinese(name), "name_en": _following(_ORDINALS, name_en)}


def _next_chinese(name: str) -> str:
    counted = [f"第{_chinese(number)}届" for number in range(1, 100)]
    return _following(counted, name)


def _chinese(number: int) -> str:
    """Return a number below 100 in Chinese: 6 六, 10 十, 21 二十一."""
    tens, ones = divmod(number, 10)
    front = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return front + (_DIGITS[ones] if ones else "")


def _following(counted: Sequence[str], name: str) -> str:
    place = counted.index(name) + 1 if name in counted else len(counted)
    return counted[place] if place < len(counted) else ""
