"""Sections and booths: what outlives an edition, and what belongs to one."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from festival.storage.tables.base import Base


class Section(Base):
    """One of the five parts of the festival."""

    __tablename__ = "sections"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]


class Booth(Base):
    """A place that people visit, with its rules; it outlives editions."""

    __tablename__ = "booths"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("counts IN ('once', 'every')", name="counts_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(30))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(80))
    short_name: Mapped[str] = mapped_column(String(4))
    icon: Mapped[str] = mapped_column(String(40))
    place: Mapped[str] = mapped_column(String(120))
    place_en: Mapped[str] = mapped_column(String(120))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id"))
    position: Mapped[int]
    counts: Mapped[str] = mapped_column(String(5))
    again_after_minutes: Mapped[int | None]
    opens_at: Mapped[str | None] = mapped_column(String(5))
    closes_at: Mapped[str | None] = mapped_column(String(5))
    first_visit_id: Mapped[int | None] = mapped_column(ForeignKey("booths.id"))
    questions: Mapped[list[dict[str, Any]]]
    self_check_in: Mapped[str] = mapped_column(String(4), server_default="no")


class BoothDay(Base):
    """A booth in one edition: what is set for that day alone. ``open`` is None where the hours decide."""

    __tablename__ = "booth_days"

    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    booth_id: Mapped[int] = mapped_column(ForeignKey("booths.id"), primary_key=True)
    quota: Mapped[int | None]
    open: Mapped[bool | None]
    paused: Mapped[bool]
