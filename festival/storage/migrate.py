"""Brings a database to the tables that this version needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"


class NewerData(Exception):
    """A database that a newer version has migrated: this one does not know its tables."""


def migrate(connection: Connection) -> None:
    """Run all migrations that are missing, inside the transaction of ``connection``: all of them or none.

    Raises NewerData.
    """
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise NewerData from error


def is_current(connection: Connection) -> bool:
    """Return whether the database has exactly the tables of this version."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == head


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", MIGRATIONS.as_posix().replace("%", "%%"))
    return config
