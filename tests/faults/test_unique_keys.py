"""The last guard of "exactly once": the database itself refuses a second row, whatever the code believes."""

from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from festival.clock import utc_now
from festival.storage.engine import Database
from festival.storage.tables import Scan, Visit

NONCE = bytes(range(16))


def visit(**others: Any) -> dict[str, Any]:
    """Return a visit's row: the first visitor's first visit at the first booth."""
    now = utc_now()
    who = {"edition_id": 1, "booth_id": 1, "visitor_id": 1, "card_id": 1, "station_id": 2, "ordinal": 1}
    what = {"at": now, "taken_at": now, "number": 1, "party": 1, "answers": None, "undone_at": None}
    return who | what | others


def scan(**others: Any) -> dict[str, Any]:
    """Return a row of the scan log that keeps an answer under a nonce."""
    who = {"edition_id": 1, "station_id": 2, "at": utc_now(), "booth": "clinic", "card_id": 1, "raw": None}
    what = {"outcome": "welcome", "reason": None, "bad": False, "status": 201, "visit_id": None}
    return who | what | {"nonce": NONCE, "subject": "clinic|card 1", "reply": "{}"} | others


@pytest.mark.parametrize(("table", "row"), [(Visit, visit), (Scan, scan)], ids=["visits", "scans"])
def test_the_same_visit_or_the_same_nonce_cannot_be_kept_twice(database: Database, table: Any, row: Any) -> None:
    with database.writing() as db:
        db.execute(insert(table), [row()])
    with pytest.raises(IntegrityError, match=r"(?i)unique"), database.writing() as db:
        db.execute(insert(table), [row()])


@pytest.mark.parametrize(
    ("table", "row", "others"),
    [
        (Visit, visit, {"ordinal": 2}),
        (Visit, visit, {"booth_id": 2}),
        (Visit, visit, {"visitor_id": 2}),
        (Scan, scan, {"station_id": 3}),
        (Scan, scan, {"nonce": bytes(16)}),
    ],
    ids=["next visit", "another booth", "another visitor", "another station", "another nonce"],
)
def test_what_differs_in_one_part_of_the_key_is_kept(
    database: Database, table: Any, row: Any, others: dict[str, Any]
) -> None:
    with database.writing() as db:
        db.execute(insert(table), [row()])
        db.execute(insert(table), [row(**others)])


@pytest.mark.parametrize(
    ("table", "row"),
    [(Visit, visit(visitor_id=None, card_id=None)), (Scan, scan(nonce=None, subject=None, reply=None))],
    ids=["walk-ins", "scans that keep no answer"],
)
def test_rows_without_a_key_are_kept_in_any_number(database: Database, table: Any, row: dict[str, Any]) -> None:
    with database.writing() as db:
        db.execute(insert(table), [row])
        db.execute(insert(table), [row])
