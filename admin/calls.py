"""Calls for help, on the desk: somebody goes, or an organiser clears one that needs nobody."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from admin.frame import framed_pages
from festival import calls
from festival.calls import Taker
from festival.clock import utc_now
from festival.schema import small_id
from web import sign_in
from web.house import write

pages = framed_pages("calls", __name__)


@pages.post("/calls/<int:call_id>/take")
def take(call_id: int) -> ResponseReturnValue:
    """Go there, unless somebody does already: the desk shows who."""
    write(calls.take, call_id=small_id(call_id), taker=Taker(sign_in.actor()), now=utc_now())
    return redirect(url_for("admin_desk.desk"), 303)


@pages.post("/calls/<int:call_id>/clear")
def clear(call_id: int) -> ResponseReturnValue:
    """End one that nobody needs to take."""
    write(calls.clear, call_id=small_id(call_id), actor=sign_in.actor(), now=utc_now())
    return redirect(url_for("admin_desk.desk"), 303)
