"""People who sign in, and the log of what organisers did."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from festival.storage.tables.base import Base
from festival.storage.types import BigId


class Account(Base):
    """Somebody who may sign in; once ``ended_at`` is set no more. Its row stays, for the audit log's sake."""

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("name"),
        CheckConstraint("role IN ('organiser', 'steward', 'volunteer', 'viewer')", name="role_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(9))
    password_hash: Mapped[str] = mapped_column(String(200))
    ended_at: Mapped[datetime | None]


class AccountBooth(Base):
    """A booth that a steward leads."""

    __tablename__ = "account_booths"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    booth_id: Mapped[int] = mapped_column(ForeignKey("booths.id"), primary_key=True)


class SignIn(Base):
    """One sign-in on one browser. Only the hash of the key in its cookie is kept; the row goes when it ends."""

    __tablename__ = "sign_ins"
    __table_args__ = (UniqueConstraint("key_hash"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    key_hash: Mapped[str] = mapped_column(String(64))
    began_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class AuditEntry(Base):
    """Who did what to which thing. A trigger refuses every change and removal."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(60))
    act: Mapped[str] = mapped_column(String(40))
    thing: Mapped[str] = mapped_column(String(60))
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
