"""Calls for help: a kiosk calls, volunteers see it and one of them goes."""

from typing import Any

from flask import Blueprint, Response

from api.bodies import body
from festival import calls as help_calls
from festival.accounts import FIRST_ACCOUNT
from festival.calls import RING, CallLine, Taker
from festival.clock import to_text, utc_now
from festival.messages import Language
from festival.schema import small_id
from festival.stations import Station
from web import answers, languages, limits
from web.enrolment import station, station_and_directory
from web.house import read, write

# The first account has no person's name.
_ORGANISER = {Language.ZH: "组织者", Language.EN: "organiser"}

calls = Blueprint("calls", __name__)


@calls.post("/calls")
def ring() -> Response:
    """Call a volunteer here, or remind of the call that waits."""
    caller = station()
    nonce = RING.check(body())["nonce"]
    limits.hold(limits.CALLS, str(caller.id))
    call, is_new = write(help_calls.ring, station=caller, nonce=nonce, now=utc_now())
    return answers.of_value(_shown(call), 201 if is_new else 200)


@calls.get("/calls")
def list_all() -> Response:
    """List the calls that wait, and those that were just taken."""
    return answers.of_value({"calls": [_shown(call) for call in read(help_calls.listed, now=utc_now())]})


@calls.get("/calls/<int:call_id>")
def show(call_id: int) -> Response:
    """Show one: whether somebody is coming."""
    return answers.of_value(_shown(read(help_calls.view, call_id=small_id(call_id), station=station())))


@calls.post("/calls/<int:call_id>/take")
def take(call_id: int) -> Response:
    """Go there, unless somebody does already."""
    caller = station()
    taker = Taker(caller.actor, caller.id)
    return answers.of_value(_shown(write(help_calls.take, call_id=small_id(call_id), taker=taker, now=utc_now())))


def _shown(call: CallLine) -> dict[str, Any]:
    own = station()
    return {
        "id": call.id,
        "at": to_text(call.at),
        "rings": call.rings,
        "station": call.station,
        "kind": call.kind,
        "booth": call.booth,
        "number": call.number,
        "ended": call.ended_as,
        "by": _taker(call, own),
        "at_booth": call.taken_at_booth,
        "mine": call.taker_id == own.id,
    }


def _taker(call: CallLine, own: Station) -> str | None:
    """Return who went, in words for staff: residents' screens name nobody."""
    if not own.is_staff:
        return None
    booth = station_and_directory()[1].by_slug.get(call.taken_at_booth or "")
    if booth is not None:
        return booth.label(english=languages.of_device() is Language.EN)
    return _ORGANISER[languages.of_device()] if call.by == FIRST_ACCOUNT else call.by
