"""Stations: enrolling, who may do what, shutting out (check-in.md, Stations)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from festival.storage.tables import Station
from tests.cast import Client, answer
from tests.conftest import ON_SQLITE, Company

NOON = datetime(2026, 10, 24, 4, 0, tzinfo=UTC)


def invite(company: Company, kind: str = "booth", booths: Any = ("clinic",)) -> str:
    made = company.organiser.post("/pairing-codes", {"kind": kind, "booths": list(booths)})
    assert made.status_code == 201
    return str(made.get_json()["pairing_code"])


def enrol(company: Company, code: str, name: str = "门口") -> Any:
    return company.client(None).post("/stations", {"pairing_code": code, "name": name})


def test_a_pairing_code_enrols_a_station_once(company: Company) -> None:
    made = company.organiser.post("/pairing-codes", {"kind": "booth", "booths": ["clinic", "tea"]}).get_json()
    assert set(made) == {"pairing_code", "expires_at"}
    assert len(made["pairing_code"]) == 6
    assert made["pairing_code"].isdigit()
    enrolled = enrol(company, made["pairing_code"])
    assert enrolled.status_code == 201
    value = enrolled.get_json()
    assert set(value) == {"token", "station"}
    assert value["station"] == {"id": value["station"]["id"], "name": "门口", "kind": "booth"}
    own = Client(company.application.flask, value["token"]).get("/station").get_json()
    assert own["station"] == value["station"]
    assert own["booths"] == ["clinic", "tea"]
    assert own["edition"] == "第五届"
    assert set(own) == {"station", "booths", "edition", "time"}
    assert answer(enrol(company, made["pairing_code"])) == (403, "refused", "bad_pairing_code")


def test_a_token_is_kept_as_a_hash_alone(company: Company) -> None:
    token = enrol(company, invite(company)).get_json()["token"]
    with company.application.house.database.reading() as db:
        kept = [str(row) for row in db.execute(Station.__table__.select())]
    assert not any(token in row for row in kept)


def test_a_pairing_code_lasts_ten_minutes(company: Company) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        codes = [invite(company), invite(company)]
        clock.shift(timedelta(minutes=10) - timedelta(milliseconds=1))
        assert enrol(company, codes[0]).status_code == 201
        clock.shift(timedelta(milliseconds=1))
        assert answer(enrol(company, codes[1])) == (403, "refused", "bad_pairing_code")


def test_expires_at_is_ten_minutes_from_now(company: Company) -> None:
    with time_machine.travel(NOON, tick=False):
        made = company.organiser.post("/pairing-codes", {"kind": "kiosk", "booths": []}).get_json()
    assert made["expires_at"] == "2026-10-24T04:10:00.000Z"


@ON_SQLITE
@pytest.mark.parametrize(
    "text", ["", "1", "12345", "1234567", "abcdef", "null", "１２３４５６７", "-1", "\x00", "\n", "x" * 100_000, "😀"]
)
def test_a_text_that_is_no_live_code_is_a_bad_pairing_code(company: Company, text: str) -> None:
    assert answer(enrol(company, text)) == (403, "refused", "bad_pairing_code")


@ON_SQLITE
def test_a_pairing_code_may_be_typed_in_groups(company: Company) -> None:
    code = invite(company)
    assert enrol(company, f" {code[:3]} {code[3:]}\r\n").status_code == 201


@ON_SQLITE
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "x"}, "pairing_code"),
        ({"pairing_code": 123456, "name": "x"}, "pairing_code"),
        ({"pairing_code": None, "name": "x"}, "pairing_code"),
        ({"pairing_code": "123456"}, "name"),
        ({"pairing_code": "123456", "name": ""}, "name"),
        ({"pairing_code": "123456", "name": "\u3000 "}, "name"),
        ({"pairing_code": "123456", "name": 3}, "name"),
        ({"pairing_code": "123456", "name": "x" * 41}, "name"),
        ([], "body"),
        ("123456", "body"),
    ],
)
def test_a_malformed_enrolment_is_invalid_and_counts_as_no_bad_code(company: Company, body: Any, field: str) -> None:
    for _ in range(11):
        reply = company.client(None).post("/stations", body)
        assert answer(reply) == (422, "refused", "invalid")
        assert reply.get_json()["field"] == field
    assert enrol(company, invite(company)).status_code == 201


def test_ten_bad_codes_within_a_minute_stop_everybody_for_sixty_seconds(company: Company) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        right = invite(company)
        for _ in range(9):
            assert answer(enrol(company, "nobody")) == (403, "refused", "bad_pairing_code")
        clock.shift(timedelta(seconds=30))
        assert answer(enrol(company, "nobody")) == (403, "refused", "bad_pairing_code")
        stopped = enrol(company, right)
        assert answer(stopped) == (429, "refused", "slow_down")
        assert stopped.headers["Retry-After"] == "60"
        clock.shift(timedelta(seconds=59.5))
        stopped = enrol(company, right)
        assert answer(stopped) == (429, "refused", "slow_down")
        assert stopped.headers["Retry-After"] == "1"
        clock.shift(timedelta(seconds=0.5))
        # Not used up: the right one still works.
        assert enrol(company, right).status_code == 201


def test_ten_bad_codes_in_more_than_a_minute_stop_nobody(company: Company) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        right = invite(company)
        for _ in range(15):
            assert enrol(company, "nobody").status_code == 403
            clock.shift(timedelta(seconds=7))
        assert enrol(company, right).status_code == 201


def test_a_block_of_pairing_stops_no_station(company: Company) -> None:
    for _ in range(10):
        enrol(company, "nobody")
    assert company.clinic.check_in(company.zhang).status_code == 201
    assert company.organiser.post("/pairing-codes", {"kind": "kiosk", "booths": []}).status_code == 201


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ({"kind": "booth", "booths": ["clinic"]}, 201, None),
        ({"kind": "booth", "booths": []}, 422, "invalid"),
        ({"kind": "booth"}, 422, "invalid"),
        ({"kind": "kiosk", "booths": []}, 201, None),
        ({"kind": "kiosk"}, 201, None),
        ({"kind": "kiosk", "booths": ["clay", "clay"]}, 201, None),
        ({"kind": "organiser", "booths": []}, 201, None),
        ({"kind": "kiosk", "booths": ["nowhere"]}, 404, "unknown_booth"),
        ({"kind": "booth", "booths": ["clinic", "nowhere"]}, 404, "unknown_booth"),
        ({"kind": "booth", "booths": [""]}, 404, "unknown_booth"),
        ({"kind": "self", "booths": []}, 422, "invalid"),
        ({"kind": "Booth", "booths": ["clinic"]}, 422, "invalid"),
        ({"kind": None, "booths": []}, 422, "invalid"),
        ({"booths": []}, 422, "invalid"),
        ({"kind": "kiosk", "booths": "clinic"}, 422, "invalid"),
        ({"kind": "kiosk", "booths": [1]}, 422, "invalid"),
        ([], 422, "invalid"),
    ],
)
@ON_SQLITE
def test_pairing_codes_by_kind_and_booths(company: Company, body: Any, status: int, reason: str | None) -> None:
    reply = company.organiser.post("/pairing-codes", body)
    assert (reply.status_code, reply.get_json().get("reason")) == (status, reason)


@pytest.mark.parametrize(
    ("kind", "booths", "served"),
    [
        ("kiosk", [], 12),
        ("organiser", [], 12),
        ("organiser", ["tea"], 12),
        ("kiosk", ["tea"], 1),
        ("booth", ["tea"], 1),
    ],
)
@ON_SQLITE
def test_a_station_serves_the_booths_it_was_paired_for(
    company: Company, kind: str, booths: list[str], served: int
) -> None:
    token = enrol(company, invite(company, kind, booths)).get_json()["token"]
    own = Client(company.application.flask, token)
    assert len(own.get("/station").get_json()["booths"]) == served
    refused = {None: 12, "not_your_booth": 12 - served}
    reasons = [own.check_in(None, slug).get_json()["reason"] for slug in slugs(company) if slug != "charity"]
    assert reasons.count("not_your_booth") == min(refused["not_your_booth"], 11 - min(served, 11))
    assert reasons.count(None) == min(served, 11)


def slugs(company: Company) -> list[str]:
    return [booth["slug"] for booth in company.organiser.get("/booths").get_json()["booths"]]


WHO = ("organiser", "clinic", "kiosk", "clay_kiosk")
CALLS: list[tuple[str, str, Any, tuple[int, int, int, int]]] = [
    ("GET", "/station", None, (200, 200, 200, 200)),
    ("GET", "/booths", None, (200, 200, 200, 200)),
    ("GET", "/stations", None, (200, 403, 403, 403)),
    ("GET", "/scans", None, (200, 403, 403, 403)),
    ("GET", "/scans?after=7", None, (200, 403, 403, 403)),
    ("DELETE", "/stations/999", None, (404, 403, 403, 403)),
    ("POST", "/pairing-codes", {"kind": "kiosk", "booths": []}, (201, 403, 403, 403)),
    ("POST", "/booths", {"slug": "new", "name": "新摊"}, (201, 403, 403, 403)),
    ("PATCH", "/booths/tea", {"quota": 3}, (200, 403, 403, 403)),
    ("POST", "/cards", {"count": 1}, (201, 201, 201, 201)),
    ("POST", "/cards", {"count": 2}, (201, 201, 403, 403)),
    ("POST", "/cards", {"count": 501}, (422, 422, 403, 403)),
    ("POST", "/cards", {"replaces": "{li}"}, (201, 410, 403, 403)),
    ("GET", "/cards/{zhang}", None, (200, 200, 403, 403)),
    ("PATCH", "/cards/{zhang}", {"name": "张建国"}, (200, 403, 403, 403)),
    ("POST", "/edition/close", None, (204, 403, 403, 403)),
]


def test_each_call_is_for_whom_the_contract_names(company: Company) -> None:
    for method, path, body, statuses in CALLS:
        for who, status in zip(WHO, statuses, strict=True):
            wanted = body if body is None or "replaces" not in body else {"replaces": company.li}
            reply = company.client(who).call(method, path.replace("{zhang}", company.zhang), wanted)
            assert reply.status_code == status, (method, path, body, who)
            if status == 403:
                assert answer(reply) == (403, "refused", "not_allowed")


@ON_SQLITE
def test_no_call_is_for_somebody_without_a_token(company: Company) -> None:
    calls = [call[:3] for call in CALLS] + [
        ("POST", "/check-ins", {"scan": None, "nonce": "x"}),
        ("POST", "/check-ins", None),
        ("POST", "/check-ins/batch", {"check_ins": []}),
        ("DELETE", "/check-ins/1", None),
    ]
    for method, path, body in calls:
        for headers in (
            {},
            {"Authorization": ""},
            {"Authorization": "Bearer"},
            {"Authorization": "Bearer "},
            {"Authorization": "Bearer nobody"},
            {"Authorization": "Basic " + company.cast.tokens["organiser"]},
            {"Authorization": company.cast.tokens["organiser"]},
            {"Authorization": "Bearer \xff\xfe"},
        ):
            reply = company.client(None).call(method, path, body, headers=headers)
            assert answer(reply) == (401, "refused", "not_enrolled"), (method, path, headers)


@ON_SQLITE
def test_a_station_for_very_many_booths_is_paired(company: Company) -> None:
    slugs = [f"a-booth-with-a-long-slug-{number:05d}" for number in range(140)]
    for slug in slugs:
        assert company.organiser.post("/booths", {"slug": slug, "name": "摊"}).status_code == 201
    made = company.organiser.post("/pairing-codes", {"kind": "booth", "booths": slugs})
    assert made.status_code == 201
    body = {"pairing_code": made.get_json()["pairing_code"], "name": "everywhere"}
    assert company.client(None).post("/stations", body).status_code == 201


def test_the_scheme_may_be_written_in_any_case(company: Company) -> None:
    token = company.cast.tokens["clinic"]
    for value in (f"bearer {token}", f"BEARER  {token} "):
        assert company.client(None).get("/station", headers={"Authorization": value}).status_code == 200


def test_a_station_shut_out_is_unknown_from_then_on_and_its_visits_stay(company: Company) -> None:
    made = company.clinic.check_in(company.zhang, nonce="0d0f6a52-6d6b-4d5e-9c55-5c8f0f9ad7b1")
    own = company.cast.station_ids["clinic"]
    assert company.organiser.delete(f"/stations/{own}").status_code == 204
    for reply in (
        company.clinic.get("/station"),
        company.clinic.check_in(company.li),
        company.clinic.check_in(company.zhang, nonce="0d0f6a52-6d6b-4d5e-9c55-5c8f0f9ad7b1"),
        company.clinic.batch([]),
        company.clinic.undo(made.get_json()["visit"]["id"]),
    ):
        assert answer(reply) == (401, "refused", "not_enrolled")
    assert company.organiser.get("/board").get_json()["visits"] == 1
    assert own not in [line["id"] for line in company.organiser.get("/stations").get_json()["stations"]]
    assert company.organiser.delete(f"/stations/{own}").status_code == 404


@ON_SQLITE
def test_unknown_stations_are_not_found(company: Company) -> None:
    for number in ("999", "0", str(2**31), str(2**63), "9" * 40, "x", "-1"):
        assert answer(company.organiser.delete(f"/stations/{number}")) == (404, "refused", "not_found")


def test_stations_are_listed_with_their_booths_and_when_they_were_last_seen(company: Company) -> None:
    with time_machine.travel(NOON, tick=False):
        token = enrol(company, invite(company, "booth", ["tea", "clinic"]), "茶摊").get_json()["token"]
        Client(company.application.flask, token).get("/station")
    lines = company.organiser.get("/stations").get_json()["stations"]
    newest = lines[-1]
    assert set(newest) == {"id", "name", "kind", "booths", "last_seen"}
    assert (newest["name"], newest["kind"], sorted(newest["booths"])) == ("茶摊", "booth", ["clinic", "tea"])
    assert newest["last_seen"] == "2026-10-24T04:00:00.000Z"
    assert {line["kind"] for line in lines} == {"organiser", "booth", "kiosk"}


@ON_SQLITE
def test_the_server_s_time_shows_a_wrong_clock(company: Company) -> None:
    with time_machine.travel(NOON, tick=False):
        assert company.kiosk.get("/station").get_json()["time"] == "2026-10-24T04:00:00.000Z"
