"""The screens that people stand before: residents' kiosk, volunteers' booth page, the board; and their own phones."""

from flask import Flask

from kiosk import board, booth, gun, home, https, my, organiser, styles, voice


def init_app(app: Flask) -> None:
    """Open the screens."""
    for part in (home, booth, board, my, https, gun, organiser, styles, voice):
        app.register_blueprint(part.pages, name=f"kiosk_{part.pages.name}")
