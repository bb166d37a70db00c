"""Each route's right: the table is whole, and it is what happens, for every caller at every route."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from festival import accounts
from festival.clock import utc_now
from tests.cast import PASSWORD, PASSWORD_HASH
from tests.conftest import ON_SQLITE, Company
from web import rights
from web.rights import BY_KIND, BY_ROLE, RIGHTS, Caller

STATION_OF = {
    Caller.KIOSK: "kiosk",
    Caller.VOLUNTEER: "fair",
    Caller.ORGANISERS_DEVICE: "organiser",
}
ROLE_OF = {caller: role for role, caller in BY_ROLE.items()}
LAPTOP = {"REMOTE_ADDR": "127.0.0.1"}
HOLES = {
    "<trouble>": "clock_jumped",
    "<slug>": "tea",
    "<short>": "000013",
    "<code>": "000013",
    "<path:code>": "a/b",
    "<to>": "en",
}


def rows(app: Flask) -> Iterator[str]:
    """Return every method and rule that the application answers."""
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield f"{method} {rule.rule}"


@ON_SQLITE
def test_every_route_stands_in_the_table_and_nothing_else(company: Company) -> None:
    assert sorted(rows(company.application.flask)) == sorted(RIGHTS)


def test_every_kind_of_station_and_every_role_is_a_caller() -> None:
    assert {Caller.STRANGER, *BY_KIND.values(), *BY_ROLE.values()} == set(Caller)


def address_of(rule: str) -> str:
    """Return an address that the rule matches."""
    for hole, value in HOLES.items():
        rule = rule.replace(hole, value)
    return re.sub(r"<int:\w+>", "999999", rule).replace("<path:filename>", "css/base.css")


def signed_in(company: Company, role: str | None) -> FlaskClient:
    """Return a browser on the laptop, with somebody of this role signed in."""
    client = company.application.flask.test_client()
    if role is None:
        return client
    name = accounts.FIRST_ACCOUNT
    if role != accounts.ORGANISER:
        name = role
        led = ["tea"] if role == accounts.STEWARD else []
        company.application.house.writer.call(
            accounts.add, name=name, role=role, booths=led, password_hash=PASSWORD_HASH, actor="test", now=utc_now()
        )
    form = {"name": name, "password": PASSWORD, "csrf_token": token_on(client, "/admin/sign-in")}
    assert client.post("/admin/sign-in", data=form, environ_base=LAPTOP).status_code == 303
    return client


def token_on(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*(?:value|content)="([^"]+)"', client.get(path, environ_base=LAPTOP).text)
    assert found
    return found[1]


@pytest.fixture
def knock(company: Company, request: pytest.FixtureRequest) -> Callable[[str], TestResponse]:
    """Try a route as the caller of this test."""
    caller: Caller = request.param
    client = signed_in(company, ROLE_OF.get(caller))
    company.application.flask.config["WTF_CSRF_ENABLED"] = False
    headers = {}
    if caller in STATION_OF:
        headers["Authorization"] = f"Bearer {company.cast.tokens[STATION_OF[caller]]}"

    def answer(row: str) -> TestResponse:
        method, rule = row.split(" ")
        # What it says is nobody's matter here: it may be refused for what it is, not for who sends it.
        body: Any = {"json": {}} if rule.startswith(("/api/", "/kiosk/", "/my/")) else {"data": {}}
        body = {} if method == "GET" else body
        return client.open(address_of(rule), method=method, headers=headers, environ_base=LAPTOP, buffered=True, **body)

    answer.caller = caller  # type: ignore[attr-defined]
    return answer


TO_SIGN_IN = 302


def how_refused(answer: TestResponse) -> int | None:
    """Return how somebody was turned away for who they are: 401, 403, or to where one signs in; None: let through."""
    to_sign_in = answer.status_code == TO_SIGN_IN and answer.headers["Location"].startswith("/admin/sign-in")
    return answer.status_code if to_sign_in or answer.status_code in (401, 403) else None


def wanted(row: str, caller: Caller) -> int | None:
    """Return how the table wants a caller to be refused at a route."""
    if caller in RIGHTS[row]:
        return None
    if "/api/" in row:
        return 403 if caller in STATION_OF else 401
    # A device's token says nothing on a page: whoever has not signed in is asked to.
    return TO_SIGN_IN if "/admin" in row and caller not in ROLE_OF else 403


# Whoever signs out is not there any more for the rows that follow; a password that is wrong is refused for what it is.
LAST = "POST /admin/sign-out"
REFUSES_WHAT_IS_SENT = {"POST /admin/sign-in"}


@ON_SQLITE
@pytest.mark.parametrize("knock", list(Caller), indirect=True, ids=[caller.value for caller in Caller])
def test_the_table_is_what_happens(knock: Any) -> None:
    wrong = [
        (row, answer.status_code)
        for row in sorted(set(RIGHTS) - REFUSES_WHAT_IS_SENT, key=lambda row: (row == LAST, row))
        if how_refused(answer := knock(row)) != wanted(row, knock.caller) or answer.status_code >= 500
    ]
    assert wrong == []


@ON_SQLITE
def test_a_route_that_was_forgotten_is_open_to_nobody(company: Company) -> None:
    app = company.application.flask
    organiser = signed_in(company, accounts.ORGANISER)
    app._got_first_request = False
    app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    assert organiser.get("/forgotten", environ_base=LAPTOP).status_code == 403


OPEN_TO_ALL = r"/api/v1/stations$|/kiosk/(qr|organiser(/leave)?)$|/my/(card|check-ins|stamps)$|/admin/sign-(in|out)$"
CHANGES_OF_OTHERS = rf"^(POST|PATCH|DELETE) (?!{OPEN_TO_ALL})"


# Said once more in other words, so that a slip in the table is noticed.
@pytest.mark.parametrize(
    ("caller", "may_not"),
    [
        (Caller.STRANGER, CHANGES_OF_OTHERS),
        (Caller.STRANGER, r"^GET /(admin(?!/sign-in$|/first-start$)|api/v1/(?!board$|openapi.json$))"),
        (Caller.KIOSK, r"^(PATCH|GET /api/v1/(cards|scans|stations)|POST /api/v1/(booths|pairing|edition))"),
        (Caller.VOLUNTEER, r"^(PATCH|POST /api/v1/(booths|pairing|edition)|GET /api/v1/(scans|stations))"),
        (Caller.VIEWER, CHANGES_OF_OTHERS),
        (Caller.VIEWER, r"^GET /admin/(?!live$|sign-in$|first-start$)"),
        (
            Caller.STEWARD,
            r"/admin/(accounts|audit|cards|close-down|edition|stations|booths(/new|/<slug>|/<slug>/move)?$)",
        ),
        *[(caller, "/admin/accounts") for caller in Caller if caller is not Caller.ORGANISER],
    ],
)
def test_nobody_may_do_what_would_be_worst(caller: Caller, may_not: str) -> None:
    worst = [row for row in RIGHTS if re.search(may_not, row)]
    assert worst
    assert [row for row in worst if caller in RIGHTS[row]] == []


def test_reading_is_asked_for_as_head_too() -> None:
    assert rights.may("HEAD", "/admin", Caller.VIEWER)
    assert not rights.may("HEAD", "/admin/cards", Caller.VIEWER)
