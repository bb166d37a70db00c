"""Too many bad scans slow one station down, and nobody else (check-in.md, slow_down)."""

from datetime import UTC, datetime, timedelta

import time_machine

from festival.codes import short_number
from tests.cast import Client, answer, item, new_nonce, unknown_code
from tests.conftest import ON_SQLITE, Company

NOW = datetime(2026, 10, 24, 1, 31, 7, tzinfo=UTC)
SLOW = (429, "refused", "slow_down")


def bad_scans(client: Client, count: int, booth: str = "clinic") -> list[int]:
    items = [item("rubbish" if place % 2 else unknown_code(), booth) for place in range(count)]
    return [line["status"] for line in client.batch(items).get_json()["results"]]


def test_the_61st_bad_scan_within_sixty_seconds_is_slowed_down(company: Company) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        assert bad_scans(company.clinic, 59) == [404, 422] * 29 + [404]
        clock.shift(timedelta(seconds=20))
        assert answer(company.clinic.check_in("rubbish")) == (422, "refused", "invalid")
        for scan in ("rubbish", unknown_code(), "", short_number(99_999), company.card("zhang").short):
            reply = company.clinic.check_in(scan)
            assert answer(reply) == SLOW, scan
            assert reply.headers["Retry-After"] == "40"
            assert reply.get_json()["card"] is None
        # Issued cards, walk-ins, other stations go on.
        assert answer(company.clinic.check_in(company.zhang)) == (201, "welcome", None)
        assert answer(company.clinic.check_in(None)) == (201, "welcome", None)
        assert answer(company.fair.check_in("rubbish", "clinic")) == (422, "refused", "invalid")
        assert answer(company.fair.check_in(company.card("li").short, "clinic")) == (201, "welcome", None)
        clock.shift(timedelta(seconds=40))
        assert answer(company.clinic.check_in(company.card("wang").short)) == (201, "welcome", None)
        # 429s did not count: 59 of the sixty are gone.
        assert bad_scans(company.clinic, 60) == [404, 422] * 29 + [404, 429]


def test_replays_go_on_and_a_429_is_not_kept(company: Company) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        nonce, later = new_nonce(), new_nonce()
        first = company.clinic.check_in("rubbish", nonce=nonce).get_json()
        bad_scans(company.clinic, 59)
        assert company.clinic.check_in("rubbish", nonce=nonce).get_json() == first | {"replayed": True}
        assert answer(company.clinic.check_in("rubbish", nonce=later)) == SLOW
        assert answer(company.clinic.check_in(company.zhang, nonce=later)) == (201, "welcome", None)
        clock.shift(timedelta(seconds=60))
        assert answer(company.clinic.check_in("rubbish", nonce=later)) == (409, "refused", "nonce_reused")


@ON_SQLITE
def test_within_one_batch_too(company: Company) -> None:
    assert bad_scans(company.clinic, 65) == [404, 422] * 30 + [429] * 5
    got = company.clinic.batch([item(company.zhang, "clinic"), item("rubbish", "clinic")]).get_json()["results"]
    assert [line["status"] for line in got] == [201, 429]
    assert len(company.organiser.get("/scans").get_json()["scans"]) == 67


@ON_SQLITE
def test_what_is_not_a_bad_scan_does_not_count(company: Company) -> None:
    company.organiser.patch(f"/cards/{company.zhao}", {"state": "lost"})
    nonce = new_nonce()
    company.clinic.check_in("rubbish", nonce=nonce)
    others = [
        {"scan": company.zhang, "booth": "clinic", "nonce": "x"},
        {"scan": 3, "booth": "clinic", "nonce": new_nonce()},
        item("rubbish", "nowhere"),
        item("rubbish", "tea"),
        item(company.zhao, "clinic"),
        item("rubbish", "clinic", nonce),
        item("other", "clinic", nonce),
    ]
    for _ in range(12):
        fresh = [
            one | ({} if len(one["nonce"]) < 36 or one["nonce"] == nonce else {"nonce": new_nonce()}) for one in others
        ]
        company.clinic.batch(fresh)
    assert bad_scans(company.clinic, 60) == [404, 422] * 29 + [404, 429]


@ON_SQLITE
def test_a_kiosk_s_short_numbers_are_bad_scans(company: Company) -> None:
    short = company.card("zhang").short
    got = company.kiosk.batch([item(short, "clinic") for _ in range(61)]).get_json()["results"]
    assert [line["status"] for line in got] == [422] * 60 + [429]


@ON_SQLITE
def test_staff_s_right_short_numbers_are_no_bad_scans(company: Company) -> None:
    short = company.card("zhang").short
    got = company.clinic.batch([item(short, "clinic") for _ in range(70)]).get_json()["results"]
    assert [line["status"] for line in got] == [201] + [200] * 69


@ON_SQLITE
def test_what_comes_before_the_code_is_told_first(company: Company) -> None:
    bad_scans(company.fair, 60)
    assert answer(company.fair.check_in("rubbish", "nowhere")) == (404, "refused", "unknown_booth")
    assert answer(company.fair.check_in("rubbish", "stage")) == (403, "refused", "not_your_booth")
    assert answer(company.fair.check_in("rubbish", "clinic", party=0)) == (422, "refused", "invalid")


@ON_SQLITE
def test_the_sixty_seconds_slide(company: Company) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(200):
            assert company.clinic.check_in("rubbish").status_code == 422
            clock.shift(timedelta(seconds=1))
        assert answer(company.clinic.check_in("rubbish")) == (422, "refused", "invalid")
        assert answer(company.clinic.check_in("rubbish")) == SLOW
