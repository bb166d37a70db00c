"""The words of the audit log: who, what, to which thing, and what changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.booth_form import ICONS
from admin.frame import account_name, clock, day
from festival import audit, voice

NOTHING = "–"

_ACTS = {
    "account.add": _l("添了账号"),
    "account.bring_back": _l("账号又能用了"),
    "account.change": _l("改了账号"),
    "account.end": _l("停用了账号"),
    "audit.export": _l("导出了记录"),
    "account.password": _l("换了密码"),
    "account.sign_in": _l("登录"),
    "account.sign_in_failed": _l("没登录上"),
    "account.sign_out": _l("退出"),
    "account.sign_out_everywhere": _l("退出了所有登录"),
    "booth.add": _l("添了摊位"),
    "booth.change": _l("改了摊位"),
    "booth.order": _l("换了摊位的顺序"),
    "booth.remove": _l("去掉了摊位"),
    "call.clear": _l("销了叫人"),
    "card.change": _l("改了卡"),
    "card.replace": _l("换了卡"),
    "card.restore": _l("换回了旧卡"),
    "cards.issue": _l("制了卡"),
    "cards.print": _l("印了卡"),
    "cards.restore": _l("又用起了卡"),
    "cards.withdraw": _l("作废了没用过的卡"),
    "clock.jump": _l("时钟跳了"),
    "clock.seen": _l("看过了时钟的事"),
    "edition.close": _l("收摊"),
    "edition.open": _l("开了新的一届"),
    "edition.programme": _l("改了节目和通知"),
    "edition.rename": _l("改了届的名字"),
    "edition.take_back": _l("退回上一届"),
    "edition.wipe": _l("抹掉了个人信息"),
    "festival.fill": _l("填好了样例"),
    "station.cancel": _l("收回了配对码"),
    "festival.restore": _l("用备份恢复了"),
    "stick.prepare": _l("用了一个 U 盘做备份"),
    "station.enrol": _l("设备连上了"),
    "station.invite": _l("给了配对码"),
    "station.leave": _l("关了触摸屏的浏览器"),
    "station.open": _l("打开了触摸屏的设置"),
    "station.rename": _l("改了设备的名字"),
    "station.restore": _l("又让设备连上了"),
    "station.revoke": _l("停用了设备"),
    "tally.enter": _l("补录了签到"),
    "tray.settle": _l("处理了没算上的"),
    "undo": _l("撤销了"),
    "visit.undo": _l("撤回了签到"),
    "voice.record": _l("录了音"),
    "voice.remove": _l("删了录音"),
    "voice.restore": _l("换回了录音"),
}

_THINGS = {
    "account": _l("账号"),
    "address": _l("地址"),
    "call": _l("叫人"),
    "card": _l("卡"),
    "edition": _l("届"),
    "tray": _l("没算上的"),
    "visit": _l("签到"),
}

_WHOLE = {
    "backup": _l("备份"),
    "account of an unknown name": _l("没有这个账号"),
    "booths": _l("摊位"),
    "clock": _l("时钟"),
    "command": _l("命令"),
    "kiosk": _l("触摸屏"),
    "log": _l("记录"),
    "set-up": _l("初次安装"),
}

GROUPS = {
    "booth": _l("摊位"),
    "card": _l("邻里卡"),
    "visit": _l("签到"),
    "station": _l("设备"),
    "account": _l("账号"),
    "edition": _l("届"),
    "voice": _l("录音"),
    "audit": _l("记录"),
    "undo": _l("撤销"),
}

FIELDS = {
    "address": _l("地址"),
    "again_after_minutes": _l("隔几分钟再记一次"),
    "at": _l("时间"),
    "booth": _l("摊位"),
    "answers": _l("回答"),
    "backups": _l("备份"),
    "backup": _l("备份"),
    "booths": _l("摊位"),
    "by": _l("新卡"),
    "card": _l("卡"),
    "clip": _l("录音"),
    "closed": _l("收摊"),
    "closes_at": _l("几点关"),
    "count": _l("张数"),
    "counts": _l("怎么记"),
    "first": _l("从"),
    "first_visit": _l("先去哪个摊"),
    "format": _l("格式"),
    "given_up": _l("放弃的没算上的"),
    "group": _l("做了什么"),
    "icon": _l("图标"),
    "items": _l("节目"),
    "kept": _l("还留着的称呼"),
    "kind": _l("用途"),
    "last": _l("到"),
    "left_out": _l("没算在内的"),
    "minutes": _l("分钟"),
    "made_at": _l("备份的时刻"),
    "name": _l("名称"),
    "name_en": _l("英文名称"),
    "names": _l("称呼"),
    "notices": _l("通知"),
    "number": _l("门牌号"),
    "on_board": _l("大屏轮着放"),
    "open": _l("开放"),
    "opens_at": _l("几点开"),
    "order": _l("顺序"),
    "party": _l("一起几位"),
    "paused": _l("暂停"),
    "people": _l("人数"),
    "place": _l("位置"),
    "place_en": _l("英文位置"),
    "questions": _l("问题"),
    "quota": _l("名额"),
    "replies": _l("留着的答复"),
    "role": _l("身份"),
    "section": _l("版块"),
    "self_check_in": _l("居民用自己的手机签到"),
    "settled_as": _l("怎么处理的"),
    "short_name": _l("短名"),
    "shut_out": _l("停用"),
    "since": _l("从哪天"),
    "slug": _l("代号"),
    "state": _l("状态"),
    "text": _l("对什么"),
    "until": _l("到什么时候"),
    "visit": _l("签到"),
    "visits": _l("人次"),
    "was_counted": _l("早就算过了"),
    "walk_ins": _l("无卡"),
    "who": _l("谁"),
    "texts": _l("扫到的原文"),
}

_VALUES = {
    "active": _l("在用"),
    "card": _l("记到卡上"),
    "drop": _l("不算"),
    "walk_in": _l("当无卡算"),
    "booth": _l("摊位的设备"),
    "ended": _l("停用了"),
    "every": _l("每次都记"),
    "kept": _l("写过"),
    "kiosk": _l("触摸屏"),
    "lost": _l("挂失了"),
    "once": _l("一天一次"),
    "organiser": _l("组织者"),
    "replaced": _l("换过了"),
    "set": _l("写上了"),
    "steward": _l("摊位长"),
    "viewer": _l("只看的人"),
    "withdrawn": _l("作废了"),
}


_BY_PHONE = {
    "no": _l("不行，到摊位上扫卡"),
    "yes": _l("行，扫海报就能签"),
    "code": _l("行，要扫摊位屏幕上的码"),
}

# Fields whose values have words of their own.
_OF_FIELD: dict[str, Mapping[str, Any]] = {"group": GROUPS, "icon": ICONS, "self_check_in": _BY_PHONE}
# Fields whose values are booths' slugs.
OF_BOOTHS = ("booth", "booths", "first_visit", "order")
# Fields whose values are moments.
MOMENTS = ("at", "since", "until")


@dataclass(frozen=True, slots=True)
class Change:
    """One field that an act changed, in words; ``old`` is empty where nothing was known before."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Names:
    """What people call the things that the log names by slug or number; of what is gone the number stays."""

    booths: Mapping[str, str]
    stations: Mapping[str, str]
    zone: ZoneInfo

    def holding(self, text: str) -> list[str]:
        """Return the things that are called something with ``text`` in it."""
        wanted = text.casefold()
        kinds = (("booth", self.booths), ("station", self.stations))
        return [f"{kind} {key}" for kind, names in kinds for key, name in names.items() if wanted in name.casefold()]


def actor(written: str, names: Names) -> str:
    """Return who did something."""
    if written == audit.STRANGERS:
        return str(_("没登录上的人"))
    return account_name(thing(written.removeprefix("account "), names))


def act(written: str) -> str:
    """Return what was done."""
    return str(_ACTS.get(written, written))


def thing(written: str, names: Names) -> str:
    """Return to which thing."""
    if written in _WHOLE:
        return str(_WHOLE[written])
    kind, _space, name = written.partition(" ")
    if kind == "entry":
        return str(_("第 %(number)s 条", number=name))
    if kind == "pairing":
        return str(_("配对码"))
    if kind == "station":
        # Not "2 号设备": that would be the device of booth 2.
        return str(_("设备 %(name)s", name=names.stations.get(name, name)))
    if kind == "booth":
        return names.booths.get(name, name)
    if kind == "phrase":
        return _phrase(name, names)
    return f"{_THINGS[kind]} {name}" if kind in _THINGS else written


def _phrase(key: str, names: Names) -> str:
    words = voice.BY_KEY[key].words if key in voice.BY_KEY else thing(f"booth {voice.booth_of(key)}", names)
    return str(_("“%(words)s”", words=words))


def changes(before: dict[str, Any] | None, after: dict[str, Any] | None, names: Names) -> list[Change]:
    """Return the fields that differ. Where nothing stood before, those that say something."""
    if after is None:
        gone = [(name, value) for name, value in (before or {}).items() if value not in (None, "", [], False)]
        return [Change(_field(name), _value(name, value, names), NOTHING) for name, value in gone]
    return list(_changes(before, after, names))


def _changes(before: dict[str, Any] | None, after: dict[str, Any], names: Names) -> Iterator[Change]:
    for name, new in after.items():
        if before is None and new in (None, "", [], False):
            continue
        if before is not None and (name not in before or before[name] == new):
            continue
        old = "" if before is None else _value(name, before[name], names)
        yield Change(_field(name), old, _value(name, new, names))


def _field(name: str) -> str:
    return str(FIELDS.get(name, name))


def _value(name: str, value: object, names: Names) -> str:
    if name in OF_BOOTHS and value:
        slugs = value if isinstance(value, list) else [value]
        return str(_("、")).join(names.booths.get(str(slug), str(slug)) for slug in slugs)
    if name in MOMENTS and isinstance(value, str):
        moment = datetime.fromisoformat(value)
        return f"{day(moment, names.zone)} {clock(moment, names.zone)}"
    if name == "who":
        return actor(str(value), names)
    if name == "open":
        return str(_("按时间") if value is None else _("开着") if value else _("关着"))
    if name in _OF_FIELD:
        return str(_OF_FIELD[name].get(str(value), value))
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    if value is None or value == "" or value == []:
        return NOTHING
    if isinstance(value, list):
        return _list(value)
    # A clip's whole digest tells a reader no more than its beginning does.
    return str(value)[:4] if name == "clip" else str(_VALUES.get(str(value), value))


def _list(values: list[Any]) -> str:
    return str(_("、")).join(_of_list(value) for value in values)


def _of_list(value: Any) -> str:
    """Return one of many in words: a question by what it asks, a line of the programme by all that it says."""
    if not isinstance(value, dict):
        return str(value)
    return str(value["label"]) if "label" in value else " ".join(str(part) for part in value.values() if part)
