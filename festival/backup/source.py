"""Which database is backed up."""

from festival.backup.shelf import Source, SqliteSource
from festival.settings import Settings


def of(settings: Settings) -> Source:
    """Return the database of these settings."""
    return SqliteSource(settings.data / "festival.db")
