"""The audit log, to read."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin.frame import framed_pages, is_english
from admin.words import Names, act, actor, changes, thing
from festival import audit, stations
from festival.errors import Reason, Refusal
from web.house import directory, read

ON_A_PAGE = 50
LARGEST_ID = 2**63 - 1

pages = framed_pages("audit", __name__)


@pages.get("/audit")
def log() -> ResponseReturnValue:
    """List what organisers did, newest first."""
    before = request.args.get("before", type=int)
    if before is not None and before > LARGEST_ID:
        raise Refusal(Reason.NOT_FOUND)
    lines = read(audit.listed, most=ON_A_PAGE + 1, before=before)
    shown = lines[:ON_A_PAGE]
    older = shown[-1].id if len(lines) > ON_A_PAGE else None
    names = _names()
    return render_template("admin/audit.html", lines=[_line(line, names) for line in shown], older=older, before=before)


def _line(line: audit.AuditLine, names: Names) -> dict[str, Any]:
    return {
        "at": line.at,
        "who": actor(line.actor, names),
        "act": act(line.act),
        "thing": thing(line.thing, names),
        "changes": changes(line.before, line.after, names),
    }


def _names() -> Names:
    english = is_english()
    return Names(
        {
            booth.slug: f"{_('%(number)s 号', number=booth.number)} {booth.label(english=english)}"
            for booth in directory().booths
        },
        {str(line.id): line.name for line in read(stations.listed)},
    )
