"""What the fault tests share: a machine with the real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import SqliteTemplate
from tests.faults.machine import Machine, switched_on


@pytest.fixture
def machine(sqlite_template: SqliteTemplate, tmp_path: Path) -> Iterator[Machine]:
    """A machine with a running server on SQLite, as a community has it."""
    with switched_on(sqlite_template, tmp_path) as running:
        yield running
