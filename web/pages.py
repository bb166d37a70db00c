"""The frame of every page: addresses of files that change with their contents, words and figures."""

import hashlib
import mimetypes
import sys
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from festival.messages import Language
from web import languages, security
from web.house import directory

# Other systems' tables say text/plain for these, or nothing; with nosniff such a page stays dead.
_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
}
ONE_DAY = 24 * 3600
ONE_YEAR = 365 * ONE_DAY


def init_app(app: Flask) -> None:
    """Give pages what they need."""
    for ending, kind in _TYPES.items():
        mimetypes.add_type(kind, ending)
    app.get_send_file_max_age = _age_of_file  # type: ignore[method-assign, assignment]
    app.jinja_env.globals["asset"] = asset
    # What starts Python on this laptop, where whoever reads it sits.
    app.jinja_env.globals["python"] = "py" if sys.platform == "win32" else "python3"
    app.context_processor(_frame)
    app.template_filter("clock_time")(_clock_time)
    app.add_url_rule("/", "home", _home)
    app.add_url_rule("/language/<to>", "language", _choose_language)


def asset(path: str) -> str:
    """Return the address of a file in ``static``; it changes when the file does."""
    root = Path(current_app.static_folder or "")
    return url_for("static", filename=path, v=_fingerprint(root / path, _changed(root / path)))


def _changed(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


@lru_cache(maxsize=512)
def _fingerprint(path: Path, _changed_at: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.exists() else "missing"


def _age_of_file(_name: str | None) -> int:
    """Return for how many seconds a browser may keep a file: for long where its address carries its contents."""
    if "v" in request.args:
        return ONE_YEAR
    return ONE_DAY if "/vendor/" in request.path else 0


def _frame() -> dict[str, Any]:
    return {"language": languages.of_page().value}


def _clock_time(moment: datetime) -> str:
    zone = directory().edition.zone
    local = moment.astimezone(zone)
    return f"{local.hour}:{local:%M}"


def _home() -> ResponseReturnValue:
    return render_template("home.html", edition=directory().edition, admin_here=security.sees_admin())


def _choose_language(to: str) -> ResponseReturnValue:
    """Keep the language that somebody chose and go back to where they were, on this site alone."""
    response = redirect(security.own_path(request.args.get("back"), "/"))
    chosen = Language.EN if to == Language.EN.value else Language.ZH
    response.set_cookie(languages.COOKIE, chosen.value, max_age=ONE_YEAR, samesite="Lax")
    return response
