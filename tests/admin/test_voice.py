"""The recording studio: every phrase is there, what is sent is kept or told why not, and can be taken back."""

import re
from typing import Any

import pytest

from festival import booths, voice
from festival.clock import utc_now
from festival.voice import LARGEST
from tests.admin.browser import LAPTOP, Browser
from tests.conftest import ON_SQLITE
from tests.festival.test_voice import WEBM
from web.security import HEADERS

pytestmark = ON_SQLITE
STUDIO = "/admin/voice"


def send(browser: Browser, phrase: str, data: bytes) -> Any:
    token = re.search(r'name="csrf-token" content="([^"]+)"', browser.get(STUDIO).text)
    assert token
    headers = {"X-CSRFToken": token[1]}
    return browser.client.post(f"{STUDIO}/{phrase}", data=data, headers=headers, environ_base=LAPTOP)


def recordings(browser: Browser) -> dict[str, str]:
    """Return where each phrase's recording is, as the page says."""
    found = re.findall(r'data-phrase="([^"]+)" data-recording="([^"]*)"', browser.get(STUDIO).text)
    return {phrase: recording for phrase, recording in found if recording}


def test_every_phrase_and_every_booths_name_is_there_to_be_read(organiser: Browser) -> None:
    page = organiser.get(STUDIO).text
    assert re.findall(r'data-phrase="(?!booth-)([^"]+)"', page) == list(voice.BY_KEY)
    assert len(re.findall(r'data-phrase="booth-', page)) == 12
    assert '<b class="figure" id="recorded">0</b>' in page
    assert f'<b class="figure">{len(voice.BY_KEY) + 12}</b>' in page


def test_a_recording_is_kept_and_heard_from_the_address_that_is_told(organiser: Browser) -> None:
    answer = send(organiser, "booth-tea", WEBM)
    assert answer.status_code == 201
    address = answer.get_json()["recording"]
    assert recordings(organiser) == {"booth-tea": address}
    assert organiser.get(address).data == WEBM
    assert '<b class="figure" id="recorded">1</b>' in organiser.get(STUDIO).text


def test_a_booth_that_was_renamed_is_to_be_read_again(organiser: Browser) -> None:
    send(organiser, "booth-tea", WEBM)
    change = {"slug": "tea", "values": {"name": "喝茶"}, "actor": "test", "now": utc_now()}
    organiser.application.house.writer.call(booths.change, **change)
    assert recordings(organiser) == {}
    assert organiser.get(STUDIO).text.count("名字改过了，请重录") == 1
    send(organiser, "booth-tea", WEBM + b"2")
    assert set(recordings(organiser)) == {"booth-tea"}
    assert "名字改过了" not in organiser.get(STUDIO).text


@pytest.mark.parametrize(
    ("phrase", "data", "status", "words"),
    [
        ("welcome", b"<html>", 422, "这不是录音"),
        ("welcome", b"", 422, "这不是录音"),
        ("welcome", WEBM + bytes(LARGEST), 413, "录得太长了"),
        ("nothing", WEBM, 404, "没找到"),
        ("booth-nowhere", WEBM, 404, "没找到"),
    ],
)
def test_what_cannot_be_kept_is_told_in_a_sentence(
    organiser: Browser, phrase: str, data: bytes, status: int, words: str
) -> None:
    answer = send(organiser, phrase, data)
    assert answer.status_code == status
    assert words in (answer.get_json()["message"] if answer.is_json else answer.text)
    assert recordings(organiser) == {}


def test_a_recording_that_was_deleted_comes_back_by_the_button_beside_it(organiser: Browser) -> None:
    send(organiser, "welcome", WEBM)
    before = recordings(organiser)
    assert organiser.send(f"{STUDIO}/welcome/remove", page=STUDIO).status_code == 303
    page = organiser.get(STUDIO).text
    assert recordings(organiser) == {}
    assert "删了录音：欢迎您" in page
    undo = re.search(r'action="(/admin/audit/\d+/undo)"', page)
    assert undo
    organiser.send(undo[1], {"to": "undo"}, page=STUDIO)
    assert recordings(organiser) == before


def test_the_log_names_the_phrase(organiser: Browser) -> None:
    send(organiser, "welcome", WEBM)
    send(organiser, "booth-tea", WEBM)
    log = organiser.get("/admin/audit?group=voice").text
    assert "录了音" in log
    assert "“欢迎您”" in log
    assert "茶艺展示”" in log


def test_this_page_alone_may_use_the_microphone(organiser: Browser) -> None:
    assert "microphone=(self)" in organiser.get(STUDIO).headers["Permissions-Policy"]
    assert "microphone=()" in HEADERS["Permissions-Policy"]
    assert organiser.get("/admin/stations").headers["Permissions-Policy"] == HEADERS["Permissions-Policy"]


def test_the_page_names_the_address_at_which_the_microphone_works(organiser: Browser) -> None:
    assert 'href="http://localhost/admin/voice"' in organiser.get(STUDIO).text


def test_devices_lead_to_the_studio(organiser: Browser) -> None:
    assert STUDIO in organiser.get("/admin/stations").text
