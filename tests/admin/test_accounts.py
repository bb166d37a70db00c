"""Accounts: who may sign in, what a steward may do at their own booths, and sign-ins that end."""

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from app import Application
from festival import accounts
from festival.accounts import FIRST_ACCOUNT, ORGANISER, STEWARD, VIEWER
from festival.clock import utc_now
from festival.errors import CannotKeep, Reason, Refusal
from festival.notices import Trouble
from festival.storage.engine import Database
from tests.admin.browser import LAPTOP, Browser
from tests.admin.test_admin import ME, acts
from tests.cast import PASSWORD, PASSWORD_HASH
from tests.conftest import ON_SQLITE, Company
from web import limits

NOW = utc_now()


def add(database: Database, name: str, role: str, *booths: str) -> int:
    with database.writing() as db:
        return accounts.add(db, name=name, role=role, booths=booths, password_hash=PASSWORD_HASH, actor="test", now=NOW)


def refusal(database: Database, function: object, **arguments: object) -> Reason:
    with pytest.raises(Refusal) as caught, database.writing() as db:
        function(db, actor="test", now=NOW, **arguments)  # type: ignore[operator]
    return caught.value.reason


def test_somebody_is_added_changed_ended_and_brought_back(database: Database) -> None:
    wang = add(database, " 王  姐 ", STEWARD, "tea")
    with database.writing() as db:
        assert accounts.by_name(db, "王 姐") == accounts.Account(wang, "王 姐", STEWARD, frozenset({8}))
        accounts.change(db, account_id=wang, role=VIEWER, booths=[], actor="test", now=NOW)
        assert accounts.by_name(db, "王 姐").role == VIEWER  # type: ignore[union-attr]
        accounts.end(db, account_id=wang, actor="test", now=NOW)
        assert accounts.by_name(db, "王 姐") is None
        accounts.bring_back(db, account_id=wang, actor="test", now=NOW)
        assert accounts.by_name(db, "王 姐") is not None


@pytest.mark.parametrize(
    ("name", "role", "booths", "field"),
    [
        ("", VIEWER, [], "name"),
        (" ", VIEWER, [], "name"),
        ("王" * 41, VIEWER, [], "name"),
        ("王\x00", VIEWER, [], "name"),
        ("王", "volunteer", [], "role"),
        ("王", STEWARD, [], "booths"),
        ("王", VIEWER, ["tea"], "booths"),
    ],
)
def test_what_no_account_can_be_is_refused_at_its_field(
    database: Database, name: str, role: str, booths: list[str], field: str
) -> None:
    with pytest.raises(Refusal) as caught, database.writing() as db:
        accounts.add(db, name=name, role=role, booths=booths, password_hash="x", actor="test", now=NOW)
    assert (caught.value.reason, caught.value.details["field"]) == (Reason.INVALID, field)


def test_a_name_is_one_person_s_even_after_its_end(database: Database) -> None:
    wang = add(database, "王姐", VIEWER)
    with database.writing() as db:
        accounts.end(db, account_id=wang, actor="test", now=NOW)
    again = {"name": "王姐", "role": VIEWER, "booths": [], "password_hash": "x"}
    assert refusal(database, accounts.add, **again) is Reason.EXISTS
    nowhere = {"name": "李", "role": STEWARD, "booths": ["nowhere"], "password_hash": "x"}
    assert refusal(database, accounts.add, **nowhere) is Reason.UNKNOWN_BOOTH


def test_one_organiser_is_always_left(database: Database) -> None:
    first = 1
    assert refusal(database, accounts.end, account_id=first) is Reason.NOT_ALLOWED
    assert refusal(database, accounts.change, account_id=first, role=VIEWER, booths=[]) is Reason.NOT_ALLOWED
    add(database, "第二个", ORGANISER)
    with database.writing() as db:
        accounts.end(db, account_id=first, actor="test", now=NOW)
        assert accounts.by_name(db, FIRST_ACCOUNT) is None


def signed_in(application: Application, name: str) -> Browser:
    own = Browser(application)
    assert own.sign_in(name=name).status_code == 303
    return own


@ON_SQLITE
def test_a_password_is_shown_once_and_works(application: Application, organiser: Browser) -> None:
    form = {"name": "茶艺王姐", "role": STEWARD, "booths": ["tea"]}
    shown = organiser.send("/admin/accounts", form, page="/admin/accounts")
    assert shown.headers["Cache-Control"] == "no-store"
    password = shown.text.split('class="password">')[1].split("<")[0]
    assert Browser(application).sign_in(password, "茶艺王姐").status_code == 303
    assert password not in organiser.get("/admin/accounts").text
    assert (ME, "account.add", "account 茶艺王姐") in acts(application)
    assert password not in str(acts(application))


@ON_SQLITE
def test_a_steward_acts_at_their_own_booths_alone(
    application: Application, database: Database, company: Company
) -> None:
    add(database, "王姐", STEWARD, "tea")
    own = company.tea.check_in(company.zhang).get_json()["visit"]["id"]
    other = company.clinic.check_in(company.li).get_json()["visit"]["id"]
    steward = signed_in(application, "王姐")
    assert steward.send("/admin/booths/tea/pause", {"to": "paused"}).status_code == 303
    assert steward.send("/admin/booths/tea/open", {"to": "open"}).status_code == 303
    assert steward.send("/admin/booths/clinic/pause", {"to": "paused"}).status_code == 403
    assert steward.send("/admin/booths/clinic/open", {"to": "shut"}).status_code == 403
    visits = steward.get("/admin/visits").text
    assert f"visit-{own}" in visits
    assert f"visit-{other}" not in visits
    assert steward.send(f"/admin/visits/{other}/undo").status_code == 403
    assert steward.send(f"/admin/visits/{own}/undo").status_code == 303
    assert steward.send("/admin/visits/999/undo").status_code == 404
    assert company.client(None).get("/board").get_json()["visits"] == 1


@ON_SQLITE
@pytest.mark.parametrize(("role", "booths"), [(STEWARD, ["tea"]), (VIEWER, [])])
def test_pages_offer_only_what_one_may_open(
    application: Application, database: Database, role: str, booths: list[str]
) -> None:
    add(database, "王姐", role, *booths)
    page = signed_in(application, "王姐").get("/admin").text
    for way in ("/admin/cards", "/admin/close-down", "/admin/accounts", "/admin/booths/clinic", "/admin/stations"):
        assert f'href="{way}' not in page
    assert ("/admin/booths/tea/pause" in page) is (role == STEWARD)
    assert "/admin/booths/clinic/pause" not in page


def disk_full(_db: object, **_arguments: object) -> None:
    raise CannotKeep(Trouble.DISK_FULL)


@ON_SQLITE
class TestEnds:
    """A sign-in ends, and a copy of its cookie ends with it."""

    @staticmethod
    def copy(own: Browser) -> FlaskClient:
        cookie = own.client.get_cookie("laojiefang")
        assert cookie is not None
        thief = own.client.application.test_client()
        thief.set_cookie("laojiefang", cookie.value)
        assert thief.get("/admin", environ_base=LAPTOP).status_code == 200
        return thief

    @pytest.mark.parametrize("elsewhere", [{"REMOTE_ADDR": "127.0.0.9"}, {"HTTP_USER_AGENT": "another browser"}])
    def test_by_coming_from_elsewhere(self, organiser: Browser, elsewhere: dict[str, str]) -> None:
        thief = self.copy(organiser)
        for _attempt in range(2):
            assert thief.get("/admin", environ_base=LAPTOP | elsewhere).status_code == 302
        assert organiser.get("/admin").status_code == 200

    def test_by_signing_out(self, organiser: Browser) -> None:
        thief = self.copy(organiser)
        organiser.send("/admin/sign-out")
        assert thief.get("/admin", environ_base=LAPTOP).status_code == 302

    def test_on_this_browser_also_while_nothing_can_be_written(
        self, organiser: Browser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as full:
            full.setattr(accounts, "sign_out", disk_full)
            assert organiser.send("/admin/sign-out").status_code == 503
        assert organiser.get("/admin").status_code == 302

    def test_after_twelve_hours_however_busy(self, organiser: Browser) -> None:
        for hours in (6, 11.9):
            with time_machine.travel(NOW + timedelta(hours=hours), tick=False):
                assert organiser.get("/admin").status_code == 200
        with time_machine.travel(utc_now() + timedelta(hours=12, seconds=1), tick=False):
            assert organiser.get("/admin").status_code == 302

    @pytest.mark.parametrize("how", ["password", "sign-out", "end"])
    def test_by_an_organiser(self, application: Application, database: Database, organiser: Browser, how: str) -> None:
        wang = add(database, "王姐", VIEWER)
        thief = self.copy(signed_in(application, "王姐"))
        page = f"/admin/accounts/{wang}"
        assert organiser.send(f"{page}/{how}", {"sure": "yes"}, page=page).status_code in (200, 303)
        assert thief.get("/admin", environ_base=LAPTOP).status_code == 302

    def test_a_new_password_asks_first(self, organiser: Browser) -> None:
        asked = organiser.send("/admin/accounts/1/password", page="/admin/accounts/1")
        assert asked.status_code == 422
        assert organiser.get("/admin").status_code == 200


@ON_SQLITE
class TestStorm:
    """Wrong passwords from the network never keep the laptop's organiser out."""

    @pytest.fixture(autouse=True)
    def on_the_network(self, application: Application) -> None:
        object.__setattr__(application.house.settings, "admin_on_lan", True)

    @staticmethod
    def tries(own: Browser, address: str, count: int) -> list[int]:
        page = own.client.get("/admin/sign-in", environ_base={"REMOTE_ADDR": address}).text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        form = {"name": FIRST_ACCOUNT, "password": "wrong-0000-wrong", "csrf_token": token}
        where = {"REMOTE_ADDR": address}
        return [own.client.post("/admin/sign-in", data=form, environ_base=where).status_code for _ in range(count)]

    def test_of_one_address(self, application: Application, browser: Browser) -> None:
        assert self.tries(Browser(application), "192.168.1.66", 12) == [403] * 10 + [429] * 2
        assert browser.sign_in().status_code == 303

    def test_of_many_addresses(self, application: Application, browser: Browser) -> None:
        storm = [self.tries(Browser(application), f"192.168.1.{host}", 9) for host in range(1, 9)]
        assert sum(status == 403 for each in storm for status in each) == limits.SIGN_INS_OF_NETWORK.amount
        assert browser.sign_in().status_code == 303

    def test_right_ones_do_not_count_and_take_no_wrong_one_back(self, application: Application) -> None:
        own = Browser(application)
        for _ in range(12):
            assert own.sign_in(PASSWORD).status_code == 303
            own.send("/admin/sign-out")
        assert self.tries(own, "127.0.0.1", 9) == [403] * 9
        assert own.sign_in(PASSWORD).status_code == 303
        own.send("/admin/sign-out")
        assert self.tries(own, "127.0.0.1", 2) == [403, 429]


def test_a_name_is_found_with_the_spaces_that_a_phone_adds(database: Database) -> None:
    add(database, "wang", VIEWER)
    again = {"name": " WANG ", "role": VIEWER, "booths": [], "password_hash": "x"}
    assert refusal(database, accounts.add, **again) is Reason.EXISTS


@ON_SQLITE
def test_a_phone_s_space_does_not_keep_anybody_out(application: Application, database: Database) -> None:
    add(database, "王姐", VIEWER)
    assert Browser(application).sign_in(name=" 王姐 ").status_code == 303


def test_whoever_is_at_the_laptop_gets_the_first_account_back(database: Database) -> None:
    add(database, "第二个", ORGANISER)
    with database.writing() as db:
        accounts.change(db, account_id=1, role=VIEWER, booths=[], actor="test", now=NOW)
        accounts.end(db, account_id=1, actor="test", now=NOW)
        accounts.rescue(db, password_hash=PASSWORD_HASH, actor="command", now=NOW)
        assert accounts.by_name(db, FIRST_ACCOUNT) == accounts.Account(1, FIRST_ACCOUNT, ORGANISER, frozenset())


def test_there_are_at_most_two_hundred(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "MOST_ACCOUNTS", 2)
    add(database, "王姐", VIEWER)
    third = {"name": "李姐", "role": VIEWER, "booths": [], "password_hash": "x"}
    assert refusal(database, accounts.add, **third) is Reason.INVALID
