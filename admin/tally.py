"""Tally sheets 补录: to print, and to enter what was written on them."""

from datetime import date, datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.frame import framed_pages
from festival import tally
from festival.booths import Booth
from festival.clock import utc_now
from festival.errors import Reason, Refusal, bad_field
from festival.tally import Entered, Judged, Sheet, Verdict
from printing import fonts
from printing import tally as paper
from printing.tally import Tally
from web import acts, answers, heavy, sign_in
from web.house import directory, house, read

VERDICTS = {
    Verdict.COUNTS: _l("算"),
    Verdict.ALREADY: _l("这张卡在这个摊签过了，不多算"),
    Verdict.ENTERED: _l("刚才录过了，不多算"),
    Verdict.UNREADABLE: _l("看不懂。写成“004270 10:35”，或者“10时 7人”"),
    Verdict.NOT_A_NUMBER: _l("卡的编号是六位数字，再看一眼。认不出来就改成“10:35 1人”"),
    Verdict.NO_TIME: _l("没写几点"),
    Verdict.NOT_A_TIME: _l("没有这个时间"),
    Verdict.LATER: _l("还没到这个时间"),
    Verdict.NOBODY: _l("一位也没有，把这行删掉"),
    Verdict.TOO_MANY: _l("人太多了，再数一遍"),
    Verdict.UNKNOWN_CARD: _l("没有这个编号的卡，再看一眼。认不出来就改成“10:35 1人”"),
    Verdict.REVOKED_CARD: _l("这张卡停用了。要算，就改成“10:35 1人”"),
    Verdict.EDITION_CLOSED: _l("那时候这一届还没开"),
    Verdict.SLOW_DOWN: _l("错的太多了，先改前面的"),
}
WARNINGS = {
    "clock": _l("太久以前的，时间只能记成现在"),
    "revoked_card": _l("这张卡换过了，记到新的那张上"),
    "closed": _l("那时候摊没开，照样算"),
    "full": _l("名额满了，照样算"),
    "first_visit": _l("没先去该去的摊，照样算"),
    "answers_needed": _l("没有回答，照样算"),
}

pages = framed_pages("tally", __name__)


@pages.get("/tally")
def enter_sheet() -> ResponseReturnValue:
    """Ask for which booth, which day, and what stands on the paper."""
    return _page()


@pages.get("/tally/sheets")
def sheets() -> ResponseReturnValue:
    """Show empty sheets, to be printed: one booth's, or those of all."""
    slug = request.args.get("booth", "")
    wanted = [booth for booth in _my_booths() if slug in ("", booth.slug)]
    if not wanted:
        return _page(_("没有这个摊，再选一个。"))
    drawn = [Tally(booth.number, booth.name, booth.place, tally.hours(booth)) for booth in wanted]
    festival = f"{directory().edition.name}邻里节"
    try:
        made = heavy.run(paper.sheets, drawn, festival=festival, made_at=utc_now())
    except fonts.Unprintable as trouble:
        return _page(_("这些字印不出来：%(characters)s", characters=trouble.characters))
    return answers.pdf(made, f"tally-{slug or 'all'}.pdf", shown=True)


@pages.post("/tally/preview")
def preview() -> ResponseReturnValue:
    """Say what each line would become, before anything counts."""
    return _previewed(acts.once_key())


@pages.post("/tally")
@acts.once
def enter() -> ResponseReturnValue:
    """Enter the lines, where all of them are right; else say what is wrong with which."""
    now, once = utc_now(), request.form.get("once", "")[: acts.LONGEST_KEY] or acts.once_key()
    try:
        sheet = _sheet(once, now)
        by: dict[str, Any] = {"actor": sign_in.actor(), "now": now}
        entered = acts.done(tally.enter, sheet=sheet, directories=house().directories, **by)
    except Refusal as refusal:
        if refusal.reason is not Reason.INVALID:
            raise
        return _previewed(once)
    acts.tell(_told(entered))
    return redirect(url_for(".enter_sheet", booth=sheet.booth), 303)


def _previewed(once: str) -> ResponseReturnValue:
    now = utc_now()
    try:
        sheet = _sheet(once, now)
    except Refusal as refusal:
        return _page(_trouble(refusal))
    judged = read(tally.judge, sheet=sheet, directories=house().directories, now=now)
    return _page("" if judged else _("先把纸上的抄进来。"), judged, once)


def _sheet(once: str, now: datetime) -> Sheet:
    """Return what was typed; raises ``invalid`` with the ``field`` that cannot be taken, and ``not_yours``."""
    booth = next((booth for booth in _my_booths() if booth.slug == request.form.get("booth")), None)
    if booth is None:
        raise bad_field("booth")
    edition = directory().edition
    edition.refuse_if_closed()
    lines = tally.read(request.form.get("lines", ""), day=_day(), zone=edition.zone, now=now)
    return Sheet(booth.slug, lines, once)


def _day() -> date:
    try:
        return date.fromisoformat(request.form.get("day", ""))
    except ValueError as error:
        raise bad_field("day") from error


def _trouble(refusal: Refusal) -> str:
    if refusal.reason is not Reason.INVALID:
        raise refusal
    troubles = {
        "booth": _("没有这个摊，再选一个。"),
        "day": _("哪一天？写成 2026-05-01 这样。"),
        "lines": _("一次最多 %(most)s 行，分几次录。", most=tally.MOST_LINES),
    }
    return str(troubles[refusal.details["field"]])


def _told(entered: Entered) -> str:
    if not entered.persons:
        return str(_("这些都算过了，没有多算。"))
    return str(_("补录了 %(n)s 人次，其中无卡 %(walk_ins)s。", n=entered.persons, walk_ins=entered.walk_ins))


def _my_booths() -> list[Booth]:
    """Return the booths that whoever has signed in leads: all of them for an organiser."""
    account = sign_in.account()
    return [booth for booth in directory().booths if account.leads(booth.id)]


def _page(problem: str = "", judged: list[Judged] | None = None, once: str = "") -> ResponseReturnValue:
    wrong = sum(each.verdict.is_fault for each in judged or ())
    counted = [each.entry for each in judged or () if each.verdict is Verdict.COUNTS]
    page = render_template(
        "admin/tally.html",
        booths=_my_booths(),
        by_hand=read(tally.by_hand),
        typed={name: request.values.get(name, "") for name in ("booth", "day", "lines")},
        problem=problem,
        judged=judged,
        wrong=wrong,
        persons=sum(entry.persons for entry in counted if entry),
        once=once,
        verdicts=VERDICTS,
        warnings=WARNINGS,
    )
    return page, 422 if problem or wrong else 200
