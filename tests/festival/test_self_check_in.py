"""Residents' own phones: where they may check in, and the code on a booth's screen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from festival import self_check_in
from festival.booths import SELF_CHECK_IN, Booth
from festival.errors import Reason
from festival.self_check_in import SLOT, changes_at, is_current, refusal, rotating_code
from festival.storage.engine import Database

SECRET, OTHER = b"one", b"another"
MOMENTS = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2099, 1, 1), timezones=st.just(UTC))
SLUGS = st.from_regex(r"[a-z0-9-]{1,30}", fullmatch=True)
SECONDS = st.floats(min_value=0, max_value=29.9)


@pytest.fixture
def booth(database: Database) -> Booth:
    """The clinic of the example."""
    from festival import booths, editions

    with database.reading() as db:
        return booths.load(db, editions.current(db).id)[0]


@pytest.mark.parametrize("template", ["sqlite"], indirect=True)
def test_each_rule_and_who_it_lets_in(booth: Booth) -> None:
    told = {
        (how, at_booth): refusal(replace(booth, self_check_in=how), at_booth=at_booth)
        for how in SELF_CHECK_IN
        for at_booth in (False, True)
    }
    assert told == {
        ("no", False): Reason.SCAN_AT_BOOTH,
        ("no", True): Reason.SCAN_AT_BOOTH,
        ("yes", False): None,
        ("yes", True): None,
        ("code", False): Reason.OUTDATED_CODE,
        ("code", True): None,
    }


@given(MOMENTS, SLUGS)
def test_a_code_is_eight_digits_and_lasts_its_half_minute(now: datetime, slug: str) -> None:
    code = rotating_code(SECRET, slug, now)
    assert len(code) == 8
    assert code.isascii()
    assert code.isdigit()
    until = changes_at(now)
    assert timedelta(0) < until - now <= SLOT
    assert rotating_code(SECRET, slug, until - timedelta(milliseconds=1)) == code


@given(MOMENTS, SLUGS, SECONDS)
def test_a_code_is_taken_while_it_is_shown_and_for_a_half_minute_more(now: datetime, slug: str, later: float) -> None:
    code = rotating_code(SECRET, slug, now)
    gone = changes_at(now)
    assert is_current(SECRET, slug, code, now)
    assert is_current(SECRET, slug, code, gone + timedelta(seconds=later))


@given(MOMENTS, SLUGS, st.integers(min_value=0, max_value=10_000_000))
def test_a_photographed_code_is_dead_after_a_minute(now: datetime, slug: str, later: int) -> None:
    code = rotating_code(SECRET, slug, now)
    then = changes_at(now) + SLOT + timedelta(seconds=later)
    # One in fifty million is the same again by chance.
    shown = {rotating_code(SECRET, slug, then), rotating_code(SECRET, slug, then - SLOT)}
    assert is_current(SECRET, slug, code, then) is (code in shown)
    assert not is_current(SECRET, slug, f"{(int(next(iter(shown))) + 1) % 10**8:08d}", then) or len(shown) == 2


@given(MOMENTS, SLUGS, SLUGS)
def test_another_booths_code_or_another_servers_opens_nothing(now: datetime, slug: str, other: str) -> None:
    code = rotating_code(SECRET, slug, now)
    shown_there = {rotating_code(SECRET, other, moment) for moment in (now, now - SLOT)}
    assert is_current(SECRET, other, code, now) is (code in shown_there)
    shown_elsewhere = {rotating_code(OTHER, slug, moment) for moment in (now, now - SLOT)}
    assert is_current(OTHER, slug, code, now) is (code in shown_elsewhere)


@given(MOMENTS)
def test_a_code_of_the_future_is_none(now: datetime) -> None:
    ahead = rotating_code(SECRET, "clinic", changes_at(now))
    shown = {rotating_code(SECRET, "clinic", moment) for moment in (now, now - SLOT)}
    assert is_current(SECRET, "clinic", ahead, now) is (ahead in shown)


def test_codes_spread() -> None:
    begin = datetime(2026, 10, 24, 1, 0, tzinfo=UTC)
    codes = [rotating_code(SECRET, "clinic", begin + step * SLOT) for step in range(2000)]
    assert len(set(codes)) > 1990
    assert len({code[0] for code in codes}) == 10


def test_the_rules_of_a_booth_have_their_names() -> None:
    assert (self_check_in.NO, self_check_in.POSTER, self_check_in.SCREEN) == SELF_CHECK_IN
