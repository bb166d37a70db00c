"""The current edition: what it is called, whether it is over, and the versions that others watch."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, update

from festival import audit
from festival.errors import Reason, Refusal
from festival.schema import Shape, an_object, text
from festival.storage.tables import Edition, Festival

NAMES = Shape(an_object({"name": text(12), "name_en": text(30, least=0)}, "name", "name_en"))


@dataclass(frozen=True, slots=True)
class CurrentEdition:
    """The festival day that everything now belongs to."""

    id: int
    name: str
    name_en: str
    zone: ZoneInfo
    closed: bool

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
    )


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
    config_changed(db)
    board_changed(db)
    audit.note(db, actor=actor, now=now, act="edition.close", thing=f"edition {edition.id}")
