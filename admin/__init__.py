"""The organisers' admin."""

from flask import Flask

from admin import (
    accounts,
    addresses,
    audit,
    backups,
    booths,
    calls,
    cards,
    close_down,
    desk,
    edition,
    editions,
    first_start,
    posters,
    programme,
    sign_in,
    stations,
    tally,
    tray,
    visits,
    voice,
)


def init_app(app: Flask) -> None:
    """Open the admin."""
    parts = (
        first_start,
        sign_in,
        desk,
        calls,
        edition,
        editions,
        booths,
        posters,
        programme,
        addresses,
        stations,
        cards,
        visits,
        tray,
        tally,
        voice,
        accounts,
        close_down,
        audit,
        backups,
    )
    for part in parts:
        app.register_blueprint(part.pages, name=f"admin_{part.pages.name}", url_prefix="/admin")
