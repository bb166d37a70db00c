"""The audit log's page: searched, taken away as a file, undone; and what asks before it is lost for good."""

import csv
import io
import re
import threading
from typing import Any

import openpyxl
import pytest

from app import Application
from festival import audit, booths, cards, stations
from festival.clock import utc_now
from tests.admin.browser import LAPTOP, Browser
from tests.conftest import ON_SQLITE, Company
from web import acts
from web.sent_forms import ONE_HOUR, SentForms


def log(application: Application, most: int = 500) -> list[audit.AuditLine]:
    with application.house.database.reading() as db:
        return audit.listed(db, most=most)


def shown(page: str) -> list[int]:
    """Return the entries on a page of the log, newest first."""
    return [int(number) for number in re.findall(r'id="entry-(\d+)"', page)]


@pytest.fixture
def busy(organiser: Browser, company: Company) -> Browser:
    """An organiser after some acts: a pause, a lost card, a renamed device, a check-in taken back."""
    organiser.send("/admin/booths/clinic/pause", {"to": "paused"})
    page = f"/admin/cards/{company.card('zhang').short}"
    organiser.send(f"{page}/state", {"to": "lost"}, page=page)
    device = f"/admin/stations/{company.cast.station_ids['tea']}"
    organiser.send(f"{device}/name", {"name": "凉亭的手机"}, page=device)
    visit = company.tea.check_in(company.li).get_json()["visit"]["id"]
    organiser.send(f"/admin/visits/{visit}/undo", page="/admin/visits")
    return organiser


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("what=booth", ["booth.change"]),
        ("what=visit", ["visit.undo"]),
        ("who=account+organiser&what=station", ["station.rename"]),
        ("thing=clinic", ["booth.change", "station.enrol"]),
        ("thing=居民义诊", ["booth.change"]),
        ("thing=凉亭", ["station.rename", "station.enrol"]),
        ("thing=100%25", []),
        ("thing=c_inic", []),
        ("what=booth&who=account+organiser&thing=clinic", ["booth.change"]),
        ("from=2099-01-01", []),
        ("to=2001-01-01", []),
    ],
)
def test_the_log_is_searched(application: Application, busy: Browser, search: str, found: list[str]) -> None:
    by_id = {line.id: line.act for line in log(application)}
    page = busy.get(f"/admin/audit?{search}")
    assert page.status_code == 200
    assert [by_id[number] for number in shown(page.text)] == found


def test_a_card_is_found_as_it_is_read_out_also_in_what_a_check_in_was(
    application: Application, busy: Browser, company: Company
) -> None:
    by_id = {line.id: line.act for line in log(application)}
    for name, act in (("zhang", "card.change"), ("li", "visit.undo")):
        short = company.card(name).short
        page = busy.get(f"/admin/audit?thing={short[:3]}+{short[3:]}").text
        assert act in [by_id[number] for number in shown(page)]


@pytest.mark.parametrize(
    "search",
    [
        "who=nobody", "what=nothing", "from=yesterday", "to=2026-02-30", "from=0001-01-01", "to=9999-12-31",
        "thing=%00", "thing=%ED%A0%80", "thing=" + "x" * 5000, "who=%00", "from=%00", "what[]=x", "before=",
    ],
)  # fmt: skip
def test_a_search_that_makes_no_sense_is_no_error(busy: Browser, search: str) -> None:
    assert busy.get(f"/admin/audit?{search}").status_code == 200
    assert busy.get(f"/admin/audit/export.csv?{search}").status_code == 200


def test_a_day_begins_and_ends_at_the_festivals_midnight(application: Application, busy: Browser) -> None:
    with application.house.database.reading() as db:
        zone = application.house.directories.current(db).edition.zone
    today = f"{utc_now().astimezone(zone):%Y-%m-%d}"
    everything = shown(busy.get("/admin/audit").text)
    assert everything
    newest = max(everything)
    assert newest in shown(busy.get(f"/admin/audit?from={today}&to={today}").text)
    assert newest not in shown(busy.get("/admin/audit?to=2025-12-31").text)


def test_older_pages_and_files_keep_what_is_looked_for(application: Application, busy: Browser) -> None:
    for turn in range(52):
        application.house.writer.call(
            booths.pause, slug="tea", paused=turn % 2 == 0, actor="account organiser", now=utc_now()
        )
    page = busy.get("/admin/audit?what=booth&thing=tea").text
    assert len(shown(page)) == 50
    older = re.search(r'href="(/admin/audit\?before=[^"]+)"', page)
    assert older
    rest = busy.get(older[1].replace("&amp;", "&")).text
    assert len(shown(rest)) == 2
    assert not set(shown(rest)) & set(shown(page))
    link = re.search(r'href="(/admin/audit/export\.csv\?[^"]+)"', page)
    assert link
    assert len(_csv(busy, link[1].replace("&amp;", "&"))) == 1 + 52


def _csv(browser: Browser, path: str) -> list[list[str]]:
    answer = browser.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_the_log_is_taken_away_as_a_spreadsheet(application: Application, busy: Browser) -> None:
    as_csv = _csv(busy, "/admin/audit/export.csv?what=visit")
    answer = busy.get("/admin/audit/export.xlsx?what=visit")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    as_xlsx = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert as_csv == as_xlsx
    assert as_csv[0][:3] == ["第几条", "时间", "谁"]
    line = next(line for line in log(application) if line.act == "visit.undo")
    assert as_csv[1][0] == str(line.id)
    assert as_csv[1][8:11] == [line.actor, line.act, line.thing]
    assert "茶艺展示" in as_csv[1][5]
    exported = log(application)[0]
    assert (exported.act, exported.after) == ("audit.export", {"format": "xlsx", "group": "visit"})


def test_a_file_speaks_the_pages_language(busy: Browser) -> None:
    busy.get("/language/en")
    assert _csv(busy, "/admin/audit/export.csv?what=visit")[0][:3] == ["Entry", "Time", "Who"]


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "+1", "-1"])
def test_a_name_in_the_log_calculates_nothing(organiser: Browser, company: Company, name: str) -> None:
    device = f"/admin/stations/{company.cast.station_ids['tea']}"
    organiser.send(f"{device}/name", {"name": name}, page=device)
    for row in _csv(organiser, "/admin/audit/export.csv"):
        assert not [cell for cell in row if cell[:1] in ("=", "+", "-", "@")]


def test_a_file_of_a_kind_that_is_none_is_not_found(application: Application, organiser: Browser) -> None:
    before = log(application)
    assert organiser.get("/admin/audit/export.exe").status_code == 404
    assert log(application) == before


def undo_button(page: str) -> str | None:
    """Return where the button in the line that tells of an act leads."""
    found = re.search(r'<div class="told">.*?action="(/admin/audit/\d+/undo)"', page, re.DOTALL)
    return found[1] if found else None


@pytest.mark.parametrize(
    ("path", "form", "page"),
    [
        ("/admin/booths/clinic/pause", {"to": "paused"}, "/admin/booths"),
        ("/admin/booths/clinic/open", {"to": "shut"}, "/admin/booths"),
        ("/admin/booths/glasses/move", {"to": "up"}, "/admin/booths"),
        ("/admin/cards/issue", {"count": "2"}, "/admin/cards"),
        ("/admin/cards/000013/state", {"to": "lost"}, "/admin/cards/000013"),
        ("/admin/cards/000013/replace", {}, "/admin/cards/000013"),
        ("/admin/edition", {"name": "第六届", "name_en": ""}, "/admin/booths"),
        ("/admin/stations/pair", {"kind": "booth", "booths": ["tea"]}, "/admin/stations/pair/code"),
        ("/admin/stations/4/revoke", {}, "/admin/stations"),
    ],
)
def test_what_was_done_is_told_with_its_way_back(
    application: Application, organiser: Browser, path: str, form: dict[str, Any], page: str
) -> None:
    sent = organiser.send(path, form)
    assert sent.status_code == 303
    act = log(application)[0]
    told = organiser.get(sent.headers["Location"]).text
    assert undo_button(told) == f"/admin/audit/{act.id}/undo"
    assert undo_button(organiser.get(page).text) is None, "told once"
    back = organiser.send(f"/admin/audit/{act.id}/undo", {"back": "/admin/booths"})
    assert (back.status_code, back.headers["Location"]) == (303, "/admin/booths")
    assert "撤销了" in organiser.get("/admin/booths").text
    assert log(application)[0].act == "undo"
    again = organiser.send(f"/admin/audit/{act.id}/undo")
    assert again.status_code == 409
    assert "已经撤销过了" in again.text


def test_what_cannot_be_undone_any_more_is_told_why(application: Application, organiser: Browser) -> None:
    organiser.send("/admin/booths/clinic/pause", {"to": "paused"})
    entry = log(application)[0].id
    organiser.send("/admin/booths/clinic/pause", {"to": "on"})
    before = log(application)
    answer = organiser.send(f"/admin/audit/{entry}/undo")
    assert answer.status_code == 409
    assert "后来又改过" in answer.text
    assert log(application) == before
    assert organiser.send(f"/admin/audit/{'9' * 30}/undo").status_code == 404
    assert organiser.send("/admin/audit/999999/undo").status_code == 404


def test_the_log_offers_undo_where_it_can_and_says_what_was_undone(application: Application, busy: Browser) -> None:
    pause = next(line for line in log(application) if line.act == "booth.change")
    page = busy.get("/admin/audit").text
    assert f"/admin/audit/{pause.id}/undo" in page
    taken_back = next(line for line in log(application) if line.act == "visit.undo")
    assert f"/admin/audit/{taken_back.id}/undo" not in page
    busy.send(f"/admin/audit/{pause.id}/undo")
    page = busy.get("/admin/audit?what=booth").text
    assert f"/admin/audit/{pause.id}/undo" not in page
    assert "撤销过了" in page


def test_a_code_taken_back_is_shown_no_more(organiser: Browser, application: Application) -> None:
    organiser.send("/admin/stations/pair", {"kind": "kiosk"})
    assert organiser.get("/admin/stations/pair/code").status_code == 200
    organiser.send(f"/admin/audit/{log(application)[0].id}/undo")
    assert organiser.get("/admin/stations/pair/code").headers["Location"] == "/admin/stations/pair"


MAKING = [
    ("/admin/cards", "/admin/cards/issue", {"count": "3"}, "cards.issue"),
    ("/admin/cards/000013/replace", "/admin/cards/000013/replace", {}, "card.replace"),
    ("/admin/stations/pair", "/admin/stations/pair", {"kind": "kiosk"}, "station.invite"),
    (
        "/admin/booths/new",
        "/admin/booths/new",
        {"number": "13", "name": "糖画", "icon": "basket", "counts": "once", "open": "hours"},
        "booth.add",
    ),
]


@pytest.mark.parametrize(("page", "path", "form", "act"), MAKING)
def test_a_form_that_is_sent_twice_makes_one_thing(
    application: Application, organiser: Browser, page: str, path: str, form: dict[str, str], act: str
) -> None:
    form = form | {"once": organiser.hidden(page, "once")}
    first, second = (organiser.send(path, form, page=page) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    assert [line.act for line in log(application)].count(act) == _acts_before(act) + 1
    other = form | {"once": organiser.hidden(page, "once"), "name": "吹糖人"} if act != "card.replace" else None
    if other:
        assert organiser.send(path, other, page=page).status_code == 303
        assert [line.act for line in log(application)].count(act) == _acts_before(act) + 2


def _acts_before(act: str) -> int:
    """Return how many such acts the cast has left: its cards were issued."""
    return 1 if act == "cards.issue" else 0


@ON_SQLITE
def test_two_presses_at_one_moment_make_one_thing(application: Application, organiser: Browser) -> None:
    form = {"count": "2", "once": organiser.hidden("/admin/cards", "once")}
    form["csrf_token"] = organiser.hidden("/admin/cards", "csrf_token")
    cookie = organiser.client.get_cookie("laojiefang")
    assert cookie
    answers: list[str] = []

    def press() -> None:
        client = application.flask.test_client()
        client.set_cookie("laojiefang", cookie.value)
        answers.append(client.post("/admin/cards/issue", data=form, environ_base=LAPTOP).headers["Location"])

    threads = [threading.Thread(target=press) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 5
    assert len(set(answers)) == 1
    with application.house.database.reading() as db:
        assert cards.count(db) == 4 + 2


@ON_SQLITE
def test_a_form_that_was_sent_back_can_be_sent_again(organiser: Browser) -> None:
    form = {"once": organiser.hidden("/admin/cards", "once")}
    assert organiser.send("/admin/cards/issue", form | {"count": "0"}, page="/admin/cards").status_code == 422
    assert organiser.send("/admin/cards/issue", form | {"count": "1"}, page="/admin/cards").status_code == 303


@ON_SQLITE
def test_the_second_press_finds_what_the_first_one_left(organiser: Browser) -> None:
    form = {"kind": "kiosk", "once": organiser.hidden("/admin/stations/pair", "once")}
    organiser.send("/admin/stations/pair", form, page="/admin/stations/pair")
    with organiser.client.session_transaction() as kept:
        code = kept.pop("pairing")["code"]
    organiser.send("/admin/stations/pair", form, page="/admin/stations/pair")
    assert f"{code[:3]} {code[3:]}" in organiser.get("/admin/stations/pair/code").text


def test_sent_forms_are_forgotten_after_an_hour() -> None:
    now = [0.0]
    forms = SentForms(lambda: now[0])
    first = forms.form("a")
    now[0] = ONE_HOUR
    assert forms.form("a") is first
    now[0] = ONE_HOUR + 1
    assert forms.form("a") is not first


def test_one_time_keys_differ() -> None:
    assert len({acts.once_key() for _ in range(100)}) == 100


def test_a_name_is_written_over_only_where_that_was_agreed_to(organiser: Browser) -> None:
    page = "/admin/cards/000013"
    assert organiser.send(f"{page}/name", {"name": "张建国"}, page=page).status_code == 303
    for name in ("李四", ""):
        refused = organiser.send(f"{page}/name", {"name": name}, page=page)
        assert refused.status_code == 422
        assert "打个勾" in refused.text
        assert "张*国" in organiser.get(page).text
    assert organiser.send(f"{page}/name", {"name": "", "sure": "yes"}, page=page).status_code == 303
    assert "张*国" not in organiser.get(page).text


def test_taking_a_check_in_back_says_before_what_is_lost(organiser: Browser, company: Company) -> None:
    visit = company.tea.check_in(company.zhang).get_json()["visit"]["id"]
    asked = organiser.get(f"/admin/visits/{visit}/undo?back=/admin/visits")
    assert asked.status_code == 200
    assert "恢复不了" in asked.text
    assert company.client(None).get("/board").get_json()["visits"] == 1
    assert organiser.get(f"/admin/visits/{'9' * 30}/undo").status_code == 404


def test_every_act_in_the_log_has_its_words(busy: Browser, application: Application) -> None:
    with application.house.database.reading() as db:
        assert stations.listed(db)
    page = busy.get("/admin/audit").text
    for line in log(application, most=50):
        assert f">{line.act}<" not in page


def test_a_device_that_was_shut_out_keeps_its_name_in_the_log(organiser: Browser, company: Company) -> None:
    station = company.cast.station_ids["tea"]
    with company.application.house.database.reading() as db:
        name = stations.name_of(db, station_id=station)
    organiser.send(f"/admin/stations/{station}/revoke", page="/admin/stations")
    log = organiser.get("/admin/audit?what=station").text
    assert f"设备 {name}" in log
    assert f"设备 {station}<" not in log
    assert re.search(r"否.{0,80}是", log, re.DOTALL)
