"""What the server prints and logs, after a day with every secret in every place where one may stand."""

import socket
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.cast import new_nonce
from tests.running import Server

pytestmark = pytest.mark.fault


def open_page(address: str) -> None:
    try:
        urllib.request.urlopen(address, timeout=10).close()
    except urllib.error.HTTPError as error:
        error.close()


def test_no_code_name_token_or_password_is_logged(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", options=("--access-log",)).start()
    try:
        token = server.pair("organiser")
        _, issued = server.request("POST", "/api/v1/cards", {"count": 1}, token)
        code = issued["cards"][0]["code"]
        grouped = "-".join(code[at : at + 4] for at in range(0, 16, 4))
        wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
        for written in (code, grouped, wide, f"http://x/c/{code}"):
            assert server.request("GET", f"/api/v1/cards/{quote(written, safe='')}", token=token)[0] == 200
        # No HTTP, so it comes to no page: the web server itself quotes it.
        with socket.create_connection(("127.0.0.1", server.port)) as stranger:
            stranger.sendall(f"GET /api/v1/cards/{code[:4]} {code[4:]} HTTP/1.1\r\n\r\n".encode())
            assert stranger.recv(20).startswith(b"HTTP/1.1 400")
        server.request("PATCH", f"/api/v1/cards/{code}", {"name": "张建国"}, token)
        server.request("POST", "/api/v1/check-ins", {"scan": code, "booth": "tea", "nonce": new_nonce()}, token)
        for path in (f"/c/{code}", f"/nowhere/{code}", "/admin/first-start?token=hush-hush", f"/kiosk?pair={code}"):
            open_page(server.address + path)
    finally:
        server.stop()
    said = server.output.read_text(encoding="utf-8")
    assert said.count("/api/v1/cards/") >= 5
    for secret in (code[4:], code[-8:], grouped[5:], wide[4:], quote(wide[8:]), "张建国", token, "hush-hush"):
        assert secret not in said
