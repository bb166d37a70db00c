"""Tally sheets: how lines are read, what becomes of them, and that each counts once."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from app import Application
from festival import audit, check_in, codes, tally, undoing
from festival.booths import Booth
from festival.check_in.attempt import MOST_PERSONS
from festival.directory import Directories
from festival.errors import Reason, Refusal
from festival.storage.engine import Database
from festival.storage.tables import Scan, TrayItem, Visit
from festival.tally import Entered, Entry, Judged, Sheet, Verdict
from tests.conftest import ON_SQLITE, Company

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 10, 24)
# 18:10 at the festival.
NOW = datetime(2026, 10, 24, 10, 10, tzinfo=UTC)
BY: dict[str, Any] = {"actor": "account organiser", "now": NOW}
ZHANG, LI = codes.short_number(1), codes.short_number(2)
FULL_WIDTH = str.maketrans("0123456789: ", "０１２３４５６７８９：\u3000")


def local(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 10, 24, hour, minute, tzinfo=ZONE).astimezone(UTC)


def read(text: str, **changed: Any) -> list[Entry | Verdict]:
    how = {"day": DAY, "zone": ZONE, "now": NOW} | changed
    return [line.read for line in tally.read(text, **how)]


def card(hour: int, minute: int, digits: str = ZHANG, persons: int = 1) -> Entry:
    return Entry(local(hour, minute), digits, persons)


def count(persons: int, hour: int, minute: int = 30) -> Entry:
    return Entry(local(hour, minute), None, persons)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (f"{ZHANG} 10:35", card(10, 35)),
        (f"{ZHANG[:3]} {ZHANG[3:]}\t9:05", card(9, 5)),
        (f"{ZHANG[:3]}-{ZHANG[3:]}，09:05", card(9, 5)),
        (f"{ZHANG} 10:35".translate(FULL_WIDTH), card(10, 35)),
        (f"10:35 {ZHANG}", card(10, 35)),
        (f"{ZHANG} 10.35", card(10, 35)),
        (f"{ZHANG} 10点35", card(10, 35)),
        (f"{ZHANG} 10点35分", card(10, 35)),
        (f"{ZHANG} 10点半", card(10, 30)),
        (f"{ZHANG} 10时", card(10, 30)),
        (f"10时 {ZHANG}", card(10, 30)),
        (f"{ZHANG} 10:35 3人", card(10, 35, persons=3)),
        (f"{ZHANG} 0:00", card(0, 0)),
        ("10时 7人", count(7, 10)),
        ("10时7人", count(7, 10)),
        ("10时17人", count(17, 10)),
        ("7位 10点", count(7, 10)),
        ("10点半7人", count(7, 10)),
        ("10:35 1人", count(1, 10, 35)),
        ("10点5分 12个", count(12, 10, 5)),
        ("10h 7 people", count(7, 10)),
        ("10h 1 person", count(1, 10)),
        # Of the hour that runs, no more than what is over.
        ("18时 7人", Entry(NOW, None, 7)),
        ("18:10 1人", Entry(NOW, None, 1)),
        ("18:11 1人", Verdict.LATER),
        ("19时 7人", Verdict.LATER),
        ("24:00 1人", Verdict.NOT_A_TIME),
        ("10:60 1人", Verdict.NOT_A_TIME),
        (f"{ZHANG} 99:99", Verdict.NOT_A_TIME),
        (ZHANG, Verdict.NO_TIME),
        ("7人", Verdict.NO_TIME),
        ("10时 0人", Verdict.NOBODY),
        ("10时 2000人", count(2000, 10)),
        ("10时 2001人", Verdict.TOO_MANY),
        (f"{ZHANG} 10:35 21人", Verdict.TOO_MANY),
        ("123456 10:35", Verdict.NOT_A_NUMBER),
        ("10:35", Verdict.UNREADABLE),
        ("10时 7", Verdict.NOT_A_NUMBER),
        ("张大爷 10:35", Verdict.UNREADABLE),
        ("①② 10:35", Verdict.UNREADABLE),
        (f"{ZHANG} {LI} 10:35", Verdict.NOT_A_NUMBER),
        (f"{ZHANG} 10:35 10:40", Verdict.UNREADABLE),
        (f"{ZHANG} 10:35" + " " * 100 + "7人", Verdict.UNREADABLE),
    ],
)
def test_a_line_is_read(typed: str, said: Entry | Verdict) -> None:
    assert read(typed) == [said]


def test_a_card_of_sixteen_digits_is_one_too() -> None:
    code = codes.new_card_code()
    assert read(f"{code} 10:35") == [card(10, 35, code)]


def test_a_card_without_a_time_has_that_of_the_line_above_and_a_count_never() -> None:
    text = f"{ZHANG} 10:35\n{LI}\n\n7人\n{LI}\n123456 11:02\n{LI}\n25:00 1人\n{LI}"
    assert read(text) == [
        card(10, 35),
        card(10, 35, LI),
        Verdict.NO_TIME,
        card(10, 35, LI),
        Verdict.NOT_A_NUMBER,
        card(11, 2, LI),
        Verdict.NOT_A_TIME,
        Verdict.NO_TIME,
    ]


def test_lines_keep_their_place_in_the_text() -> None:
    lines = tally.read("\n\n10时 7人\n  \nrubbish", day=DAY, zone=ZONE, now=NOW)
    assert [(line.number, line.text) for line in lines] == [(3, "10时 7人"), (5, "rubbish")]


def test_what_is_older_than_thirty_six_hours_becomes_now_and_says_so() -> None:
    before = NOW.astimezone(ZONE) - timedelta(hours=36)
    typed = f"{before:%H:%M} 3人"
    assert read(typed, day=before.date()) == [Entry(NOW - timedelta(hours=36), None, 3)]
    assert read(typed, day=before.date(), now=NOW + timedelta(minutes=1)) == [
        Entry(NOW + timedelta(minutes=1), None, 3, is_old=True)
    ]


def test_more_lines_than_a_person_looks_over_are_refused() -> None:
    assert len(read("10时 1人\n" * tally.MOST_LINES)) == tally.MOST_LINES
    with pytest.raises(Refusal) as refused:
        read("10时 1人\n" * (tally.MOST_LINES + 1))
    assert refused.value.details == {"field": "lines"}


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading(text: str) -> None:
    assert all(isinstance(said, Entry | Verdict) for said in read(text))


@given(st.integers(1, 5000))
def test_parties_sum_up_and_none_is_larger_than_the_rules_take(persons: int) -> None:
    split = tally.parties(persons)
    assert sum(split) == persons
    assert all(1 <= party <= MOST_PERSONS for party in split)
    assert len(split) == -(-persons // MOST_PERSONS)


@pytest.mark.parametrize(
    ("opens", "closes", "shown"),
    [
        ("09:00", "12:00", (9, 10, 11)),
        ("09:30", "12:30", (9, 10, 11, 12)),
        ("22:00", "01:30", (22, 23, 0, 1)),
        ("09:00", "09:20", (9,)),
        (None, "12:00", ()),
        ("09:00", None, ()),
    ],
)
def test_a_sheet_has_the_booths_hours(opens: str | None, closes: str | None, shown: tuple[int, ...]) -> None:
    booth = SimpleNamespace(opens_at=opens, closes_at=closes)
    assert tally.hours(cast(Booth, booth)) == shown


def sheet(text: str, booth: str = "clinic", once: str = "once", now: datetime = NOW) -> Sheet:
    return Sheet(booth, tally.read(text, day=DAY, zone=ZONE, now=now), once)


def judge(database: Database, text: str, **how: Any) -> list[Judged]:
    with database.reading() as db:
        return tally.judge(db, sheet=sheet(text, **how), directories=Directories(), now=NOW)


def enter(application: Application, text: str, **how: Any) -> Entered:
    def act(db: Connection) -> Entered:
        return tally.enter(db, sheet=sheet(text, **how), directories=Directories(), **BY)

    return cast(Entered, application.house.writer.call(act))


def figures(company: Company) -> tuple[int, int, int]:
    board = company.organiser.get("/board").get_json()
    return board["visits"], board["people"], board["walk_ins"]


def newest(database: Database) -> audit.AuditLine:
    with database.reading() as db:
        return audit.listed(db, most=1)[0]


def test_cards_and_counts_are_visits_of_their_time_and_undone_together(
    application: Application, company: Company, database: Database
) -> None:
    text = f"{company.card('zhang').short} 10:35\n10时 47人\n{company.li} 11:02"
    assert [each.verdict for each in judge(database, text)] == [Verdict.COUNTS] * 3
    assert figures(company) == (0, 0, 0)
    assert enter(application, text) == Entered(persons=49, walk_ins=47)
    assert figures(company) == (49, 2, 47)
    with database.reading() as db:
        visits = db.execute(select(Visit.at, Visit.party).order_by(Visit.id)).all()
        assert tally.by_hand(db) == {"clinic": 49}
    assert [tuple(visit) for visit in visits] == [
        (local(10, 35), 1),
        (local(10, 30), 20),
        (local(10, 30), 20),
        (local(10, 30), 7),
        (local(11, 2), 1),
    ]
    entry = newest(database)
    assert (entry.act, entry.thing) == ("tally.enter", "booth clinic")
    application.house.writer.call(undoing.undo, entry_id=entry.id, **BY)
    assert figures(company) == (0, 0, 0)
    with database.reading() as db:
        assert tally.by_hand(db) == {}


def test_undoing_leaves_what_others_counted_and_is_refused_where_nothing_is_left(
    application: Application, company: Company, database: Database
) -> None:
    company.clinic.check_in(company.zhang)
    enter(application, f"{company.zhang} 10:35\n10时 3人")
    entry = newest(database)
    with database.reading() as db:
        [visit] = db.execute(select(Visit.id).where(Visit.party == 3)).scalars()
    undo: dict[str, Any] = {"visit_id": visit, "station": None, "directories": Directories(), **BY}
    application.house.writer.call(check_in.undo, **undo)
    with pytest.raises(Refusal) as refused:
        application.house.writer.call(undoing.undo, entry_id=entry.id, **BY)
    assert refused.value.reason is Reason.TOO_LATE
    assert figures(company) == (1, 1, 0)


def test_a_form_that_is_sent_again_counts_nothing_more_even_after_a_restart(
    application: Application, company: Company, database: Database
) -> None:
    text = f"{company.zhang} 10:35\n10时 47人\n10时 47人"
    assert enter(application, text).persons == 95
    assert enter(application, text) == Entered(0, 0)
    assert [each.verdict for each in judge(database, text)] == [Verdict.ENTERED] * 3
    assert figures(company) == (95, 1, 94)
    # Another form with the same words is another sheet: two people may both have counted 47.
    assert enter(application, text, once="another").persons == 94


def test_a_card_that_was_here_counts_no_more_nor_one_that_stands_there_twice(
    application: Application, company: Company, database: Database
) -> None:
    company.clinic.check_in(company.zhang)
    li = company.card("li").short
    text = f"{company.zhang} 10:35\n{li} 10:36\n{li} 10:37"
    assert [each.verdict for each in judge(database, text)] == [Verdict.ALREADY, Verdict.COUNTS, Verdict.ALREADY]
    assert [each.card for each in judge(database, text)] == [company.card("zhang").short, li, li]
    assert enter(application, text) == Entered(1, 0)
    before = newest(database)
    assert enter(application, text, once="another") == Entered(0, 0)
    assert newest(database) == before


def lost(company: Company) -> str:
    company.organiser.patch(f"/cards/{company.zhang}", {"state": "lost"})
    return f"{company.zhang} 10:35"


@pytest.mark.parametrize(
    ("wrong", "verdict"),
    [
        (lambda _: f"{codes.short_number(99_999)} 10:35", Verdict.UNKNOWN_CARD),
        (lambda _: f"{codes.new_card_code()} 10:35", Verdict.UNKNOWN_CARD),
        (lost, Verdict.REVOKED_CARD),
        (lambda _: "rubbish", Verdict.UNREADABLE),
        (lambda _: "23:59 1人", Verdict.LATER),
    ],
)
def test_one_wrong_line_and_nothing_is_entered_logged_or_held(
    application: Application,
    company: Company,
    database: Database,
    wrong: Callable[[Company], str],
    verdict: Verdict,
) -> None:
    text = f"10时 7人\n{wrong(company)}\n{company.li} 10:35"
    assert [each.verdict for each in judge(database, text)] == [Verdict.COUNTS, verdict, Verdict.COUNTS]
    with pytest.raises(Refusal) as refused:
        enter(application, text)
    assert refused.value.details == {"field": "lines"}
    assert figures(company) == (0, 0, 0)
    with database.reading() as db:
        assert db.execute(select(Scan.id)).all() == db.execute(select(TrayItem.scan_id)).all() == []


def test_more_unknown_numbers_than_any_station_may_send_are_all_told(database: Database) -> None:
    text = "\n".join(f"{codes.short_number(serial)} 10:35" for serial in range(90_000, 90_070))
    judged = judge(database, text)
    assert {each.verdict for each in judged} == {Verdict.UNKNOWN_CARD, Verdict.SLOW_DOWN}
    assert all(each.verdict.is_fault for each in judged)


def test_what_would_hinder_a_scan_of_the_moment_is_a_warning_alone(
    application: Application, company: Company, database: Database
) -> None:
    company.organiser.patch("/booths/clinic", {"open": False, "quota": 1})
    [judged] = judge(database, "10时 7人")
    assert (judged.verdict, judged.warnings) == (Verdict.COUNTS, ("closed", "full"))
    assert enter(application, "10时 7人").persons == 7


def test_a_replaced_card_counts_for_the_new_one(application: Application, company: Company, database: Database) -> None:
    short = company.card("zhang").short
    new = company.organiser.post("/cards", {"replaces": company.zhang}).get_json()["cards"][0]
    [judged] = judge(database, f"{short} 10:35")
    assert (judged.verdict, judged.card, judged.warnings) == (Verdict.COUNTS, new["short"], ("revoked_card",))
    assert enter(application, f"{short} 10:35").persons == 1


def test_after_the_close_nothing_is_entered(application: Application, company: Company, database: Database) -> None:
    company.organiser.post("/edition/close")
    assert [each.verdict for each in judge(database, "10时 7人")] == [Verdict.EDITION_CLOSED]
    with pytest.raises(Refusal):
        enter(application, "10时 7人")


@ON_SQLITE
def test_a_full_paste_is_entered_and_undone(application: Application, company: Company, database: Database) -> None:
    made = [company.organiser.post("/cards", {"count": 250}).get_json()["cards"] for _ in range(2)]
    text = "\n".join(f"{card['short']} 10:35" for batch in made for card in batch)
    assert enter(application, text).persons == tally.MOST_LINES
    application.house.writer.call(undoing.undo, entry_id=newest(database).id, **BY)
    assert figures(company) == (0, 0, 0)
