"""What neighbours have recorded for the kiosks to say."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from festival.storage.tables.base import Base


class Clip(Base):
    """One phrase as somebody said it, known by what it holds. A phrase has one that is heard, and may have the one
    before, which an undo brings back. ``words`` is what was read; of the oldest that is not known."""

    __tablename__ = "clips"
    __table_args__ = (
        Index(
            "uq_clips_phrase_heard",
            "phrase",
            unique=True,
            sqlite_where=text("is_heard"),
            postgresql_where=text("is_heard"),
        ),
    )

    phrase: Mapped[str] = mapped_column(String(40), primary_key=True)
    digest: Mapped[str] = mapped_column(String(32), primary_key=True)
    sound: Mapped[bytes] = mapped_column(LargeBinary)
    kind: Mapped[str] = mapped_column(String(10))
    words: Mapped[str | None] = mapped_column(String(40))
    recorded_at: Mapped[datetime]
    is_heard: Mapped[bool]
