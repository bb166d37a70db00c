"""Organisers' acts: done with an entry in the log, told with the way back, and not done twice by a second press."""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from flask import flash, g, make_response, redirect, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from festival import audit, undoing
from festival.clock import utc_now
from web import sign_in
from web.house import house, write
from web.sent_forms import SentForm

P = ParamSpec("P")
R = TypeVar("R")
View = Callable[..., ResponseReturnValue]

LONGEST_KEY = 100
# What a view leaves in the organiser's cookie for the page that it leads to.
_LEFT_IN_SESSION = ("pairing", "_flashes")


def done(function: Callable[Concatenate[Connection, P], R], *args: P.args, **arguments: P.kwargs) -> R:
    """Have the writer do an act; keep the entry that it left, for ``tell``. Raises whatever the function raises."""
    assert not args
    result, line = write(audit.noted, act=lambda db: function(db, *args, **arguments))
    g.done = line
    return result


def tell(text: str) -> None:
    """Say on the next page what was done, with a button that undoes it where that can be."""
    line = g.pop("done", None)
    flash(text, str(line.id) if line is not None and undoing.can_be_undone(line, utc_now()) else "message")


def once_key() -> str:
    """Return a new one-time key for a form."""
    return secrets.token_urlsafe(16)


def once(view: View) -> View:
    """Answer a form that is sent again as it was answered first: nothing is made twice.

    What was refused, or sent back to be mended, was not done: it may be sent again.
    """

    @wraps(view)
    def guarded(**arguments: Any) -> ResponseReturnValue:
        key = request.form.get("once", "")[:LONGEST_KEY]
        if not key:
            return view(**arguments)
        form = house().sent_forms.form(f"{sign_in.actor()} {request.path} {key}")
        # The second of two presses at one moment waits here for what the first one makes.
        with form.lock:
            return _again(form) if form.answer else _first(form, view, arguments)

    return guarded


def _first(form: SentForm, view: View, arguments: dict[str, Any]) -> ResponseReturnValue:
    response = make_response(view(**arguments))
    if response.status_code == 303:
        left = {name: session[name] for name in _LEFT_IN_SESSION if name in session}
        form.answer = (response.headers["Location"], left)
    return response


def _again(form: SentForm) -> ResponseReturnValue:
    """Lead where the first press led: its browser may have thrown away the answer, with what its cookie held."""
    assert form.answer
    location, left = form.answer
    session.update(left)
    return redirect(location, 303)
