"""https in a real browser whose user has installed the festival's authority, and in one whose user has not."""

import hashlib
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from playwright.sync_api import Browser, Error, Page

from tests.browser.conftest import Windows, executable
from tests.browser.seeing import faults
from tests.running import ROOT, Server

pytestmark = pytest.mark.browser


def test_the_page_gives_the_authority_and_its_fingerprint(secure: Server) -> None:
    with urllib.request.urlopen(f"{secure.address}/https/ca.crt", timeout=5) as answer:
        given = answer.read()
        assert answer.headers["Content-Type"] == "application/x-x509-ca-cert"
    certificate = x509.load_der_x509_certificate(given)
    assert b"PRIVATE" not in given
    kept = (secure.data / "keys" / "authority.pem").read_bytes()
    assert certificate == x509.load_pem_x509_certificate(kept)
    iphone = urllib.request.Request(f"{secure.address}/https", headers={"User-Agent": "Mozilla/5.0 (iPhone)"})
    with urllib.request.urlopen(iphone, timeout=5) as answer:
        page = answer.read().decode()
    assert hashlib.sha256(given).digest().hex(":").upper() in page
    assert page.index('id="iphone"') < page.index('id="android"')


def taken_from_the_page(server: Server) -> bytes:
    """Return the authority's certificate as a phone gets it."""
    with urllib.request.urlopen(f"{server.address}/https/ca.crt", timeout=5) as answer:
        given: bytes = answer.read()
    return given


@pytest.fixture
def strange(chromium: Browser, tmp_path: Path) -> Iterator[Page]:
    """A browser of a user who has installed no certificate."""
    with of_home(chromium, tmp_path / "strange") as page:
        yield page


@pytest.fixture
def trusting(secure: Server, chromium: Browser, tmp_path: Path) -> Iterator[Page]:
    """A browser of a user who has installed the certificate that the page of the steps gives."""
    home, given = tmp_path / "home", tmp_path / "ca.crt"
    given.write_bytes(taken_from_the_page(secure))
    subprocess.run([sys.executable, "-m", "tests.browser.trust", str(home), str(given)], cwd=ROOT, check=True)
    with of_home(chromium, home) as page:
        yield page


@contextmanager
def of_home(chromium: Browser, home: Path) -> Iterator[Page]:
    """Start a browser of its own for a home; its names in .local lead here."""
    flags = ["--no-sandbox", "--host-resolver-rules=MAP *.local 127.0.0.1"]
    own = chromium.browser_type.launch(executable_path=executable(), args=flags, env={**os.environ, "HOME": str(home)})
    yield own.new_page()
    own.close()


ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="another system keeps what its user trusts elsewhere")


@ON_LINUX
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "laojiefang.local"])
def test_once_the_authority_is_installed_no_browser_warns(secure: Server, trusting: Page, host: str) -> None:
    answer = trusting.goto(f"https://{host}:{secure.options[2]}/board")
    assert answer is not None
    assert answer.ok
    details = answer.security_details()
    assert details is not None
    assert "老街坊 Laojiefang" in str(details)
    assert trusting.evaluate("isSecureContext")


@ON_LINUX
def test_without_it_a_browser_warns(secure: Server, strange: Page) -> None:
    with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
        strange.goto(f"https://127.0.0.1:{secure.options[2]}/board")


@ON_LINUX
def test_a_name_that_is_not_the_laptops_is_warned_of_even_so(secure: Server, trusting: Page) -> None:
    with pytest.raises(Error, match="ERR_CERT_COMMON_NAME_INVALID"):
        trusting.goto(f"https://stranger.local:{secure.options[2]}/board")


@ON_LINUX
def test_over_https_cameras_are_there_and_the_board_is_live(secure: Server, trusting: Page) -> None:
    sockets: list[str] = []
    trusting.on("websocket", lambda opened: sockets.append(opened.url))
    address = f"https://127.0.0.1:{secure.options[2]}"
    trusting.goto(f"{address}/board")
    assert trusting.evaluate("isSecureContext && typeof navigator.mediaDevices.getUserMedia") == "function"
    trusting.wait_for_timeout(2000)
    assert any(url.startswith("wss://127.0.0.1") for url in sockets)
    trusting.goto(f"{address}/admin/sign-in")
    (cookie,) = [one for one in trusting.context.cookies() if "laojiefang" in one["name"]]
    assert (cookie["name"], cookie["secure"]) == ("__Host-laojiefang", True)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_page_of_the_steps_is_for_everybody(secure: Server, windows: Windows, language: str) -> None:
    page = windows.open(390, 844, language=language, address=f"{secure.address}/https")
    assert not any(faults(page).values())
