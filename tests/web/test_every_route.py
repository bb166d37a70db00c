"""Every route, asked by a stranger: headers on each answer, no form without its token, no name but our own."""

import re
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app import Application
from festival.storage.engine import Database
from festival.storage.tables import AuditEntry
from tests.cast import PASSWORD
from tests.conftest import ON_SQLITE
from web.security import DECODER, HEADERS

pytestmark = ON_SQLITE

LAPTOP = {"REMOTE_ADDR": "127.0.0.1"}
LEAK = re.compile(r"Traceback|site-packages|/tmp/|\.py\W+line|Werkzeug/|eventlet/", re.IGNORECASE)
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
# Devices carry a bearer token, which no browser sends by itself.
# The kiosk's picture of a code holds what was sent to it, and writes nothing.
# Residents' phones have no cookie and send JSON, which no other site's page can (tests/kiosk/test_my.py).
# An organiser's password at the kiosk is JSON too, and no cookie means anything there (tests/kiosk/test_organiser.py).
WITHOUT_FORM_TOKEN = ("/api/", "/kiosk/qr", "/kiosk/organiser", "/my/")


def filled(rule: Rule) -> str:
    """Return a path that the rule matches."""
    return re.sub(r"<(?:(\w+)[^:>]*:)?(\w+)>", lambda part: "1" if part[1] == "int" else "clinic", rule.rule)


def every(application: Application) -> list[tuple[str, str]]:
    return [
        (method, filled(rule))
        for rule in application.flask.url_map.iter_rules()
        for method in sorted((rule.methods or set()) | {"GET", "POST"})
    ]


POLICY = "Content-Security-Policy"


def holds_headers(answer: TestResponse) -> bool:
    """Return whether all headers are there; the pages with a camera may start its decoder besides."""
    held = dict(answer.headers) | {POLICY: answer.headers.get(POLICY, "").replace(f" {DECODER}", "")}
    return all(held.get(name) == value for name, value in HEADERS.items())


def test_every_answer_has_the_headers_and_gives_nothing_away(application: Application) -> None:
    client = application.flask.test_client()
    asked = every(application)
    assert len(asked) > 50
    for method, path in asked:
        answer = client.open(path, method=method, environ_base=LAPTOP)
        assert holds_headers(answer), f"{method} {path}"
        assert answer.status_code < 500, f"{method} {path}"
        if answer.mimetype in ("text/html", "application/json") and "openapi" not in path:
            assert not LEAK.search(answer.text), f"{method} {path}"
        if path.startswith("/admin"):
            assert answer.headers["Cache-Control"] == "no-store", path
        answer.close()


def written(database: Database) -> int:
    with database.reading() as db:
        return int(db.execute(select(func.count()).select_from(AuditEntry)).scalar_one())


def signed_in(application: Application) -> Any:
    client = application.flask.test_client()
    page = client.get("/admin/sign-in", environ_base=LAPTOP).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    form = {"csrf_token": token[1], "name": "organiser", "password": PASSWORD}
    assert client.post("/admin/sign-in", data=form, environ_base=LAPTOP).status_code == 303
    return client


@pytest.mark.parametrize(
    ("form", "headers"),
    [
        ({}, {}),
        ({"csrf_token": "wrong"}, {}),
        ({}, {"Origin": "http://evil.example", "Referer": "http://evil.example/"}),
    ],
)
def test_no_act_without_its_form_token(
    application: Application, database: Database, form: dict[str, str], headers: dict[str, str]
) -> None:
    client = signed_in(application)
    before, tried = written(database), 0
    for rule in application.flask.url_map.iter_rules():
        for method in UNSAFE & (rule.methods or set()):
            if rule.rule.startswith(WITHOUT_FORM_TOKEN):
                continue
            answer = client.open(filled(rule), method=method, data=form, headers=headers, environ_base=LAPTOP)
            assert answer.status_code in (400, 403), f"{method} {rule.rule}: {answer.status_code}"
            tried += 1
    assert tried > 10
    assert written(database) == before


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8000",
        "127.0.0.1.evil.org",
        "[evil]",
        "localhost.x",
        "localhost:x@evil.example",
        "[::1].evil.example",
        "localhost:80:90",
    ],
)
@pytest.mark.parametrize("path", ["/", "/admin", "/static/css/tokens.css", "/api/v1/booths", "/socket.io/?EIO=4"])
def test_a_strangers_name_is_refused(application: Application, host: str, path: str) -> None:
    answer = application.flask.test_client().get(path, headers={"Host": host}, environ_base=LAPTOP)
    assert answer.status_code == 403
    assert holds_headers(answer)
    if path.startswith("/api"):
        assert answer.get_json()["reason"] == "not_allowed"


@pytest.mark.parametrize("host", ["127.0.0.1", "192.168.1.9:8000", "[::1]:8000", "[::1]", "localhost", "LOCALHOST.:80"])
def test_addresses_and_own_names_are_served(application: Application, host: str) -> None:
    answer = application.flask.test_client().get("/healthz", headers={"Host": host})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "path",
    ["../serve.py", "%2e%2e/serve.py", "..%5cserve.py", "..\\serve.py", "css", "css/", "", "etc/passwd", "%00"],
)
def test_static_gives_its_files_alone(application: Application, path: str) -> None:
    answer = application.flask.test_client().get(f"/static/{path}")
    assert answer.status_code == 404, path
    assert holds_headers(answer)
