"""Stations and the codes that enrol them."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from festival.storage.tables.base import Base

KINDS = "'kiosk', 'booth', 'organiser', 'self'"


class Station(Base):
    """A device enrolled with the server. Only the hash of its token is kept; revoked ones stay, for their visits.

    ``built_in`` ones are no devices: nobody can pair them, and they have no token. ``clock_ahead`` is by how many
    milliseconds the device's clock was ahead of ours when it was last measured, None while it never was.
    """

    __tablename__ = "stations"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("uq_stations_built_in", "built_in", unique=True),
        CheckConstraint(f"kind IN ({KINDS})", name="kind_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(9))
    token_hash: Mapped[str | None] = mapped_column(String(64))
    enrolled_at: Mapped[datetime]
    last_seen: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    built_in: Mapped[str | None] = mapped_column(String(5))
    clock_ahead: Mapped[int | None] = mapped_column(BigInteger)


class StationBooth(Base):
    """A booth that a station may check in for; a station with none named may for all."""

    __tablename__ = "station_booths"

    station_id: Mapped[int] = mapped_column(ForeignKey("stations.id"), primary_key=True)
    booth_id: Mapped[int] = mapped_column(ForeignKey("booths.id"), primary_key=True)


class PairingCode(Base):
    """Six digits that enrol one station, once, within ten minutes."""

    __tablename__ = "pairing_codes"
    __table_args__ = (UniqueConstraint("code_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(9))
    booths: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime]
