"""Calls for help: somebody at a kiosk wants a volunteer."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from festival.storage.tables.base import Base

IS_WAITING = text("ended_at IS NULL")


class HelpCall(Base):
    """One call. Ringing again counts ``rings`` up; ``nonce`` is the newest ring's, so that a retry rings nothing.

    How it ended: ``ended_as``, by whom, and from which device where somebody took it there.
    """

    __tablename__ = "calls"
    __table_args__ = (
        # The last guard of "one call a station".
        Index("uq_calls_waiting", "station_id", unique=True, sqlite_where=IS_WAITING, postgresql_where=IS_WAITING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    station_id: Mapped[int] = mapped_column(ForeignKey("stations.id"))
    nonce: Mapped[bytes] = mapped_column(LargeBinary(16))
    at: Mapped[datetime]
    rings: Mapped[int]
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[str | None] = mapped_column(String(7))
    ended_by: Mapped[str | None] = mapped_column(String(60))
    ended_station_id: Mapped[int | None] = mapped_column(ForeignKey("stations.id"))
