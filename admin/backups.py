"""备份: which backups there are, one now, and the stick that takes them along."""

from pathlib import Path
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin.frame import framed_pages
from festival import audit
from festival.backup import locked, shelf, sticks
from festival.backup.routine import State
from festival.backup.shelf import Outcome, Placed
from festival.backup.trouble import Why
from festival.clock import utc_now
from festival.errors import Reason, Refusal
from festival.settings import Settings
from web import heavy, sign_in
from web.house import house, write

SHOWN = 40

pages = framed_pages("backups", __name__)


@pages.get("/backups")
def all_backups() -> ResponseReturnValue:
    """List the backups, newest first, and the sticks that are plugged in."""
    settings, routine = house().settings, house().backups
    state: State = routine.read_state()
    placed, here = heavy.run(_looked_up, settings, state.community)
    good = [each for each in placed if each.backup.is_good]
    return render_template(
        "admin/backups.html",
        lines=[_line(each) for each in placed[:SHOWN]],
        more=max(0, len(placed) - SHOWN),
        sticks=here,
        last=good[0].backup.made_at if good else None,
        folder=settings.backups_folder,
        is_locked=locked.kept(settings.data) is not None,
        reasons=reasons(),
    )


@pages.post("/backups")
def make() -> ResponseReturnValue:
    """Make a backup now."""
    return _told(house().backups.make("asked"), _("备份好了，也查过了。"))


@pages.post("/backups/stick")
def prepare() -> ResponseReturnValue:
    """Make a stick that is plugged in ours, and back up to it at once."""
    routine = house().backups
    community = routine.read_state().community
    wanted = request.form.get("stick", "")
    here = heavy.run(shelf.sticks_of, house().settings, community)
    stick = next((each for each in here if str(each.volume) == wanted), None)
    if stick is None:
        raise Refusal(Reason.NOT_FOUND)
    try:
        heavy.run(sticks.prepare, stick, community)
    except OSError:
        flash(_("这个 U 盘写不进去，换一个。"), "trouble")
        return redirect(url_for(".all_backups"), 303)
    write(audit.note, actor=sign_in.actor(), now=utc_now(), act="stick.prepare", thing="backup")
    return _told(routine.make("stick"), _("U 盘上有备份了，也查过了；现在拔下来也行，插着会一直备份。"))


def _told(outcome: Outcome, done: str) -> ResponseReturnValue:
    if outcome.failures:
        first = outcome.failures[0]
        is_unread = first.where == shelf.DATA and first.why in (Why.DAMAGED, Why.GONE)
        told = _("没备份成：数据读不出来。停下服务，用备份恢复。") if is_unread else troubles()[first.why.value]
        flash(told, "trouble")
    else:
        flash(done)
    return redirect(url_for(".all_backups"), 303)


def _looked_up(settings: Settings, community: str) -> tuple[list[Placed], list[sticks.Stick]]:
    return shelf.of_ours(settings, community), shelf.sticks_of(settings, community)


def _line(placed: Placed) -> dict[str, Any]:
    backup = placed.backup
    return {
        "at": backup.made_at,
        "reason": backup.reason,
        "edition": backup.about.get("edition", ""),
        "megabytes": max(0.1, round(backup.size / 1_000_000, 1)),
        "stick": placed.stick,
        "figures": backup.figures,
        "is_good": backup.is_good,
        "is_locked": backup.is_locked,
        "file": Path(backup.path).name,
    }


def reasons() -> dict[str, str]:
    """Return in words why a backup was made."""
    return {
        "again": _("补上的"),
        "asked": _("点了备份"),
        "before-restore": _("恢复以前"),
        "change": _("有改动"),
        "close": _("收摊"),
        "regular": _("每五分钟"),
        "start": _("开机"),
        "stick": _("插了 U 盘"),
        "stop": _("停下"),
        "wipe": _("抹掉以后"),
    }


def troubles() -> dict[str, str]:
    """Return in words why a backup could not be made, and what to do."""
    return {
        "damaged": _("没备份成：读回来对不上。再试一次，不行就换一个 U 盘。"),
        "full": _("没备份成：放不下了。删掉一些别的文件。"),
        "gone": _("没备份成：文件夹或 U 盘不在了。插回去再试。"),
        "no_pg_dump": _("没备份成：这台电脑没有 pg_dump。"),
        "other": _("没备份成。再试一次。"),
        "readonly": _("没备份成：写不进去。看看 U 盘是不是锁着。"),
    }
