"""The tray: what gets into it, and that one of several who settle at once settles."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection

from app import Application
from festival import audit, check_in, tray
from festival.directory import Directories
from festival.errors import Reason, Refusal
from festival.storage.engine import Database
from festival.tray import Decision, How, Settled, Settler
from tests.cast import new_nonce, unknown_code
from tests.conftest import Company

NOW = datetime(2026, 10, 24, 2, tzinfo=UTC)
ORGANISER = Settler("account organiser")
TOGETHER = 8


def waiting(database: Database) -> list[tray.TrayLine]:
    with database.reading() as db:
        return tray.listed(db, settler=ORGANISER)[0]


def held(company: Company, database: Database, **fields: Any) -> int:
    """Have a phone send an unknown card from while it was away; return the item's number."""
    company.clinic.check_in(unknown_code(), offline=True, **fields)
    return waiting(database)[-1].scan_id


def settle(db: Connection, number: int, how: How, card: str | None = None) -> Settled:
    decision = Decision(number, how, card)
    return tray.settle(db, decision=decision, settler=ORGANISER, directories=Directories(), now=NOW)


def figures(company: Company) -> tuple[int, int, int]:
    board = company.organiser.get("/board").get_json()
    return board["visits"], board["people"], board["walk_ins"]


def lost(company: Company) -> str:
    company.organiser.patch(f"/cards/{company.zhang}", {"state": "lost"})
    return str(company.zhang)


def closed(company: Company) -> str:
    company.organiser.post("/edition/close")
    return str(company.zhang)


@pytest.mark.parametrize(
    ("scan", "booth", "reason"),
    [
        (lambda _: unknown_code(), "clinic", Reason.UNKNOWN_CARD),
        (lambda _: "rubbish", "clinic", Reason.INVALID),
        (lost, "clinic", Reason.REVOKED_CARD),
        (lambda company: company.zhang, "nowhere", Reason.UNKNOWN_BOOTH),
        (lambda company: company.zhang, "tea", Reason.NOT_YOUR_BOOTH),
        (closed, "clinic", Reason.EDITION_CLOSED),
    ],
)
def test_what_has_happened_and_is_refused_waits(
    company: Company, database: Database, scan: Callable[[Company], str], booth: str, reason: Reason
) -> None:
    company.clinic.check_in(scan(company), booth, offline=True)
    [line] = waiting(database)
    assert line.reason is reason
    assert line.booth_written == booth


def test_what_counts_or_was_counted_before_does_not_wait(company: Company, database: Database) -> None:
    for outcome in ("welcome", "again"):
        assert company.clinic.check_in(company.zhang, offline=True).get_json()["outcome"] == outcome
    assert waiting(database) == []


def test_a_nonce_that_was_used_for_another_scan_does_not_wait(company: Company, database: Database) -> None:
    nonce = new_nonce()
    company.clinic.check_in(company.zhang, nonce=nonce, offline=True)
    again = company.clinic.check_in(company.li, nonce=nonce, offline=True)
    assert again.get_json()["reason"] == "nonce_reused"
    assert waiting(database) == []


@pytest.mark.parametrize("how", [How.WALK_IN, How.CARD, How.DROP])
def test_of_many_who_settle_at_once_one_settles(
    application: Application, company: Company, database: Database, how: How
) -> None:
    number = held(company, database)
    cards = [company.card(name).short for name in ("zhang", "li", "wang", "zhao")] if how is How.CARD else [None]
    gate, heard = threading.Barrier(TOGETHER), list[str]()

    def press(card: str | None) -> None:
        gate.wait(timeout=10)
        try:
            application.house.writer.call(settle, number=number, how=how, card=card)
            heard.append("settled")
        except Refusal as refusal:
            heard.append(f"{refusal.reason} {refusal.details['why']}")

    threads = [threading.Thread(target=press, args=(cards[at % len(cards)],)) for at in range(TOGETHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(heard) == ["settled"] + ["too_late settled"] * (TOGETHER - 1)
    assert figures(company)[0] == (0 if how is How.DROP else 1)
    assert waiting(database) == []


@pytest.mark.parametrize("how", [How.WALK_IN, How.DROP])
def test_an_item_that_somebody_settled_since_it_was_read_counts_nothing(
    company: Company, database: Database, monkeypatch: pytest.MonkeyPatch, how: How
) -> None:
    number, read = held(company, database), tray._one

    def read_before_another(db: Connection, scan_id: int, settler: Settler) -> Any:
        item = read(db, scan_id, settler)
        monkeypatch.setattr(tray, "_one", read)
        settle(db, scan_id, How.DROP)
        return item

    monkeypatch.setattr(tray, "_one", read_before_another)
    with database.writing() as db:
        with pytest.raises(Refusal) as refused:
            settle(db, number, how)
        assert (refused.value.reason, refused.value.details["why"]) == (Reason.TOO_LATE, tray.SETTLED_ALREADY)
        assert len([line for line in audit.listed(db, most=9) if line.act == "tray.settle"]) == 1
    assert figures(company) == (0, 0, 0)


@pytest.mark.parametrize("how", [How.WALK_IN, How.CARD])
def test_settled_and_taken_back_and_settled_again_it_counts_once(
    company: Company, database: Database, how: How
) -> None:
    number = held(company, database, party=3)
    card = company.card("zhang").short if how is How.CARD else None
    for _ in range(3):
        with database.writing() as db:
            settle(db, number, how, card)
            log = audit.listed(db, most=1)[0].after or {}
        counted = figures(company)
        assert counted == ((3, 0, 3) if how is How.WALK_IN else (3, 1, 0))
        with database.writing() as db:
            tray.reopen(db, scan_id=number, log=log, actor="account organiser", now=NOW)
        assert figures(company) == (0, 0, 0)
        assert [line.scan_id for line in waiting(database)] == [number]


def test_a_visit_that_was_undone_by_itself_is_taken_back_once(company: Company, database: Database) -> None:
    number = held(company, database)
    with database.writing() as db:
        settled = settle(db, number, How.WALK_IN)
        log = audit.listed(db, most=1)[0].after or {}
        assert settled.visit
        by: dict[str, Any] = {"station": None, "actor": "account organiser", "now": NOW}
        check_in.undo(db, visit_id=settled.visit["id"], directories=Directories(), **by)
        tray.reopen(db, scan_id=number, log=log, actor="account organiser", now=NOW)
    assert figures(company) == (0, 0, 0)
    assert len(waiting(database)) == 1


def test_a_refusal_leaves_no_trace(company: Company, database: Database) -> None:
    number = held(company, database)
    with database.writing() as db:
        entries = audit.listed(db, most=9)
        with pytest.raises(Refusal):
            settle(db, number, How.CARD, "000000")
        assert audit.listed(db, most=9) == entries
    [line] = waiting(database)
    assert (line.scan_id, line.settled_at, line.visit_id) == (number, None, None)
