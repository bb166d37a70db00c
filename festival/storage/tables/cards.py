"""Visitors and the cards that they carry: both outlive editions."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from festival.storage.tables.base import Base
from festival.storage.types import BigId


class Visitor(Base):
    """The person who holds a card; anonymous unless a name was given."""

    __tablename__ = "visitors"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str | None] = mapped_column(String(40))


class Card(Base):
    """What a visitor carries. A replaced card and its replacement name the same visitor."""

    __tablename__ = "cards"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("short"),
        Index(None, "visitor_id"),
        CheckConstraint("state IN ('active', 'lost', 'withdrawn', 'replaced')", name="state_known"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(16))
    short: Mapped[str] = mapped_column(String(6))
    visitor_id: Mapped[int] = mapped_column(BigId, ForeignKey("visitors.id"))
    state: Mapped[str] = mapped_column(String(9))
    issued_at: Mapped[datetime]
