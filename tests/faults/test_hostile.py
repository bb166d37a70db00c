"""Hostile values in every form, path and query of the pages: a sentence for the sender, never a fault of ours."""

import io
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app import Application
from festival.booths import FIELDS as BOOTH_FIELDS
from tests.cast import PASSWORD
from tests.conftest import ON_SQLITE

pytestmark = [ON_SQLITE, pytest.mark.fault]

LAPTOP = {"REMOTE_ADDR": "127.0.0.1"}
NASTY = [
    "", " ", "\0", "a\0b", "9" * 10_000, "-1", "1e999", "NaN", "0x10", "１２", "²", "\u202eabc",
    "👨‍👩‍👧‍👦", "\ufeff", "\ud800",
    "<script>alert(1)</script>", "'; DROP TABLE visits;--", "../../etc/passwd", "..\\..\\x", "%00", "%ff", "{{7*7}}",
    "a" * 60_000, "\r\nSet-Cookie: a=b", "25:61", "clinic", "2026-13-40", "99999999999999999999", "true", "null", "[]",
]  # fmt: skip
TEMPLATES = Path(__file__).parents[2] / "templates"
# Every field that a form of ours has, so that no new form is forgotten; and the rows of a booth's questions.
FIELDS = sorted(
    {
        name
        for page in TEMPLATES.rglob("*.html")
        for name in re.findall(r'<(?:input|textarea|select|button)[^>]* name="([a-z_]+)"', page.read_text("utf-8"))
    }
    - {"csrf_token"}
    | {f"questions-0-{name}" for name in ("key", "label", "required", "choices")}
    | set(BOOTH_FIELDS)
)
VALUES = st.one_of(st.sampled_from(NASTY), st.text(max_size=40), st.integers().map(str))
FORMS = st.lists(st.tuples(st.sampled_from(FIELDS), VALUES, st.booleans()), max_size=14)
# Signing out and a new password would end the very sign-in that sends the rest.
ENDS_THE_SIGN_IN = re.compile(r"sign-out|password")
# After a closing down most of the others would only hear that it is over.
LAST = ("/admin/close-down", "/admin/editions/next", "/admin/editions/take-back")


def text(value: str) -> bytes:
    """Half characters too, as a raw client sends them."""
    return value.encode("utf-8", "surrogatepass")


def multipart(form: list[tuple[str, str, bool]], token: str) -> bytes:
    """Return a form with files where a text is expected."""
    parts = [("csrf_token", token, False), *form]
    body = io.BytesIO()
    for name, value, is_file in parts:
        kind = '; filename="../../a.exe"\r\nContent-Type: image/png' if is_file else ""
        body.write(
            f'--edge\r\nContent-Disposition: form-data; name="{name}"{kind}\r\n\r\n'.encode() + text(value) + b"\r\n"
        )
    return body.getvalue() + b"--edge--\r\n"


def urlencoded(form: list[tuple[str, str, bool]], token: str) -> bytes:
    pairs = [("csrf_token", token), *((name, value) for name, value, _ in form)]
    return "&".join(f"{name}={quote(text(value), safe='')}" for name, value in pairs).encode()


def organiser(application: Application) -> tuple[FlaskClient, str]:
    """Return a browser that has signed in, and its form token."""
    client = application.flask.test_client()
    form = {"name": "organiser", "password": PASSWORD, "csrf_token": token_on(client, "/admin/sign-in")}
    assert client.post("/admin/sign-in", data=form, environ_base=LAPTOP).status_code == 303
    return client, token_on(client, "/admin")


def token_on(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path, environ_base=LAPTOP).text)
    assert found, path
    return found[1]


def path_of(rule: str, part: str) -> str:
    return re.sub(r"<[^>]+>", quote(text(part[:2000]), safe=""), rule)


def attack(application: Application, requests_a_form: int) -> int:
    """Send each form and each page ``requests_a_form`` hostile requests; return how many were let in."""
    client, token = organiser(application)
    rules = [rule for rule in application.flask.url_map.iter_rules() if not rule.rule.startswith("/api/")]
    posts = sorted({rule.rule for rule in rules if "POST" in (rule.methods or ()) and "/admin" in rule.rule})
    gets = sorted({rule.rule for rule in rules if "GET" in (rule.methods or ())})
    answered = 0

    def check(method: str, path: str, **arguments: Any) -> None:
        nonlocal answered
        answer = client.open(path, method=method, environ_base=LAPTOP, **arguments)
        assert answer.status_code < 500, f"{method} {path[:200]} {str(arguments)[:2000]}"
        answered += answer.status_code != 403
        answer.close()

    few = settings(
        max_examples=requests_a_form,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    def sent(rule: str) -> None:
        @few
        @given(FORMS, st.sampled_from(["1", "clinic", *NASTY]), st.booleans())
        def each(form: list[tuple[str, str, bool]], part: str, as_files: bool) -> None:
            body = multipart(form, token) if as_files else urlencoded(form, token)
            kind = "multipart/form-data; boundary=edge" if as_files else "application/x-www-form-urlencoded"
            check("POST", path_of(rule, part), data=body, content_type=kind)

        each()

    def asked(rule: str) -> None:
        @few
        @given(FORMS, st.sampled_from(["1", "clinic", *NASTY]))
        def each(form: list[tuple[str, str, bool]], part: str) -> None:
            query = urlencoded([(name, value[:3000], False) for name, value, _ in form], "x").decode()
            check("GET", path_of(rule, part), query_string=query)

        each()

    for rule in sorted(posts, key=lambda rule: LAST.index(rule) if rule in LAST else -1):
        if not ENDS_THE_SIGN_IN.search(rule):
            sent(rule)
    for rule in gets:
        if "socket.io" not in rule:
            asked(rule)
    return answered


# Some of them print sheets, which takes a while on a busy machine.
@pytest.mark.timeout(900)
def test_no_hostile_request_is_a_fault_of_ours(application: Application) -> None:
    assert attack(application, 25) > 500


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_ten_thousand_hostile_requests_are_none_either(application: Application) -> None:
    assert attack(application, 220) > 10_000
