"""/api/v1: the one door for devices: kiosk, booth pages and strangers' clients alike."""

from flask import Flask

from api import board, booths, cards, check_ins, document, edition, scans, stations
from web.security import csrf

PREFIX = "/api/v1"


def init_app(app: Flask) -> None:
    """Open the API. It wants tokens, not cookies, so a form token would guard nothing."""
    for part in (check_ins, stations, booths, cards, scans, edition, board, document):
        csrf.exempt(part.calls)
        app.register_blueprint(part.calls, name=f"api_{part.calls.name}", url_prefix=PREFIX)
