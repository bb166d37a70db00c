"""Booths: listing, adding, changing, and the code on a booth's screen."""

from flask import Blueprint, Response

from api.bodies import body
from festival import booths, self_check_in
from festival.clock import to_text, utc_now
from festival.errors import Reason, Refusal
from printing import qr
from web import addresses, answers, rotating
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


@calls.get("/booths/<slug>/rotating-code")
def rotating_code(slug: str) -> Response:
    """Give the booth's screen the address that residents' phones scan now, also as a picture."""
    caller, known = station_and_directory()
    booth = known.by_slug.get(slug)
    if booth is None:
        raise Refusal(Reason.UNKNOWN_BOOTH)
    if not caller.serves(booth.id):
        raise Refusal(Reason.NOT_YOUR_BOOTH)
    now = utc_now()
    # In the fragment, so that it stands in no log and no history of a proxy.
    text = f"{addresses.as_called()}/b/{slug}#t={rotating.code(slug, now)}"
    changes_at = to_text(self_check_in.changes_at(now))
    return answers.of_value({"text": text, "changes_at": changes_at, "svg": qr.svg(text, "M")})
