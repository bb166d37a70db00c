"""The board, for a television."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

pages = Blueprint("board", __name__)


@pages.get("/board")
def board() -> ResponseReturnValue:
    """Show the board; its figures come over the socket."""
    return render_template("board/index.html")
