"""The tray 没算上的: scans that have happened and were refused, to be settled."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.frame import framed_pages, my_settler
from festival import tray
from festival.clock import utc_now
from festival.errors import Reason, Refusal
from festival.schema import LARGEST_ID
from festival.tray import Decision, How, Settled, TrayLine
from web import acts
from web.house import directory, house, read

WHY = {
    Reason.UNKNOWN_CARD: _l("不认识这张卡"),
    Reason.REVOKED_CARD: _l("这张卡停用了"),
    Reason.INVALID: _l("这个码看不清"),
    Reason.UNKNOWN_BOOTH: _l("没有这个摊"),
    Reason.NOT_YOUR_BOOTH: _l("这台设备不管这个摊"),
    Reason.EDITION_CLOSED: _l("送到时已经收摊了"),
}
TROUBLES = {
    Reason.UNKNOWN_CARD: _l("没有这个编号的卡，再看一眼。"),
    Reason.REVOKED_CARD: _l("这张卡停用了，用新的那张。"),
    Reason.UNKNOWN_BOOTH: _l("先选是哪个摊。"),
    Reason.NOT_YOUR_BOOTH: _l("这个摊不归您管，请组织者来处理。"),
    Reason.EDITION_CLOSED: _l("已经收摊了，只能不算。"),
    Reason.SLOW_DOWN: _l("错得太多了，过一分钟再试。"),
    Reason.TOO_LATE: _l("已经有人处理了。"),
}
ORDERS = {
    "time": lambda line: line.at,
    "booth": lambda line: line.booth or line.booth_written or "",
    "device": lambda line: line.station,
    "why": lambda line: line.reason,
}

pages = framed_pages("tray", __name__)


@pages.get("/tray")
def all_items() -> ResponseReturnValue:
    """List what waits, and what became of the rest."""
    return _page()


@pages.post("/tray/<int:scan_id>")
def settle(scan_id: int) -> ResponseReturnValue:
    """Settle one."""
    how = request.form.get("settle")
    if how not in list(How) or scan_id > LARGEST_ID:
        raise Refusal(Reason.NOT_FOUND)
    card = request.form.get("card", "").strip()[:200] if how == How.CARD else ""
    decision = Decision(scan_id, How(how), card or None, request.form.get("booth") or None)
    try:
        settled = acts.done(
            tray.settle, decision=decision, settler=my_settler(), directories=house().directories, now=utc_now()
        )
    except Refusal as refusal:
        return _page(scan_id, _trouble(refusal), card)
    acts.tell(_became(settled))
    return redirect(url_for(".all_items"), 303)


def _page(scan_id: int | None = None, trouble: str = "", card: str = "") -> ResponseReturnValue:
    by = request.args.get("by", "time")
    waiting, settled = read(tray.listed, settler=my_settler())
    page = render_template(
        "admin/tray.html",
        waiting=_sorted(waiting, by),
        settled=settled,
        booths=directory().by_slug,
        why=WHY,
        by=by,
        refused=scan_id,
        problem=trouble,
        typed=card,
    )
    return page, 422 if trouble else 200


def _sorted(lines: list[TrayLine], by: str) -> list[TrayLine]:
    return sorted(lines, key=ORDERS.get(by, ORDERS["time"]))


def _trouble(refusal: Refusal) -> str:
    if refusal.reason is Reason.INVALID:
        is_booth = refusal.details.get("field") == "booth"
        return str(TROUBLES[Reason.UNKNOWN_BOOTH] if is_booth else _("卡的编号是六位数字，再看一眼。"))
    if refusal.reason not in TROUBLES:
        raise refusal
    return str(TROUBLES[refusal.reason])


def _became(settled: Settled) -> str:
    if settled.how is How.DROP:
        return str(_("不算了。"))
    if settled.was_counted:
        return str(_("这张卡早就签过到了，没有多算。"))
    return str(_("算上了：第 %(number)s 位。", number=settled.visit["number"] if settled.visit else ""))
