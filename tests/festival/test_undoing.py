"""Undo of what organisers did: each act, undone; where the thing has moved since; and twice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from festival import accounts, audit, booths, cards, editions, stations, undoing
from festival.errors import Reason, Refusal
from festival.storage.engine import Database
from festival.storage.tables import Account, Card, Edition, PairingCode, Station
from festival.undoing import Why
from tests.conftest import Company

NOW = datetime(2026, 10, 24, 2, tzinfo=UTC)
BY: dict[str, Any] = {"actor": "account organiser", "now": NOW}
FIRST, SECOND = "000013", "000021"


def tea(db: Connection) -> dict[str, Any]:
    return booths.now_set(db, slug="tea")


def state_of(db: Connection, short: str) -> str:
    return str(db.execute(select(Card.state).where(Card.short == short)).scalar_one())


def names(db: Connection) -> tuple[Any, ...]:
    return tuple(db.execute(select(Edition.name, Edition.name_en)).one())


def station(db: Connection) -> tuple[Any, ...]:
    row = db.execute(
        select(Station.id, Station.name, Station.revoked_at).where(Station.kind == "kiosk").order_by(Station.id)
    ).first()
    assert row
    return tuple(row)


def codes_waiting(db: Connection) -> int:
    return len(db.execute(select(PairingCode.id)).all())


def kiosk(db: Connection) -> int:
    return int(station(db)[0])


def states(db: Connection) -> dict[str, str]:
    return dict(db.execute(select(Card.short, Card.state).where(Card.state != "withdrawn")).all())


WANG = "王 姐"


def wang(db: Connection) -> tuple[Any, ...]:
    """Return what somebody may do; nothing where they are not there, or may not sign in."""
    found = accounts.by_name(db, WANG)
    return () if found is None else (found.role, found.booth_ids)


def wang_comes(db: Connection) -> int:
    """Let somebody be there, as if from the beginning."""
    known = db.execute(select(Account.id).where(Account.name == WANG)).scalar()
    if known is not None:
        return known
    return accounts.add(db, name=WANG, role="steward", booths=["tea"], password_hash="x", **BY)


@dataclass(frozen=True)
class Act:
    """An act, what of the festival it changes, and something done to the same thing afterwards."""

    do: Callable[[Connection], object]
    seen: Callable[[Connection], object]
    later: Callable[[Connection], object]


ACTS = {
    "a new account": Act(
        wang_comes,
        wang,
        lambda db: accounts.end(db, account_id=wang_comes(db), **BY),
    ),
    "another role": Act(
        lambda db: accounts.change(db, account_id=wang_comes(db), role="viewer", booths=[], **BY),
        lambda db: (wang_comes(db), wang(db)),
        lambda db: accounts.change(db, account_id=wang_comes(db), role="steward", booths=["clinic"], **BY),
    ),
    "the end of an account": Act(
        lambda db: accounts.end(db, account_id=wang_comes(db), **BY),
        lambda db: (wang_comes(db), wang(db)),
        lambda db: accounts.bring_back(db, account_id=wang_comes(db), **BY),
    ),
    "rules of a booth": Act(
        lambda db: booths.change(
            db, slug="tea", values={"quota": 9, "name": "喝茶", "section": "games", "first_visit": "clinic"}, **BY
        ),
        tea,
        lambda db: booths.change(db, slug="tea", values={"quota": 10}, **BY),
    ),
    "questions of a booth": Act(
        lambda db: booths.change(db, slug="tea", values={"questions": [{"key": "q1", "label": "几位？"}]}, **BY),
        tea,
        lambda db: booths.change(db, slug="tea", values={"questions": []}, **BY),
    ),
    "shutting a booth that was paused": Act(
        lambda db: (
            booths.pause(db, slug="tea", paused=True, **BY),
            booths.change(db, slug="tea", values={"open": False}, **BY),
        ),
        lambda db: tea(db)["open"],
        lambda db: booths.change(db, slug="tea", values={"open": True}, **BY),
    ),
    "a pause": Act(
        lambda db: booths.pause(db, slug="tea", paused=True, **BY),
        tea,
        lambda db: booths.pause(db, slug="tea", paused=False, **BY),
    ),
    "order of the booths": Act(
        lambda db: booths.move(db, slug="tea", steps=-3, **BY),
        booths.order,
        lambda db: booths.move(db, slug="chess", steps=-1, **BY),
    ),
    "a new booth": Act(
        lambda db: booths.add(db, values={"slug": "sugar", "name": "糖画"}, **BY),
        booths.order,
        lambda db: booths.change(db, slug="sugar", values={"quota": 5}, **BY),
    ),
    "a lost card": Act(
        lambda db: cards.change(db, written=FIRST, values={"state": "lost"}, **BY),
        lambda db: state_of(db, FIRST),
        lambda db: cards.change(db, written=FIRST, values={"state": "withdrawn"}, **BY),
    ),
    "a replaced card": Act(
        lambda db: cards.replace(db, written=FIRST, **BY),
        states,
        lambda db: cards.replace(db, written=newest_short(db), **BY),
    ),
    "new cards": Act(
        lambda db: cards.issue(db, count=3, **BY),
        states,
        lambda db: withdraw_last(db, 3),
    ),
    "another name of the edition": Act(
        lambda db: editions.rename(db, values={"name": "第六届", "name_en": "Sixth"}, **BY),
        names,
        lambda db: editions.rename(db, values={"name": "第七届", "name_en": "Sixth"}, **BY),
    ),
    "another name of a device": Act(
        lambda db: stations.rename(db, station_id=kiosk(db), name="门口", **BY),
        station,
        lambda db: stations.rename(db, station_id=kiosk(db), name="门里", **BY),
    ),
    "a device that was shut out": Act(
        lambda db: stations.revoke(db, station_id=kiosk(db), **BY),
        station,
        lambda db: stations.let_in_again(db, station_id=kiosk(db), **BY),
    ),
    "a pairing code": Act(
        lambda db: stations.invite(db, kind="booth", slugs=["tea"], **BY),
        codes_waiting,
        lambda db: db.execute(PairingCode.__table__.delete()),
    ),
}


def newest_short(db: Connection) -> str:
    return str(db.execute(select(Card.short).order_by(Card.short.desc()).limit(1)).scalar_one())


def withdraw_last(db: Connection, count: int) -> None:
    for short in db.execute(select(Card.short).order_by(Card.short.desc()).limit(count)).scalars().all():
        cards.change(db, written=short, values={"state": "withdrawn"}, **BY)


def newest(db: Connection) -> audit.AuditLine:
    return audit.listed(db, most=1)[0]


def why(refused: pytest.ExceptionInfo[Refusal]) -> Why:
    assert refused.value.reason is Reason.TOO_LATE
    return Why(refused.value.details["why"])


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_an_act_is_undone_once(database: Database, act: Act) -> None:
    with database.writing() as db:
        before = act.seen(db)
        act.do(db)
        line = newest(db)
        assert undoing.can_be_undone(line, NOW)
        assert act.seen(db) != before
        assert undoing.undo(db, entry_id=line.id, **BY) == line
        assert act.seen(db) == before
        taken_back = newest(db)
        assert (taken_back.act, taken_back.thing) == ("undo", f"entry {line.id}")
        assert not undoing.can_be_undone(audit.entry(db, entry_id=line.id), NOW)
        with pytest.raises(Refusal) as refused:
            undoing.undo(db, entry_id=line.id, **BY)
        assert why(refused) is Why.UNDONE
        assert newest(db) == taken_back


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_what_was_done_to_the_thing_since_stays(database: Database, act: Act) -> None:
    with database.writing() as db:
        act.do(db)
        line = newest(db)
        act.later(db)
        after, last = act.seen(db), newest(db)
        with pytest.raises(Refusal) as refused:
            undoing.undo(db, entry_id=line.id, **BY)
        assert why(refused) is Why.MOVED
        assert (act.seen(db), newest(db)) == (after, last)


@pytest.mark.parametrize(
    "name", ["rules of a booth", "order of the booths", "a new booth", "a lost card", "new cards", "a pause"]
)
def test_an_undo_is_undone_at_the_entry_that_it_left(database: Database, name: str) -> None:
    act = ACTS[name]
    with database.writing() as db:
        act.do(db)
        done = act.seen(db)
        undoing.undo(db, entry_id=newest(db).id, **BY)
        left = audit.listed(db, most=2)[1]
        undoing.undo(db, entry_id=left.id, **BY)
        assert act.seen(db) == done


def test_another_field_that_was_changed_since_stays_as_it_is(database: Database) -> None:
    with database.writing() as db:
        booths.change(db, slug="tea", values={"quota": 9}, **BY)
        entry = newest(db).id
        booths.change(db, slug="tea", values={"place": "亭子里"}, **BY)
        undoing.undo(db, entry_id=entry, **BY)
        assert (tea(db)["quota"], tea(db)["place"]) == (None, "亭子里")


def test_opening_a_paused_booth_undone_leaves_it_paused(database: Database) -> None:
    with database.writing() as db:
        booths.pause(db, slug="tea", paused=True, **BY)
        booths.change(db, slug="tea", values={"open": True}, **BY)
        undoing.undo(db, entry_id=newest(db).id, **BY)
        assert (tea(db)["open"], tea(db)["paused"]) == (None, True)


@pytest.mark.parametrize("named_by", ["scan", "station", "code", "booth", "refused scan"])
def test_a_new_booth_that_something_names_stays(database: Database, company: Company, named_by: str) -> None:
    with database.writing() as db:
        booths.add(db, values={"slug": "sugar", "name": "糖画"}, **BY)
        entry = newest(db).id
    if named_by == "scan":
        assert company.client("organiser").check_in(company.zhang, "sugar").status_code == 201
    elif named_by == "refused scan":
        assert company.client("tea").check_in(company.zhang, "sugar").status_code == 403
    with database.writing() as db:
        if named_by == "station":
            stations.enrol(db, kind=stations.Kind.BOOTH, slugs=["sugar"], name="糖", now=NOW)
        elif named_by == "code":
            stations.invite(db, kind="booth", slugs=["sugar"], **BY)
        elif named_by == "booth":
            booths.change(db, slug="tea", values={"first_visit": "sugar"}, **BY)
        with pytest.raises(Refusal) as refused:
            undoing.undo(db, entry_id=entry, **BY)
        assert why(refused) is Why.MOVED
        assert "sugar" in booths.order(db)


def test_cards_that_were_scanned_stay_in_use(database: Database, company: Company) -> None:
    with database.writing() as db:
        made = cards.issue(db, count=3, **BY)
        entry = newest(db).id
    company.client("tea").check_in(made[1].code)
    with database.writing() as db:
        undoing.undo(db, entry_id=entry, **BY)
        assert [state_of(db, card.short) for card in made] == ["withdrawn", "active", "withdrawn"]
        undoing.undo(db, entry_id=audit.listed(db, most=2)[1].id, **BY)
        assert [state_of(db, card.short) for card in made] == ["active"] * 3


def test_visits_stay_the_persons_when_a_replacement_is_undone(database: Database, company: Company) -> None:
    organiser = company.client("organiser")
    with database.writing() as db:
        middle = cards.replace(db, written=company.zhang, **BY)
        last = cards.replace(db, written=middle.code, **BY)
        entry = newest(db).id
    assert organiser.check_in(last.code, "tea").get_json()["outcome"] == "welcome"
    with database.writing() as db:
        undoing.undo(db, entry_id=entry, **BY)
    assert organiser.check_in(middle.code, "tea").get_json()["outcome"] == "again"
    assert organiser.check_in(last.code, "clay").get_json()["reason"] == "revoked_card"
    # What a phone kept for the oldest card counts for the one that is carried, not for the one taken back.
    kept = organiser.check_in(company.zhang, "clinic", offline=True).get_json()
    assert (kept["outcome"], kept["card"]["short"]) == ("welcome", middle.short)
    assert organiser.get("/board").get_json()["people"] == 1


def test_a_device_let_in_again_goes_on_with_its_token(database: Database, company: Company) -> None:
    with database.writing() as db:
        stations.revoke(db, station_id=company.cast.station_ids["tea"], **BY)
        entry = newest(db).id
    assert company.client("tea").get("/station").status_code == 401
    with database.writing() as db:
        undoing.undo(db, entry_id=entry, **BY)
    assert company.tea.check_in(company.zhang).status_code == 201


def test_a_code_that_took_the_number_of_a_used_one_is_not_cancelled(database: Database) -> None:
    with database.writing() as db:
        used = stations.invite(db, kind="booth", slugs=["tea"], **BY)
        entry = newest(db).id
        stations.pair(db, code=used.code, name="手机", guard=stations.PairingGuard(), now=NOW)
        later = NOW + timedelta(seconds=1)
        stations.invite(db, kind="booth", slugs=["tea"], actor="test", now=later)
        with pytest.raises(Refusal) as refused:
            undoing.undo(db, entry_id=entry, actor="test", now=later)
        assert why(refused) is Why.MOVED
        assert codes_waiting(db) == 1
        assert not undoing.can_be_undone(newest(db), later + stations.PAIRING_LASTS)


def test_a_name_is_never_brought_back_for_it_is_never_written_down(database: Database) -> None:
    with database.writing() as db:
        cards.change(db, written=FIRST, values={"name": "张建国", "state": "lost"}, **BY)
        line = newest(db)
        assert "张建国" not in str(line)
        assert not undoing.can_be_undone(line, NOW)
        with pytest.raises(Refusal) as refused:
            undoing.undo(db, entry_id=line.id, **BY)
        assert why(refused) is Why.NEVER


def test_nothing_is_undone_after_the_closing_down(database: Database) -> None:
    with database.writing() as db:
        booths.pause(db, slug="tea", paused=True, **BY)
        entry = newest(db).id
        editions.close(db, **BY)
        closing = newest(db)
        assert not undoing.can_be_undone(closing, NOW)
        assert closing.after == {"closed": True, "visits": 0, "people": 0, "walk_ins": 0}
        with pytest.raises(Refusal) as refused:
            undoing.undo(db, entry_id=entry, **BY)
        assert refused.value.reason is Reason.EDITION_CLOSED


def test_an_entry_that_is_not_there_is_not_found(database: Database) -> None:
    with database.writing() as db, pytest.raises(Refusal) as refused:
        undoing.undo(db, entry_id=10**9, **BY)
    assert refused.value.reason is Reason.NOT_FOUND


def test_an_act_learns_its_own_entry(database: Database) -> None:
    with database.writing() as db:
        _, line = audit.noted(db, act=lambda db: booths.pause(db, slug="tea", paused=True, **BY))
        assert line == newest(db)
        assert audit.noted(db, act=lambda db: booths.move(db, slug="clinic", steps=-1, **BY)) == (None, None)


@pytest.mark.parametrize("by", ["booth", "organiser"])
def test_the_log_keeps_what_a_check_in_was_that_is_undone(database: Database, company: Company, by: str) -> None:
    visit = company.tea.check_in(company.zhang, party=2).get_json()["visit"]
    client = company.tea if by == "booth" else company.client("organiser")
    assert client.undo(visit["id"]).status_code == 204
    station_id = company.cast.station_ids["tea" if by == "booth" else "organiser"]
    with database.reading() as db:
        line = newest(db)
    assert (line.actor, line.act, line.after) == (f"station {station_id}", "visit.undo", None)
    assert line.before == {"booth": "tea", "card": company.card("zhang").short, "party": 2, "at": visit["at"]}
