"""What the fault tests share: a machine with the real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import SqliteTemplate
from tests.faults.machine import Machine, switched_on
from tests.running import ROOT, Server, free_port


@pytest.fixture
def machine(sqlite_template: SqliteTemplate, tmp_path: Path) -> Iterator[Machine]:
    """A machine with a running server on SQLite, as a community has it."""
    with switched_on(sqlite_template, tmp_path) as running:
        yield running


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Server]:
    """A server on a laptop that has the addresses in ``addresses``, and looks at them each second."""
    (tmp_path / "addresses").write_text("192.168.1.20")
    server = Server(
        tmp_path / "data",
        options=("--https", "--https-port", str(free_port())),
        environment={"TEST_ADDRESSES": str(tmp_path / "addresses"), "PYTHONPATH": str(ROOT)},
        program=ROOT / "tests" / "faults" / "moving_laptop.py",
    )
    yield server.start()
    server.kill()
