"""Visits, the seals that they leave, and the log of every scan."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from festival.storage.tables.base import IN_KEY_ORDER, Base
from festival.storage.types import BigId


class Visit(Base):
    """An accepted check-in. ``ordinal`` is which of this visitor's visits at this booth it is, undone ones included.

    The unique key is the last guard of "exactly once": two transactions that both believe to be the first
    cannot both be kept. ``at`` is corrected by the device's clock, ``scanned_at`` is what that clock said.
    """

    __tablename__ = "visits"
    __table_args__ = (
        UniqueConstraint("edition_id", "booth_id", "visitor_id", "ordinal"),
        Index(None, "edition_id", "at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    booth_id: Mapped[int] = mapped_column(ForeignKey("booths.id"))
    visitor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("visitors.id"))
    card_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("cards.id"))
    station_id: Mapped[int] = mapped_column(ForeignKey("stations.id"))
    ordinal: Mapped[int]
    at: Mapped[datetime]
    taken_at: Mapped[datetime]
    number: Mapped[int]
    party: Mapped[int]
    answers: Mapped[dict[str, Any] | None]
    scanned_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class Seal(Base):
    """One visitor at one booth in one edition: moved by each visit, so that no scan reads all the others."""

    __tablename__ = "seals"
    __table_args__ = IN_KEY_ORDER

    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    visitor_id: Mapped[int] = mapped_column(BigId, ForeignKey("visitors.id"), primary_key=True)
    booth_id: Mapped[int] = mapped_column(ForeignKey("booths.id"), primary_key=True)
    ever: Mapped[int]
    live: Mapped[int]
    persons: Mapped[int]
    first_visit_id: Mapped[int | None] = mapped_column(BigId)
    last_at: Mapped[datetime | None]


class Scan(Base):
    """Every attempt, refused ones too. Where ``nonce`` is set the row is also the answer kept under it.

    ``subject`` is what a retry must share: the booth and the card as printed. ``bad`` marks what counts
    towards slowing a station down.
    """

    __tablename__ = "scans"
    __table_args__ = (
        UniqueConstraint("nonce", "station_id"),
        # SQLite takes a partial index only where the question says its condition in the same words.
        Index("ix_scans_bad", "station_id", "at", sqlite_where=text("bad = 1"), postgresql_where=text("bad")),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    station_id: Mapped[int] = mapped_column(ForeignKey("stations.id"))
    at: Mapped[datetime]
    booth: Mapped[str | None] = mapped_column(String(200))
    card_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("cards.id"))
    raw: Mapped[str | None] = mapped_column(String(200))
    outcome: Mapped[str] = mapped_column(String(7))
    reason: Mapped[str | None] = mapped_column(String(20))
    bad: Mapped[bool]
    nonce: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    subject: Mapped[str | None] = mapped_column(String(100))
    status: Mapped[int]
    reply: Mapped[str | None] = mapped_column(Text)
    visit_id: Mapped[int | None] = mapped_column(BigId)
