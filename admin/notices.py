"""What organisers must know now, in their words: what happened, since when, and what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from festival.calls import CallLine
from festival.errors import TRY_AGAIN_SECONDS, CannotKeep
from festival.notices import STOPS_SCANNING, Notice, Trouble
from festival.stations import StationLine
from festival.whereabouts import Name, Whereabouts
from web import answers, errors
from web.house import house
from web.languages import counted

ICON_STOPPED = "ban"
ICON_WARNING = "alert-triangle"

_WORDS = {
    Trouble.DISK_FULL: (
        _l("盘满了，签到停了。"),
        _l("删掉或者挪走这台电脑上用不着的大文件；有了地方，签到自己接着走。"),
    ),
    Trouble.FOLDER_GONE: (
        _l("放数据的文件夹不见了，或者换成了别的，签到停了。"),
        _l("刚挪走的，挪回原处就好；从备份里放回来的，要关掉程序，再运行一次 start.py。"),
    ),
    Trouble.READ_ONLY: (
        _l("放数据的文件夹写不进去了，签到停了。"),
        _l("看看盘是不是写保护了，文件夹是不是改过权限；能写了，签到自己接着走。"),
    ),
    Trouble.DAMAGED: (
        _l("数据文件坏了，签到停了。"),
        _l("关掉程序，用备份恢复：start.py restore，再打开。原来的文件夹先别删。"),
    ),
    Trouble.DISK_FAILING: (
        _l("盘读写出错，签到停了。"),
        _l("外接的盘，先把线插紧；还不行，就把数据文件夹抄到别的盘上，用 start.py --data 从那儿打开。"),
    ),
    Trouble.NOT_ANSWERING: (
        _l("数据库没有回话，签到停了。"),
        _l("看看是不是有别的程序占着数据；关掉它，签到自己接着走。"),
    ),
    Trouble.DISK_NEARLY_FULL: (
        _l("盘快满了，只剩 %(free_mb)s MB。"),
        _l("趁早删掉或者挪走用不着的大文件；真满了，签到就得停。"),
    ),
    Trouble.DISK_SLOW: (
        _l("盘很慢，每次签到都要等一会儿。"),
        _l("关掉正在抄文件、更新、查毒的程序。"),
    ),
    Trouble.NOT_DURABLE: (
        _l("这块盘没写完就说写完了：断电会丢最近的签到。"),
        _l("插好电源，别硬关机；数据放在电脑自己的硬盘上才稳：start.py --data。"),
    ),
    Trouble.STICK_GONE: (
        _l("备份用的 U 盘 %(name)s 不见了。"),
        _l("插回去就接着备份；签到照常。"),
    ),
}

_CLOCK = {True: _l("这台电脑的时钟往前跳了 %(minutes)s 分钟。"), False: _l("这台电脑的时钟往回跳了 %(minutes)s 分钟。")}
_CLOCK_TO_DO = _l("看看这一页右上角的时间对不对；不对，就在电脑的设置里改过来。")

_BACKUP = {
    "folder": _l("备份没做成。"),
    "stick": _l("U 盘上的备份没做成。"),
    "data": _l("备份没做成：数据读不出来。"),
}
_DATA_TO_DO = _l("停下服务，用备份恢复：start.py restore。")
_BACKUP_TO_DO = {
    "full": _l("放备份的地方满了，腾出些地方来；签到照常。"),
    "gone": _l("放备份的地方不见了，放回来或者插回去；签到照常。"),
    "readonly": _l("放备份的地方写不进去，看看是不是写保护了；签到照常。"),
    "damaged": _l("抄下来的备份对不上，换一个盘放备份。"),
    "no_pg_dump": _l("这台电脑上没有 pg_dump，装上 PostgreSQL 的工具；签到照常。"),
}
_BACKUP_TO_DO_ELSE = _l("过一会儿会再做一次；还不行，就换个地方放备份。签到照常。")


@dataclass(frozen=True, slots=True)
class Told:
    """One notice in words."""

    trouble: Trouble | None
    icon: str
    what: str
    to_do: str
    since: datetime | None
    stops: bool
    link: str = ""

    @property
    def may_be_put_away(self) -> bool:
        """Whether it is over and done once somebody has read it."""
        return self.trouble is Trouble.CLOCK_JUMPED


def now() -> list[Told]:
    """Return what is to be told now, what stops the scanning first."""
    return [told(notice) for notice in house().notices.current()]


def of_tray(count: int, link: str) -> list[Told]:
    """Return what is told of scans that wait to be settled."""
    if not count:
        return []
    what = counted("有 %(n)s 条没算上。", count)
    return [Told(None, ICON_WARNING, what, str(_("收摊前一条条看过：算上，还是不算。")), None, False, link)]


def of_calls(overdue: Sequence[CallLine]) -> list[Told]:
    """Return what is told of people who have waited for a volunteer for too long."""
    if not overdue:
        return []
    names = str(_("、")).join(call.station for call in overdue)
    what = str(_("叫了人，还没人去：%(names)s。", names=names))
    to_do = str(_("请离得近的志愿者过去看看。"))
    return [Told(None, "bell-ringing", what, to_do, min(call.at for call in overdue), False)]


def of_clocks(wrong: Sequence[StationLine], link: str) -> list[Told]:
    """Return what is told of devices whose clocks are wrong."""
    if not wrong:
        return []
    names = str(_("、")).join(line.name for line in wrong)
    what = str(_("钟不准的设备：%(names)s。", names=names))
    return [
        Told(
            None,
            ICON_WARNING,
            what,
            str(_("在它的设置里把时间改成自动；签到的时间已经替它改过来了。")),
            None,
            False,
            link,
        )
    ]


def of_whereabouts(whereabouts: Whereabouts, link: str) -> list[Told]:
    """Return what is told of where phones find the laptop."""
    found = []
    if whereabouts.lost:
        what = _("电脑的地址变了：%(addresses)s 没有了。", addresses=str(_("、")).join(whereabouts.lost))
        found.append((what, _("手机上开着的页面找不到这台电脑了。")))
    if whereabouts.name is Name.TAKEN:
        found.append((_("另一台电脑也叫 laojiefang.local。"), _("两台不要同时用，关掉一台。")))
    return [Told(None, ICON_WARNING, str(what), str(to_do), None, False, link) for what, to_do in found]


def told(notice: Notice) -> Told:
    """Return a notice in words."""
    what, to_do = _words(notice.trouble, notice.details)
    stops = notice.trouble in STOPS_SCANNING
    return Told(notice.trouble, ICON_STOPPED if stops else ICON_WARNING, what, to_do, notice.since, stops)


def _words(trouble: Trouble, details: Mapping[str, Any]) -> tuple[str, str]:
    if trouble is Trouble.CLOCK_JUMPED:
        minutes = int(details.get("minutes", 0))
        return str(_CLOCK[minutes > 0]) % {"minutes": abs(minutes)}, str(_CLOCK_TO_DO)
    if trouble is Trouble.BACKUP_FAILED:
        what = _BACKUP.get(str(details.get("where")), _BACKUP["folder"])
        if details.get("where") == "data" and details.get("why") in ("damaged", "gone"):
            return str(what), str(_DATA_TO_DO)
        return str(what), str(_BACKUP_TO_DO.get(str(details.get("why")), _BACKUP_TO_DO_ELSE))
    what, to_do = _WORDS[trouble]
    return str(what) % _Known(details), str(to_do)


class _Known(dict[str, Any]):
    """The figures of a sentence; one that nobody gave is left empty, so that the rest is still told."""

    def __missing__(self, _name: str) -> str:
        return ""


def stopped(failed: CannotKeep) -> ResponseReturnValue:
    """Show the notices alone: all else on the desk is read from the database, and so is who has signed in."""
    if request.is_json:
        return answers.of_refusal(failed)
    headers = {"Retry-After": str(TRY_AGAIN_SECONDS), "Cache-Control": "no-store"}
    # What was sent by a form must not be sent again by itself.
    again = request.method == "GET"
    page = errors.bare("admin/stopped.html", title=_("现在记不下来"), notices=now(), zone=_zone(), again=again)
    return page, failed.status, headers


def _zone() -> tzinfo | None:
    """Return the festival's time zone as far as it was read before, else the laptop's."""
    known = house().directories.newest
    return known.edition.zone if known is not None else None
