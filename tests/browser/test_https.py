"""https in a real browser that trusts the festival's authority as a phone does, by its key alone."""

import base64
import hashlib
import urllib.request
from collections.abc import Iterator

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Windows, executable
from tests.browser.seeing import faults
from tests.running import Server

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


@pytest.fixture
def trusting(secure: Server, chromium: Browser) -> Iterator[Page]:
    """A browser that takes the festival's certificates and refuses every other untrusted one."""
    keys = [
        base64.b64encode(
            hashlib.sha256(
                certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            ).digest()
        ).decode()
        for certificate in x509.load_pem_x509_certificates((secure.data / "keys" / "https.pem").read_bytes())
    ]
    arguments = ["--no-sandbox", f"--ignore-certificate-errors-spki-list={','.join(keys)}"]
    own = chromium.browser_type.launch(executable_path=executable(), args=arguments)
    yield own.new_page()
    own.close()


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
