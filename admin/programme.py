"""The day's programme and announcements for the board."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin import shown
from admin.booth_form import clock_time
from admin.frame import framed_pages
from festival import programme
from festival.clock import utc_now
from festival.programme import Wrong
from printing import fonts
from web import acts, sign_in
from web.house import read

pages = framed_pages("programme", __name__)

SPARE_ROWS = 3
_NO_ITEM = {"at": "", "title": "", "place": ""}
_NO_NOTICE = {"text": "", "from": "", "until": ""}
_AN_HOUR = _l("写几点，像 9:30 这样。")
_TROUBLES = {
    ("at", Wrong.MISSING): _AN_HOUR,
    ("at", Wrong.HOUR): _AN_HOUR,
    ("title", Wrong.MISSING): _l("写上节目的名称。"),
    ("title", Wrong.TOO_WIDE): _l("太长了，最多 12 个字。"),
    ("place", Wrong.TOO_WIDE): _l("太长了，最多 6 个字。"),
    ("text", Wrong.MISSING): _l("写上通知说什么。"),
    ("text", Wrong.TOO_WIDE): _l("太长了，最多 40 个字。"),
    ("from", Wrong.HOUR): _AN_HOUR,
    ("until", Wrong.HOUR): _AN_HOUR,
}
_TOO_MANY = {"items": _l("节目一共最多 30 个。"), "notices": _l("通知一共最多 10 条。")}
_MOST = {"items": programme.MOST_ITEMS, "notices": programme.MOST_NOTICES}
_TEXTS = ("title", "place", "text")


@pages.get("/programme")
def whole() -> ResponseReturnValue:
    """Show the programme, to be changed."""
    return _page(read(programme.now_set), {})


@pages.post("/programme")
def change() -> ResponseReturnValue:
    """Keep the programme as it was typed."""
    typed = _typed()
    troubles = _troubles(typed)
    if troubles:
        return _page(typed, troubles)
    acts.done(programme.set_to, values=typed, actor=sign_in.actor(), now=utc_now())
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


def _troubles(typed: dict[str, Any]) -> dict[str, str]:
    """Return what is wrong, by where: ``items-0-title``, or ``items`` for all of them."""
    unshown = {
        f"{rows}-{at}-{field}": shown.trouble(row[field])
        for rows in _MOST
        for at, row in enumerate(typed[rows])
        for field in _TEXTS
        if field in row
    }
    faults = programme.faults(typed).items()
    wrong = {f"{rows}-{at}-{field}": str(_TROUBLES[field, fault]) for (rows, at, field), fault in faults}
    too_many = {rows: str(_TOO_MANY[rows]) for rows, most in _MOST.items() if len(typed[rows]) > most}
    return {place: text for place, text in (unshown | wrong | too_many).items() if text}


def _rows(fields: dict[str, str]) -> list[dict[str, str]]:
    columns = [[fonts.tidy(text) for text in request.form.getlist(name)] for name in fields.values()]
    return [dict(zip(fields, row, strict=True)) for row in zip(*columns, strict=False) if any(row)]


def _page(values: dict[str, Any], troubles: dict[str, str]) -> ResponseReturnValue:
    rows = {
        "items": [*values["items"], *[_NO_ITEM] * SPARE_ROWS],
        "notices": [*values["notices"], *[_NO_NOTICE] * SPARE_ROWS],
    }
    page = render_template("admin/programme.html", shown=values, rows=rows, troubles=troubles)
    return page, 422 if troubles else 200
