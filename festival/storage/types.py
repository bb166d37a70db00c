"""Column types that the tables share."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer
from sqlalchemy.types import TypeDecorator

from festival.clock import from_milliseconds, to_milliseconds

# SQLite gives row numbers to INTEGER keys alone; PostgreSQL needs the wide type.
BigId = BigInteger().with_variant(Integer, "sqlite")


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment, kept as whole milliseconds since 1970: the same order and arithmetic everywhere."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Return what the database keeps."""
        return None if value is None else to_milliseconds(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return what Python reads."""
        return None if value is None else from_milliseconds(value)
