"""https in a real browser that trusts the festival's authority as a phone does, by its key alone."""

import base64
import hashlib
import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import sync_playwright

from tests.running import Server, free_port

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("https") / "data"
    server = Server(data, options=("--https", "--https-port", str(free_port())))
    server.start()
    yield server
    server.kill()


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
