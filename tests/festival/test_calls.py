"""Calls for help: one a station, however often it rings; the first who takes it goes."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from festival import calls, editions
from festival.calls import CallLine, End, Taker
from festival.errors import Reason, Refusal
from festival.stations import Kind, Station
from festival.storage.engine import Database
from festival.storage.tables import AuditEntry, HelpCall
from tests.cast import new_nonce

NOW = datetime(2026, 10, 24, 2, 42, tzinfo=UTC)
LATER = NOW + timedelta(minutes=4)


@pytest.fixture
def kiosk(template, database: Database) -> Station:  # type: ignore[no-untyped-def]
    del database
    return Station(template.cast.station_ids["clay_kiosk"], "clay_kiosk", Kind.KIOSK, frozenset())


@pytest.fixture
def clinic(template) -> Taker:  # type: ignore[no-untyped-def]
    return Taker("station 2", template.cast.station_ids["clinic"])


def ring(database: Database, kiosk: Station, nonce: str | None = None, now: datetime = NOW) -> tuple[CallLine, bool]:
    with database.writing() as db:
        return calls.ring(db, station=kiosk, nonce=nonce or new_nonce(), now=now)


def listed(database: Database, now: datetime = NOW) -> list[CallLine]:
    with database.reading() as db:
        return calls.listed(db, now=now)


def test_a_call_names_the_booth_of_its_kiosk_and_waits(database: Database, kiosk: Station) -> None:
    call, is_new = ring(database, kiosk)
    assert is_new
    assert (call.station, call.booth, call.rings, call.is_waiting) == ("clay_kiosk", "clay", 1, True)
    assert listed(database) == [call]


def test_ringing_again_reminds_of_the_same_call(database: Database, kiosk: Station) -> None:
    first, _ = ring(database, kiosk)
    again, is_new = ring(database, kiosk, now=LATER)
    assert (again.id, again.rings, again.at, is_new) == (first.id, 2, NOW, False)


def test_a_ring_that_is_sent_twice_rings_once(database: Database, kiosk: Station) -> None:
    nonce = new_nonce()
    ring(database, kiosk, nonce)
    call, is_new = ring(database, kiosk, nonce.upper())
    assert (call.rings, is_new) == (1, False)


def test_a_late_retry_of_a_call_that_was_taken_calls_nobody(database: Database, kiosk: Station, clinic: Taker) -> None:
    nonce = new_nonce()
    call, _ = ring(database, kiosk, nonce)
    with database.writing() as db:
        calls.take(db, call_id=call.id, taker=clinic, now=NOW)
    assert ring(database, kiosk, nonce)[0].ended_as is End.TAKEN
    assert ring(database, kiosk)[1]


def test_the_first_who_takes_it_goes_and_the_others_read_who(database: Database, kiosk: Station, clinic: Taker) -> None:
    call, _ = ring(database, kiosk)
    with database.writing() as db:
        calls.take(db, call_id=call.id, taker=clinic, now=NOW)
        second = calls.take(db, call_id=call.id, taker=Taker("account 王姐"), now=LATER)
    assert (second.ended_as, second.by, second.taken_at_booth, second.ended_at) == (End.TAKEN, "clinic", "clinic", NOW)


def test_who_took_it_is_told_for_a_moment(database: Database, kiosk: Station) -> None:
    call, _ = ring(database, kiosk)
    with database.writing() as db:
        calls.take(db, call_id=call.id, taker=Taker("account 王姐"), now=NOW)
    assert [line.by for line in listed(database)] == ["王姐"]
    assert listed(database, NOW + calls.TOLD_FOR) == []


def test_a_call_that_nobody_takes_is_overdue(database: Database, kiosk: Station) -> None:
    call, _ = ring(database, kiosk)
    assert (call.is_overdue(NOW), call.is_overdue(LATER)) == (False, True)


def test_clearing_one_stands_in_the_log_once(database: Database, kiosk: Station) -> None:
    call, _ = ring(database, kiosk)
    with database.writing() as db:
        for _ in range(2):
            assert calls.clear(db, call_id=call.id, actor="account 王姐", now=NOW).ended_as is End.CLEARED
        acts = db.execute(select(AuditEntry.thing).where(AuditEntry.act == "call.clear")).scalars().all()
    assert acts == [f"call {call.id}"]
    assert listed(database) == []


def test_closing_the_day_down_ends_calls_and_takes_no_more(database: Database, kiosk: Station) -> None:
    ring(database, kiosk)
    with database.writing() as db:
        editions.close(db, actor="account 王姐", now=NOW)
        assert db.execute(select(HelpCall.ended_as)).scalars().all() == [End.CLOSED]
    with pytest.raises(Refusal) as refused:
        ring(database, kiosk)
    assert refused.value.reason is Reason.EDITION_CLOSED


def test_another_kiosk_is_told_nothing_of_a_call(database: Database, kiosk: Station) -> None:
    call, _ = ring(database, kiosk)
    other = Station(kiosk.id + 100, "other", Kind.KIOSK, frozenset())
    with database.reading() as db:
        assert calls.view(db, call_id=call.id, station=kiosk) == call
        with pytest.raises(Refusal) as refused:
            calls.view(db, call_id=call.id, station=other)
    assert refused.value.reason is Reason.NOT_FOUND
