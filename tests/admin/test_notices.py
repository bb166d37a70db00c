"""What organisers must know stands on their desk in plain words, in both languages."""

import pytest

from admin import notices
from app import Application
from festival.clock import utc_now
from festival.notices import STOPS_SCANNING, Notice, Trouble
from tests.admin.browser import Browser
from tests.admin.test_admin import acts

DETAILS = {
    Trouble.DISK_NEARLY_FULL: {"free_mb": 321},
    Trouble.CLOCK_JUMPED: {"minutes": -60},
    Trouble.BACKUP_FAILED: {"where": "stick", "why": "full"},
    Trouble.STICK_GONE: {"name": "BLUE"},
}


@pytest.mark.parametrize("trouble", Trouble)
def test_each_trouble_stands_on_the_desk_in_both_languages(
    application: Application, organiser: Browser, trouble: Trouble
) -> None:
    application.house.notices.tell(trouble, **DETAILS.get(trouble, {}))
    chinese = organiser.get("/admin").text
    organiser.get("/language/en")
    english = organiser.get("/admin").text
    with application.flask.test_request_context():
        words = notices.told(Notice(trouble, utc_now(), DETAILS.get(trouble, {})))
    assert words.what in chinese
    assert words.to_do in chinese
    assert words.what not in english
    for page in (chinese, english):
        assert page.count("notice__words") == 1
        assert ("notice--stops" in page) == (trouble in STOPS_SCANNING)
        assert "%(" not in page


def test_what_stops_the_scanning_stands_first_and_is_linked_from_every_room(
    application: Application, organiser: Browser
) -> None:
    application.house.notices.tell(Trouble.DISK_SLOW)
    assert "到现场看看" not in organiser.get("/admin/booths").text
    application.house.notices.tell(Trouble.DISK_FULL)
    page = organiser.get("/admin").text
    assert page.index("盘满了") < page.index("盘很慢")
    assert "到现场看看" in organiser.get("/admin/booths").text


def test_a_jump_of_the_clock_is_put_away_once_it_is_read(application: Application, organiser: Browser) -> None:
    application.house.notices.tell(Trouble.CLOCK_JUMPED, minutes=60)
    application.house.notices.tell(Trouble.DISK_FULL)
    for trouble in (Trouble.CLOCK_JUMPED, Trouble.DISK_FULL):
        assert organiser.send(f"/admin/notices/{trouble.value}/away").status_code == 303
    assert [notice.trouble for notice in application.house.notices.current()] == [Trouble.DISK_FULL]
    assert acts(application)[-1][1] == "clock.seen"


@pytest.mark.parametrize(("where", "told"), [("data", "用备份恢复"), ("stick", "换一个盘")])
def test_damaged_data_are_not_laid_to_the_place_of_the_backups(application: Application, where: str, told: str) -> None:
    with application.flask.test_request_context():
        words = notices.told(Notice(Trouble.BACKUP_FAILED, utc_now(), {"where": where, "why": "damaged"}))
    assert told in words.to_do
