"""The organisers' admin."""

from flask import Flask

from admin import audit, booths, cards, close_down, desk, edition, editions, first_start, sign_in, stations, visits


def init_app(app: Flask) -> None:
    """Open the admin."""
    for part in (first_start, sign_in, desk, edition, editions, booths, stations, cards, visits, close_down, audit):
        app.register_blueprint(part.pages, name=f"admin_{part.pages.name}", url_prefix="/admin")
