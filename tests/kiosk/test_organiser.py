"""The organiser's way into a kiosk's settings, and out of its browser."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from werkzeug.test import TestResponse

from festival import accounts
from festival.clock import utc_now
from festival.storage.tables import AuditEntry
from tests.cast import PASSWORD, PASSWORD_HASH
from tests.conftest import ON_SQLITE, Company

pytestmark = ON_SQLITE

LAPTOP, TABLET = "127.0.0.1", "192.168.8.20"
HOSTILE: list[Any] = [None, [], "x", 1, {}, {"password": None}, {"password": 5}, {"password": ""}, {"more": 1}]
HOSTILE += [{"password": "x" * 201}, {"password": "\ud800"}, {"password": "\u0000"}, {"password": "x", "more": 1}]


def send(company: Company, path: str, body: Any, address: str = LAPTOP) -> TestResponse:
    client = company.application.flask.test_client()
    headers = {"Content-Type": "application/json"}
    return client.post(
        f"/kiosk/organiser{path}", data=json.dumps(body), headers=headers, environ_base={"REMOTE_ADDR": address}
    )


def enter(company: Company, password: str = PASSWORD, address: str = LAPTOP) -> TestResponse:
    return send(company, "", {"password": password}, address)


def acts(company: Company) -> list[tuple[str, str]]:
    with company.application.house.database.reading() as db:
        return [(row.actor, row.act) for row in db.execute(select(AuditEntry.actor, AuditEntry.act))]


def test_right_password_gives_a_key_and_stands_in_the_log(company: Company) -> None:
    answer = enter(company)
    assert answer.status_code == 200
    assert answer.json
    assert answer.json["key"]
    assert "Set-Cookie" not in answer.headers
    assert ("account organiser", "station.open") in acts(company)


def test_every_organisers_password_is_right_and_nobody_elses(company: Company) -> None:
    writer = company.application.house.writer
    steward = "$argon2id$v=19$m=8,t=1,p=1$bm9ib2R5bm9ib2R5$AAAAAAAAAAAAAAAAAAAAAA"
    for name, role, hashed in (("zhao", accounts.ORGANISER, PASSWORD_HASH), ("qian", accounts.STEWARD, steward)):
        writer.call(
            accounts.add, name=name, role=role, booths=["tea"] if role == accounts.STEWARD else [],
            password_hash=hashed, actor="test", now=utc_now(),
        )  # fmt: skip
    with company.application.house.database.reading() as db:
        assert [name for name, _ in accounts.organisers(db)] == ["organiser", "zhao"]
        ended = accounts.line_of(db, name="organiser").id
    writer.call(accounts.end, account_id=ended, actor="test", now=utc_now())
    assert enter(company).status_code == 200
    assert ("account zhao", "station.open") in acts(company)


def test_wrong_password_is_refused_logged_and_soon_slowed(company: Company) -> None:
    assert enter(company, "not the password").status_code == 403
    assert (f"address {LAPTOP}", "account.sign_in_failed") in acts(company)
    statuses = [enter(company, "not the password").status_code for _ in range(10)]
    assert statuses[-1] == 429
    # Slowed is slowed: the right one does not open either, and children keep no organiser out for more than a minute.
    assert enter(company).status_code == 429


def test_password_is_not_taken_over_plain_http_from_elsewhere(company: Company) -> None:
    assert enter(company, address=TABLET).status_code == 403
    assert ("account organiser", "station.open") not in acts(company)


@pytest.mark.parametrize("body", HOSTILE)
@pytest.mark.parametrize("path", ["", "/leave"])
def test_what_is_no_password_is_refused(company: Company, path: str, body: Any) -> None:
    assert send(company, path, body).status_code in (400, 403, 422)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_what_another_sites_page_can_send_does_nothing(company: Company, kind: str) -> None:
    client = company.application.flask.test_client()
    body = json.dumps({"password": PASSWORD})
    answer = client.post("/kiosk/organiser", data=body, content_type=kind, environ_base={"REMOTE_ADDR": LAPTOP})
    assert answer.status_code in (400, 422)
    assert ("account organiser", "station.open") not in acts(company)


def test_key_ends_the_browser_from_the_laptop_alone(company: Company) -> None:
    ended: list[bool] = []
    company.application.house.close_browser = lambda: ended.append(True) or True  # type: ignore[func-returns-value]
    key = (enter(company).json or {})["key"]
    assert send(company, "/leave", {"key": key}, TABLET).status_code == 403
    assert send(company, "/leave", {"key": f"{key}x"}).status_code == 403
    assert ended == []
    assert send(company, "/leave", {"key": key}).json == {"closed": True}
    assert ended == [True]
    assert ("account organiser", "station.leave") in acts(company)


def test_where_no_browser_was_opened_it_says_so(company: Company) -> None:
    key = (enter(company).json or {})["key"]
    assert send(company, "/leave", {"key": key}).json == {"closed": False}


def test_key_is_dead_after_ten_minutes(company: Company) -> None:
    start = datetime(2026, 10, 17, 9, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        key = (enter(company).json or {})["key"]
        clock.move_to(start + timedelta(minutes=10, seconds=2))
        assert send(company, "/leave", {"key": key}).status_code == 403
