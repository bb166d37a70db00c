"""A card's day, for the kiosk that it was just held to."""

import re
import uuid

from flask import Blueprint, Response

from festival import stamps
from festival.check_in.attempt import NONCE
from festival.clock import to_text, utc_now
from festival.errors import Reason, Refusal
from web import answers
from web.enrolment import station
from web.house import read

calls = Blueprint("days", __name__)


@calls.get("/days/<nonce>")
def show(nonce: str) -> Response:
    """Show at which booths the holder was, and when: no name, no number."""
    if re.fullmatch(NONCE, nonce) is None:
        raise Refusal(Reason.NOT_FOUND)
    key = uuid.UUID(nonce).bytes
    found = read(stamps.of_scan, nonce=key, station_id=station().id, now=utc_now())
    return answers.of_value({"stamps": {slug: to_text(at) for slug, at in found.at.items()}})
