"""Editions that follow each other in the same data: what goes on, what begins at nought, what is refused."""

from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app import Application
from festival import editions
from festival.clock import to_text, utc_now
from festival.editions import EditionLine, next_names
from festival.errors import Reason, Refusal
from festival.storage.engine import Database
from festival.storage.tables import AuditEntry, BoothDay
from tests import recount
from tests.cast import answer, item, new_nonce
from tests.conftest import ON_SQLITE, Company

SIXTH = {"name": "第六届", "name_en": "Sixth"}
WELCOME = (201, "welcome", None)
OVER = (410, "refused", "edition_closed")


def open_next(application: Application, **names: str) -> int:
    return int(
        application.house.writer.call(editions.open_next, values=SIXTH | names, actor="account test", now=utc_now())
    )


def take_back(application: Application) -> None:
    application.house.writer.call(editions.take_back, actor="account test", now=utc_now())


def later(**length: float) -> time_machine.travel:
    return time_machine.travel(utc_now() + timedelta(**length), tick=True)


@pytest.fixture
def over(company: Company) -> Company:
    """The company after a day with one visit of zhang's to the clinic, closed down."""
    company.organiser.patch("/booths/clinic", {"quota": 2})
    company.organiser.patch("/booths/tea", {"open": False})
    company.organiser.patch("/booths/charity", {"open": True})
    assert answer(company.clinic.check_in(company.zhang, party=2)) == WELCOME
    company.organiser.post("/edition/close")
    return company


def test_the_next_edition_counts_from_nought_with_the_same_cards_and_devices(over: Company) -> None:
    before = over.organiser.get("/board").get_json()
    open_next(over.application)
    board = over.organiser.get("/board").get_json()
    assert (board["edition"], board["visits"], board["people"], board["walk_ins"]) == ("第六届", 0, 0, 0)
    assert board["version"] > before["version"]
    assert over.organiser.get(f"/cards/{over.zhang}").get_json()["visits"] == 0
    welcomed = over.clinic.check_in(over.zhang)
    assert answer(welcomed) == WELCOME
    assert welcomed.get_json()["visit"]["number"] == 1
    assert welcomed.get_json()["card"]["visits"] == 1
    assert answer(over.clinic.check_in(over.zhang)) == (200, "again", "already")
    assert answer(over.clinic.check_in(over.li, party=2)) == (409, "refused", "full")


def test_booths_keep_their_settings_but_no_pause_and_charity_is_shut(over: Company, database: Database) -> None:
    new = open_next(over.application)
    booths = {booth["slug"]: booth for booth in over.organiser.get("/booths").get_json()["booths"]}
    assert (booths["clinic"]["quota"], booths["glasses"]["quota"]) == (2, 60)
    assert [booths[slug]["open"] for slug in ("clinic", "tea", "charity")] == [None, False, False]
    with database.reading() as db:
        paused = db.execute(select(BoothDay.paused).where(BoothDay.edition_id == new)).scalars().all()
    assert len(paused) == 12
    assert not any(paused)


def test_first_visit_and_again_after_minutes_look_at_this_edition_alone(company: Company) -> None:
    company.organiser.patch("/booths/tea", {"first_visit": "clinic"})
    company.organiser.patch("/booths/clinic", {"counts": "every", "again_after_minutes": 60})
    company.fair.check_in(company.zhang, "clinic")
    company.organiser.post("/edition/close")
    open_next(company.application)
    assert answer(company.fair.check_in(company.zhang, "tea")) == (409, "refused", "first_visit")
    assert answer(company.fair.check_in(company.zhang, "clinic")) == WELCOME
    assert answer(company.fair.check_in(company.zhang, "tea")) == WELCOME


def test_old_answers_replay_and_old_visits_stay(company: Company) -> None:
    nonce = new_nonce()
    first = company.clinic.check_in(company.zhang, nonce=nonce).get_json()
    company.organiser.post("/edition/close")
    open_next(company.application)
    assert company.clinic.check_in(company.zhang, nonce=nonce).get_json() == first | {"replayed": True}
    assert answer(company.organiser.undo(first["visit"]["id"])) == (403, "refused", "too_late")
    assert company.organiser.get("/board").get_json()["visits"] == 0


def test_a_visit_from_before_the_opening_belongs_to_the_edition_that_is_over(over: Company) -> None:
    with later(hours=2):
        open_next(over.application)
        now = utc_now()
        before, after = (to_text(now + timedelta(minutes=minutes)) for minutes in (-10, 0))
        late = {"scanned_at": before, "sent_at": to_text(now), "offline": True}
        assert answer(over.clinic.check_in(over.li, **late)) == OVER
        assert answer(over.clinic.check_in(over.li, **late | {"offline": False})) == OVER
        results = over.clinic.batch(
            [item(over.wang, "clinic", scanned_at=before, offline=True), item(over.zhao, "clinic", scanned_at=after)],
            sent_at=after,
        ).get_json()["results"]
        assert [result["status"] for result in results] == [410, 201]
        assert over.organiser.get("/board").get_json()["visits"] == 1
        reasons = [line["reason"] for line in over.organiser.get("/scans").get_json()["scans"]]
        assert reasons.count("edition_closed") == 3


def test_a_server_clock_set_back_before_the_opening_stops_nobody(over: Company) -> None:
    with later(days=1):
        open_next(over.application)
    assert answer(over.clinic.check_in(over.li)) == WELCOME


def test_the_board_equals_the_visits_of_its_own_edition(over: Company, database: Database) -> None:
    open_next(over.application)
    over.clinic.check_in(over.zhang)
    over.tea.check_in(None)
    board = over.organiser.get("/board").get_json()
    with database.reading() as db:
        counted = recount.board(db, datetime.fromisoformat(board["at"]))
    assert (board["visits"], board["people"], board["walk_ins"]) == (
        counted["visits"],
        counted["people"],
        counted["walk_ins"],
    )


def test_the_list_keeps_the_figures_of_editions_that_are_over(over: Company, database: Database) -> None:
    open_next(over.application)
    with database.reading() as db:
        new, old = editions.listed(db)
    assert isinstance(old, EditionLine)
    assert (old.name, old.people, old.visits, old.walk_ins) == ("第五届", 1, 2, 0)
    assert old.closed_at is not None
    assert (new.name, new.visits, new.closed_at, new.opened_at is None) == ("第六届", 0, None, False)


def test_the_opening_is_in_the_audit_log(over: Company, database: Database) -> None:
    new = open_next(over.application)
    with database.reading() as db:
        entry = db.execute(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.actor, entry.act, entry.thing) == ("account test", "edition.open", f"edition {new}")
    assert (entry.before["name"], entry.after) == ("第五届", SIXTH)


@pytest.mark.parametrize(
    ("names", "reason", "field"),
    [({"name": " "}, "invalid", "name"), ({"name": "第五届"}, "exists", "name"), ({}, "invalid", "edition")],
)
def test_an_edition_that_cannot_be_opened_changes_nothing(
    company: Company, names: dict[str, str], reason: str, field: str
) -> None:
    if field == "name":
        company.organiser.post("/edition/close")
    before = company.organiser.get("/board").get_json()
    with pytest.raises(Refusal) as refused:
        open_next(company.application, **names)
    assert (refused.value.reason, refused.value.details["field"]) == (Reason(reason), field)
    after = company.organiser.get("/board").get_json()
    assert (after["edition"], after["version"]) == (before["edition"], before["version"])


def test_an_opening_can_be_taken_back_until_something_was_scanned(over: Company, database: Database) -> None:
    before = over.organiser.get("/board").get_json()
    open_next(over.application)
    opened = over.organiser.get("/board").get_json()
    assert over.clinic.post("/calls", {"nonce": new_nonce()}).status_code == 201
    over.organiser.post("/booths", {"slug": "sugar", "name": "糖画"})
    take_back(over.application)
    board = over.organiser.get("/board").get_json()
    assert (board["edition"], board["visits"], board["people"]) == ("第五届", before["visits"], before["people"])
    assert board["version"] > opened["version"]
    assert answer(over.clinic.check_in(over.li)) == OVER
    with pytest.raises(Refusal, match="too_late"):
        take_back(over.application)
    open_next(over.application)
    assert "sugar" in [booth["slug"] for booth in over.organiser.get("/booths").get_json()["booths"]]
    assert over.clinic.check_in("rubbish").status_code == 422
    with pytest.raises(Refusal, match="too_late"):
        take_back(over.application)
    with database.reading() as db:
        assert [entry.act for entry in db.execute(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(3))] == [
            "edition.open",
            "edition.take_back",
            "booth.add",
        ]


@ON_SQLITE
def test_the_first_edition_cannot_be_taken_back(company: Company) -> None:
    with pytest.raises(Refusal, match="too_late"):
        take_back(company.application)


@pytest.mark.parametrize(
    ("name", "name_en", "expected"),
    [
        ("第五届", "Fifth", ("第六届", "Sixth")),
        ("第九届", "Ninth", ("第十届", "Tenth")),
        ("第十届", "Tenth", ("第十一届", "")),
        ("第十九届", "", ("第二十届", "")),
        ("第二十届", "Twentieth", ("第二十一届", "")),
        ("第九十九届", "x", ("", "")),
        ("2026", "2026", ("", "")),
    ],
)
def test_the_next_name_is_proposed_where_it_can_be_told(name: str, name_en: str, expected: tuple[str, str]) -> None:
    proposed = next_names(name, name_en)
    assert (proposed["name"], proposed["name_en"]) == expected
