"""The counters that the board reads; the transaction that makes a visit moves them."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from festival.storage.tables.base import IN_KEY_ORDER, Base


class BoothTotal(Base):
    """A booth's figures in one edition: persons, distinct visitors, and persons who came without a card."""

    __tablename__ = "booth_totals"
    __table_args__ = IN_KEY_ORDER

    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    booth_id: Mapped[int] = mapped_column(ForeignKey("booths.id"), primary_key=True)
    visits: Mapped[int]
    people: Mapped[int]
    walk_ins: Mapped[int]


class BoothSpan(Base):
    """A booth's figures in one whole minute (``seconds`` 60) or one whole second (1), which begins at ``begin``.

    ``last_seen`` counts the visitors whose latest visit of the day lies here: summed over booths and spans it
    is how many people were seen in a stretch of time.
    """

    __tablename__ = "booth_spans"
    __table_args__ = IN_KEY_ORDER

    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    seconds: Mapped[int] = mapped_column(primary_key=True)
    begin: Mapped[datetime] = mapped_column(primary_key=True)
    booth_id: Mapped[int] = mapped_column(ForeignKey("booths.id"), primary_key=True)
    visits: Mapped[int]
    walk_ins: Mapped[int]
    last_seen: Mapped[int]
