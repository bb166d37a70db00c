"""Cards: issuing, replacing, looking up, changing."""

from dataclasses import asdict

from flask import Blueprint, Response

from api.bodies import body
from festival import cards
from festival.cards import ANY_COUNT, CARD_ORDER, REPLACEMENT
from festival.clock import utc_now
from festival.errors import Reason, Refusal
from festival.stations import Kind, Station
from web import answers, limits
from web.enrolment import station
from web.house import read, write

calls = Blueprint("cards", __name__)


@calls.post("/cards")
def issue() -> Response:
    """Issue new cards, or one that replaces another."""
    caller = station()
    wanted = body()
    if isinstance(wanted, dict) and "replaces" in wanted:
        return _replace(caller, REPLACEMENT.check(wanted)["replaces"])
    if caller.kind is Kind.KIOSK:
        _hold_kiosk(caller, wanted)
    count = CARD_ORDER.check(wanted)["count"]
    issued = write(cards.issue, count=count, actor=caller.actor, now=utc_now())
    return answers.of_value({"cards": [asdict(card) for card in issued]}, 201)


def _hold_kiosk(caller: Station, wanted: object) -> None:
    """A kiosk stands alone among strangers: one card at a time, thirty a minute."""
    if ANY_COUNT.check(wanted)["count"] > 1:
        raise Refusal(Reason.NOT_ALLOWED)
    limits.hold(limits.KIOSK_CARDS, str(caller.id))


def _replace(caller: Station, written: str) -> Response:
    caller.require_staff()
    card = write(cards.replace, written=written, actor=caller.actor, now=utc_now())
    return answers.of_value({"cards": [asdict(card)]}, 201)


# An address is a way to write a code, too: it holds slashes, two of them side by side.
@calls.get("/cards/<code>")
@calls.get("/cards/<path:code>", merge_slashes=False)
def show(code: str) -> Response:
    """Show a card to staff."""
    return answers.of_value(asdict(read(cards.view, written=code)))


@calls.patch("/cards/<code>")
@calls.patch("/cards/<path:code>", merge_slashes=False)
def change(code: str) -> Response:
    """Change a card's state or its visitor's name."""
    caller = station()
    view = write(cards.change, written=code, values=body(), actor=caller.actor, now=utc_now())
    return answers.of_value(asdict(view))
