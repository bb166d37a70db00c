"""历届: the editions that were, opening the next one, and taking that back."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from admin.edition import trouble, unprintable
from admin.frame import framed_pages, is_english
from festival import editions
from festival.clock import utc_now
from festival.editions import EditionLine
from festival.errors import Reason, Refusal
from web import sign_in
from web.house import directory, read, write

pages = framed_pages("editions", __name__)


@pages.get("/editions")
def all_editions() -> ResponseReturnValue:
    """List the editions with their figures; after a closing down offer the next one."""
    return _page(_proposed(), {})


@pages.post("/editions/next")
def open_next() -> ResponseReturnValue:
    """Open the next edition under the names that were typed."""
    typed = {field: request.form.get(field, "").strip() for field in ("name", "name_en")}
    troubles = unprintable(typed)
    if not troubles:
        try:
            write(editions.open_next, values=typed, actor=sign_in.actor(), now=utc_now())
        except Refusal as refusal:
            field = refusal.details["field"]
            troubles = {field: _why_not_opened(refusal.reason, field)}
    if troubles:
        return _page(typed, troubles)
    flash(_("%(name)s开了，人数人次从零算起。", name=typed["name"]))
    return redirect(url_for(".all_editions"), 303)


def _why_not_opened(reason: Reason, field: str) -> str:
    if field == "edition":
        return str(_("这一届还没收摊，先收摊。"))
    return str(_("这个名字用过了，换一个。")) if reason is Reason.EXISTS else trouble(field)


@pages.post("/editions/take-back")
def take_back() -> ResponseReturnValue:
    """Go back to the edition that was closed down before this one."""
    try:
        write(editions.take_back, actor=sign_in.actor(), now=utc_now())
    except Refusal:
        return _page(_proposed(), {"edition": str(_("退不回去了：新的一届已经有人扫过。"))})
    flash(_("退回来了，还是%(name)s。", name=directory().edition.name))
    return redirect(url_for(".all_editions"), 303)


def _proposed() -> dict[str, str]:
    """Return what the edition after the current one would be called."""
    current = directory().edition
    return editions.next_names(current.name, current.name_en)


def _page(shown: dict[str, str], troubles: dict[str, str]) -> ResponseReturnValue:
    page = render_template(
        "admin/editions.html",
        lines=[_line(line) for line in read(editions.listed)],
        can_be_taken_back=read(editions.can_be_taken_back),
        shown=shown,
        troubles=troubles,
    )
    return page, 422 if troubles else 200


def _line(line: EditionLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "name": line.name_en if is_english() and line.name_en else line.name,
        "people": line.people,
        "walk_ins": line.walk_ins,
        "visits": line.visits,
        "closed": _date(line.closed_at),
        "wiped": _date(line.wiped_at),
    }


def _date(moment: datetime | None) -> str:
    """Return the day with its year; editions lie years apart."""
    if moment is None:
        return ""
    local = moment.astimezone(directory().edition.zone).date()
    return str(format_date(local, "d MMM yyyy" if is_english() else "yyyy年M月d日", rebase=False))
