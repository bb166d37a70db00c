"""The board's snapshot: counts, for anyone on the network."""

from flask import Blueprint, Response

from web import answers
from web.house import board

calls = Blueprint("board", __name__)


@calls.get("/board")
def show() -> Response:
    """Show the newest figures."""
    return answers.of_value(board())
