"""The rules of one scan on a day made by hand: no database, no web (festival/check_in/rules.py)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from festival import codes
from festival.booths import Booth
from festival.check_in.attempt import Asked, Attempt, Malformed, kept_raw
from festival.check_in.day import Day, HeldCard, Kept
from festival.check_in.rules import decide
from festival.directory import Directory
from festival.editions import CurrentEdition
from festival.messages import Language
from festival.stations import Kind, Station
from tests.festival.test_booths import booth

NOW = datetime(2026, 10, 24, 1, 31, 7, tzinfo=UTC)
SECOND = timedelta(seconds=1)
CARD = "1012345678901234"
STATION = Station(7, "诊台", Kind.BOOTH, frozenset({1, 2}))


def day(*booths: Booth, closed: bool = False, card: str = "active", opened_at: datetime | None = None) -> Day:
    """Return a day with one station, one card, and the booths given."""
    edition = CurrentEdition(1, "第五届", "Fifth", ZoneInfo("Asia/Shanghai"), closed, opened_at)
    made = Day(Directory(1, edition, booths or (booth(),), {"token": STATION}), 1, 0, 0, 0, 0)
    made.cards[CARD] = HeldCard(5, "004270", 9, card, "张建国")
    return made


def scan(**fields: Any) -> Attempt:
    plain: dict[str, Any] = {"scan": CARD, "booth": "clinic", "nonce": b"0" * 16, "at": NOW}
    return Attempt(Asked("token", NOW, Language.ZH), **plain | fields)


def heard(attempt: Attempt | Malformed, on: Day) -> tuple[int, str, str | None]:
    reply = decide(attempt, on)
    return reply.status, reply.outcome, reply.reason


@pytest.mark.parametrize(
    ("on", "attempt", "expected"),
    [
        (day(), scan(), (201, "welcome", None)),
        (day(), scan(scan=None), (201, "welcome", None)),
        (day(closed=True), scan(), (410, "refused", "edition_closed")),
        (day(opened_at=NOW), scan(), (201, "welcome", None)),
        (day(opened_at=NOW), scan(at=NOW - SECOND, offline=True), (410, "refused", "edition_closed")),
        (day(opened_at=NOW), scan(at=NOW - SECOND, booth="nowhere"), (410, "refused", "edition_closed")),
        (day(opened_at=NOW + SECOND), scan(), (201, "welcome", None)),
        (day(opened_at=NOW - SECOND, closed=True), scan(), (410, "refused", "edition_closed")),
        (day(), scan(booth="nowhere"), (404, "refused", "unknown_booth")),
        (day(booth(id=3)), scan(), (403, "refused", "not_your_booth")),
        (day(), scan(scan="x"), (422, "refused", "invalid")),
        (day(), scan(scan=codes.new_card_code()), (404, "refused", "unknown_card")),
        (day(card="lost"), scan(), (410, "refused", "revoked_card")),
        (day(booth(paused=True)), scan(), (409, "refused", "closed")),
        (day(booth(quota=0)), scan(), (409, "refused", "full")),
        (day(booth(first_visit="tea"), booth(id=2, slug="tea")), scan(), (409, "refused", "first_visit")),
        (day(booth(first_visit="tea"), booth(id=2, slug="tea")), scan(scan=None), (201, "welcome", None)),
        (day(), Malformed(Asked("token", NOW, Language.ZH), "party"), (422, "refused", "invalid")),
        (day(), Malformed(Asked("nobody", NOW, Language.ZH), "party"), (401, "refused", "not_enrolled")),
    ],
)
def test_one_scan_is_decided_by_values_alone(on: Day, attempt: Attempt, expected: tuple[int, str, str]) -> None:
    assert heard(attempt, on) == expected
    assert len(on.scans) == (expected[0] != 401)
    assert len(on.new_visits) == (expected[0] == 201)


def test_a_wiped_answer_is_known_to_have_been_given_and_counts_no_more() -> None:
    on = day()
    on.kept[7, b"0" * 16] = Kept(None, 201, None)
    assert heard(scan(), on) == (410, "refused", "edition_closed")
    assert on.new_visits == []
    assert on.scans[-1]["nonce"] is None


def test_a_counted_scan_moves_the_day() -> None:
    on = day()
    assert heard(scan(party=3), on) == (201, "welcome", None)
    assert (on.version, on.people, on.walk_ins, on.totals[1].visits, on.totals[1].people) == (2, 1, 0, 3, 1)
    assert heard(scan(nonce=b"1" * 16), on) == (200, "again", "already")
    assert heard(scan(nonce=b"2" * 16, scan=None), on) == (201, "welcome", None)
    assert (on.version, on.people, on.walk_ins, on.totals[1].visits) == (3, 1, 1, 4)


def test_a_step_forward_and_a_step_back_leave_the_figures_as_they_were() -> None:
    on = day()
    decide(scan(party=2), on)
    visit = next(iter(on.visits.values()))
    on.take_back(visit, [])
    assert (on.people, on.totals[1].visits, on.totals[1].people) == (0, 0, 0)
    assert on.visits_of(9) == (0, 0)
    assert all((moved.visits, moved.walk_ins, moved.last_seen) == (0, 0, 0) for moved in on.moved_spans.values())


@pytest.mark.parametrize(("seconds", "wait"), [(0, 60), (0.5, 60), (1, 59), (59, 1), (59.999, 1), (60, None)])
def test_a_station_waits_until_the_oldest_of_sixty_is_a_minute_old(seconds: float, wait: int | None) -> None:
    on = day()
    on.bad_scans[7] = [NOW] * 60
    assert on.wait_for(7, NOW + timedelta(seconds=seconds)) == wait
    assert on.wait_for(8, NOW) is None


def test_what_looks_like_an_id_number_is_never_kept() -> None:
    assert kept_raw("11010519491231002X") == "[id number]"
    assert kept_raw("x" * 500) == "x" * 200
