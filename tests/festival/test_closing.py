"""What is still waiting before a day is closed down."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from festival import closing
from festival.clock import utc_now
from festival.closing import Check, Facts, Matter
from festival.stations import StationLine
from festival.storage.engine import Database
from tests.conftest import ON_SQLITE, Company
from tests.festival.test_booths import booth

NOW = datetime(2026, 10, 24, 8, 0, tzinfo=UTC)
PHONE = StationLine(3, "诊台的手机", "booth", ["clinic"], NOW)
QUIET = Facts(
    now=NOW,
    stations=[PHONE],
    booths=[booth()],
    just_now=0,
    in_venue=0,
    pairing_codes=0,
    last_scan_at=NOW - timedelta(hours=1),
    backed_up_at=NOW,
)


def check(matter: Matter, facts: Facts) -> Check:
    return next(line for line in closing.checklist(facts) if line.matter is matter)


def test_after_a_quiet_end_everything_is_done_in_the_order_of_asking() -> None:
    assert [line.matter for line in closing.checklist(QUIET)] == list(Matter)
    assert all(line.is_done for line in closing.checklist(QUIET))


@pytest.mark.parametrize(
    ("silent_for", "may"),
    [
        (timedelta(0), False),
        (timedelta(minutes=4, seconds=59), False),
        (timedelta(minutes=5), True),
        (timedelta(hours=35), True),
        (timedelta(hours=36), False),
    ],
)
def test_a_device_that_fell_silent_may_hold_scans(silent_for: timedelta, may: bool) -> None:
    phone = replace(PHONE, last_seen=NOW - silent_for)
    found = check(Matter.DEVICES, replace(QUIET, stations=[phone]))
    assert found.is_done is not may
    assert found.stations == ((phone,) if may else ())


def test_a_device_that_was_never_heard_holds_nothing() -> None:
    assert check(Matter.DEVICES, replace(QUIET, stations=[replace(PHONE, last_seen=None)])).is_done


@pytest.mark.parametrize(("is_open", "waits"), [(True, True), (None, False), (False, False)])
def test_a_booth_opened_by_hand_is_named(is_open: bool | None, waits: bool) -> None:
    tea = booth(slug="tea", open=is_open)
    assert check(Matter.BOOTHS, replace(QUIET, booths=[tea])).booths == ((tea,) if waits else ())


@pytest.mark.parametrize(
    ("field", "matter"),
    [("just_now", Matter.VISITORS), ("in_venue", Matter.IN_VENUE), ("pairing_codes", Matter.PAIRING)],
)
def test_whatever_is_counted_waits_while_there_is_any(field: str, matter: Matter) -> None:
    found = check(matter, replace(QUIET, **{field: 7}))
    assert (found.is_done, found.count) == (False, 7)


@pytest.mark.parametrize(
    ("backed_up_at", "last_scan_at", "is_done"),
    [
        (None, None, False),
        (NOW, None, True),
        (NOW, NOW, True),
        (NOW - timedelta(minutes=1), NOW, False),
    ],
)
def test_a_backup_is_good_while_nothing_was_scanned_since(
    backed_up_at: datetime | None, last_scan_at: datetime | None, is_done: bool
) -> None:
    found = check(Matter.BACKUP, replace(QUIET, backed_up_at=backed_up_at, last_scan_at=last_scan_at))
    assert (found.is_done, found.since) == (is_done, backed_up_at)


def facts(company: Company, database: Database) -> Facts:
    with database.reading() as db:
        return closing.facts(db, directories=company.application.house.directories, backed_up_at=None, now=utc_now())


def test_the_facts_are_the_day_s(company: Company, database: Database) -> None:
    before = facts(company, database)
    assert (before.just_now, before.in_venue, before.pairing_codes, before.last_scan_at) == (0, 0, 0, None)
    company.clinic.check_in(company.zhang, party=2)
    company.clinic.check_in(None, party=3)
    undone = company.clinic.check_in(company.li).get_json()["visit"]["id"]
    company.clinic.undo(undone)
    company.organiser.post("/pairing-codes", {"kind": "kiosk"})
    after = facts(company, database)
    assert (after.just_now, after.in_venue, after.pairing_codes) == (5, 4, 1)
    assert after.last_scan_at is not None


@ON_SQLITE
def test_visits_of_more_than_ten_minutes_ago_are_no_longer_new(company: Company, database: Database) -> None:
    sent_at = utc_now()
    scanned_at = sent_at - timedelta(minutes=11)
    company.clinic.check_in(company.zhang, scanned_at=scanned_at.isoformat(), sent_at=sent_at.isoformat())
    found = facts(company, database)
    assert (found.just_now, found.in_venue) == (0, 1)
