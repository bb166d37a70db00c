"""Which database is backed up."""

from festival.backup.postgres import PostgresSource
from festival.backup.shelf import Source, SqliteSource
from festival.settings import Settings


def of(settings: Settings) -> Source:
    """Return the database of these settings."""
    if settings.database:
        return PostgresSource(settings.database_url)
    return SqliteSource(settings.data / "festival.db")
