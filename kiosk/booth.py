"""The volunteers' booth page."""

from pathlib import Path

from flask import Blueprint, Response, current_app, render_template
from flask.typing import ResponseReturnValue

from web import security
from web.house import directory, house

pages = Blueprint("booth", __name__)


@pages.get("/booth")
@security.also(script=security.DECODER)
def booth() -> ResponseReturnValue:
    """Show the booth page; which booth it is, it learns from the API with its token."""
    return render_template("booth/index.html", zone=directory().edition.zone.key, https=house().settings.https)


@pages.get("/booth/worker.js")
def worker() -> Response:
    """Send the script that lets the page open without the server: browsers let it act for its own folder."""
    script = Path(current_app.static_folder or "") / "js" / "booth" / "worker.js"
    return Response(script.read_bytes(), mimetype="text/javascript", headers={"Service-Worker-Allowed": "/booth"})
