"""The organisers' page for paper: printed, looked over, entered once, and found again."""

import re

import pypdfium2
import pytest
from werkzeug.test import TestResponse

from app import Application
from festival import audit
from festival.clock import utc_now
from festival.editions import current
from tests.admin.browser import Browser
from tests.conftest import ON_SQLITE, Company

PAGE = "/admin/tally"
PREVIEW = f"{PAGE}/preview"


def today(application: Application) -> str:
    with application.house.database.reading() as db:
        return f"{utc_now().astimezone(current(db).zone):%Y-%m-%d}"


class Paper:
    """An organiser with sheets before them."""

    def __init__(self, application: Application, browser: Browser) -> None:
        self.browser = browser
        self.day = today(application)

    def preview(self, lines: str, booth: str = "clinic", day: str | None = None) -> TestResponse:
        return self.browser.send(PREVIEW, {"booth": booth, "day": day or self.day, "lines": lines}, page=PAGE)

    def enter(self, lines: str, booth: str = "clinic", once: str = "the form's key") -> TestResponse:
        form = {"booth": booth, "day": self.day, "lines": lines, "once": once}
        return self.browser.send(PAGE, form, page=PAGE)


@pytest.fixture
def paper(application: Application, organiser: Browser) -> Paper:
    return Paper(application, organiser)


def visits(company: Company) -> int:
    return int(company.organiser.get("/board").get_json()["visits"])


def newest(application: Application) -> audit.AuditLine:
    with application.house.database.reading() as db:
        return audit.listed(db, most=1)[0]


def hidden(page: str, name: str) -> str:
    """Return what the form that enters hides under ``name``."""
    entering = page[page.index(f'action="{PAGE}"') :]
    found = re.search(rf'name="{name}" value="([^"]*)"', entering)
    assert found
    return found[1]


def test_a_sheet_is_looked_over_entered_marked_and_undone(
    application: Application, company: Company, paper: Paper
) -> None:
    lines = f"{company.card('zhang').short} 0:00\n0:00 47人"
    shown = paper.preview(lines)
    assert shown.status_code == 200
    assert "一共要算 48 人次" in shown.text
    assert visits(company) == 0
    done = paper.enter(hidden(shown.text, "lines"), once=hidden(shown.text, "once"))
    assert done.status_code == 303
    assert done.location == f"{PAGE}?booth=clinic"
    assert visits(company) == 48
    told = paper.browser.get(done.location).text
    assert "补录了 48 人次，其中无卡 47。" in told
    assert paper.browser.get("/admin/visits").text.count("手工补录") == 4
    entry = newest(application)
    assert f"/admin/audit/{entry.id}/undo" in told
    assert "补录了签到" in paper.browser.get("/admin/audit").text
    assert paper.browser.send(f"/admin/audit/{entry.id}/undo", page="/admin/audit").status_code == 303
    assert visits(company) == 0


def test_a_wrong_line_is_named_and_nothing_that_was_typed_is_lost(company: Company, paper: Paper) -> None:
    lines = f"{company.card('zhang').short} 0:00\n123456 0:00\n没写清楚"
    for shown in (paper.preview(lines), paper.enter(lines)):
        assert shown.status_code == 422
        assert "有 2 行要改" in shown.text
        assert re.findall(r'id="line-(\d+)"', shown.text) == ["2", "3"]
        assert f">{lines}</textarea>" in shown.text
        assert f'action="{PAGE}"' not in shown.text
    assert visits(company) == 0


def test_a_form_that_is_sent_twice_counts_once(application: Application, company: Company, paper: Paper) -> None:
    for _ in range(2):
        assert paper.enter("0:00 7人").status_code == 303
    # A server that was started anew remembers no form.
    application.house.sent_forms._forms.clear()
    again = paper.enter("0:00 7人")
    assert "没有多算" in paper.browser.get(again.location).text
    assert visits(company) == 7
    assert "已经手工记过 7 人次" in paper.preview("0:00 7人").text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"lines": " \n "}, "先把纸上的抄进来。"),
        ({"booth": "nowhere"}, "没有这个摊，再选一个。"),
        ({"day": "昨天"}, "哪一天？"),
        ({"lines": "0:00 1人\n" * 501}, "一次最多 500 行"),
    ],
)
@ON_SQLITE
def test_what_cannot_be_taken_is_told_in_a_sentence(paper: Paper, changed: dict[str, str], words: str) -> None:
    form = {"lines": "0:00 1人"} | changed
    shown = paper.preview(**form)
    assert shown.status_code == 422
    assert words in shown.text
    assert form["lines"] in shown.text


def test_after_the_close_it_says_so(company: Company, paper: Paper) -> None:
    assert "还有没有写在纸上的" in paper.browser.get("/admin/close-down").text
    company.organiser.post("/edition/close")
    assert paper.enter("0:00 1人").status_code == 410
    assert "录不进来了" in paper.browser.get(PAGE).text


@ON_SQLITE
def test_sheets_are_printed_for_one_booth_or_all(paper: Paper, company: Company) -> None:
    company.organiser.patch("/booths/tea", {"opens_at": "09:00", "closes_at": "11:00"})
    for query, pages in (("booth=tea", 1), ("", 12)):
        made = paper.browser.get(f"{PAGE}/sheets?{query}")
        assert made.content_type == "application/pdf"
        with pypdfium2.PdfDocument(made.data) as pdf:
            assert len(pdf) == pages
            words = pdf[0].get_textpage().get_text_bounded()
        assert ("茶艺展示" in words) is (pages == 1)
    assert paper.browser.get(f"{PAGE}/sheets?booth=nowhere").status_code == 422
    for page in (
        "/admin",
        "/admin/tray",
        "/admin/booths",
        "/admin/posters?booth=tea",
        "/admin/visits",
        "/admin/close-down",
    ):
        assert PAGE in paper.browser.get(page).text.partition("<main")[2]


def test_a_steward_enters_for_their_own_booths_alone(
    application: Application, browser: Browser, company: Company
) -> None:
    browser.sign_in_as_steward("tea")
    paper = Paper(application, browser)
    assert 'value="clinic"' not in browser.get(PAGE).text
    assert paper.enter("0:00 1人", booth="clinic").status_code == 422
    assert paper.enter("0:00 1人", booth="tea", once="another").status_code == 303
    assert visits(company) == 1
    assert browser.get(f"{PAGE}/sheets?booth=clinic").status_code == 422
