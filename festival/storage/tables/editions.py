"""The edition, and the one row that says which is current."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from festival.storage.tables.base import Base


class Edition(Base):
    """One festival day, with its counters over all booths.

    ``opened_at`` is when it followed the one before, None for the first; ``wiped_at`` when all that was personal in it
    was taken away.
    """

    __tablename__ = "editions"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(80))
    time_zone: Mapped[str] = mapped_column(String(40))
    closed_at: Mapped[datetime | None]
    version: Mapped[int]
    people: Mapped[int]
    walk_ins: Mapped[int]
    opened_at: Mapped[datetime | None]
    wiped_at: Mapped[datetime | None]
    programme: Mapped[dict[str, Any] | None]


class Festival(Base):
    """The one row of this community: its current edition, and the version of all that changes seldom.

    ``community`` is the same in all backups of these data, ``generation`` another one after each restore. What lost
    data may have given out is never given again: visits' and scans' ids begin above ``id_floor``, cards' serial numbers
    above ``card_floor``.
    """

    __tablename__ = "festival"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    config_version: Mapped[int] = mapped_column(BigInteger)
    community: Mapped[str] = mapped_column(String(32), server_default="")
    generation: Mapped[str] = mapped_column(String(32), server_default="")
    id_floor: Mapped[int] = mapped_column(BigInteger, server_default="0")
    card_floor: Mapped[int] = mapped_column(server_default="0")
