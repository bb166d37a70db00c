"""The board, for a television."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from web import answers
from web.house import directory

pages = Blueprint("board", __name__)


@pages.get("/board")
def board() -> ResponseReturnValue:
    """Show the board; its figures come over the socket."""
    return render_template("board/index.html", edition=directory().edition)


@pages.get("/board/edition")
def edition() -> Response:
    """Say whether the day is closed down, which the snapshot does not tell from booths that are not open yet."""
    return answers.of_value({"closed": directory().edition.closed})
