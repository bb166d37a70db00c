"""POST /check-ins, its batch, and undo: the main job's door."""

import re
import uuid
from datetime import datetime
from typing import Any

from flask import Blueprint, Response

from api import bodies
from festival import check_in, clock
from festival.check_in import Attempt, Malformed
from festival.check_in.attempt import MOST_PERSONS, NONCE, Asked
from festival.errors import Reason, Refusal, bad_field
from festival.schema import LARGEST_ID
from web import answers, languages
from web.enrolment import probably_enrolled, says_it_is, station, token_hash
from web.house import house, record, write

MOST_IN_A_BATCH = 500

_NONCE = re.compile(NONCE)


class BadField(Exception):
    """A field that is no good; its name."""


calls = Blueprint("check_ins", __name__)


@calls.post("/check-ins")
def check_in_one() -> Response:
    """Decide and record one scan."""
    asked = Asked(probably_enrolled(), clock.utc_now(), languages.of_device())
    data = b""
    try:
        data = bodies.read_bytes()
        body = bodies.parse(data)
    except Refusal as refusal:
        return _unreadable(asked, data, refusal)
    sent_at = _sent_at_of(body)
    if isinstance(sent_at, datetime):
        says_it_is(asked.token_hash, sent_at, asked.received_at)
    attempt = _item(body, asked, sent_at, may_be_half=bodies.may_hold_half_characters(data))
    return answers.of_reply(record([attempt])[0])


def _unreadable(asked: Asked, data: bytes, refusal: Refusal) -> Response:
    """Log a body that is none, for the station that sent it, and say what is wrong with it."""
    replies = record([Malformed(asked, "body", raw=data[:1000].decode("utf-8", "replace"))])
    if replies[0].status == 401 or refusal.reason is not Reason.TOO_LARGE:
        return answers.of_reply(replies[0])
    return answers.of_refusal(refusal)


@calls.post("/check-ins/batch")
def check_in_batch() -> Response:
    """Decide and record up to 500 scans in the order sent; a bad one never harms its neighbours."""
    # Not only by the writer: a batch that holds nothing, or is none, never reaches it.
    station()
    asked = Asked(token_hash(), clock.utc_now(), languages.of_device())
    data = bodies.read_bytes()
    body = bodies.parse(data)
    items = body.get("check_ins") if isinstance(body, dict) else None
    if not isinstance(items, list) or len(items) > MOST_IN_A_BATCH:
        raise bad_field("check_ins" if isinstance(body, dict) else "body")
    sent_at = _sent_at_of(body)
    if isinstance(sent_at, BadField):
        raise bad_field("sent_at")
    if sent_at is not None:
        says_it_is(asked.token_hash, sent_at, asked.received_at)
    may_be_half = bodies.may_hold_half_characters(data)
    attempts = [_item(item, asked, sent_at, may_be_half=may_be_half) for item in items]
    replies = record(attempts) if attempts else []
    if any(reply.status == 401 for reply in replies):
        return answers.of_reply(replies[0])
    return answers.of_value({"results": [{"status": reply.status, **reply.body} for reply in replies]})


def _item(item: object, asked: Asked, sent_at: datetime | BadField | None, *, may_be_half: bool) -> Attempt | Malformed:
    if may_be_half and bodies.holds_half_character(item):
        return Malformed(asked, "body")
    return parse(item, asked, sent_at=sent_at)


@calls.delete("/check-ins/<int:visit_id>")
def undo(visit_id: int) -> Response:
    """Undo a visit."""
    caller = station()
    if visit_id > LARGEST_ID:
        raise Refusal(Reason.NOT_FOUND)
    write(
        check_in.undo,
        visit_id=visit_id,
        station=caller,
        actor=caller.actor,
        directories=house().directories,
        now=clock.utc_now(),
    )
    return answers.nothing()


def parse(body: object, asked: Asked, *, sent_at: datetime | BadField | None) -> Attempt | Malformed:
    """Return the check-in that ``body`` asks for, or which of its fields is no good.

    Our own parser, not the schema's: it runs for every scan, and must tell true from 1 and "3" from 3.
    """
    if not isinstance(body, dict):
        return Malformed(asked, "body", raw=_shown(body))
    try:
        return _attempt(body, asked, sent_at)
    except BadField as bad:
        booth = body.get("booth")
        return Malformed(asked, str(bad), raw=_shown(body.get("scan")), booth=booth if isinstance(booth, str) else None)


def _attempt(body: dict[str, Any], asked: Asked, sent_at: datetime | BadField | None) -> Attempt:
    if isinstance(sent_at, BadField):
        raise sent_at
    scanned_at = _moment(body, "scanned_at")
    at, doubted = clock.corrected(scanned_at, sent_at, asked.received_at)
    return Attempt(
        asked=asked,
        scan=_scan(body),
        booth=_text(body, "booth"),
        nonce=_nonce(body),
        at=at,
        clock_doubted=doubted,
        offline=_yes_or_no(body, "offline"),
        party=_party(body),
        answers=_answers(body),
        scanned_at=scanned_at,
    )


def _scan(body: dict[str, Any]) -> str | None:
    if "scan" not in body:
        raise BadField("scan")
    return _text(body, "scan")


def _text(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise BadField(name)
    return value


def _nonce(body: dict[str, Any]) -> bytes:
    text = _text(body, "nonce")
    if text is None or not _NONCE.fullmatch(text):
        raise BadField("nonce")
    return uuid.UUID(text).bytes


def _yes_or_no(body: dict[str, Any], name: str) -> bool:
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise BadField(name)
    return bool(value)


def _party(body: dict[str, Any]) -> int:
    value = body.get("party")
    if value is None:
        return 1
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        raise BadField("party")
    if not 1 <= value <= MOST_PERSONS:
        raise BadField("party")
    return int(value)


def _answers(body: dict[str, Any]) -> dict[str, str]:
    value = body.get("answers")
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadField("answers")
    given = {key: text for key, text in value.items() if text is not None}
    for text in given.values():
        if not isinstance(text, str):
            raise BadField("answers")
    return given


def _moment(body: dict[str, Any], name: str) -> datetime | None:
    text = _text(body, name)
    if text is None:
        return None
    try:
        return clock.from_text(text)
    except ValueError as error:
        raise BadField(name) from error


def _sent_at_of(body: object) -> datetime | BadField | None:
    """Return when a body says that it was sent."""
    if not isinstance(body, dict):
        return None
    try:
        return _moment(body, "sent_at")
    except BadField as bad:
        return bad


def _shown(value: object) -> str | None:
    """Return what the scan log may show of a scan that is no text."""
    if value is None or isinstance(value, str):
        return value
    return str(value)[:1000]
