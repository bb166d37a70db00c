"""The parts of the look, each in every state, on pages for whoever works on it: with ``--styles`` alone."""

import re
from pathlib import Path

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from web.house import house

FACES = ("shared", "kiosk", "booth", "admin")
THEMES = ("usual", "large", "high")
_COLOUR = re.compile(r"^  --([a-z-]+): #", re.MULTILINE)
_ICON = re.compile(r'<symbol id="([a-z0-9-]+)"')

pages = Blueprint("styles", __name__)


@pages.get("/styles")
def show() -> ResponseReturnValue:
    """Show the parts of one ``face`` in one ``theme``, the parts that all pages share at first."""
    face, theme = request.args.get("face", FACES[0]), request.args.get("theme", THEMES[0])
    if not house().settings.styles or face not in FACES or theme not in THEMES:
        abort(404)
    return render_template(
        f"styles/{face}.html",
        face=face,
        faces=FACES,
        theme=theme,
        themes=THEMES,
        colours=list(dict.fromkeys(_COLOUR.findall(_static("css/tokens.css")))),
        icons=_ICON.findall(_static("vendor/icons.svg")),
    )


def _static(name: str) -> str:
    return (Path(current_app.static_folder or "") / name).read_text(encoding="utf-8")
