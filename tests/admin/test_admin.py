"""The organisers' admin: who gets in, and that each act does its work and leaves an audit row."""

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from admin.booth_form import ICONS
from app import Application
from banner import FirstStart
from festival.accounts import FIRST_ACCOUNT
from festival.clock import utc_now
from festival.storage.tables import AuditEntry
from tests.admin.browser import LAPTOP, Browser
from tests.cast import PASSWORD
from tests.conftest import Company
from web.security import DECODER

NEIGHBOUR = {"REMOTE_ADDR": "192.168.1.77"}


def acts(application: Application) -> list[tuple[str, str, str]]:
    """Return the audit log: who, what, to which thing."""
    with application.house.database.reading() as db:
        rows = db.execute(select(AuditEntry.actor, AuditEntry.act, AuditEntry.thing).order_by(AuditEntry.id))
        return [(row.actor, row.act, row.thing) for row in rows]


ME = f"account {FIRST_ACCOUNT}"
PAGES = [
    "",
    "/booths",
    "/booths/new",
    "/booths/clinic",
    "/edition",
    "/editions",
    "/visits",
    "/stations",
    "/stations/pair",
    "/cards",
    "/accounts",
    "/backups",
    "/accounts/1",
    "/close-down",
    "/audit",
]


@pytest.mark.parametrize("page", PAGES)
def test_whoever_has_not_signed_in_is_asked_to(browser: Browser, page: str) -> None:
    answer = browser.get(f"/admin{page}")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/admin/sign-in")


@pytest.mark.parametrize("page", [*PAGES, "/sign-in", "/first-start"])
def test_the_network_does_not_see_the_admin(organiser: Browser, page: str) -> None:
    assert organiser.get(f"/admin{page}", NEIGHBOUR).status_code == 403


@pytest.mark.parametrize(
    ("sender", "receiver", "status"),
    [
        ("192.168.1.5", "192.168.1.5", 200),
        ("::ffff:192.168.1.5", "192.168.1.5", 200),
        ("192.168.1.77", "192.168.1.5", 403),
        ("192.168.1.5", "127.0.0.1", 403),
        ("", "", 403),
    ],
)
def test_the_laptop_sees_the_admin_at_its_address_in_the_network(
    browser: Browser, sender: str, receiver: str, status: int
) -> None:
    environ = {"REMOTE_ADDR": sender, "SERVER_NAME": receiver, "HTTP_HOST": "localhost"}
    assert browser.client.get("/admin/sign-in", environ_overrides=environ).status_code == status


@pytest.mark.parametrize(
    ("scheme", "opened", "status"), [("https", False, 200), ("http", False, 403), ("http", True, 200)]
)
@pytest.mark.parametrize("pretended", [{}, {"HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_SSL": "on"}])
def test_the_network_sees_the_admin_over_https_alone_unless_it_was_opened(
    application: Application, browser: Browser, scheme: str, opened: bool, status: int, pretended: dict[str, str]
) -> None:
    object.__setattr__(application.house.settings, "admin_on_lan", opened)
    environ = NEIGHBOUR | {"wsgi.url_scheme": scheme} | pretended
    assert browser.client.get("/admin/sign-in", environ_overrides=environ).status_code == status


@pytest.mark.parametrize("page", PAGES)
def test_an_organiser_sees_every_page(organiser: Browser, page: str) -> None:
    assert organiser.get(f"/admin{page}").status_code == 200


@pytest.mark.parametrize(("name", "password"), [(FIRST_ACCOUNT, "wrong-0000-wrong"), ("nobody", PASSWORD)])
def test_wrong_name_and_wrong_password_look_the_same_and_are_logged(
    application: Application, browser: Browser, name: str, password: str
) -> None:
    answer = browser.sign_in(password, name)
    assert answer.status_code == 403
    assert "名字或者密码不对" in answer.text
    assert password not in str(acts(application))


def test_eleventh_try_within_a_minute_has_to_wait(browser: Browser) -> None:
    statuses = [browser.sign_in("wrong-0000-wrong").status_code for _ in range(11)]
    assert statuses == [403] * 10 + [429]


def test_sign_in_never_leads_to_a_strangers_page(browser: Browser) -> None:
    answer = browser.send(
        "/admin/sign-in?next=//evil.example/", {"name": FIRST_ACCOUNT, "password": PASSWORD}, page="/admin/sign-in"
    )
    assert answer.headers["Location"] == "/admin"


def test_form_without_its_token_does_nothing(application: Application, organiser: Browser) -> None:
    before = acts(application)
    answer = organiser.client.post("/admin/booths/clinic/pause", data={"to": "paused"}, environ_base=LAPTOP)
    assert answer.status_code == 400
    assert acts(application) == before


def test_first_start_shows_the_password_once_to_who_has_the_token(application: Application, browser: Browser) -> None:
    application.flask.extensions["first_start"] = FirstStart("the-token", "huai-1234-taohua-567")
    assert "huai-1234" not in browser.get("/admin/first-start?token=wrong").text
    assert "huai-1234" in browser.get("/admin/first-start?token=the-token").text
    assert "huai-1234" not in browser.get("/admin/first-start?token=the-token").text


def test_new_password_ends_old_sign_ins(application: Application, organiser: Browser) -> None:
    from festival import accounts

    application.house.writer.call(
        accounts.set_password, name=FIRST_ACCOUNT, password_hash="$argon2id$none", actor="test", now=utc_now()
    )
    assert organiser.get("/admin").status_code == 302


BOOTH = {"number": "13", "name": "糖画", "icon": "basket", "counts": "once", "open": "hours"}


def test_booth_is_added_and_shown(application: Application, organiser: Browser, company: Company) -> None:
    form = BOOTH | {"slug": "sugar", "open": _by_hours(organiser)}
    answer = organiser.send("/admin/booths/new", form, page="/admin/booths/new")
    assert answer.status_code == 303, answer.text
    assert "sugar" in [booth["slug"] for booth in company.client("organiser").get("/booths").get_json()["booths"]]
    assert (ME, "booth.add", "booth sugar") in acts(application)


def _by_hours(organiser: Browser) -> str:
    """Return the form's word for "by the hours"."""
    found = re.search(r'name="open" value="([^"]+)"', organiser.get("/admin/booths/new").text)
    assert found
    return found[1]


def test_bad_booth_keeps_what_was_typed_and_says_where(organiser: Browser) -> None:
    form = BOOTH | {"number": "0", "name": "糖画摊儿", "open": _by_hours(organiser)}
    answer = organiser.send("/admin/booths/new", form, page="/admin/booths/new")
    assert answer.status_code == 422
    assert "糖画摊儿" in answer.text
    assert "门牌号要 1 到 999 的整数" in answer.text


@pytest.mark.parametrize(
    ("path", "form", "act"),
    [
        ("/admin/booths/clinic/pause", {"to": "paused"}, "booth.change"),
        ("/admin/booths/clinic/open", {"to": "shut"}, "booth.change"),
        ("/admin/booths/glasses/move", {"to": "up"}, "booth.order"),
        ("/admin/cards/issue", {"count": "12"}, "cards.issue"),
        ("/admin/close-down", {"sure": "yes"}, "edition.close"),
        ("/admin/stations/pair", {"kind": "booth", "booths": ["clinic"]}, "station.invite"),
    ],
)
def test_each_act_leaves_its_audit_row(
    application: Application, organiser: Browser, path: str, form: dict[str, Any], act: str
) -> None:
    answer = organiser.send(path, form, page="/admin/booths")
    assert answer.status_code in (302, 303), answer.text
    who, what, _ = acts(application)[-1]
    assert (who, what) == (ME, act)


def test_paused_booth_refuses_and_goes_on_again(organiser: Browser, company: Company) -> None:
    organiser.send("/admin/booths/clinic/pause", {"to": "paused"}, page="/admin/booths")
    assert company.client("clinic").check_in(company.zhang).get_json()["reason"] == "closed"
    organiser.send("/admin/booths/clinic/pause", {"to": "on"}, page="/admin/booths")
    assert company.client("clinic").check_in(company.zhang).get_json()["outcome"] == "welcome"


def test_device_is_renamed_and_a_bad_name_says_what_is_wrong(organiser: Browser, company: Company) -> None:
    page = f"/admin/stations/{company.cast.station_ids['tea']}"
    refused = organiser.send(f"{page}/name", {"name": " "}, page=page)
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert organiser.send(f"{page}/name", {"name": "凉亭的手机"}, page=page).status_code == 303
    assert "凉亭的手机" in organiser.get("/admin/stations").text


def test_device_is_shut_out(application: Application, organiser: Browser, company: Company) -> None:
    station = company.cast.station_ids["tea"]
    assert organiser.get(f"/admin/stations/{station}/revoke").status_code == 200
    organiser.send(f"/admin/stations/{station}/revoke", page=f"/admin/stations/{station}/revoke")
    assert company.client("tea").get("/station").status_code == 401
    assert acts(application)[-1] == (ME, "station.revoke", f"station {station}")


def test_card_is_named_lost_and_replaced(application: Application, organiser: Browser, company: Company) -> None:
    short = company.card("zhang").short
    page = f"/admin/cards/{short}"
    organiser.send(f"{page}/name", {"name": "张建国"}, page=page)
    assert "张*国" in organiser.get(page).text
    assert "张建国" not in organiser.get(page).text
    organiser.send(f"{page}/state", {"to": "lost"}, page=page)
    assert company.client("clinic").check_in(company.zhang).get_json()["reason"] == "revoked_card"
    organiser.send(f"{page}/replace", page=f"{page}/replace")
    assert [act for _, act, thing in acts(application) if thing == f"card {short}"][-3:] == [
        "card.change",
        "card.change",
        "card.replace",
    ]
    assert "张建国" not in str(acts(application))


def test_sheet_of_cards_is_a_pdf_that_nobody_keeps(application: Application, organiser: Browser) -> None:
    answer = organiser.send("/admin/cards/sheet", {"first": "000013", "last": "000021"}, page="/admin/cards")
    assert answer.content_type == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Cache-Control"] == "no-store"
    assert acts(application)[-1][0] == ME


def test_edition_is_renamed_everywhere(application: Application, organiser: Browser, company: Company) -> None:
    version = company.client(None).get("/board").get_json()["version"]
    sent = organiser.send("/admin/edition", {"name": " 第六届 ", "name_en": "Sixth"}, page="/admin/edition")
    assert sent.status_code == 303
    board = company.client(None).get("/board").get_json()
    assert (board["edition"], board["version"]) == ("第六届", version + 1)
    assert company.client("clinic").get("/station").get_json()["edition"] == "第六届"
    assert "第六届邻里节" in organiser.get("/admin/booths").text
    assert acts(application)[-1] == (ME, "edition.rename", "edition 1")
    assert organiser.send("/admin/cards/sheet", {"first": "000013"}, page="/admin/cards").data.startswith(b"%PDF-")


@pytest.mark.parametrize("name", ["", "  ", "届" * 13, "第六届\U0001f389", "第\x07届"])
def test_edition_keeps_its_name_where_the_new_one_is_no_good(organiser: Browser, company: Company, name: str) -> None:
    refused = organiser.send("/admin/edition", {"name": name, "name_en": ""}, page="/admin/edition")
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert company.client(None).get("/board").get_json()["edition"] == "第五届"


def test_a_phone_on_the_network_is_told_where_the_admin_is(browser: Browser) -> None:
    answer = browser.get("/admin", environ=NEIGHBOUR)
    assert answer.status_code == 403
    assert "后台只在那台电脑上" in answer.text


@pytest.mark.parametrize("path", ["/admin/booths/tea/open", "/admin/visits/1/undo"])
def test_a_press_after_the_sign_in_has_ended_is_told_what_to_do(browser: Browser, path: str) -> None:
    answer = browser.client.post(path, data={"to": "shut"}, environ_base=LAPTOP)
    assert answer.status_code == 400
    assert "这一页放得太久了" in answer.text


def test_an_organiser_takes_a_check_in_back_at_any_time(
    application: Application, organiser: Browser, company: Company
) -> None:
    visit = company.clinic.check_in(company.zhang, party=2).get_json()["visit"]["id"]
    company.tea.check_in(company.li)
    short = company.card("zhang").short
    own = organiser.get(f"/admin/visits?card={short}").text
    assert f"/admin/visits/{visit}/undo" in own
    assert own.count('id="visit-') == 1
    with time_machine.travel(utc_now() + timedelta(hours=3), tick=False):
        assert organiser.send(f"/admin/visits/{visit}/undo", page="/admin/visits").status_code == 303
        assert "撤回了" in organiser.get("/admin/visits").text
    assert company.client(None).get("/board").get_json()["visits"] == 1
    assert acts(application)[-1] == (ME, "visit.undo", f"visit {visit}")


@pytest.mark.parametrize("path", ["/admin/visits?before=9", "/admin/audit?before=9"])
def test_a_place_to_read_on_from_that_is_none_is_no_error(organiser: Browser, path: str) -> None:
    assert organiser.get(path + "9" * 30).status_code == 404
    assert organiser.get(path + "x").status_code == 200
    assert organiser.get(path).status_code == 200


def test_a_form_that_stood_open_undoes_nothing_that_was_done_since(organiser: Browser, company: Company) -> None:
    page = organiser.get("/admin/booths/tea").text
    was = html.unescape(re.search(r'name="was"[^>]*value="([^"]*)"', page)[1])  # type: ignore[index]
    organiser.send("/admin/booths/tea/open", {"to": "shut"}, page="/admin/booths")
    form = {name: value for name, value in json.loads(was).items() if isinstance(value, str | int)}
    sent = organiser.send(
        "/admin/booths/tea", form | {"was": was, "open": "hours", "place": "亭子里"}, page="/admin/booths/tea"
    )
    assert sent.status_code == 303
    tea = next(b for b in company.tea.get("/booths").get_json()["booths"] if b["slug"] == "tea")
    assert (tea["open"], tea["place"], tea["name"]) == (False, "亭子里", "茶艺展示")


@pytest.mark.parametrize("was", ["", "x", "[]", "{}", "null"])
def test_a_form_that_hides_what_it_showed_changes_nothing(organiser: Browser, company: Company, was: str) -> None:
    assert organiser.send("/admin/booths/tea", BOOTH | {"was": was}, page="/admin/booths/tea").status_code == 422
    assert "糖画" not in str(company.tea.get("/booths").get_json())


@pytest.mark.parametrize("name", ["\x07", "凉\x00亭", "", "x" * 41])
def test_a_device_s_name_is_one_that_can_be_shown(organiser: Browser, company: Company, name: str) -> None:
    page = f"/admin/stations/{company.cast.station_ids['tea']}"
    assert organiser.send(f"{page}/name", {"name": name}, page=page).status_code == 422


def test_closing_down_asks_once(organiser: Browser, company: Company) -> None:
    assert organiser.send("/admin/close-down", page="/admin/close-down").status_code == 422
    assert company.client("clinic").check_in(company.zhang).get_json()["outcome"] == "welcome"
    organiser.send("/admin/close-down", {"sure": "yes"}, page="/admin/close-down")
    assert company.client("clinic").check_in(company.li).get_json()["reason"] == "edition_closed"


def test_every_answer_carries_the_guarding_headers(browser: Browser) -> None:
    for path in ("/", "/kiosk", "/booth", "/board", "/admin/sign-in", "/healthz", "/api/v1/board", "/nowhere"):
        headers = browser.get(path).headers
        # The pages with a camera may start its decoder; nothing else may be more than ours.
        decoder = f" {DECODER}" if path in ("/kiosk", "/booth") else ""
        assert f"script-src 'self'{decoder};" in headers["Content-Security-Policy"]
        assert "'unsafe-" not in headers["Content-Security-Policy"]
        assert "://" not in headers["Content-Security-Policy"]
        assert headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"


def test_error_page_shows_a_reference_and_no_trace(
    browser: Browser, application: Application, monkeypatch: Any
) -> None:
    monkeypatch.setattr(application.house.database, "reading", None)
    answer = browser.get("/")
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert re.search(r"<strong[^>]*>[0-9a-f]{8}</strong>", answer.text)


@pytest.mark.parametrize(("language", "name"), [("zh-CN", "眼镜"), ("en", "Glasses")])
def test_each_icon_of_a_booth_has_a_name_in_the_pages_language(organiser: Browser, language: str, name: str) -> None:
    organiser.get(f"/language/{language}")
    page = organiser.get("/admin/booths/new").text
    choices = re.findall(r'class="icon-choice" title="([^"]+)".*?<span class="said">([^<]+)</span></label>', page)
    assert (name, name) in choices
    assert [title for title, said in choices if title != said or title in ICONS] == []
    assert len({title for title, _said in choices}) == len(ICONS)
