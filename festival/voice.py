"""The festival's voice: phrases that a neighbour records, and how an announcement is made of them.

An announcement is said whole or not at all: where one of its phrases was not recorded, nothing is pieced together.
Only a booth's name may be left out, the sentence stands without it.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select, update

from festival import audit
from festival.errors import Reason, Refusal, bad_field
from festival.storage.tables import Booth, Clip

LARGEST = 300_000
LARGEST_NUMBER = 9_999
WEBM, OGG = "audio/webm", "audio/ogg"
# What each group of frames begins with.
_WEBM_SOUND, _OGG_PAGE = b"\x1f\x43\xb6\x75", b"OggS"


class Group(StrEnum):
    """When a phrase is said; booths' names are a group of their own."""

    DONE = "done"
    REFUSED = "refused"
    ON_THE_WAY = "on_the_way"
    NUMBERS = "numbers"


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is recorded in one go: ``words`` to be read, and the same as ``pinyin`` for a machine's voice."""

    key: str
    words: str
    pinyin: str


PHRASES: dict[Group, tuple[Phrase, ...]] = {
    Group.DONE: (
        Phrase("welcome", "欢迎您", "huan1 ying2 nin2"),
        Phrase("again", "您来过啦", "nin2 lai2 guo4 la5"),
        Phrase("too_soon", "您刚来过，歇一会儿再来", "nin2 gang1 lai2 guo4, xie1 yi2 hui4 er5 zai4 lai2"),
        Phrase("kept", "记下了，您先进去", "ji4 xia4 le5, nin2 xian1 jin4 qu4"),
    ),
    Group.REFUSED: (
        Phrase("full", "今天满了，去别的摊逛逛吧", "jin1 tian1 man3 le5, qu4 bie2 de5 tan1 guang4 guang5 ba5"),
        Phrase("full_party", "名额不够了", "ming2 e2 bu2 gou4 le5"),
        Phrase("closed", "还没开，过一会儿再来", "hai2 mei2 kai1, guo4 yi2 hui4 er5 zai4 lai2"),
        Phrase(
            "closed_over", "这个摊收了，去别的摊逛逛吧", "zhe4 ge5 tan1 shou1 le5, qu4 bie2 de5 tan1 guang4 guang5 ba5"
        ),
        Phrase("edition_closed", "今天收摊了，明年见", "jin1 tian1 shou1 tan1 le5, ming2 nian2 jian4"),
        Phrase("go_first", "请先去", "qing3 xian1 qu4"),
        Phrase("unknown_card", "这张卡不认识，请到服务台", "zhe4 zhang1 ka3 bu2 ren4 shi5, qing3 dao4 fu2 wu4 tai2"),
        Phrase(
            "revoked_card", "这张卡不能用了，请到服务台", "zhe4 zhang1 ka3 bu4 neng2 yong4 le5, qing3 dao4 fu2 wu4 tai2"
        ),
        Phrase("invalid", "没看清，再放一次", "mei2 kan4 qing1, zai4 fang4 yi2 ci4"),
        Phrase("not_a_card", "请放邻里卡，有码的一面", "qing3 fang4 lin2 li3 ka3, you3 ma3 de5 yi2 mian4"),
        Phrase("mixed", "一张一张来", "yi4 zhang1 yi4 zhang1 lai2"),
        Phrase("nonce_reused", "没记上，再放一次卡", "mei2 ji4 shang4, zai4 fang4 yi2 ci4 ka3"),
        Phrase("slow_down", "歇一会儿，请志愿者来看看", "xie1 yi2 hui4 er5, qing3 zhi4 yuan4 zhe3 lai2 kan4 kan5"),
        Phrase(
            "not_your_booth",
            "这里不签这个摊，请到那个摊去签",
            "zhe4 li5 bu4 qian1 zhe4 ge5 tan1, qing3 dao4 na4 ge5 tan1 qu4 qian1",
        ),
        Phrase(
            "unknown_booth",
            "没有这个摊，请志愿者来看看",
            "mei2 you3 zhe4 ge5 tan1, qing3 zhi4 yuan4 zhe3 lai2 kan4 kan5",
        ),
        Phrase(
            "questions_volunteer",
            "还有几句要问您，请志愿者帮忙",
            "hai2 you3 ji3 ju4 yao4 wen4 nin2, qing3 zhi4 yuan4 zhe3 bang1 mang2",
        ),
    ),
    Group.ON_THE_WAY: (
        Phrase("which_booth", "您来的是哪个摊？", "nin2 lai2 de5 shi4 na3 ge5 tan1"),
        Phrase("party", "连您一共几位？", "lian2 nin2 yi2 gong4 ji3 wei4"),
        Phrase("walk_in", "您一共几位？", "nin2 yi2 gong4 ji3 wei4"),
        Phrase("questions", "点一下您的回答", "dian3 yi2 xia4 nin2 de5 hui2 da2"),
        Phrase("new_card", "没事，给您做一张", "mei2 shi4, gei3 nin2 zuo4 yi4 zhang1"),
        Phrase("help", "请举手，志愿者马上来", "qing3 ju3 shou3, zhi4 yuan4 zhe3 ma3 shang4 lai2"),
        Phrase("still_there", "还在吗？", "hai2 zai4 ma5"),
    ),
    Group.NUMBERS: (
        Phrase("n0", "零", "ling2"),
        Phrase("n1", "一", "yi1"),
        Phrase("n2", "二", "er4"),
        Phrase("n3", "三", "san1"),
        Phrase("n4", "四", "si4"),
        Phrase("n5", "五", "wu3"),
        Phrase("n6", "六", "liu4"),
        Phrase("n7", "七", "qi1"),
        Phrase("n8", "八", "ba1"),
        Phrase("n9", "九", "jiu3"),
        Phrase("liang", "两", "liang3"),
        Phrase("n10", "十", "shi2"),
        Phrase("n100", "百", "bai3"),
        Phrase("n1000", "千", "qian1"),
        Phrase("ordinal", "第", "di4"),
        Phrase("to", "到", "dao4"),
        Phrase("persons", "位", "wei4"),
        Phrase("plate", "号摊", "hao4 tan1"),
    ),
}
BY_KEY = {phrase.key: phrase for group in PHRASES.values() for phrase in group}

NUMBER, FIRST, BOOTH = "{number}", "{first}", "{booth}"
# Announcements of several phrases; any phrase that is no part of a number is an announcement of its own.
ANNOUNCEMENTS: dict[str, tuple[str, ...]] = {
    key: (key,) for group in PHRASES if group is not Group.NUMBERS for key in [each.key for each in PHRASES[group]]
} | {
    "welcome": ("welcome", BOOTH, "ordinal", NUMBER, "persons"),
    "welcome_party": ("welcome", BOOTH, "ordinal", FIRST, "to", NUMBER, "persons"),
    "first_visit": ("go_first", NUMBER, "plate"),
}
# What is said where a number is missing, or too large to be said.
_WITHOUT_NUMBER = {"welcome": ("welcome", BOOTH), "welcome_party": ("welcome", BOOTH)}
_BOOTH_KEY = "booth-"


@dataclass(frozen=True, slots=True)
class About:
    """What fills an announcement's holes."""

    number: int | None = None
    first: int | None = None
    booth: str | None = None


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording as it was sent."""

    data: bytes
    kind: str


def of_booth(slug: str) -> str:
    """Return the key of the phrase that is a booth's name."""
    return _BOOTH_KEY + slug


def booth_of(key: str) -> str:
    """Return whose name a phrase of a booth is."""
    return key.removeprefix(_BOOTH_KEY)


def spoken(number: int) -> tuple[str, ...]:
    """Return the phrases that say a number of 1 to 9,999: 205 is 二百零五, 12 is 十二, 2,010 is 两千零一十."""
    said: list[str] = []
    skipped_zero = False
    for unit in (1000, 100, 10, 1):
        digit = number // unit % 10
        if digit == 0:
            skipped_zero = bool(said)
            continue
        said += ["n0"] if skipped_zero else []
        said += _digit(digit, unit, is_first=not said)
        skipped_zero = False
    return tuple(said)


def _digit(digit: int, unit: int, *, is_first: bool) -> list[str]:
    if unit == 1:
        return [f"n{digit}"]
    if unit == 10 and digit == 1 and is_first:
        return ["n10"]
    return ["liang" if unit == 1000 and digit == 2 else f"n{digit}", f"n{unit}"]


def composed(announcement: str, about: About) -> tuple[str, ...]:
    """Return the keys of the phrases of an announcement, () where there is none or its number cannot be said."""
    template = ANNOUNCEMENTS.get(announcement, ())
    numbers = {NUMBER: about.number, FIRST: about.first}
    wanted = [numbers[part] for part in template if part in numbers]
    if not all(number is not None and 0 < number <= LARGEST_NUMBER for number in wanted):
        template = _WITHOUT_NUMBER.get(announcement, ())
    return tuple(_filled(template, about))


def _filled(template: tuple[str, ...], about: About) -> Iterator[str]:
    for part in template:
        if part == BOOTH:
            yield from [of_booth(about.booth)] if about.booth else []
        elif part in (NUMBER, FIRST):
            yield from spoken((about.number if part == NUMBER else about.first) or 0)
        else:
            yield part


def needs_more(announcement: str) -> bool:
    """Return whether an announcement has holes."""
    return any(part in ANNOUNCEMENTS[announcement] for part in (NUMBER, FIRST, BOOTH))


def from_clips(keys: Collection[str], clips: Mapping[str, str]) -> list[str] | None:
    """Return the clips of these phrases, in order; None where one was not recorded. A booth's name may be missing."""
    wanted = [key for key in keys if key in clips or not key.startswith(_BOOTH_KEY)]
    return [clips[key] for key in wanted] if wanted and all(key in clips for key in wanted) else None


def as_pinyin(keys: Collection[str]) -> str:
    """Return these phrases as pinyin, without booths' names: of those nobody has written down how they are read."""
    numbers = PHRASES[Group.NUMBERS]
    return " ".join(each.pinyin + ("" if each in numbers else ",") for each in map(BY_KEY.get, keys) if each)


def kind_of(data: bytes) -> str | None:
    """Return what a recording is, WEBM or OGG with Opus and some sound in it; None for anything else."""
    if data.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in data[:64] and b"A_OPUS" in data[:1024]:
        return WEBM if _WEBM_SOUND in data else None
    if data.startswith(_OGG_PAGE) and b"OpusHead" in data[:64]:
        # The first page names the codec, the second the maker: sound begins with the third.
        return OGG if data.count(_OGG_PAGE) > 2 else None
    return None


def clips(db: Connection) -> dict[str, str]:
    """Return the clip that is heard for each phrase that was recorded, and is called now as it was then."""
    return {phrase: clip for phrase, clip, is_outdated in _recorded(db) if not is_outdated}


def outdated(db: Connection) -> set[str]:
    """Return the phrases whose words have changed since they were recorded: a booth with another name."""
    return {phrase for phrase, _clip, is_outdated in _recorded(db) if is_outdated}


def _recorded(db: Connection) -> Iterator[tuple[str, str, bool]]:
    columns = (Clip.phrase, Clip.digest, Clip.words, Booth.name)
    its_booth = Clip.phrase == _BOOTH_KEY + Booth.slug
    for phrase, clip, words, name in db.execute(select(*columns).outerjoin(Booth, its_booth).where(Clip.is_heard)):
        yield phrase, clip, words not in (None, _words(phrase, name))


def _words(phrase: str, booth_name: str | None) -> str | None:
    return BY_KEY[phrase].words if phrase in BY_KEY else booth_name


def _words_now(db: Connection, phrase: str) -> str | None:
    name = db.execute(select(Booth.name).where(Booth.slug == booth_of(phrase))).scalar()
    return _words(phrase, name)


def sound(db: Connection, *, clip: str) -> Sound:
    """Return what a clip holds, while it is heard; raises ``not_found``."""
    row = db.execute(select(Clip.sound, Clip.kind).where(Clip.digest == clip, Clip.is_heard)).first()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    return Sound(bytes(row.sound), row.kind)


def record(db: Connection, *, phrase: str, data: bytes, actor: str, now: datetime) -> str:
    """Keep a recording of a phrase, in the place of the one before, and return its clip; sent again it changes nothing.

    Raises ``too_large``, ``invalid`` for what is no recording.
    """
    if len(data) > LARGEST:
        raise Refusal(Reason.TOO_LARGE)
    kind = kind_of(data)
    if kind is None:
        raise bad_field("sound")
    clip = hashlib.sha256(data).hexdigest()[:32]
    if heard(db, phrase=phrase) != clip:
        db.execute(delete(Clip).where(Clip.phrase == phrase, ~Clip.is_heard))
        values = {"phrase": phrase, "digest": clip, "sound": data, "kind": kind, "recorded_at": now, "is_heard": False}
        db.execute(insert(Clip).values(values))
        _let_hear(db, "voice.record", phrase, clip, actor, now)
    words = _words_now(db, phrase)
    db.execute(update(Clip).where(Clip.phrase == phrase, Clip.digest == clip).values(words=words))
    return clip


def remove(db: Connection, *, phrase: str, actor: str, now: datetime) -> None:
    """Let a phrase's clip be heard no more; raises ``not_found`` where there is none."""
    if heard(db, phrase=phrase) is None:
        raise Refusal(Reason.NOT_FOUND)
    db.execute(delete(Clip).where(Clip.phrase == phrase, ~Clip.is_heard))
    _let_hear(db, "voice.remove", phrase, None, actor, now)


def restore(db: Connection, *, phrase: str, clip: str | None, actor: str, now: datetime) -> None:
    """Let an earlier clip be heard again, None for none; raises ``not_found`` where it was not kept."""
    kept = select(Clip.digest).where(Clip.phrase == phrase, Clip.digest == clip)
    if clip is not None and db.execute(kept).first() is None:
        raise Refusal(Reason.NOT_FOUND)
    _let_hear(db, "voice.restore", phrase, clip, actor, now)


def heard(db: Connection, *, phrase: str) -> str | None:
    """Return the clip that is heard for a phrase, None where there is none."""
    return db.execute(select(Clip.digest).where(Clip.phrase == phrase, Clip.is_heard)).scalar()


def drop_unheard(db: Connection) -> None:
    """Forget what an undo could still bring back."""
    db.execute(delete(Clip).where(~Clip.is_heard))


def _let_hear(db: Connection, act: str, phrase: str, clip: str | None, actor: str, now: datetime) -> None:
    change = ({"clip": heard(db, phrase=phrase)}, {"clip": clip})
    db.execute(update(Clip).where(Clip.phrase == phrase, Clip.is_heard).values(is_heard=False))
    db.execute(update(Clip).where(Clip.phrase == phrase, Clip.digest == clip).values(is_heard=True))
    audit.note(db, actor=actor, now=now, act=act, thing=f"phrase {phrase}", change=change)
