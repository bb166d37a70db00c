"""The audit log: read, searched, taken away as a file, and undone entry by entry."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from flask import Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.frame import framed_pages, is_english
from admin.words import GROUPS, NOTHING, Names, act, actor, changes, thing
from festival import audit, stations, undoing
from festival.audit import AuditLine, Filter
from festival.clock import utc_now
from festival.errors import Reason, Refusal
from festival.undoing import Why
from web import acts, heavy, security, sheets, sign_in
from web.house import directory, read, write

ON_A_PAGE = 50
IN_A_FILE = 100_000
AT_ONCE = 500
LARGEST_ID = 2**63 - 1
LONGEST_TEXT = 40
# Days that a database can keep, and a clock can turn.
FIRST_YEAR, LAST_YEAR = 2000, 2100

STAYS = {
    Why.NEVER: _l("这一步撤销不了。"),
    Why.UNDONE: _l("这一步已经撤销过了。"),
    Why.MOVED: _l("后来又改过，或者已经用上了，就不能撤销这一步了。先撤销后面的，或者直接去改。"),
}
TYPES = {"csv": sheets.CSV, "xlsx": sheets.XLSX}

pages = framed_pages("audit", __name__)


@dataclass(frozen=True)
class Search:
    """What somebody looks for in the log, as it stands in the address. What makes no sense is left out."""

    names: Names

    @cached_property
    def chosen(self) -> dict[str, str]:
        """The parts that say something, for the form and for links."""
        typed = {name: request.args.get(name, "").strip() for name in ("who", "what", "thing", "from", "to")}
        good = {
            "who": typed["who"] if typed["who"] in {*read(audit.actors), audit.STRANGERS.strip()} else "",
            "what": typed["what"] if typed["what"] in audit.GROUPS else "",
            "thing": "".join(sign for sign in typed["thing"] if sign.isprintable())[:LONGEST_TEXT],
            "from": typed["from"] if _day(typed["from"]) else "",
            "to": typed["to"] if _day(typed["to"]) else "",
        }
        return {name: value for name, value in good.items() if value}

    @property
    def filter(self) -> Filter:
        """The same, for the log."""
        who, text = self.chosen.get("who"), _without_gaps(self.chosen.get("thing", ""))
        first, last = _day(self.chosen.get("from", "")), _day(self.chosen.get("to", ""))
        return Filter(
            actor=audit.STRANGERS if who == audit.STRANGERS.strip() else who,
            group=self.chosen.get("what"),
            text=text,
            things=self.names.holding(text) if text else (),
            since=self._midnight(first) if first else None,
            until=self._midnight(last + timedelta(days=1)) if last else None,
        )

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.names.zone)


@pages.get("/audit")
def log() -> ResponseReturnValue:
    """List what organisers did, newest first."""
    return _page()


@pages.post("/audit/<int:entry_id>/undo")
def undo(entry_id: int) -> ResponseReturnValue:
    """Take back what an entry says was done."""
    if entry_id > LARGEST_ID:
        raise Refusal(Reason.NOT_FOUND)
    try:
        line = acts.done(undoing.undo, entry_id=entry_id, actor=sign_in.actor(), now=utc_now())
    except Refusal as refusal:
        if refusal.reason is not Reason.TOO_LATE:
            raise
        return _page(str(STAYS[Why(refusal.details["why"])])), 409
    acts.tell(_("撤销了：%(act)s，%(thing)s", act=act(line.act), thing=thing(line.thing, _names())))
    if line.after is not None and line.after.get("until") == session.get("pairing", {}).get("until", ""):
        # The code that this browser shows is worth nothing any more.
        session.pop("pairing")
    return redirect(security.own_path(request.form.get("back"), url_for(".log")), 303)


@pages.get("/audit/export.<kind>")
def export(kind: str) -> ResponseReturnValue:
    """Hand out all entries that are looked for, as a spreadsheet."""
    if kind not in TYPES:
        raise Refusal(Reason.NOT_FOUND)
    names = _names()
    wanted = Search(names).filter
    write(audit.exported, wanted=wanted, kind=kind, actor=sign_in.actor(), now=utc_now())
    sheet = sheets.CsvSheet(_header()) if kind == "csv" else sheets.XlsxSheet(_header(), _("记录"))
    for lines in _all(wanted):
        # In parts, the writing of each beside the loop: scans come in between.
        heavy.run(sheet.add, [_row(line, names) for line in lines])
    return _as_file(heavy.run(sheet.done), kind)


def _page(problem: str = "") -> str:
    before = request.args.get("before", type=int)
    if before is not None and before > LARGEST_ID:
        raise Refusal(Reason.NOT_FOUND)
    names = _names()
    search = Search(names)
    lines = read(audit.listed, most=ON_A_PAGE + 1, before=before, wanted=search.filter)
    shown = lines[:ON_A_PAGE]
    return render_template(
        "admin/audit.html",
        lines=[_line(line, names) for line in shown],
        older=shown[-1].id if len(lines) > ON_A_PAGE else None,
        before=before,
        chosen=search.chosen,
        actors=[(name, actor(name, names)) for name in read(audit.actors)],
        strangers=(audit.STRANGERS.strip(), actor(audit.STRANGERS, names)),
        groups=GROUPS,
        problem=problem,
    )


def _line(line: AuditLine, names: Names) -> dict[str, Any]:
    return {
        "id": line.id,
        "at": line.at,
        "who": actor(line.actor, names),
        "act": act(line.act),
        "thing": thing(line.thing, names),
        "changes": changes(line.before, line.after, names),
        "undone": line.undone,
        "can_be_undone": undoing.can_be_undone(line, utc_now()) and not directory().edition.closed,
    }


def _all(wanted: Filter) -> Iterator[list[AuditLine]]:
    """Yield the entries in parts, newest first, at most IN_A_FILE."""
    before = None
    for _part in range(IN_A_FILE // AT_ONCE):
        lines = read(audit.listed, most=AT_ONCE, before=before, wanted=wanted)
        if not lines:
            return
        yield lines
        before = lines[-1].id


def _header() -> list[str]:
    """Return the columns' names: as on the page, then as the log keeps them."""
    spoken = [_("第几条"), _("时间"), _("谁"), _("做了什么"), _("对什么"), _("改动"), _("撤销了")]
    return [*spoken, "at", "actor", "act", "thing", "before", "after"]


def _row(line: AuditLine, names: Names) -> sheets.Row:
    shown = [
        f"{change.field}: {change.old + ' → ' if change.old else ''}{change.new}"
        for change in changes(line.before, line.after, names)
    ]
    kept = [None if value is None else json.dumps(value, ensure_ascii=False) for value in (line.before, line.after)]
    return [
        line.id,
        f"{line.at.astimezone(names.zone):%Y-%m-%d %H:%M:%S}",
        actor(line.actor, names),
        act(line.act),
        thing(line.thing, names),
        "\n".join(shown) or NOTHING,
        _("是") if line.undone else "",
        line.at.isoformat(timespec="milliseconds"),
        line.actor,
        line.act,
        line.thing,
        *kept,
    ]


def _as_file(contents: bytes, kind: str) -> Response:
    response = Response(contents, content_type=TYPES[kind])
    today = utc_now().astimezone(directory().edition.zone)
    response.headers["Content-Disposition"] = f'attachment; filename="audit-{today:%Y-%m-%d}.{kind}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _names() -> Names:
    english, known = is_english(), directory()
    return Names(
        {
            booth.slug: f"{_('%(number)s 号', number=booth.number)} {booth.label(english=english)}"
            for booth in known.booths
        },
        {str(station_id): name for station_id, name in read(stations.names).items()},
        known.edition.zone,
    )


def _day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year < LAST_YEAR else None


def _without_gaps(text: str) -> str:
    """Return a card's number without the gap that people write in it; any other text as it is."""
    digits = "".join(text.split())
    return digits if digits.isdigit() else text
