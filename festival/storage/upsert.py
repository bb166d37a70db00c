"""Insert or update in one statement, on both databases."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase

Rows = Sequence[dict[str, Any]]
_statements: dict[tuple[str, str, bool], Insert] = {}


def overwrite(db: Connection, table: type[DeclarativeBase], rows: Rows) -> None:
    """Write ``rows``; where a row with that key is there, its other columns become the new ones."""
    if rows:
        db.execute(_statement(db.dialect.name, table, adding=False), rows)


def add_up(db: Connection, table: type[DeclarativeBase], rows: Rows) -> None:
    """Write ``rows``; where a row with that key is there, its other columns grow by the new ones."""
    if rows:
        db.execute(_statement(db.dialect.name, table, adding=True), rows)


def _statement(dialect: str, table: type[DeclarativeBase], *, adding: bool) -> Insert:
    key = (dialect, table.__tablename__, adding)
    if key not in _statements:
        _statements[key] = _built(dialect, table, adding=adding)
    return _statements[key]


def _built(dialect: str, table: type[DeclarativeBase], *, adding: bool) -> Insert:
    columns = table.__table__.columns
    keys = [column.name for column in columns if column.primary_key]
    others = [column for column in columns if not column.primary_key]
    statement = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    new = statement.excluded
    values = {c.name: c + new[c.name] if adding else new[c.name] for c in others}
    return statement.on_conflict_do_update(index_elements=keys, set_=values)
