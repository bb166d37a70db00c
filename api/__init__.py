"""/api/v1: the one door for devices: kiosk, booth pages and strangers' clients alike."""

from flask import Flask
from werkzeug.routing import IntegerConverter

from api import board, booths, calls, cards, check_ins, days, document, edition, offline, photos, scans, stations, tray
from web.security import csrf

PREFIX = "/api/v1"


class AsciiNumber(IntegerConverter):
    """A number in an address: other scripts' digits are another address."""

    regex = "[0-9]+"


def init_app(app: Flask) -> None:
    """Open the API. It wants tokens, not cookies, so a form token would guard nothing."""
    app.url_map.converters["int"] = AsciiNumber
    for part in (
        check_ins,
        stations,
        booths,
        calls,
        cards,
        days,
        scans,
        edition,
        offline,
        photos,
        tray,
        board,
        document,
    ):
        csrf.exempt(part.calls)
        app.register_blueprint(part.calls, name=f"api_{part.calls.name}", url_prefix=PREFIX)
