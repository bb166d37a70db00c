"""Residents' own phones: each call with what phones and strangers send, and its limits."""

import json
import logging
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from werkzeug.test import TestResponse

from festival.storage.tables import Scan, Station
from tests.cast import code_of_kind, new_nonce, unknown_code
from tests.conftest import ON_SQLITE, Company

pytestmark = ON_SQLITE

HOSTILE: list[Any] = [
    None,
    [],
    "x",
    1,
    {},
    {"code": None},
    {"code": 1012345678901234},
    {"code": ["1012345678901234"]},
    {"code": ""},
    {"code": "x" * 200},
    {"code": "\ud800"},
    {"code": "\u0000"},
    {"code": "000013"},
    {"code": code_of_kind("20")},
    {"code": unknown_code(), "more": 1},
]


def send(company: Company, path: str, body: Any, *, address: str = "192.168.8.20", **headers: str) -> TestResponse:
    """Send JSON as a phone's page does."""
    client = company.application.flask.test_client()
    headers = {"Content-Type": "application/json", "Accept-Language": "zh-CN"} | headers
    return client.post(path, data=json.dumps(body), headers=headers, environ_base={"REMOTE_ADDR": address})


def get(company: Company, path: str, *, address: str = "192.168.8.20") -> TestResponse:
    client = company.application.flask.test_client()
    return client.get(path, environ_base={"REMOTE_ADDR": address})


def tap(company: Company, code: str, booth: str, *, nonce: str | None = None, **more: Any) -> TestResponse:
    """Check a phone's card in."""
    body = {"code": code, "booth": booth, "nonce": nonce or new_nonce()} | more
    return send(company, "/my/check-ins", body)


def allow(company: Company, booth: str, how: str) -> None:
    assert company.organiser.patch(f"/booths/{booth}", {"self_check_in": how}).status_code == 200


def told(answer: TestResponse) -> tuple[int, str, str | None]:
    value = answer.get_json()
    return answer.status_code, value["outcome"], value["reason"]


# Check-ins.


def test_a_phone_checks_in_where_it_may(company: Company) -> None:
    allow(company, "tea", "yes")
    answer = tap(company, company.zhang, "tea")
    assert told(answer) == (201, "welcome", None)
    assert answer.get_json()["visit"]["party"] == 1
    assert company.organiser.get("/board").get_json()["visits"] == 1


def test_no_booth_takes_phones_unless_an_organiser_said_so(company: Company) -> None:
    answer = tap(company, company.zhang, "tea")
    assert told(answer) == (403, "refused", "scan_at_booth")
    assert answer.get_json()["message"] == "请到摊位上扫卡"
    assert company.organiser.get("/board").get_json()["visits"] == 0


def test_the_screens_code_is_demanded_where_the_organiser_said_so(company: Company) -> None:
    allow(company, "clinic", "code")
    assert told(tap(company, company.zhang, "clinic")) == (403, "refused", "outdated_code")
    assert told(tap(company, company.zhang, "clinic", token="00000000")) == (403, "refused", "outdated_code")
    assert told(tap(company, company.zhang, "clinic", token=screen(company, "clinic"))) == (201, "welcome", None)


def screen(company: Company, booth: str, station: str = "organiser") -> str:
    """Return the code on a booth's screen."""
    answer = company.client(station).get(f"/booths/{booth}/rotating-code")
    assert answer.status_code == 200
    found = re.fullmatch(r"http://[^/]+/b/[a-z0-9-]+#t=([0-9]{8})", answer.get_json()["text"])
    assert found
    return found[1]


def test_a_photographed_code_is_dead_after_a_minute_and_a_counted_visit_stays(company: Company) -> None:
    allow(company, "clinic", "code")
    nonce = new_nonce()
    with time_machine.travel(datetime(2026, 10, 24, 1, 0, 1, tzinfo=UTC), tick=False) as clock:
        token = screen(company, "clinic")
        clock.shift(timedelta(seconds=58))
        assert told(tap(company, company.zhang, "clinic", token=token, nonce=nonce)) == (201, "welcome", None)
        clock.shift(timedelta(seconds=2))
        assert told(tap(company, company.li, "clinic", token=token)) == (403, "refused", "outdated_code")
        # Its answer was lost on the way: the same touch again is still the visit that counted.
        again = tap(company, company.zhang, "clinic", token=token, nonce=nonce)
        assert again.status_code == 201
        assert again.get_json()["replayed"]


def test_the_same_touch_twice_counts_once(company: Company) -> None:
    allow(company, "tea", "yes")
    nonce = new_nonce()
    answers = [tap(company, company.zhang, "tea", nonce=nonce).get_json() for _ in range(3)]
    assert [answer["replayed"] for answer in answers] == [False, True, True]
    assert company.organiser.get("/board").get_json()["visits"] == 1


def test_a_card_at_the_next_booth_within_half_a_minute_waits(company: Company) -> None:
    allow(company, "tea", "yes")
    allow(company, "clay", "yes")
    nonce = new_nonce()
    with time_machine.travel(datetime(2026, 10, 24, 1, 0, tzinfo=UTC), tick=False) as clock:
        assert told(tap(company, company.zhang, "tea")) == (201, "welcome", None)
        clock.shift(timedelta(seconds=10))
        early = tap(company, company.zhang, "clay", nonce=nonce)
        assert told(early) == (429, "refused", "slow_down")
        assert early.headers["Retry-After"] == "20"
        assert told(tap(company, company.li, "clay")) == (201, "welcome", None)
        assert told(tap(company, company.zhang, "tea")) == (200, "again", "already")
        clock.shift(timedelta(seconds=20))
        assert told(tap(company, company.zhang, "clay", nonce=nonce)) == (201, "welcome", None)


def test_volunteers_scan_as_fast_as_they_can(company: Company) -> None:
    allow(company, "tea", "yes")
    assert told(tap(company, company.zhang, "tea")) == (201, "welcome", None)
    assert company.clinic.check_in(company.zhang).status_code == 201


def test_a_twelve_posters_sofa_takes_minutes(company: Company) -> None:
    slugs = [booth["slug"] for booth in company.organiser.get("/booths").get_json()["booths"] if booth["open"] is None]
    for slug in slugs:
        allow(company, slug, "yes")
    with time_machine.travel(datetime(2026, 10, 24, 1, 0, tzinfo=UTC), tick=False) as clock:
        welcomes = 0
        for _ in range(60):
            clock.shift(timedelta(seconds=1))
            welcomes += any(
                tap(company, company.zhang, slug).status_code == 201 for slug in slugs[welcomes : welcomes + 1]
            )
    assert welcomes <= 2


def test_the_phone_never_hears_a_name(company: Company) -> None:
    allow(company, "tea", "yes")
    company.organiser.patch(f"/cards/{company.zhang}", {"name": "张建国"})
    for answer in (
        tap(company, company.zhang, "tea"),
        tap(company, company.zhang, "tea"),
        send(company, "/my/stamps", {"code": company.zhang}),
        get(company, f"/c/{company.zhang}"),
    ):
        assert "国" not in answer.text
        assert "建" not in answer.text


def test_the_scan_log_says_whose_device_it_was(company: Company) -> None:
    allow(company, "tea", "yes")
    tap(company, company.zhang, "tea")
    tap(company, company.zhang, "repairs")
    with company.application.house.database.reading() as db:
        query = select(Station.name, Scan.outcome).join(Station, Station.id == Scan.station_id).order_by(Scan.id)
        assert [tuple(row) for row in db.execute(query)] == [("居民手机", "welcome"), ("居民手机", "refused")]


@pytest.mark.parametrize(
    "changed",
    [
        {"booth": None},
        {"booth": 3},
        {"booth": "x" * 101},
        {"nonce": "x"},
        {"nonce": 1},
        {"nonce": new_nonce() + "\n"},
        {"token": 12345678},
        {"token": "1234567"},
        {"token": "１２３４５６７８"},
        {"token": "12345678\n"},
        {"party": 3},
        {"scan": None},
        {"offline": True},
    ],
)
def test_a_bad_field_is_named_and_nothing_is_counted(company: Company, changed: dict[str, Any]) -> None:
    allow(company, "tea", "yes")
    body = {"code": company.zhang, "booth": "tea", "nonce": new_nonce()} | changed
    answer = send(company, "/my/check-ins", body)
    assert told(answer) == (422, "refused", "invalid")
    assert answer.get_json()["field"] == next(iter(changed))
    assert company.organiser.get("/board").get_json()["visits"] == 0


def test_an_unknown_booth_and_an_unknown_card_are_told(company: Company) -> None:
    allow(company, "tea", "yes")
    assert told(tap(company, company.zhang, "nowhere")) == (404, "refused", "unknown_booth")
    assert told(tap(company, unknown_code(), "tea")) == (404, "refused", "unknown_card")


# Whatever is sent.


@pytest.mark.parametrize("path", ["/my/card", "/my/check-ins", "/my/stamps"])
# Not named by what they hold: some of it is random, and processes that share the tests must agree on their names.
@pytest.mark.parametrize("body", HOSTILE)
def test_hostile_json_is_refused_in_a_sentence(company: Company, path: str, body: Any) -> None:
    if path == "/my/card" and body == {}:
        return
    answer = send(company, path, body)
    assert answer.status_code in (404, 422)
    assert re.search(r"[\u4e00-\u9fff]", answer.get_json()["message"])


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[" * 999, b'{"code":NaN}', b"\xff\xfe", b"0" * 400, b'{"code":' + b"9" * 900 + b"}"]
)
@pytest.mark.parametrize("path", ["/my/card", "/my/check-ins", "/my/stamps"])
def test_what_is_no_json_is_invalid(company: Company, path: str, data: bytes) -> None:
    client = company.application.flask.test_client()
    answer = client.post(path, data=data, headers={"Content-Type": "application/json"})
    assert told(answer) == (422, "refused", "invalid")


def test_much_is_too_large(company: Company) -> None:
    answer = send(company, "/my/stamps", {"code": "1" * 2000})
    assert told(answer) == (413, "refused", "too_large")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
@pytest.mark.parametrize("path", ["/my/card", "/my/check-ins", "/my/stamps"])
def test_what_another_sites_page_can_send_does_nothing(company: Company, path: str, kind: str) -> None:
    before = len(cards(company))
    client = company.application.flask.test_client()
    answer = client.post(path, data=b"{}", headers={"Content-Type": kind, "Origin": "http://evil.example"})
    assert answer.status_code == 422
    assert "Access-Control-Allow-Origin" not in answer.headers
    asked_before = client.options(path, headers={"Origin": "http://evil.example"})
    assert not [name for name, _ in asked_before.headers if name.startswith("Access-Control")]
    assert len(cards(company)) == before


def cards(company: Company) -> list[Any]:
    from festival import cards as service

    with company.application.house.database.reading() as db:
        return service.listed(db, most=1000)


# Cards.


def test_a_phone_gets_a_card_of_its_own(company: Company) -> None:
    made = send(company, "/my/card", {})
    assert made.status_code == 201
    shown = send(company, "/my/stamps", {"code": made.get_json()["code"]}).get_json()
    assert shown["short"] == made.get_json()["short"]
    assert (shown["state"], shown["stamps"]) == ("active", {})


def test_one_address_gets_ten_cards_an_hour_and_its_neighbour_too(company: Company) -> None:
    with time_machine.travel(datetime(2026, 10, 24, 1, 0, tzinfo=UTC), tick=False) as clock:
        made = []
        for _ in range(12):
            clock.shift(timedelta(seconds=5))
            made.append(send(company, "/my/card", {}).status_code)
        assert made == [201] * 10 + [429] * 2
        assert send(company, "/my/card", {}, address="192.168.8.21").status_code == 201
        clock.shift(timedelta(hours=1))
        assert send(company, "/my/card", {}).status_code == 201


def test_many_addresses_get_six_hundred_cards_an_hour_together(company: Company) -> None:
    from web import limits

    for _ in range(599):
        limits.count(limits.PHONE_CARDS_OF_NETWORK, limits.NETWORK)
    assert send(company, "/my/card", {}).status_code == 201
    assert told(send(company, "/my/card", {}, address="192.168.8.21")) == (429, "refused", "slow_down")


def test_one_address_asks_sixty_times_a_minute(company: Company) -> None:
    with time_machine.travel(datetime(2026, 10, 24, 1, 0, tzinfo=UTC), tick=False):
        asked = [send(company, "/my/stamps", {"code": company.zhang}).status_code for _ in range(61)]
    assert asked == [200] * 60 + [429]


def test_after_the_closing_down_there_are_no_new_cards(company: Company) -> None:
    company.organiser.post("/edition/close")
    assert told(send(company, "/my/card", {})) == (410, "refused", "edition_closed")


# A card's stamps, and its address.


def test_stamps_are_where_the_card_was_and_when(company: Company) -> None:
    with time_machine.travel(datetime(2026, 10, 24, 1, 31, tzinfo=UTC), tick=False):
        visit = company.clinic.check_in(company.zhang).get_json()["visit"]
        company.tea.check_in(company.zhang)
    shown = send(company, "/my/stamps", {"code": company.zhang}).get_json()
    assert shown["stamps"] == {"clinic": "2026-10-24T01:31:00.000Z", "tea": "2026-10-24T01:31:00.000Z"}
    assert shown["stands"]["tea"] == "open"
    assert shown["stands"]["charity"] == "closed"
    company.organiser.undo(visit["id"])
    assert set(send(company, "/my/stamps", {"code": company.zhang}).get_json()["stamps"]) == {"tea"}


def test_a_card_of_an_address_shows_seals_and_nothing_of_who_it_is(company: Company) -> None:
    company.clinic.check_in(company.zhang)
    page = get(company, f"/C/{company.zhang}")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "这张卡今天逛了 1 个摊" in page.text
    assert re.search(r'data-slug="clinic"[^>]*data-stamped', page.text)
    assert not re.search(r'data-slug="tea"[^>]*data-stamped', page.text)
    assert company.card("zhang").short not in page.text


@pytest.mark.parametrize("state", ["lost", "withdrawn"])
def test_a_stopped_card_tells_nothing_of_the_day(company: Company, state: str) -> None:
    company.clinic.check_in(company.zhang)
    company.organiser.patch(f"/cards/{company.zhang}", {"state": state})
    assert "data-stamped" not in get(company, f"/c/{company.zhang}").text
    shown = send(company, "/my/stamps", {"code": company.zhang}).get_json()
    assert (shown["state"], shown["stamps"]) == (state, {})


def test_a_replaced_cards_old_code_tells_nothing_of_the_new_one(company: Company) -> None:
    company.clinic.check_in(company.zhang)
    [new] = company.organiser.post("/cards", {"replaces": company.zhang}).get_json()["cards"]
    answer = send(company, "/my/stamps", {"code": company.zhang})
    assert answer.get_json()["state"] == "replaced"
    assert new["code"] not in answer.text + get(company, f"/c/{company.zhang}").text
    assert set(send(company, "/my/stamps", {"code": new["code"]}).get_json()["stamps"]) == {"clinic"}


@pytest.mark.parametrize(
    "written",
    [
        *("x", "1", "000013", "1012345678901235", "%00", "%F0%9F%80%80", "1" * 3000, "%ED%A0%80"),
        pytest.param(code_of_kind("20"), id="badge"),
    ],
)
def test_what_is_no_card_and_what_nobody_issued_are_one_page(company: Company, written: str) -> None:
    unknown, wrong = get(company, f"/c/{unknown_code()}"), get(company, f"/c/{written}")
    # What was asked for stands in the way back from the other language alone.
    assert wrong.status_code == unknown.status_code
    assert re.sub('back=[^"]*', "", wrong.text) == re.sub('back=[^"]*', "", unknown.text)
    assert unknown.status_code == 404
    assert "没有这张卡" in unknown.text


def test_codes_cannot_be_tried_out(company: Company) -> None:
    with time_machine.travel(datetime(2026, 10, 24, 1, 0, tzinfo=UTC), tick=False) as clock:
        tried = [get(company, f"/c/{unknown_code()}").status_code for _ in range(10)]
        tried += [send(company, "/my/stamps", {"code": unknown_code()}).status_code for _ in range(10)]
        assert tried == [404] * 20
        # From now on a right one is refused just the same.
        assert get(company, f"/c/{company.zhang}").status_code == 429
        assert send(company, "/my/stamps", {"code": company.zhang}).status_code == 429
        assert get(company, f"/c/{company.zhang}", address="192.168.8.21").status_code == 200
        clock.shift(timedelta(seconds=61))
        assert get(company, f"/c/{company.zhang}").status_code == 200


def test_no_log_keeps_a_code(company: Company, caplog: pytest.LogCaptureFixture) -> None:
    from web.logs import AccessLog, hidden

    with caplog.at_level(logging.INFO):
        AccessLog().write(f'192.168.8.20 "GET /c/{company.zhang} HTTP/1.1" 200')
    assert company.zhang not in hidden(caplog.text)


# The booth's page.


@pytest.mark.parametrize("path", ["/b/tea", "/B/TEA", "/b/TEA", "/B/Tea"])
def test_a_booth_is_found_in_capitals_too(company: Company, path: str) -> None:
    assert "茶艺展示" in get(company, path).text


@pytest.mark.parametrize("slug", ["nowhere", "%00", "x" * 3000, "%F0%9F%80%80", "<b>", "İ"])
def test_a_booth_that_is_not_there_is_a_kind_page(company: Company, slug: str) -> None:
    page = get(company, f"/b/{slug}")
    assert page.status_code == 404
    assert "没有这个摊" in page.text


@pytest.mark.parametrize(("how", "touch"), [("no", False), ("yes", True), ("code", True)])
def test_a_booths_page_offers_what_it_takes(company: Company, how: str, touch: bool) -> None:
    allow(company, "tea", how)
    page = get(company, "/b/tea").text
    assert f'data-phones="{how}"' in page
    assert ('data-act="check-in"' in page) is touch


def test_a_closed_booth_offers_no_touch(company: Company) -> None:
    allow(company, "tea", "yes")
    company.organiser.patch("/booths/tea", {"open": False})
    page = get(company, "/b/tea").text
    assert "现在没开" in page
    assert 'data-act="check-in"' not in page


@pytest.mark.parametrize("path", ["/b/tea", "/my"])
def test_no_cookie_is_set(company: Company, path: str) -> None:
    assert "Set-Cookie" not in get(company, path).headers
    assert "Set-Cookie" not in send(company, "/my/card", {}).headers


# The code for the booth's screen.


def test_a_screen_gets_its_own_booths_code_alone(company: Company) -> None:
    assert screen(company, "clay", "clay_kiosk")
    assert screen(company, "clinic", "clinic") == screen(company, "clinic", "kiosk")
    assert company.clinic.get("/booths/tea/rotating-code").get_json()["reason"] == "not_your_booth"
    assert company.kiosk.get("/booths/nowhere/rotating-code").get_json()["reason"] == "unknown_booth"
    assert company.client(None).get("/booths/tea/rotating-code").status_code == 401


def test_the_address_is_the_one_that_the_screen_came_by_or_the_networks(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    from web import addresses

    monkeypatch.setattr(addresses, "reached_from_outside", lambda _host: ["192.168.8.10"])

    def text(host: str) -> str:
        path = "/booths/tea/rotating-code"
        return str(company.organiser.get(path, headers={"Host": host}).get_json()["text"]).split("/b/")[0]

    assert text("192.168.8.77:8000") == "http://192.168.8.77:8000"
    assert text("localhost:8000") == "http://192.168.8.10:80"
    assert text("127.0.0.1:8000") == "http://192.168.8.10:80"
    assert text("[::1]:8000") == "http://192.168.8.10:80"
