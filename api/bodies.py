"""Bodies as devices send them: read to the end, held to strict JSON."""

import json
import re
from typing import IO, Any, NoReturn, cast

from flask import Response, after_this_request, request

from festival.errors import Reason, Refusal, bad_field

LARGEST = 1_000_000
# A body that is too large is read this far, so that its sender lives to see the answer.
READ_TO = 10_000_000
DEEPEST = 20
# Python turns no text of over 4,300 digits into a whole number; a number that long is only ever out of bounds.
LONGEST_WHOLE = 300
CHUNK = 65_536

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def read_bytes(largest: int = LARGEST) -> bytes:
    """Return the request's body; raises ``too_large`` above ``largest`` bytes, ``invalid`` for broken chunks.

    It is read from the server's own stream, which knows chunked bodies; Werkzeug's would see none of them.
    """
    stream = cast(IO[bytes], request.environ["wsgi.input"])
    length = request.content_length
    if length is None and request.headers.get("Transfer-Encoding", "").lower() != "chunked":
        return b""
    read_to = max(READ_TO, largest + 1)
    left = read_to if length is None else min(length, read_to)
    parts: list[bytes] = []
    size = 0
    while left > 0 and (part := _read(stream, min(CHUNK, left))):
        left -= len(part)
        size += len(part)
        if size <= largest:
            parts.append(part)
    if size > largest or (length or 0) > largest:
        raise Refusal(Reason.TOO_LARGE)
    return b"".join(parts)


def _read(stream: IO[bytes], most: int) -> bytes:
    try:
        return stream.read(most)
    except (OSError, ValueError) as error:
        # Nobody knows where the next request begins on this connection.
        after_this_request(_hang_up)
        raise bad_field("body") from error


def _hang_up(response: Response) -> Response:
    response.headers["Connection"] = "close"
    return response


def parse(data: bytes) -> Any:
    """Return the JSON in ``data``, whatever the Content-Type says.

    Raises ``invalid`` where it is none, holds NaN, or is nested over 20 deep.
    """
    try:
        text = data.decode("utf-8-sig")
        value = _JSON.decode(text)
    except (ValueError, RecursionError) as error:
        raise bad_field("body") from error
    if text.count("[") + text.count("{") > DEEPEST and _depth(value) > DEEPEST:
        raise bad_field("body")
    return value


def may_hold_half_characters(data: bytes) -> bool:
    """Return whether a text in this JSON may be half a character (a lone surrogate), which nothing can store."""
    return b"\\u" in data and _SURROGATE.search(data) is not None


def holds_half_character(value: object) -> bool:
    """Return whether a text in ``value`` is half a character."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def body() -> Any:
    """Return the JSON body of this request; raises ``too_large`` and ``invalid``."""
    data = read_bytes()
    value = parse(data)
    if may_hold_half_characters(data) and holds_half_character(value):
        raise bad_field("body")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_WHOLE else float(digits)


_JSON = json.JSONDecoder(parse_constant=_no_constant, parse_int=_whole)


def _depth(value: object) -> int:
    deepest, level = 0, [value]
    while level:
        inner: list[object] = []
        for item in level:
            if isinstance(item, dict):
                inner.extend(item.values())
            elif isinstance(item, list):
                inner.extend(item)
        deepest += any(isinstance(item, dict | list) for item in level)
        level = inner
    return deepest
