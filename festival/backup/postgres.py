"""PostgreSQL: one moment by pg_dump, with figures of that very moment; brought back by pg_restore.

A dump is verified by its digest and ``pg_restore --list``. Loading it into a database of its own would be the full
proof, but asks for rights that the festival's own account need not have.
"""

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any

from sqlalchemy import URL, text

from festival.backup import image
from festival.backup.archive import POSTGRESQL
from festival.backup.trouble import BackupTrouble, Why
from festival.storage.engine import Database

# Names the folder of pg_dump and pg_restore where they are not on the PATH.
BIN = "LAOJIEFANG_POSTGRES_BIN"
LOOK_EVERY = 0.05
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "username": "PGUSER",
    "password": "PGPASSWORD",
    "database": "PGDATABASE",
}


@dataclass(frozen=True, slots=True)
class PostgresSource:
    """A PostgreSQL database."""

    url: URL

    def take(self) -> tuple[bytes, dict[str, Any]]:
        """Return a dump of one moment and what is to be told of it; raises BackupTrouble."""
        database = Database(self.url)
        try:
            with database.reading() as db:
                snapshot = db.execute(text("SELECT pg_export_snapshot()")).scalar_one()
                told = {name: db.execute(text(query)).scalar_one() for name, query in image.WORDS.items()}
                figures = {name: db.execute(text(query)).scalar_one() for name, query in image.FIGURES.items()}
                counters = {name: db.execute(text(query)).scalar_one() for name, query in image.COUNTED.items()}
                options = ("--format=custom", "--no-owner", f"--snapshot={snapshot}")
                dump = _run(self.url, None, "pg_dump", *options)
        finally:
            database.dispose()
        if any(figures[name] != count for name, count in counters.items()):
            raise BackupTrouble(Why.DAMAGED, "the figures differ from the counters")
        _run(self.url, dump, "pg_restore", "--list")
        return dump, {"kind": POSTGRESQL, **told, "figures": figures}


def bring_back(url: URL, dump: bytes) -> None:
    """Replace what is in the database by a dump, all of it or nothing; raises BackupTrouble."""
    name = url.database or ""
    options = ("--clean", "--if-exists", "--single-transaction", "--no-owner", f"--dbname={name}")
    _run(url, dump, "pg_restore", *options)


def _run(url: URL, given: bytes | None, tool: str, *options: str) -> bytes:
    path = shutil.which(tool, path=os.environ.get(BIN) or None)
    if path is None:
        raise BackupTrouble(Why.NO_PG_DUMP, tool)
    # Files and a look now and then, not pipes: a green server goes on serving meanwhile.
    with TemporaryFile() as source, TemporaryFile() as result, TemporaryFile() as errors:
        source.write(given or b"")
        source.seek(0)
        files = {"stdin": source, "stdout": result, "stderr": errors}
        running = subprocess.Popen([path, *options], **files, env=os.environ | variables(url))  # type: ignore[call-overload]
        while running.poll() is None:
            time.sleep(LOOK_EVERY)
        if running.returncode != 0:
            raise BackupTrouble(Why.OTHER, " ".join(_read(errors).decode(errors="replace").splitlines()[:3]) or tool)
        return _read(result)


def _read(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def variables(url: URL) -> dict[str, str]:
    """Return what tells libpq the way: the environment, because everybody may read a command line."""
    known = {**url.translate_connect_args(), **{name: str(value) for name, value in url.query.items()}}
    told = {_VARIABLES[name]: str(value) for name, value in known.items() if name in _VARIABLES}
    return told | ({"PGSSLMODE": str(known["sslmode"])} if "sslmode" in known else {})
