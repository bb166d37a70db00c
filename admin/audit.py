"""The audit log, to read."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from admin.frame import organisers_pages
from admin.words import act, actor, changes, thing
from festival import audit
from web.house import read

ON_A_PAGE = 50

pages = organisers_pages("audit", __name__)


@pages.get("/audit")
def log() -> ResponseReturnValue:
    """List what organisers did, newest first."""
    before = request.args.get("before", type=int)
    lines = read(audit.listed, most=ON_A_PAGE + 1, before=before)
    shown = lines[:ON_A_PAGE]
    older = shown[-1].id if len(lines) > ON_A_PAGE else None
    return render_template("admin/audit.html", lines=[_line(line) for line in shown], older=older, before=before)


def _line(line: audit.AuditLine) -> dict[str, Any]:
    return {
        "at": line.at,
        "who": actor(line.actor),
        "act": act(line.act),
        "thing": thing(line.thing),
        "changes": changes(line.before, line.after),
    }
