"""The tray: scans that happened while the network was away and were refused when they arrived."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from festival.storage.tables.base import Base
from festival.storage.types import BigId


class TrayItem(Base):
    """One such scan: what was scanned and why it was refused stand in the scan log, under the same number.

    ``booth_id`` is None where nobody knows the booth. What somebody made of it: ``settled_as``, by whom, and the visit.
    """

    __tablename__ = "tray"
    __table_args__ = (Index(None, "edition_id", "settled_at"),)

    scan_id: Mapped[int] = mapped_column(BigId, ForeignKey("scans.id"), primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    station_id: Mapped[int] = mapped_column(ForeignKey("stations.id"))
    booth_id: Mapped[int | None] = mapped_column(ForeignKey("booths.id"))
    at: Mapped[datetime]
    scanned_at: Mapped[datetime | None]
    party: Mapped[int]
    answers: Mapped[dict[str, Any] | None]
    settled_at: Mapped[datetime | None]
    settled_as: Mapped[str | None] = mapped_column(String(7))
    settled_by: Mapped[str | None] = mapped_column(String(60))
    visit_id: Mapped[int | None] = mapped_column(BigId)
