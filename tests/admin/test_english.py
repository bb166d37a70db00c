"""The organisers' pages in English: what stands beside the number one, and how a day is written."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from admin.frame import day
from app import Application
from tests.admin.browser import Browser
from tests.conftest import ON_SQLITE, Company
from tests.web.test_words import WRONG_OF_ONE
from web.languages import counted

pytestmark = ON_SQLITE

PAGES = ["", "/booths", "/booths/clinic", "/editions", "/visits", "/tally", "/cards", "/stations", "/close-down"]


def told(browser: Browser, path: str) -> str:
    """Return the words of a page, its tags taken out."""
    page = browser.get(path)
    assert page.status_code == 200, path
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", re.sub(r"(?s)<(script|head).*?</\1>", "", page.text)))


def test_pages_read_right_with_one_visit(organiser: Browser, company: Company) -> None:
    company.clinic.check_in(company.zhang)
    organiser.client.set_cookie("language", "en")
    for path in PAGES:
        assert WRONG_OF_ONE.findall(told(organiser, f"/admin{path}")) == [], path
    assert "1 person, and 0 without a card" in told(organiser, "/admin")
    assert "1 visit" in told(organiser, "/admin")
    company.clinic.check_in(company.li)
    assert "2 people, and 0 without a card" in told(organiser, "/admin")


@pytest.mark.parametrize(
    ("language", "one", "more", "written"),
    [("en", "1 device", "2 devices", "Sat 26 Sept"), ("zh-CN", "1 台", "2 台", "9月26日周六")],
)
def test_numbers_and_days_are_of_the_language(
    application: Application, language: str, one: str, more: str, written: str
) -> None:
    with application.flask.test_request_context(headers={"Cookie": f"language={language}"}):
        assert (counted("%(n)s 台", 1), counted("%(n)s 台", 2)) == (one, more)
        # As a browser writes it: the page's clock takes over where the server began.
        assert day(datetime(2026, 9, 26, 4, tzinfo=UTC), ZoneInfo("Asia/Shanghai")) == written


def test_what_stands_in_a_text_is_not_markup(application: Application) -> None:
    with application.flask.test_request_context():
        assert counted("%(n)s 台", 2, n="<b>") == "&lt;b&gt; 台"
