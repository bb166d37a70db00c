"""收摊: closing the day down, for good."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin.frame import framed_pages
from festival import editions
from festival.clock import utc_now
from web import sign_in
from web.house import board, write

pages = framed_pages("close_down", __name__)


@pages.get("/close-down")
def close_down() -> ResponseReturnValue:
    """Say what closing down means."""
    return render_template("admin/close_down.html", board=board(), problem="")


@pages.post("/close-down")
def close() -> ResponseReturnValue:
    """Close down, where the box is ticked."""
    if "sure" not in request.form:
        problem = _("先在下面的框里打个勾。")
        return render_template("admin/close_down.html", board=board(), problem=problem), 422
    write(editions.close, actor=sign_in.actor(), now=utc_now())
    return redirect(url_for(".close_down"), 303)
