"""The port for https, with real sockets: beside http, and against those who make no handshake."""

import http.client
import socket
import ssl
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from serving.secure import HANDSHAKE_SECONDS
from tests.running import Server

pytestmark = pytest.mark.fault
SOON = 3.0


def https_port(server: Server) -> int:
    return int(server.options[2])


def trusting(data: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=data / "keys" / "authority.pem")


def get(server: Server, path: str, *, name: str = "127.0.0.1") -> http.client.HTTPResponse:
    """Ask over https with the authority trusted, by an address or a name of the laptop."""
    plain = socket.create_connection(("127.0.0.1", https_port(server)), timeout=SOON)
    wrapped = trusting(server.data).wrap_socket(plain, server_hostname=name)
    connection = http.client.HTTPSConnection(name, https_port(server))
    connection.sock = wrapped
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "laojiefang.local"])
def test_both_ports_answer_and_the_certificate_holds(secure: Server, name: str) -> None:
    assert get(secure, "/healthz", name=name).status == 200
    assert secure.request("GET", "/healthz")[0] == 200


def test_each_scheme_has_its_own_cookie_and_http_stays(secure: Server) -> None:
    answer = get(secure, "/admin/sign-in")
    (cookie,) = [part for part in answer.headers.get_all("Set-Cookie", []) if "laojiefang" in part]
    assert cookie.startswith("__Host-laojiefang=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    # It would bar every page that needs no camera.
    assert answer.headers["Strict-Transport-Security"] is None


def test_silence_and_plain_http_hold_nobody_up_and_end(secure: Server) -> None:
    with ExitStack() as stack:
        silent = [
            stack.enter_context(socket.create_connection(("127.0.0.1", https_port(secure)), timeout=20))
            for _ in range(50)
        ]
        plain = stack.enter_context(socket.create_connection(("127.0.0.1", https_port(secure)), timeout=SOON))
        plain.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        began = time.monotonic()
        assert get(secure, "/healthz").status == 200
        assert secure.request("GET", "/healthz")[0] == 200
        assert time.monotonic() - began < SOON
        assert ended(plain)
        assert all(ended(one) for one in silent)
        assert time.monotonic() - began < HANDSHAKE_SECONDS + SOON
    assert "Traceback" not in secure.output.read_text(encoding="utf-8")


def test_a_handshake_byte_by_byte_ends(secure: Server) -> None:
    hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500)
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", https_port(secure)), timeout=1) as slow:
        for byte in hello:
            try:
                slow.sendall(bytes([byte]))
            except OSError:
                break
            time.sleep(0.1)
    assert time.monotonic() - began < HANDSHAKE_SECONDS + SOON


def test_a_head_byte_by_byte_ends_over_https_too(secure: Server) -> None:
    plain = socket.create_connection(("127.0.0.1", https_port(secure)), timeout=20)
    with trusting(secure.data).wrap_socket(plain, server_hostname="127.0.0.1") as wrapped:
        began = time.monotonic()
        wrapped.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
        assert ended(wrapped)
        assert time.monotonic() - began < 15


def test_a_stranger_to_the_certificate_leaves_no_traceback(secure: Server) -> None:
    with socket.create_connection(("127.0.0.1", https_port(secure)), timeout=SOON) as plain:  # noqa: SIM117
        with pytest.raises(ssl.SSLCertVerificationError):
            ssl.create_default_context().wrap_socket(plain, server_hostname="127.0.0.1")
    assert get(secure, "/healthz").status == 200
    assert "Traceback" not in secure.output.read_text(encoding="utf-8")


def test_two_hundred_at_once_are_served(secure: Server) -> None:
    context = trusting(secure.data)
    with ExitStack() as stack:
        everybody = []
        for _ in range(200):
            plain = socket.create_connection(("127.0.0.1", https_port(secure)), timeout=20)
            everybody.append(stack.enter_context(context.wrap_socket(plain, server_hostname="127.0.0.1")))
        for one in everybody:
            one.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert all(one.recv(4096).startswith(b"HTTP/1.1 200") for one in everybody)
        assert secure.request("GET", "/healthz")[0] == 200


def ended(connection: socket.socket) -> bool:
    """Return whether the server has hung up; raises TimeoutError where it has not."""
    try:
        while connection.recv(4096):
            pass
    except (ConnectionResetError, ssl.SSLError):
        pass
    return True
