"""The laptop's addresses, for organisers: on the screen, on paper, and what has become of them."""

from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp

from festival.whereabouts import Name
from tests.admin.browser import Browser
from tests.conftest import ON_SQLITE, Company
from web import addresses

pytestmark = ON_SQLITE
HOSTS = ["192.168.8.10", "10.0.0.5"]


@pytest.fixture(autouse=True)
def network(monkeypatch: pytest.MonkeyPatch) -> None:
    """The laptop has two addresses."""
    monkeypatch.setattr(addresses, "reached_from_outside", lambda _host: HOSTS)


def test_the_addresses_of_now_are_shown_and_printed(organiser: Browser, company: Company) -> None:
    company.application.house.whereabouts.name = Name.TOLD
    page = organiser.get("/admin/addresses").text
    made = organiser.get("/admin/addresses/pdf")
    assert made.content_type == "application/pdf"
    with pypdfium2.PdfDocument(made.data) as pdf:
        paper = pdf[0].get_textpage().get_text_bounded()
    for address in (*[f"http://{host}:80" for host in HOSTS], "http://laojiefang.local:80"):
        assert address in page
        assert address in paper


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (Name.OFF, "没有在网上报名字"),
        (Name.SILENT, "现在报不出去"),
        (Name.TOLD, "laojiefang.local 报出去了"),
        (Name.TAKEN, "另一台电脑也叫"),
    ],
)
def test_how_the_name_stands_is_told(organiser: Browser, company: Company, name: Name, words: str) -> None:
    company.application.house.whereabouts.name = name
    page = organiser.get("/admin/addresses").text
    assert words in page
    assert ("http://laojiefang.local" in page) is (name is Name.TOLD)


def test_the_desk_tells_of_a_lost_address_and_of_a_second_laptop(organiser: Browser, company: Company) -> None:
    here = company.application.house.whereabouts
    here.look(HOSTS)
    assert "电脑的地址变了" not in organiser.get("/admin").text
    here.look(HOSTS[1:])
    here.name = Name.TAKEN
    desk = organiser.get("/admin").text
    assert "电脑的地址变了：192.168.8.10 没有了" in desk
    assert "另一台电脑也叫" in desk
    assert "开始时的地址没有了：192.168.8.10" in organiser.get("/admin/addresses").text


def test_without_a_network_there_is_nothing_to_print(organiser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "reached_from_outside", lambda _host: [])
    assert "没有连上局域网" in organiser.get("/admin/addresses").text
    assert organiser.get("/admin/addresses/pdf").status_code == 302


def test_an_admin_over_https_prints_the_addresses_of_http(company: Company) -> None:
    with company.application.flask.test_request_context(base_url="https://127.0.0.1:8443"):
        assert addresses.of_phones()[0] == "http://192.168.8.10:8000"


def test_with_https_the_sheet_leads_to_the_steps_first(
    organiser: Browser, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(company.application.house, "settings", replace(company.application.house.settings, https=True))
    with pypdfium2.PdfDocument(organiser.get("/admin/addresses/pdf").data) as pdf:
        codes = [code.text for code in zxingcpp.read_barcodes(pdf[0].render(scale=2).to_pil().convert("L"))]
        words = pdf[0].get_textpage().get_text_bounded()
    assert "http://192.168.8.10:80/https" in codes
    assert "https://192.168.8.10:8443" in words
