"""The recording studio 录音: the phrases that the kiosks say, read by a neighbour."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.frame import framed_pages
from festival import voice
from festival.clock import utc_now
from festival.errors import Reason, Refusal
from festival.voice import Group
from web import acts, addresses, answers, machine_voice, security, sign_in
from web.house import directory, read

TITLES = {
    Group.DONE: _l("签到好了"),
    Group.REFUSED: _l("没签上"),
    Group.ON_THE_WAY: _l("问一问"),
    Group.NUMBERS: _l("数字"),
}
BOOTHS = _l("摊位的名字")
_TROUBLES = {
    Reason.TOO_LARGE: _l("录得太长了，短一点再录一次。"),
    Reason.INVALID: _l("这不是录音。请用这一页的按钮再录一次。"),
}

pages = framed_pages("voice", __name__)


@dataclass(frozen=True, slots=True)
class Line:
    """A phrase to be read, and where its recording is, "" where there is none of these words."""

    key: str
    words: str
    recording: str
    is_outdated: bool


@pages.get("/voice")
@security.may_record
def studio() -> ResponseReturnValue:
    """Show every phrase, to be recorded, heard and recorded again."""
    groups = [(title, list(lines)) for title, lines in _groups()]
    lines = [line for _title, lines in groups for line in lines]
    return render_template(
        "admin/voice.html",
        groups=groups,
        recorded=sum(line.recording != "" for line in lines),
        phrases=len(lines),
        machine=machine_voice.is_there(),
        booths=directory().booths,
        elsewhere=_with_microphone(),
    )


@pages.post("/voice/<phrase>")
def record(phrase: str) -> ResponseReturnValue:
    """Keep a recording of a phrase; for the page's script."""
    _words(phrase)
    try:
        clip = acts.done(voice.record, phrase=phrase, data=request.get_data(), actor=sign_in.actor(), now=utc_now())
    except Refusal as refusal:
        if refusal.reason not in _TROUBLES:
            raise
        return answers.of_value({"message": str(_TROUBLES[refusal.reason])}, refusal.status)
    return answers.of_value({"recording": _address(clip)}, 201)


@pages.post("/voice/<phrase>/remove")
def remove(phrase: str) -> ResponseReturnValue:
    """Let a recording be heard no more."""
    words = _words(phrase)
    acts.done(voice.remove, phrase=phrase, actor=sign_in.actor(), now=utc_now())
    acts.tell(_("删了录音：%(words)s", words=words))
    return redirect(url_for(".studio", _anchor=f"phrase-{phrase}"), 303)


def _groups() -> Iterator[tuple[str, Iterator[Line]]]:
    clips, outdated = read(voice.clips), read(voice.outdated)

    def line(key: str, words: str) -> Line:
        return Line(key, words, _address(clips[key]) if key in clips else "", key in outdated)

    for group, phrases in voice.PHRASES.items():
        yield str(TITLES[group]), (line(each.key, each.words) for each in phrases)
    booths = [(voice.of_booth(booth.slug), booth.name) for booth in directory().booths]
    yield str(BOOTHS), (line(key, name) for key, name in booths)


def _address(clip: str) -> str:
    return url_for("kiosk_voice.clip", clip=clip)


def _words(key: str) -> str:
    """Return what is to be read; raises ``not_found`` where nothing is called so."""
    if key in voice.BY_KEY:
        return voice.BY_KEY[key].words
    for booth in directory().booths:
        if voice.of_booth(booth.slug) == key:
            return booth.name
    raise Refusal(Reason.NOT_FOUND)


def _with_microphone() -> str:
    """Return where this page may use the microphone: browsers let it on the laptop itself, and over https."""
    if security.is_on_this_laptop():
        port = urlsplit(request.host_url).port
        return f"{request.scheme}://localhost{f':{port}' if port else ''}{url_for('.studio')}"
    return next((address + url_for(".studio") for address in addresses.secure()), "")
