"""What the web adds to every answer: health, headers, languages, logs without secrets."""

import logging

import pytest

from festival import editions
from festival.storage.engine import Database
from tests.conftest import ON_SQLITE, Company
from web import logs


@ON_SQLITE
def test_health_is_a_constant(company: Company) -> None:
    reply = company.application.flask.test_client().get("/healthz")
    assert reply.status_code == 200
    assert reply.get_json()["status"] == "ok"


@ON_SQLITE
@pytest.mark.parametrize("path", ["/", "/kiosk", "/board", "/booth", "/nowhere", "/api/v1/board"])
def test_every_page_is_guarded(company: Company, path: str) -> None:
    reply = company.application.flask.test_client().get(path)
    assert "default-src 'self'" in reply.headers["Content-Security-Policy"]
    assert "'unsafe-" not in reply.headers["Content-Security-Policy"]
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


@ON_SQLITE
@pytest.mark.parametrize("path", ["/", "/kiosk", "/board", "/booth"])
def test_no_page_carries_a_script_or_a_style_of_its_own(company: Company, path: str) -> None:
    html = company.application.flask.test_client().get(path).text
    assert "<style" not in html
    assert " style=" not in html
    assert " onclick=" not in html
    for script in html.split("<script")[1:]:
        opening = script.split(">")[0]
        assert "src=" in opening or 'type="application/json"' in opening


@ON_SQLITE
def test_a_language_is_chosen_once_and_leads_back_here_alone(company: Company) -> None:
    client = company.application.flask.test_client()
    assert client.get("/language/en?back=/kiosk").headers["Location"] == "/kiosk"
    assert 'lang="en"' in client.get("/kiosk").text
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example", ""):
        assert client.get(f"/language/en?back={elsewhere}").headers["Location"] == "/"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("GET /c/1012345678901234 HTTP/1.1", "GET /c/1012************ HTTP/1.1"),
        ("GET /cards/1012-3456-7890-1234 HTTP/1.1", "GET /cards/1012-************ HTTP/1.1"),
        ("GET /cards/１０１２３４５６７８９０１２３４ HTTP/1.1", "GET /cards/１０１２************ HTTP/1.1"),
        ("1012 3456+7890\u30001234", "1012 ************"),
        ("GET /cards/10123456789012341012345678901234 HTTP/1.1", "GET /cards/1012************ HTTP/1.1"),
        ("GET /cards/910123456789012345 HTTP/1.1", "GET /cards/9101************ HTTP/1.1"),
        ("GET /cards/101234567890123 HTTP/1.1", "GET /cards/101234567890123 HTTP/1.1"),
        ('127.0.0.1 - - [25/Nov/2026 21:05:13] "GET / HTTP/1.1" 200 123456 0.123456',) * 2,
        ("Authorization: Bearer abc.def", "Authorization: Bearer …"),
        ("GET /x?token=abc&y=1", "GET /x?token=…&y=1"),
    ],
)
def test_logs_hide_codes_and_secrets(line: str, shown: str) -> None:
    record = logging.LogRecord("x", logging.WARNING, "x", 1, line, None, None)
    assert logs.Discreet("%(message)s").format(record) == shown


def test_health_names_the_data_that_it_serves(company: Company, database: Database) -> None:
    with database.reading() as db:
        data = editions.data(db)
    value = company.application.flask.test_client().get("/healthz").get_json()
    assert value == {"status": "ok", "community": data.community, "generation": data.generation}
    assert len(data.generation) == 32
