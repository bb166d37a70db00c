"""The page on which a scanner gun is tried, and hints to set one up. It sends nothing, and counts nobody."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from printing import qr

# Well-formed, and on no card: whoever scans it at a booth hears that the card is unknown.
PRACTICE = "1012345678901234"

pages = Blueprint("gun", __name__)


@pages.get("/gun")
def try_out() -> ResponseReturnValue:
    """Show a code to practise on, and what a gun makes of it."""
    return render_template("gun/index.html", practice=PRACTICE, code=Markup(qr.svg(PRACTICE, "H")))
