"""Whatever is sent, the answer has one shape (check-in.md, Every other error)."""

import io
import json
from typing import Any

import pytest

from tests.cast import answer, new_nonce
from tests.conftest import ON_SQLITE, Company

pytestmark = ON_SQLITE
POSTS = ("/check-ins", "/check-ins/batch", "/stations", "/pairing-codes", "/booths", "/cards")
SHAPE = {"outcome", "reason", "message", "replayed", "warnings", "visit", "card"}


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


NO_JSON: list[bytes] = [
    b"",
    b" ",
    b"{",
    b"}",
    b"nonsense",
    b"scan=1&nonce=2",
    b"{'scan': null}",
    b'{"scan": null,}',
    b'{"scan": NaN}',
    b'{"scan": Infinity}',
    b'{"scan": -Infinity}',
    b"NaN",
    b"\xff\xfe{\x00}\x00",
    b'{"scan": "\xff"}',
    b'{"scan": "a\nb"}',
    b'{"scan": null}{}',
    b'{"scan": ' + b"9" * 5000 + b"}",
    b"\x00",
    b"\xef\xbb\xbf",
    nested(21),
    nested(100_000),
    b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    b"[" * 100_000,
]


@pytest.mark.parametrize("path", POSTS)
def test_what_is_no_json_is_invalid(company: Company, path: str) -> None:
    for data in NO_JSON:
        reply = company.organiser.post(path, data=data)
        assert answer(reply) == (422, "refused", "invalid"), data[:40]
        assert set(reply.get_json()) == SHAPE | {"field"}


def test_twenty_levels_are_read_and_one_more_is_not(company: Company) -> None:
    def deep(levels: int) -> bytes:
        return b'{"scan":null,"nonce":"%s","deep":%s}' % (new_nonce().encode(), nested(levels - 1))

    assert company.clinic.post("/check-ins", data=deep(20)).status_code == 201
    assert answer(company.clinic.post("/check-ins", data=deep(21))) == (422, "refused", "invalid")
    brackets = json.dumps("[" * 50 + "{" * 50).encode()
    data = b'{"scan":null,"nonce":"%s","x":%s}' % (new_nonce().encode(), brackets)
    assert company.clinic.post("/check-ins", data=data).status_code == 201


@pytest.mark.parametrize(
    "content_type", [None, "", "text/plain", "application/x-www-form-urlencoded", "x", "multipart/form-data"]
)
def test_json_is_read_whatever_content_type_says(company: Company, content_type: str | None) -> None:
    data = json.dumps({"scan": None, "nonce": new_nonce()}).encode()
    headers = {} if content_type is None else {"Content-Type": content_type}
    assert company.clinic.post("/check-ins", data=data, headers=headers).status_code == 201


def test_a_byte_order_mark_is_no_harm(company: Company) -> None:
    data = b"\xef\xbb\xbf" + json.dumps({"scan": None, "nonce": new_nonce()}).encode()
    assert company.clinic.post("/check-ins", data=data).status_code == 201


@pytest.mark.parametrize("number", [b"1e400", b"-1e400", b"1" + b"0" * 400, b"-0.0", b"1.0000000000000001e1000"])
@pytest.mark.parametrize("path", ["/check-ins", "/booths", "/cards"])
def test_numbers_that_no_machine_holds_are_invalid(company: Company, path: str, number: bytes) -> None:
    bodies = {
        "/check-ins": b'{"scan":null,"booth":"tea","nonce":"%s","party":%s}' % (new_nonce().encode(), number),
        "/booths": b'{"slug":"x","name":"x","number":%s}' % number,
        "/cards": b'{"count":%s}' % number,
    }
    assert answer(company.organiser.post(path, data=bodies[path])) == (422, "refused", "invalid")


def test_a_body_over_a_million_bytes_is_too_large(company: Company) -> None:
    def sized(size: int) -> bytes:
        head = b'{"scan":null,"nonce":"%s","x":"' % new_nonce().encode()
        return head + b"x" * (size - len(head) - 2) + b'"}'

    assert company.clinic.post("/check-ins", data=sized(1_000_000)).status_code == 201
    for path in POSTS:
        for size in (1_000_001, 9_999_999, 12_000_000):
            reply = company.organiser.post(path, data=sized(size))
            assert answer(reply) == (413, "refused", "too_large"), (path, size)


def test_a_chunked_body_is_read_and_held_to_the_same_size(company: Company) -> None:
    def sent(data: bytes) -> Any:
        stream = io.BytesIO(data)
        headers = {"Transfer-Encoding": "chunked"}
        return company.clinic.post("/check-ins", input_stream=stream, headers=headers)

    assert sent(json.dumps({"scan": None, "nonce": new_nonce()}).encode()).status_code == 201
    assert answer(sent(b"x" * 1_000_001)) == (413, "refused", "too_large")
    assert answer(sent(b"")) == (422, "refused", "invalid")


METHODS = {
    "/check-ins": {"POST"},
    "/check-ins/batch": {"POST"},
    "/check-ins/1": {"DELETE"},
    "/station": {"GET"},
    "/stations": {"GET", "POST"},
    "/stations/1": {"DELETE"},
    "/pairing-codes": {"POST"},
    "/booths": {"GET", "POST"},
    "/booths/tea": {"PATCH"},
    "/cards": {"POST"},
    "/cards/1": {"GET", "PATCH"},
    "/scans": {"GET"},
    "/edition/close": {"POST"},
    "/board": {"GET"},
    "/openapi.json": {"GET"},
}


@pytest.mark.parametrize("path", METHODS)
def test_another_method_is_405_and_says_which_are_allowed(company: Company, path: str) -> None:
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - METHODS[path]:
        reply = company.organiser.call(method, path)
        assert answer(reply) == (405, "refused", "method_not_allowed"), method
        allowed = {name.strip() for name in reply.headers["Allow"].split(",")}
        assert allowed >= METHODS[path]
        assert allowed <= METHODS[path] | {"HEAD", "OPTIONS"}
        assert set(reply.get_json()) == SHAPE


@pytest.mark.parametrize(
    "path", ["/", "/nowhere", "/check-ins/", "/check-ins/1/2", "/booths/", "/../check-ins", "/%00"]
)
def test_an_address_that_is_none_is_not_found(company: Company, path: str) -> None:
    for client in (company.organiser, company.client(None)):
        reply = client.get(path)
        assert answer(reply) == (404, "refused", "not_found")
        assert set(reply.get_json()) == SHAPE


def test_a_lone_surrogate_is_invalid_wherever_it_stands(company: Company) -> None:
    for path, data in (
        ("/stations", b'{"pairing_code":"123456","name":"\\ud800"}'),
        ("/pairing-codes", b'{"kind":"kiosk","booths":["\\udc00"]}'),
        ("/booths", b'{"slug":"x","name":"\\ud83d"}'),
        ("/booths", b'{"slug":"x","name":"x","\\ud83d":1}'),
        ("/cards", b'{"replaces":"\\ud800"}'),
        ("/check-ins", b'{"scan":"\\ud800","nonce":"x"}'),
        ("/check-ins/batch", b'{"check_ins":"\\ud800"}'),
    ):
        assert answer(company.organiser.post(path, data=data)) == (422, "refused", "invalid"), path
    assert company.organiser.post("/booths", data=b'{"slug":"x","name":"\\ud83d\\ude00"}').status_code == 201


def test_a_bug_is_told_by_a_reference_alone(company: Company, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    from festival import editions

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(editions, "close", broken)
    reply = company.organiser.post("/edition/close")
    assert answer(reply) == (500, "refused", "broken")
    assert "secret inside" not in reply.text
    assert reply.get_json()["reference"] in caplog.text
    assert "secret inside" in caplog.text
    assert company.cast.tokens["organiser"] not in caplog.text
