"""Posters: which booths, and at which address."""

import re

import pypdfium2
import pytest

from tests.admin.browser import Browser
from tests.conftest import ON_SQLITE
from web import addresses

pytestmark = ON_SQLITE
HOSTS = ["192.168.8.10", "10.0.0.5"]


@pytest.fixture(autouse=True)
def network(monkeypatch: pytest.MonkeyPatch) -> None:
    """The laptop has two addresses."""
    monkeypatch.setattr(addresses, "reached_from_outside", lambda _host: HOSTS)


def offered(page: str) -> list[str]:
    return re.findall(r'name="address" value="([^"]+)"', page)


def test_the_laptops_addresses_are_offered_and_one_is_printed(organiser: Browser) -> None:
    shown = offered(organiser.get("/admin/posters").text)
    assert shown == [f"http://{host}:80" for host in HOSTS]
    made = organiser.get(f"/admin/posters/pdf?booth=tea&address={shown[1]}")
    assert made.content_type == "application/pdf"
    with pypdfium2.PdfDocument(made.data) as pdf:
        assert len(pdf) == 1
        words = pdf[0].get_textpage().get_text_bounded()
    assert "茶艺展示" in words
    assert "http://10.0.0.5:80/b/tea" in words


def test_all_booths_are_a_page_each(organiser: Browser) -> None:
    made = organiser.get(f"/admin/posters/pdf?booth=&address=http://{HOSTS[0]}:80")
    with pypdfium2.PdfDocument(made.data) as pdf:
        assert len(pdf) == 12


@pytest.mark.parametrize(
    "query", ["", "booth=tea", "booth=tea&address=http://evil.example", "booth=nowhere&address=http://10.0.0.5:80"]
)
def test_a_strangers_address_or_an_unknown_booth_is_told_in_a_sentence(organiser: Browser, query: str) -> None:
    page = organiser.get(f"/admin/posters/pdf?{query}")
    assert page.status_code == 422
    assert "再选一个" in page.text


def test_a_laptop_without_a_network_is_told_what_to_do(organiser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "reached_from_outside", lambda _host: [])
    page = organiser.get("/admin/posters").text
    assert offered(page) == []
    assert "还没连上" in page


def test_each_booth_and_the_list_lead_to_it(organiser: Browser) -> None:
    assert "/admin/posters?booth=tea" in organiser.get("/admin/booths/tea").text
    assert "/admin/posters" in organiser.get("/admin/booths").text


def test_a_cards_page_has_the_code_that_puts_it_into_a_phone(organiser: Browser) -> None:
    page = organiser.get("/admin/cards/000013").text
    assert "这张卡的地址" in page
    assert "放进手机" in page
