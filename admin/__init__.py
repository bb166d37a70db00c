"""The organisers' admin."""

from flask import Flask

from admin import audit, backups, booths, cards, close_down, desk, edition, first_start, sign_in, stations, visits


def init_app(app: Flask) -> None:
    """Open the admin."""
    for part in (first_start, sign_in, desk, edition, booths, stations, cards, visits, close_down, audit, backups):
        app.register_blueprint(part.pages, name=f"admin_{part.pages.name}", url_prefix="/admin")
