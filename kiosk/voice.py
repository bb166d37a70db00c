"""What the kiosks say: which clips make an announcement, the clips, and a machine's voice where there are none."""

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from festival import voice
from festival.errors import Reason, Refusal
from festival.voice import About
from web import answers, machine_voice
from web.house import directory, read

pages = Blueprint("voice", __name__)


@pages.get("/kiosk/voice")
def voice_of_kiosks() -> Response:
    """List the announcements, each with its sounds where they are always the same, and the sounds worth keeping.

    Null in place of the sounds: ask for them with what is to be told. Where there is no voice both are empty.
    """
    clips, machine = read(voice.clips), machine_voice.is_there()
    said = {name: _always(name, clips) for name in voice.ANNOUNCEMENTS if clips or machine}
    # What is said while the server is away must be there before.
    keep = dict.fromkeys([*map(_clip, clips.values()), *(said.get("kept") or [])])
    return answers.of_value({"announcements": said, "keep": list(keep)})


@pages.get("/kiosk/voice/said/<announcement>")
def said(announcement: str) -> Response:
    """Give the sounds of one announcement, in order; none where it cannot be said."""
    return answers.of_value({"sounds": _sounds(announcement, _about(), read(voice.clips))})


@pages.get("/kiosk/voice/clips/<clip>")
def clip(clip: str) -> ResponseReturnValue:
    """Give a clip."""
    sound = read(voice.sound, clip=clip)
    return Response(sound.data, content_type=sound.kind)


@pages.get("/kiosk/voice/machine/<announcement>")
def machine(announcement: str) -> ResponseReturnValue:
    """Say an announcement with a machine's voice."""
    words = voice.as_pinyin(voice.composed(announcement, _about()))
    if not words:
        raise Refusal(Reason.NOT_FOUND)
    return Response(machine_voice.say(words), content_type="audio/wav")


def _about() -> About:
    slug = request.args.get("booth")
    booth = slug if slug in directory().by_slug else None
    return About(request.args.get("number", type=int), request.args.get("first", type=int), booth)


def _always(announcement: str, clips: dict[str, str]) -> list[str] | None:
    return None if voice.needs_more(announcement) else _sounds(announcement, About(), clips)


def _sounds(announcement: str, about: About, clips: dict[str, str]) -> list[str]:
    keys = voice.composed(announcement, about)
    recorded = voice.from_clips(keys, clips)
    if recorded is not None:
        return [_clip(each) for each in recorded]
    return [_machine(announcement, about)] if keys and machine_voice.is_there() else []


def _clip(clip: str) -> str:
    return url_for(".clip", clip=clip)


def _machine(announcement: str, about: About) -> str:
    numbers = {name: value for name in ("number", "first") if (value := getattr(about, name)) is not None}
    return url_for(".machine", announcement=announcement, **numbers)
