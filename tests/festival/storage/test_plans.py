"""No work grows with the number of scans: SQLite finds every row that a scan or a snapshot needs by a key."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from festival.storage.engine import Database
from tests.cast import unknown_code
from tests.conftest import ON_SQLITE, Company

pytestmark = ON_SQLITE
GROWING = ("visits", "scans", "seals", "booth_spans", "cards", "visitors")


@contextmanager
def statements(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """Give the list that every statement made inside is written into, with its parameters."""
    made: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, many: bool) -> None:
        made.append((sql, parameters[0] if many else parameters))

    engines = (database._writer, database._readers)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", hear)
    yield made
    for engine in engines:
        event.remove(engine, "before_cursor_execute", hear)


def plans(database: Database, made: list[tuple[str, Any]]) -> list[tuple[str, str]]:
    """Return each step in which one of the statements reads a table that grows, with the statement."""
    steps = []
    with database.reading() as db:
        for sql, parameters in made:
            if sql.startswith(("BEGIN", "PRAGMA")):
                continue
            for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters):
                if re.match(rf"(SCAN|SEARCH) ({'|'.join(GROWING)})\b", row.detail):
                    steps.append((row.detail, sql))
    return steps


def a_day(company: Company) -> None:
    """Let everything happen that happens all day."""
    visit = company.clinic.check_in(company.zhang).get_json()["visit"]["id"]
    company.clinic.check_in(company.zhang)
    company.clinic.check_in(company.card("li").short)
    company.clinic.check_in(None, party=3)
    company.clinic.check_in(unknown_code())
    company.organiser.post("/cards", {"replaces": company.wang})
    company.fair.check_in(company.wang, "tea", offline=True)
    company.organiser.get(f"/cards/{company.zhang}")
    company.clinic.undo(visit)
    company.client(None).get("/board")


def test_every_row_of_a_scan_and_of_a_snapshot_is_found_by_a_key(company: Company, database: Database) -> None:
    with statements(database) as made:
        a_day(company)
    steps = plans(database, made)
    read = {re.split(r"\W+", step)[1] for step, _ in steps}
    assert read == set(GROWING)
    assert [found for found in steps if found[0].startswith("SCAN")] == []


def test_a_snapshot_reads_no_more_of_the_spans_than_its_windows(company: Company, database: Database) -> None:
    with statements(database) as made:
        company.client(None).get("/board")
    spans = [step for step, _ in plans(database, made) if "booth_spans" in step]
    assert len(spans) == 5
    assert all("edition_id=? AND seconds=? AND begin>? AND begin<?" in step for step in spans)
