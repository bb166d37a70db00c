"""A card's day, for the kiosk that it was just held to."""

import uuid

from flask import Blueprint, Response

from festival import stamps
from festival.clock import to_text, utc_now
from web import answers
from web.enrolment import station
from web.house import read

calls = Blueprint("days", __name__)


@calls.get("/days/<uuid:nonce>")
def show(nonce: uuid.UUID) -> Response:
    """Show at which booths the holder was, and when: no name, no number."""
    found = read(stamps.of_scan, nonce=nonce.bytes, station_id=station().id, now=utc_now())
    return answers.of_value({"stamps": {slug: to_text(at) for slug, at in found.at.items()}})
