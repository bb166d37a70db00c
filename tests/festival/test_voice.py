"""What is said: numbers as people speak them, announcements whole or not at all, recordings that can be undone."""

import re
from datetime import UTC, datetime

import pytest

from festival import audit, undoing, voice
from festival.clock import utc_now
from festival.errors import Reason, Refusal
from festival.storage.engine import Database
from festival.voice import ANNOUNCEMENTS, BY_KEY, LARGEST, PHRASES, About, Group
from tests.conftest import ON_SQLITE

NOW = datetime(2026, 10, 24, 1, 0, tzinfo=UTC)
WEBM = b"\x1a\x45\xdf\xa3\x9fB\x82\x84webm" + b"\0" * 100 + b"A_OPUS" + b"\x1f\x43\xb6\x75"
OGG = b"OggS\0\x02" + b"\0" * 22 + b"OpusHead" + b"OggS" * 2


def read_aloud(number: int) -> str:
    return "".join(BY_KEY[key].words for key in voice.spoken(number))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "一"),
        (2, "二"),
        (10, "十"),
        (12, "十二"),
        (19, "十九"),
        (20, "二十"),
        (22, "二十二"),
        (100, "一百"),
        (101, "一百零一"),
        (110, "一百一十"),
        (112, "一百一十二"),
        (200, "二百"),
        (205, "二百零五"),
        (220, "二百二十"),
        (1000, "一千"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (1100, "一千一百"),
        (2000, "两千"),
        (2002, "两千零二"),
        (2022, "两千零二十二"),
        (2222, "两千二百二十二"),
        (9009, "九千零九"),
        (9090, "九千零九十"),
        (9999, "九千九百九十九"),
    ],
)
def test_numbers_are_said_as_people_say_them(number: int, words: str) -> None:
    assert read_aloud(number) == words


def read_back(words: str) -> int:
    """Return the number that somebody hears who reads hanzi by themselves: digit times unit, added up."""
    total = digit = 0
    for sign in words:
        if sign in "十百千":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[sign]
            digit = 0
        else:
            digit = "零一二三四五六七八九".find(sign.replace("两", "二"))
    return total + digit


def written_out(number: int) -> str:
    """Return the number by the schoolbook: every digit with its unit, then what is not spoken is taken out."""
    units = ["千", "百", "十", ""]
    full = "".join(
        "零" if digit == "0" else "一二三四五六七八九"[int(digit) - 1] + unit
        for digit, unit in zip(f"{number:04}", units, strict=True)
    )
    short = re.sub("零+", "零", full).strip("零")
    return re.sub("^一十", "十", short).replace("二千", "两千")


def test_each_number_is_heard_as_itself_and_said_by_the_book() -> None:
    numbers = range(1, voice.LARGEST_NUMBER + 1)
    assert [number for number in numbers if read_back(read_aloud(number)) != number] == []
    assert [number for number in numbers if read_aloud(number) != written_out(number)] == []


def said(announcement: str, about: About) -> str:
    keys = voice.composed(announcement, about)
    return "".join(BY_KEY[key].words if key in BY_KEY else f"[{voice.booth_of(key)}]" for key in keys)


@pytest.mark.parametrize(
    ("announcement", "about", "words"),
    [
        ("welcome", About(205), "欢迎您第二百零五位"),
        ("welcome", About(205, booth="clinic"), "欢迎您[clinic]第二百零五位"),
        ("welcome", About(), "欢迎您"),
        ("welcome", About(10_000, booth="clinic"), "欢迎您[clinic]"),
        ("welcome", About(0), "欢迎您"),
        ("welcome", About(-3), "欢迎您"),
        ("welcome_party", About(12, 10), "欢迎您第十到十二位"),
        ("welcome_party", About(12), "欢迎您"),
        ("first_visit", About(1), "请先去一号摊"),
        ("first_visit", About(), ""),
        ("again", About(), "您来过啦"),
        ("full", About(60), "今天满了，去别的摊逛逛吧"),
        ("n5", About(), ""),
        ("nothing of ours", About(1), ""),
    ],
)
def test_announcements_are_composed(announcement: str, about: About, words: str) -> None:
    assert said(announcement, about) == words


def test_a_phrase_that_is_missing_silences_the_whole_announcement() -> None:
    keys = voice.composed("welcome", About(205, booth="clinic"))
    clips = {key: f"clip {key}" for key in keys}
    assert voice.from_clips(keys, clips) == [f"clip {key}" for key in keys]
    for missing in set(keys) - {"booth-clinic"}:
        assert voice.from_clips(keys, {key: clip for key, clip in clips.items() if key != missing}) is None
    assert voice.from_clips((), clips) is None


def test_a_booths_name_may_be_missing() -> None:
    keys = voice.composed("welcome", About(3, booth="clinic"))
    clips = {key: key for key in keys if key != "booth-clinic"}
    assert voice.from_clips(keys, clips) == ["welcome", "ordinal", "n3", "persons"]


def test_a_machine_is_given_pinyin_alone() -> None:
    assert voice.as_pinyin(voice.composed("welcome", About(12, booth="clinic"))) == (
        "huan1 ying2 nin2, di4 shi2 er4 wei4"
    )
    syllables = [syllable for phrase in BY_KEY.values() for syllable in phrase.pinyin.replace(",", "").split()]
    assert [each for each in syllables if not re.fullmatch(r"[a-z]{1,6}[1-5]", each)] == []


def test_each_hanzi_has_one_syllable() -> None:
    for phrase in BY_KEY.values():
        assert len(re.findall(r"[\u4e00-\u9fff]", phrase.words)) == len(phrase.pinyin.split()), phrase.key


def test_every_phrase_is_said_somewhere() -> None:
    numbers = {key for number in range(1, 10_000) for key in voice.spoken(number)}
    parts = {part for template in ANNOUNCEMENTS.values() for part in template if not part.startswith("{")}
    assert set(BY_KEY) == numbers | parts
    assert len(BY_KEY) == sum(len(phrases) for phrases in PHRASES.values())
    assert {phrase.key for phrase in PHRASES[Group.NUMBERS]} & set(ANNOUNCEMENTS) == set()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (WEBM, "audio/webm"),
        (OGG, "audio/ogg"),
        (WEBM[:-4], None),
        (OGG[:-4], None),
        (b"", None),
        (b"webm", None),
        (WEBM.replace(b"A_OPUS", b"V_VP80"), None),
        (WEBM.replace(b"webm", b"mkvv"), None),
        (b"OggS\0\x02" + b"\0" * 22 + b"\x01vorbis", None),
        (b"RIFF\0\0\0\0WAVEfmt ", None),
        (b"<html>webm A_OPUS", None),
    ],
)
def test_a_recording_is_known_by_what_it_begins_with(data: bytes, kind: str | None) -> None:
    assert voice.kind_of(data) == kind


def record(database: Database, data: bytes, phrase: str = "welcome") -> str:
    with database.writing() as db:
        return voice.record(db, phrase=phrase, data=data, actor="test", now=NOW)


def heard(database: Database, phrase: str = "welcome") -> str | None:
    with database.reading() as db:
        return voice.heard(db, phrase=phrase)


def undo_last(database: Database) -> None:
    with database.writing() as db:
        newest = audit.listed(db, most=1)[0].id
        undoing.undo(db, entry_id=newest, actor="test", now=utc_now())


def test_the_newest_recording_is_heard_and_undo_brings_the_one_before_back(database: Database) -> None:
    first = record(database, WEBM + b"1")
    second = record(database, WEBM + b"2")
    assert heard(database) == second != first
    undo_last(database)
    assert heard(database) == first
    with database.reading() as db:
        assert voice.sound(db, clip=first).data == WEBM + b"1"
        with pytest.raises(Refusal):
            voice.sound(db, clip=second)


def test_a_first_recording_that_is_undone_leaves_silence(database: Database) -> None:
    record(database, WEBM)
    undo_last(database)
    assert heard(database) is None


def test_a_recording_that_was_deleted_comes_back_by_undo(database: Database) -> None:
    clip = record(database, OGG)
    with database.writing() as db:
        voice.remove(db, phrase="welcome", actor="test", now=NOW)
    assert heard(database) is None
    undo_last(database)
    assert heard(database) == clip


@ON_SQLITE
def test_undo_refuses_once_something_newer_was_recorded(database: Database) -> None:
    record(database, WEBM + b"1")
    with database.reading() as db:
        entry = audit.listed(db, most=1)[0].id
    record(database, WEBM + b"2")
    with pytest.raises(Refusal), database.writing() as db:
        undoing.undo(db, entry_id=entry, actor="test", now=NOW)


@ON_SQLITE
def test_the_same_recording_sent_again_changes_nothing(database: Database) -> None:
    clip = record(database, WEBM)
    with database.reading() as db:
        before = audit.listed(db, most=1)[0].id
    assert record(database, WEBM) == clip
    with database.reading() as db:
        assert audit.listed(db, most=1)[0].id == before


@ON_SQLITE
def test_what_cannot_be_heard_any_more_can_be_forgotten(database: Database) -> None:
    first = record(database, WEBM + b"1")
    second = record(database, WEBM + b"2")
    with database.writing() as db:
        voice.drop_unheard(db)
        with pytest.raises(Refusal):
            voice.restore(db, phrase="welcome", clip=first, actor="test", now=NOW)
    assert heard(database) == second


@ON_SQLITE
@pytest.mark.parametrize(
    ("data", "reason"), [(WEBM + bytes(LARGEST), Reason.TOO_LARGE), (b"not a sound", Reason.INVALID)]
)
def test_what_is_no_recording_is_refused(database: Database, data: bytes, reason: Reason) -> None:
    with pytest.raises(Refusal) as refused:
        record(database, data)
    assert refused.value.reason is reason
    assert heard(database) is None


@ON_SQLITE
def test_there_is_nothing_to_delete_where_nothing_was_recorded(database: Database) -> None:
    with pytest.raises(Refusal) as refused, database.writing() as db:
        voice.remove(db, phrase="welcome", actor="test", now=NOW)
    assert refused.value.reason is Reason.NOT_FOUND
