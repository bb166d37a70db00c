"""The day's programme and announcements for the board."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.booth_form import clock_time
from admin.frame import framed_pages
from festival import programme
from festival.clock import utc_now
from festival.errors import Refusal
from web import acts, sign_in
from web.house import read

pages = framed_pages("programme", __name__)

SPARE_ROWS = 3
_NO_ITEM = {"at": "", "title": "", "place": ""}
_NO_NOTICE = {"text": "", "from": "", "until": ""}
_TROUBLES = {
    "items": _l("节目要写几点（9:30 这样）和名称，名称最多 12 个字，地方最多 6 个字，一共最多 30 个。"),
    "notices": _l("通知每条最多 40 个字，时间写成 9:30 这样，一共最多 10 条。"),
}


@pages.get("/programme")
def whole() -> ResponseReturnValue:
    """Show the programme, to be changed."""
    return _page(read(programme.now_set), {})


@pages.post("/programme")
def change() -> ResponseReturnValue:
    """Keep the programme as it was typed."""
    typed = _typed()
    try:
        acts.done(programme.set_to, values=typed, actor=sign_in.actor(), now=utc_now())
    except Refusal as refusal:
        field = refusal.details.get("field")
        if field not in _TROUBLES:
            raise
        return _page(typed, {field: str(_TROUBLES[field])})
    acts.tell(_("节目和通知存好了。"))
    return redirect(url_for(".whole"), 303)


def _typed() -> dict[str, Any]:
    """Return what was typed; rows left empty are no rows."""
    items = _rows({"at": "item_at", "title": "item_title", "place": "item_place"})
    notices = _rows({"text": "notice_text", "from": "notice_from", "until": "notice_until"})
    return {
        "on_board": request.form.get("on_board") == "yes",
        "items": [row | {"at": clock_time(row["at"])} for row in items],
        "notices": [row | {end: clock_time(row[end]) for end in ("from", "until")} for row in notices],
    }


def _rows(fields: dict[str, str]) -> list[dict[str, str]]:
    columns = [[text.strip() for text in request.form.getlist(name)] for name in fields.values()]
    return [dict(zip(fields, row, strict=True)) for row in zip(*columns, strict=False) if any(row)]


def _page(shown: dict[str, Any], troubles: dict[str, str]) -> ResponseReturnValue:
    rows = {
        "items": [*shown["items"], *[_NO_ITEM] * SPARE_ROWS],
        "notices": [*shown["notices"], *[_NO_NOTICE] * SPARE_ROWS],
    }
    page = render_template("admin/programme.html", shown=shown, rows=rows, troubles=troubles)
    return page, 422 if troubles else 200
