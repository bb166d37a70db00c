"""The edition, and the one row that says which is current."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from festival.storage.tables.base import Base


class Edition(Base):
    """One festival day, with its counters over all booths."""

    __tablename__ = "editions"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(80))
    time_zone: Mapped[str] = mapped_column(String(40))
    closed_at: Mapped[datetime | None]
    version: Mapped[int]
    people: Mapped[int]
    walk_ins: Mapped[int]


class Festival(Base):
    """The one row of this community: its current edition, and the version of all that changes seldom."""

    __tablename__ = "festival"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    config_version: Mapped[int] = mapped_column(BigInteger)
