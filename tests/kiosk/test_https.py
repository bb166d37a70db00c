"""The steps by which a phone learns to trust the laptop, by whatever name it came."""

from dataclasses import replace

import pytest

from festival import certificates
from festival.clock import utc_now
from tests.conftest import ON_SQLITE, Company
from web import addresses

pytestmark = ON_SQLITE


@pytest.fixture
def secure(company: Company, monkeypatch: pytest.MonkeyPatch) -> Company:
    """A laptop with https, at an address of the internet and at one of a local network."""
    house = company.application.house
    monkeypatch.setattr(house, "settings", replace(house.settings, https=True))
    monkeypatch.setattr(addresses, "reached_from_outside", lambda _host: ["203.0.113.5", "192.168.8.10"])
    certificates.authority(house.settings.data, utc_now())
    return company


def steps(company: Company, host: str) -> str:
    """Return the page of the steps, as it is opened by a host."""
    return company.application.flask.test_client().get("/https", base_url=f"http://{host}").text


@pytest.mark.parametrize("host", ["192.168.8.10:8000", "laojiefang.local:8000", "localhost", "[fd00::5]:8000"])
def test_the_steps_end_at_the_host_that_the_page_was_opened_by(secure: Company, host: str) -> None:
    page = steps(secure, host)
    name = host.removesuffix(":8000")
    assert f'href="https://{name}:8443"' in page
    assert "不是局域网里的名字" not in page


def test_a_host_that_phones_would_warn_of_is_told_with_another_address(secure: Company) -> None:
    page = steps(secure, "203.0.113.5:8000")
    assert "203.0.113.5 不是局域网里的名字" in page
    assert 'href="https://192.168.8.10:8443"' in page
    assert "https://203.0.113.5" not in page


def test_where_there_is_no_other_address_no_dead_one_is_shown(secure: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "reached_from_outside", lambda _host: ["203.0.113.5"])
    page = steps(secure, "203.0.113.5:8000")
    assert "没有别的地址" in page
    assert "https://" not in page


def test_the_booth_page_leads_to_the_steps_where_https_is_on(secure: Company) -> None:
    assert 'href="/https"' in secure.application.flask.test_client().get("/booth").text


def test_the_booth_page_promises_no_camera_where_https_is_off(company: Company) -> None:
    assert 'href="/https"' not in company.application.flask.test_client().get("/booth").text
