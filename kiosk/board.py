"""The board, for a television."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from festival import programme as programmes
from festival import turnout
from festival.clock import utc_now
from web import answers
from web.house import directory, read

pages = Blueprint("board", __name__)


@pages.get("/board")
def board() -> ResponseReturnValue:
    """Show the board; its figures come over the socket."""
    return render_template(
        "board/index.html",
        edition=directory().edition,
        warn_at=turnout.WARN_AT_PEOPLE,
        permit_at=turnout.PERMIT_AT_PEOPLE,
    )


@pages.get("/board/edition")
def edition() -> Response:
    """Say whether the day is closed down, which the snapshot does not tell from booths that are not open yet."""
    return answers.of_value({"closed": directory().edition.closed})


@pages.get("/board/programme")
def programme() -> Response:
    """Say what the board turns to between its booths: programme and announcements of now, where switched on."""
    return answers.of_value(read(programmes.on_board, now=utc_now()))
