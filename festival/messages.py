"""What the person at the screen is told, in both languages (look: words as spoken, never a blame)."""

from enum import StrEnum

from festival.errors import Reason


class Language(StrEnum):
    """A language that the festival speaks."""

    ZH = "zh-CN"
    EN = "en"


_WELCOME = {
    Language.ZH: "欢迎！第 {number} 位来到{booth}",
    Language.EN: "Welcome! Visitor No. {number} at {booth}",
}

_REASONS: dict[Reason, tuple[str, str]] = {
    Reason.ALREADY: ("您来过啦，签过到了，不用再刷", "You have been here, nothing more to do"),
    Reason.TOO_SOON: ("您刚来过，过一会儿再来", "You were here just now, come again later"),
    Reason.NONCE_REUSED: ("没记上，再刷一次卡", "Not counted, please scan the card once more"),
    Reason.FULL: ("今天满了，去别的摊看看吧", "Full for today, do visit another booth"),
    Reason.CLOSED: ("还没开，过一会儿再来", "Not open now, please come back later"),
    Reason.FIRST_VISIT: ("先去 {plate} 号摊{booth}，再来这儿", "Please visit booth {plate}, {booth}, first"),
    Reason.ANSWERS_NEEDED: ("还有几个问题，答完就好", "A question or two, then you are in"),
    Reason.UNKNOWN_CARD: (
        "这张卡不认识，到服务台，给您换一张",
        "We do not know this card, the service desk will change it",
    ),
    Reason.INVALID: ("没看清，再放一次", "Could not read it, once more please"),
    Reason.REVOKED_CARD: ("这张卡换过了，用新的那张", "This card was replaced, please use the new one"),
    Reason.UNKNOWN_BOOTH: ("没有这个摊，请志愿者来看看", "There is no such booth, please ask a volunteer"),
    Reason.NOT_YOUR_BOOTH: (
        "这台设备不管这个摊，请到那个摊去刷",
        "This device is not for that booth, please scan there",
    ),
    Reason.SCAN_AT_BOOTH: ("请到摊位上扫卡", "Please have your card scanned at the booth"),
    Reason.OUTDATED_CODE: (
        "这个码过时了，请再扫一次屏幕上的",
        "That code is out of date, please scan the one on the screen again",
    ),
    Reason.NOT_ENROLLED: (
        "这台设备还没连上，请组织者重新配对",
        "This device is not paired, please ask an organiser",
    ),
    Reason.EDITION_CLOSED: ("今天收摊了，明年见", "Closed for today, see you next year"),
    Reason.SLOW_DOWN: ("歇一会儿，请志愿者来看看", "Paused for a moment, a volunteer will look"),
    Reason.NOT_ALLOWED: ("这件事要请组织者来做", "Please ask an organiser to do this"),
    Reason.NOT_FOUND: ("没找到，请看看地址对不对", "Not found, please check the address"),
    Reason.NOT_YOURS: (
        "这一条是别的设备记的，请在那台上撤回",
        "Another device counted this, please undo it there",
    ),
    Reason.TOO_LATE: ("过了十分钟，请组织者来撤回", "Ten minutes have passed, please ask an organiser"),
    Reason.METHOD_NOT_ALLOWED: ("这个地址不这样用", "This address is not used in this way"),
    Reason.EXISTS: ("已经有了，换个名字", "It is there already, please choose another name"),
    Reason.BAD_PAIRING_CODE: (
        "配对码不对或过期了，请组织者再给一个",
        "That pairing code is not valid, please ask for a new one",
    ),
    Reason.NO_MORE_CARDS: ("编号用完了，请收回旧卡再发", "All short numbers are in use"),
    Reason.TOO_LARGE: ("一次送得太多了，请分几次", "Too much at once, please send it in parts"),
    Reason.BROKEN: ("出了点岔子，请再试一次；不行就叫组织者", "Something went wrong, please try again"),
    Reason.CANNOT_KEEP: ("现在记不下来，请叫组织者", "It cannot be written down now, please call an organiser"),
}

# A card that was lost or withdrawn was not replaced: saying so would send its holder to look for a new one.
_REVOKED_WITHOUT_NEW_CARD = (
    "这张卡停用了，到服务台，给您换一张",
    "This card is no longer in use, the service desk will change it",
)

# A phone that goes from booth to booth faster than one walks.
_TOO_FAST = ("您刚签过一个摊，歇一会儿再点", "You have just checked in, wait a moment and touch again")


def welcome(language: Language, *, number: int, booth: str) -> str:
    """Return the words for the ``number``-th person at ``booth``."""
    return _WELCOME[language].format(number=number, booth=booth)


def explain(reason: Reason, language: Language, *, plate: int = 0, booth: str = "") -> str:
    """Return the words for ``reason``; ``first_visit`` also wants the booth's plate and name."""
    return _in(language, _REASONS[reason]).format(plate=plate, booth=booth)


def card_stopped(language: Language) -> str:
    """Return the words for a lost or withdrawn card."""
    return _in(language, _REVOKED_WITHOUT_NEW_CARD)


def too_fast(language: Language) -> str:
    """Return the words for a phone that checks in at the next booth too soon."""
    return _in(language, _TOO_FAST)


def _in(language: Language, both: tuple[str, str]) -> str:
    return both[0] if language is Language.ZH else both[1]
