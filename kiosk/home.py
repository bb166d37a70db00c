"""The residents' kiosk."""

from flask import Blueprint, Response, request
from flask import render_template as show
from flask.typing import ResponseReturnValue

from festival import codes, stations
from festival.clock import utc_now
from festival.codes import Written
from festival.errors import Reason, Refusal, bad_field
from festival.schema import Shape, an_object, or_null, text
from festival.stations import Kind
from printing import qr
from web import answers, security, sign_in
from web.house import directory, write

PAIR_HERE = Shape(an_object({"booth": or_null({"type": "string"}), "name": text(40)}))


pages = Blueprint("home", __name__)
security.csrf.exempt(f"{__name__}.card_qr")


@pages.get("/kiosk")
@security.also(script=security.DECODER)
def kiosk() -> ResponseReturnValue:
    """Show the kiosk; what it is, it learns from the API with its token."""
    return show(
        "kiosk/index.html",
        organiser_here=_organiser_is_here(),
        takes_password=security.sees_admin(),
        on_laptop=security.is_on_this_laptop(),
        zone=directory().edition.zone.key,
    )


@pages.post("/kiosk/pair-here")
def pair_here() -> Response:
    """Make the laptop's own browser a kiosk, shared or for one booth, for the organiser who has signed in."""
    if not security.is_on_this_laptop():
        raise Refusal(Reason.NOT_ALLOWED)
    wanted = PAIR_HERE.check(request.get_json(force=True, silent=True))
    booth = wanted.get("booth")
    if booth is not None and booth not in directory().by_slug:
        raise Refusal(Reason.UNKNOWN_BOOTH)
    enrolled = write(
        stations.enrol,
        kind=Kind.KIOSK,
        slugs=[] if booth is None else [booth],
        name=wanted.get("name", "这台电脑"),
        now=utc_now(),
    )
    return answers.of_value({"token": enrolled.token, "station": enrolled.station.as_json()}, 201)


@pages.post("/kiosk/qr")
def card_qr() -> Response:
    """Draw the code of a card. It comes in the body, so that no log of addresses keeps it.

    It changes nothing, so it wants no form token, which a page opened the evening before would have outlived.
    """
    code = codes.read(request.get_data(as_text=True)[:100])
    if code.kind is not Written.CARD:
        raise bad_field("code")
    return Response(qr.svg(code.digits, "H"), content_type="image/svg+xml")


def _organiser_is_here() -> bool:
    return security.is_on_this_laptop() and sign_in.is_organiser()
