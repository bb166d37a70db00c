"""The first page of a new festival: the organiser's password, once, and where everything is."""

import secrets
from typing import Protocol, cast

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from printing import qr
from web import addresses

pages = Blueprint("first_start", __name__)


class FirstStart(Protocol):
    """What the server keeps of its first start."""

    token: str
    password: str
    shown: bool


@pages.get("/first-start")
def first_start() -> ResponseReturnValue:
    """Show the password to who has the token, once; later on say how to get another."""
    response = current_app.make_response(
        render_template(
            "admin/first_start.html",
            password=_password(request.args.get("token", "")),
            phones=addresses.of_phones(),
            by_name=addresses.by_name(),
            in_english=_in_english,
            draw=qr.svg,
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _password(token: str) -> str | None:
    """Return the first password, None where it was shown before or the token is not the one."""
    first = cast(FirstStart | None, current_app.extensions.get("first_start"))
    if first is None or first.shown or not secrets.compare_digest(first.token.encode(), token.encode()):
        return None
    first.shown = True
    return first.password


def _in_english(words: str) -> str:
    """Return the English of ``words``: this page is shown once, so it has both languages at once."""
    with force_locale("en"):
        return str(_(words))
