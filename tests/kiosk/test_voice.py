"""What kiosks hear of the voice: clips where all are there, a machine where there is one, else nothing."""

import os
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from festival import booths, voice
from festival.clock import utc_now
from tests.conftest import ON_SQLITE, Company
from tests.festival.test_voice import WEBM
from web import machine_voice

pytestmark = ON_SQLITE
MACHINE = """#!/bin/sh
# A stand-in: writes down what it was asked to say where the sound would go.
while [ "$1" != -w ]; do shift; done
printf 'RIFF %s' "$3" > "$2"
"""


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A laptop without espeak-ng, and the folder where one could be."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setattr(machine_voice, "PROGRAM", "espeak-ng-of-this-test")
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def install(folder: Path, script: str = MACHINE) -> None:
    program = folder / machine_voice.PROGRAM
    program.write_text(script, encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def ask(company: Company, path: str) -> Any:
    return company.application.flask.test_client().get(f"/kiosk/voice{path}")


def record(company: Company, *phrases: str) -> None:
    for phrase in phrases:
        data = WEBM + phrase.encode()
        company.application.house.writer.call(voice.record, phrase=phrase, data=data, actor="test", now=utc_now())


def contents(company: Company, addresses: list[str]) -> list[bytes]:
    return [ask(company, address.removeprefix("/kiosk/voice")).data.removeprefix(WEBM) for address in addresses]


def test_without_a_voice_there_is_nothing_to_load(company: Company) -> None:
    assert ask(company, "").get_json() == {"announcements": {}, "keep": []}
    assert ask(company, "/said/welcome?number=3").get_json() == {"sounds": []}
    assert ask(company, "/machine/welcome?number=3").status_code == 404


def test_an_announcement_is_the_clips_of_its_phrases_in_order(company: Company) -> None:
    record(company, "welcome", "ordinal", "n2", "n100", "n0", "n5", "persons", "booth-clinic")
    sounds = ask(company, "/said/welcome?number=205&booth=clinic").get_json()["sounds"]
    assert contents(company, sounds) == [
        b"welcome", b"booth-clinic", b"ordinal", b"n2", b"n100", b"n0", b"n5", b"persons"
    ]  # fmt: skip
    assert len(ask(company, "/said/welcome?number=205&booth=tea").get_json()["sounds"]) == 7
    assert ask(company, "/said/welcome?number=206").get_json() == {"sounds": []}


def rename(company: Company, name: str) -> None:
    change = {"slug": "clinic", "values": {"name": name}, "actor": "test", "now": utc_now()}
    company.application.house.writer.call(booths.change, **change)


def test_a_booth_with_another_name_is_not_called_by_the_old_one(company: Company) -> None:
    record(company, "welcome", "ordinal", "n2", "persons", "booth-clinic")
    before = ask(company, "/said/welcome?number=2&booth=clinic").get_json()["sounds"]
    rename(company, "爱心义诊")
    after = ask(company, "/said/welcome?number=2&booth=clinic").get_json()["sounds"]
    assert contents(company, after) == [b"welcome", b"ordinal", b"n2", b"persons"]
    rename(company, "居民义诊")
    assert ask(company, "/said/welcome?number=2&booth=clinic").get_json()["sounds"] == before
    rename(company, "爱心义诊")
    record(company, "booth-clinic")
    assert ask(company, "/said/welcome?number=2&booth=clinic").get_json()["sounds"] == before


def test_the_list_names_what_is_always_the_same_and_what_must_be_asked_for(company: Company) -> None:
    record(company, "welcome", "kept")
    told = ask(company, "").get_json()
    assert contents(company, told["announcements"]["kept"]) == [b"kept"]
    assert told["announcements"]["welcome"] is None
    assert told["announcements"]["full"] == []
    assert sorted(contents(company, told["keep"])) == [b"kept", b"welcome"]


def test_a_clip_is_given_as_what_it_is(company: Company) -> None:
    record(company, "kept")
    address = ask(company, "").get_json()["keep"][0]
    answer = ask(company, address.removeprefix("/kiosk/voice"))
    assert answer.content_type == "audio/webm"
    assert ask(company, "/clips/0123456789abcdef").status_code == 404


@pytest.mark.skipif(shutil.which("sh") is None, reason="the stand-in is a shell script")
class TestMachine:
    """Where the laptop has espeak-ng."""

    def test_it_says_the_whole_of_what_is_not_recorded_whole(self, company: Company, path: Path) -> None:
        install(path)
        record(company, "welcome")
        (sound,) = ask(company, "/said/welcome?number=12&booth=clinic").get_json()["sounds"]
        answer = ask(company, sound.removeprefix("/kiosk/voice"))
        assert answer.content_type == "audio/wav"
        assert answer.data == b"RIFF huan1 ying2 nin2, di4 shi2 er4 wei4"

    def test_recordings_go_first(self, company: Company, path: Path) -> None:
        install(path)
        record(company, "again")
        told = ask(company, "").get_json()["announcements"]
        assert contents(company, told["again"]) == [b"again"]
        assert told["full"] == ["/kiosk/voice/machine/full"]

    def test_what_is_said_while_the_server_is_away_is_kept(self, company: Company, path: Path) -> None:
        install(path)
        assert ask(company, "").get_json()["keep"] == ["/kiosk/voice/machine/kept"]

    @pytest.mark.parametrize(
        "question", ["nothing", "n5", "welcome?number=x", "first_visit", "welcome?number=99999999999"]
    )
    def test_it_never_says_what_somebody_sends(self, company: Company, path: Path, question: str) -> None:
        install(path)
        assert ask(company, f"/machine/{question}").data in (b"RIFF huan1 ying2 nin2,",) or (
            ask(company, f"/machine/{question}").status_code == 404
        )

    @pytest.mark.parametrize("script", ["#!/bin/sh\nexit 1\n", "#!/bin/sh\nexit 0\n"])
    def test_one_that_fails_is_none(self, company: Company, path: Path, script: str) -> None:
        install(path, script)
        assert ask(company, "/machine/kept").status_code == 404

    def test_one_that_hangs_is_ended(self, company: Company, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(machine_voice, "WITHIN_SECONDS", 0.2)
        install(path, "#!/bin/sh\nexec sleep 60\n")
        assert ask(company, "/machine/kept").status_code == 404

    def test_only_a_few_run_at_once(self, company: Company, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(machine_voice, "WITHIN_SECONDS", 0.1)
        install(path)
        for _ in range(machine_voice.AT_ONCE):
            assert machine_voice._slots.acquire(timeout=1)
        try:
            assert ask(company, "/machine/kept").status_code == 429
        finally:
            machine_voice._slots.release(machine_voice.AT_ONCE)
        assert ask(company, "/machine/kept").status_code == 200
