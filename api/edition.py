"""Closing the edition down."""

from flask import Blueprint, Response

from festival import editions
from festival.clock import utc_now
from web import answers
from web.enrolment import station
from web.house import write

calls = Blueprint("edition", __name__)


@calls.post("/edition/close")
def close() -> Response:
    """Close the edition down, for good."""
    caller = station()
    write(editions.close, actor=caller.actor, now=utc_now())
    return answers.nothing()
