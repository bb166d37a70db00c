"""The organiser's way into a kiosk's own settings, and out of its full-screen browser: a password, asked by the screen.

Nobody is signed in at a kiosk, and nobody shall be afterwards: what is right gives a key that lives ten minutes, in the
page's memory alone. What is sent must be JSON, which no other site's page can send here.
"""

import json

from flask import Blueprint, Response, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from festival import accounts, passwords
from festival.clock import utc_now
from festival.errors import Reason, Refusal, bad_field
from festival.schema import Shape, an_object, text
from web import answers, heavy, limits, security
from web.house import house, read, write

LASTS = 600
LARGEST = 1_000
PASSWORD = Shape(an_object({"password": text(passwords.LONGEST)}, "password"))
KEY = Shape(an_object({"key": text(400)}, "key"))

pages = Blueprint("organiser", __name__)
for call in ("enter", "leave"):
    security.csrf.exempt(f"{__name__}.{call}")


@pages.post("/kiosk/organiser")
def enter() -> Response:
    """Give an organiser the key to this kiosk's settings."""
    password = _sent(PASSWORD)["password"]
    # Plain http would show the password to whoever listens: as with the admin, the laptop itself and https alone.
    if not security.sees_admin():
        raise Refusal(Reason.NOT_ALLOWED)
    name = _checked(password)
    if name is None:
        raise Refusal(Reason.NOT_ALLOWED)
    write(accounts.at_kiosk, name=name, act="station.open", address=_address(), now=utc_now())
    return answers.of_value({"key": _keys().dumps(name)})


@pages.post("/kiosk/organiser/leave")
def leave() -> Response:
    """End the full-screen browser that the server opened on this laptop; tell whether there was one."""
    key = _sent(KEY)["key"]
    try:
        name = _keys().loads(key, max_age=LASTS)
    except BadSignature as error:
        raise Refusal(Reason.NOT_ALLOWED) from error
    if not security.is_on_this_laptop():
        raise Refusal(Reason.NOT_ALLOWED)
    write(accounts.at_kiosk, name=name, act="station.leave", address=_address(), now=utc_now())
    return answers.of_value({"closed": house().close_browser()})


def _checked(password: str) -> str | None:
    """Return which organiser's password it is; raises ``slow_down`` after too many wrong ones."""
    with limits.sign_ins.one(_address(), on_laptop=security.is_on_this_laptop()) as was_wrong:
        known = read(accounts.organisers)
        name = next((name for name, kept in known if heavy.run(passwords.is_right, kept, password)), None)
        if name is None:
            was_wrong()
            write(accounts.turned_away, name="", address=_address(), now=utc_now())
        return name


def _sent(shape: Shape) -> dict[str, str]:
    """Return the JSON that was sent; raises ``too_large``, ``invalid``."""
    if not request.is_json:
        raise bad_field("body")
    if (request.content_length or 0) > LARGEST:
        raise Refusal(Reason.TOO_LARGE)
    try:
        sent: dict[str, str] = shape.check(json.loads(request.get_data()))
    except (ValueError, RecursionError) as error:
        raise bad_field("body") from error
    return sent


def _keys() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="kiosk-organiser")


def _address() -> str:
    return request.remote_addr or ""
