"""The page of the laptop's addresses, on a laptop that is on a network."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from launch.addresses import lan_addresses
from tests.browser.conftest import Windows
from tests.browser.seeing import faults
from tests.browser.test_admin import DESK, PHONE, at_desk
from tests.running import Server, free_port

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not lan_addresses(), reason="this machine is on no network"),
]


@pytest.fixture(scope="module")
def on_network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that phones could reach. It tells no name: that network is not the tests' own."""
    options = ("--host", "0.0.0.0", "--no-mdns", "--https", "--https-port", str(free_port()))
    server = Server(tmp_path_factory.mktemp("addresses") / "data", options=options)
    server.start()
    yield server
    server.kill()


@pytest.mark.parametrize(("size", "language"), [(DESK, "zh-CN"), (PHONE, "zh-CN"), (PHONE, "en")])
def test_the_addresses_are_there_to_scan_and_to_print(
    windows: Windows, on_network: Server, size: tuple[int, int], language: str, shots: Path | None
) -> None:
    page = at_desk(windows, on_network, size=size, language=language)
    page.click("a[href$='/admin/addresses']")
    page.wait_for_url("**/admin/addresses")
    page.wait_for_timeout(300)
    if shots:
        page.screenshot(path=shots / f"addresses-{size[0]}-{language}.png", full_page=True)
    assert faults(page) == {}
    assert f"http://{lan_addresses()[0]}:{on_network.port}" in page.inner_text("main")
    assert page.request.get(f"{on_network.address}/admin/addresses/pdf").headers["content-type"] == "application/pdf"
