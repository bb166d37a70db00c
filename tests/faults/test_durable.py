"""Durable before answered: what a device was told lies on the disk, not in a cache that a pulled plug empties.

A killed process proves nothing here, its writes survive in the system's cache. So the syncs themselves are watched,
inside SQLite on every machine, and in front of libc where there is a compiler.
"""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bench import shim
from festival.storage.engine import Database
from tests.databases import SqliteTemplate
from tests.faults.devices import Answer
from tests.faults.machine import switched_on

pytestmark = pytest.mark.fault

FULL = 2
SYNC_TAKES = 0.02
WAYS: dict[str, Callable[[Path], dict[str, str]]] = {"inside SQLite": lambda _folder: shim.inside_sqlite()}
if shim.has_compiler():
    WAYS["in front of libc"] = shim.in_front_of_libc


def test_the_writing_connection_waits_for_the_disk_at_every_commit(database: Database) -> None:
    with database.writing() as db:
        if database.is_sqlite:
            assert db.exec_driver_sql("PRAGMA synchronous").scalar_one() == FULL
            assert db.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
            assert db.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
        else:
            assert db.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"


@pytest.mark.parametrize("way", WAYS)
def test_every_answer_comes_after_its_write_was_synced(
    way: str, sqlite_template: SqliteTemplate, tmp_path: Path
) -> None:
    """Welcome, again, refused, undone: each lies in the log of writes, synced between question and answer."""
    log = tmp_path / "syncs"
    environment = WAYS[way](tmp_path) | shim.wishes(milliseconds=SYNC_TAKES * 1000, log=log)
    with switched_on(sqlite_template, tmp_path, environment) as machine:
        device = machine.device()
        codes = device.issue(10)
        acts: list[Callable[[], Answer]] = [lambda c=code: device.check_in(c, "clinic") for code in codes]
        acts += [lambda: device.check_in(codes[0], "clinic"), lambda: device.check_in(None, "charity")]
        acts += [lambda: device.undo(1)]
        spans, answers = zip(*[timed(act) for act in acts], strict=True)
    assert [answer.status for answer in answers] == [201] * 10 + [200, 409, 204]
    synced = [int(line.split()[0]) for line in log.read_text().splitlines() if line.endswith("festival.db-wal")]
    for asked, answered in spans:
        assert any(asked < moment < answered for moment in synced)
        assert answered - asked > SYNC_TAKES * 1e9


def timed(act: Callable[[], Answer]) -> tuple[tuple[int, int], Answer]:
    """Return when an act was begun and when its answer was there, and the answer."""
    asked = time.monotonic_ns()
    answer = act()
    return (asked, time.monotonic_ns()), answer
