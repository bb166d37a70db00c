"""The counters that the board reads; the transaction that makes a visit moves them."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from festival.storage.tables.base import Base


class BoothTotal(Base):
    """A booth's figures in one edition: persons, distinct visitors, and persons who came without a card."""

    __tablename__ = "booth_totals"

    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    booth_id: Mapped[int] = mapped_column(ForeignKey("booths.id"), primary_key=True)
    visits: Mapped[int]
    people: Mapped[int]
    walk_ins: Mapped[int]


class BoothMinute(Base):
    """A booth's figures in one minute (whole minutes since 1970).

    ``last_seen`` counts the visitors whose latest visit of the day lies here: summed over booths and minutes it
    is how many people were seen in a span of time.
    """

    __tablename__ = "booth_minutes"

    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    minute: Mapped[int] = mapped_column(primary_key=True)
    booth_id: Mapped[int] = mapped_column(ForeignKey("booths.id"), primary_key=True)
    visits: Mapped[int]
    walk_ins: Mapped[int]
    last_seen: Mapped[int]
