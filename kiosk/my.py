"""Residents' own phones: a booth's page, the card on the phone, and what a card's own address shows.

No station token: the built-in station ``self`` acts. No cookie and no form token either: what is sent must be JSON,
which no other site's page can send here, and nothing that a browser adds by itself means anything. A card's code lies
in the phone alone; calls carry it in their body, so that no log keeps it.
"""

import json
import uuid
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival import cards, codes, stamps
from festival.check_in import Attempt
from festival.check_in.attempt import NONCE, Asked
from festival.clock import to_text, utc_now
from festival.codes import Written
from festival.errors import Reason, Refusal, bad_field
from festival.schema import Shape, an_object, or_null, text
from festival.stamps import Stamps
from festival.stations import SELF
from web import answers, errors, languages, limits, rotating, security
from web.house import board, directory, read, record, write

LARGEST = 1_000
NOTHING = Shape(an_object({}))
CARD = Shape(an_object({"code": text(100)}, "code"))
CHECK_IN = Shape(
    an_object(
        {
            "code": text(100),
            "booth": text(100),
            "nonce": {"type": "string", "pattern": NONCE},
            "token": or_null({"type": "string", "pattern": "^[0-9]{8}$"}),
        },
        "code",
        "booth",
        "nonce",
    )
)

pages = Blueprint("my", __name__)
for call in ("new_card", "check_in", "my_stamps"):
    security.csrf.exempt(f"{__name__}.{call}")


@pages.get("/b/<slug>")
@pages.get("/B/<slug>")
def booth(slug: str) -> ResponseReturnValue:
    """Show a booth to whoever scanned its poster; codes of posters have capitals alone."""
    known = directory()
    found = known.by_slug.get(slug.lower())
    if found is None:
        return errors.page(_("没有这个摊"), _("看看码是不是今天的海报上的，或者问问志愿者。"), 404)
    figures = next(row for row in board()["booths"] if row["slug"] == found.slug)
    return render_template(
        "my/booth.html", booth=found, visits=figures["visits"], stands=_stands(figures), edition=known.edition
    )


@pages.get("/my")
def card() -> ResponseReturnValue:
    """Show the card that lies in the phone; which one it is, only the phone knows."""
    known = directory()
    return render_template("my/card.html", booths=known.booths, stands=_all_stand(), edition=known.edition)


@pages.get("/c/<code>")
@pages.get("/C/<code>")
def stranger(code: str) -> ResponseReturnValue:
    """Show a card's stamps to whoever opened its address: no name, no number, no time."""
    limits.refuse_if_reached(limits.WRONG_CODES, _address())
    digits = _digits(code)
    found = None if digits is None else read(stamps.of_card, code=digits)
    if found is None:
        limits.count(limits.WRONG_CODES, _address())
        return errors.page(_("没有这张卡"), _("看看码是不是拍全了，或者到服务台问一问。"), 404)
    known = directory()
    shown = render_template("my/stranger.html", card=found, code=digits, booths=known.booths, edition=known.edition)
    response = make_response(shown)
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.post("/my/card")
def new_card() -> Response:
    """Make a card for a phone that has none."""
    _sent(NOTHING)
    limits.hold(limits.PHONE_CARDS, _address())
    limits.hold(limits.PHONE_CARDS_OF_NETWORK, limits.NETWORK)
    [made] = write(cards.issue, count=1, actor=f"station {directory().stations[SELF].id}", now=utc_now())
    return answers.of_value({"code": made.code, "short": made.short}, 201)


@pages.post("/my/check-ins")
def check_in() -> Response:
    """Check the phone's card in at a booth: one person, with the usual answers."""
    sent = _sent(CHECK_IN)
    code, now = _code_of(sent), utc_now()
    attempt = Attempt(
        asked=Asked(SELF, now, languages.of_device()),
        scan=code,
        booth=sent["booth"],
        nonce=uuid.UUID(sent["nonce"]).bytes,
        at=now,
        at_booth=sent.get("token") is not None and rotating.is_current(sent["booth"], sent["token"], now),
    )
    return answers.of_reply(record([attempt])[0])


@pages.post("/my/stamps")
def my_stamps() -> Response:
    """Say what the phone's card has gathered, and how the booths stand."""
    code = _code_of(_sent(CARD))
    limits.refuse_if_reached(limits.WRONG_CODES, _address())
    found = read(stamps.of_card, code=code)
    if found is None:
        limits.count(limits.WRONG_CODES, _address())
        raise Refusal(Reason.UNKNOWN_CARD)
    return answers.of_value(_as_json(found) | {"stands": _all_stand()})


def _as_json(found: Stamps) -> dict[str, Any]:
    stamped = {slug: to_text(at) for slug, at in found.at.items()}
    return {"short": found.short, "state": found.state, "stamps": stamped}


def _all_stand() -> dict[str, str]:
    return {row["slug"]: _stands(row) for row in board()["booths"]}


def _stands(figures: dict[str, Any]) -> str:
    """Return how a booth stands for a resident: open, full, closed."""
    if not figures["open"]:
        return "closed"
    return "full" if figures["left"] == 0 else "open"


def _sent(shape: Shape) -> dict[str, Any]:
    """Return the JSON that a phone's page sent; raises ``slow_down``, ``too_large``, ``invalid``."""
    # A page of another site may send texts and forms here, JSON only where we allowed it: we allow nobody.
    if not request.is_json:
        raise bad_field("body")
    limits.hold(limits.PHONE_CALLS, _address())
    if (request.content_length or 0) > LARGEST:
        raise Refusal(Reason.TOO_LARGE)
    try:
        return shape.check(json.loads(request.get_data()))
    except (ValueError, RecursionError) as error:
        raise bad_field("body") from error


def _code_of(sent: dict[str, Any]) -> str:
    digits = _digits(sent["code"])
    if digits is None:
        raise bad_field("code")
    return digits


def _digits(written: str) -> str | None:
    """Return the sixteen digits of a card, None where they are none: a short number is for the staff."""
    code = codes.read(written[:100])
    return code.digits if code.kind is Written.CARD else None


def _address() -> str:
    return request.remote_addr or ""
