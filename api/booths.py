"""Booths: listing, adding, changing."""

from flask import Blueprint, Response

from api.bodies import body
from festival import booths
from festival.clock import utc_now
from web import answers
from web.enrolment import station, station_and_directory
from web.house import write

calls = Blueprint("booths", __name__)


@calls.get("/booths")
def list_all() -> Response:
    """List the booths in the organisers' order."""
    _, known = station_and_directory()
    closed = known.edition.closed
    return answers.of_value({"booths": [booth.as_json(edition_closed=closed) for booth in known.booths]})


@calls.post("/booths")
def add() -> Response:
    """Add a booth."""
    caller = station()
    booth = write(booths.add, values=body(), actor=caller.actor, now=utc_now())
    return answers.of_value(booth.as_json(edition_closed=False), 201)


@calls.patch("/booths/<slug>")
def change(slug: str) -> Response:
    """Change a booth."""
    caller = station()
    booth = write(booths.change, slug=slug, values=body(), actor=caller.actor, now=utc_now())
    return answers.of_value(booth.as_json(edition_closed=False))
