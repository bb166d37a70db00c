"""The port for https, with real sockets: beside http, and against those who make no handshake."""

import http.client
import socket
import ssl
import time
import urllib.request
import zipfile
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from serving.secure import HANDSHAKE_SECONDS
from tests.running import Server

pytestmark = pytest.mark.fault
SOON = 3.0


def https_port(server: Server) -> int:
    return int(server.options[2])


def trusting(server: Server) -> ssl.SSLContext:
    """Trust the authority alone that the page of the steps gives."""
    with urllib.request.urlopen(f"{server.address}/https/ca.crt", timeout=SOON) as answer:
        given: bytes = answer.read()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=given)
    return context


def connected(server: Server, name: str = "127.0.0.1") -> http.client.HTTPSConnection:
    """Return a connection with the authority trusted, by an address or a name of the laptop."""
    plain = socket.create_connection(("127.0.0.1", https_port(server)), timeout=SOON)
    connection = http.client.HTTPSConnection(name, https_port(server))
    connection.sock = trusting(server).wrap_socket(plain, server_hostname=name)
    return connection


def ask(connection: http.client.HTTPSConnection, path: str) -> http.client.HTTPResponse:
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    return answer


def get(server: Server, path: str, *, name: str = "127.0.0.1") -> http.client.HTTPResponse:
    """Ask over https, on a connection of its own."""
    with closing(connected(server, name)) as connection:
        return ask(connection, path)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "laojiefang.local"])
def test_both_ports_answer_and_the_certificate_holds(secure: Server, name: str) -> None:
    assert get(secure, "/healthz", name=name).status == 200
    assert secure.request("GET", "/healthz")[0] == 200


def test_a_new_address_is_vouched_for_within_seconds_and_open_connections_stay(laptop: Server) -> None:
    process = laptop.process
    with closing(connected(laptop, "192.168.1.20")) as before:
        assert ask(before, "/healthz").status == 200
        line = before.sock
        with pytest.raises(ssl.SSLCertVerificationError):
            get(laptop, "/healthz", name="10.0.0.7")
        (laptop.data.parent / "addresses").write_text("10.0.0.7")
        assert vouched_for(laptop, "10.0.0.7")
        assert ask(before, "/healthz").status == 200
        assert before.sock is line
    assert laptop.process is process
    assert get(laptop, "/healthz").status == 200


def vouched_for(server: Server, name: str, seconds: float = 10) -> bool:
    """Return whether a phone that trusts the authority gets through by a name, soon."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            return get(server, "/healthz", name=name).status == 200
        except ssl.SSLCertVerificationError:
            time.sleep(0.2)
    return False


def test_a_damaged_certificate_keeps_nobody_out_and_is_made_anew(laptop: Server) -> None:
    kept = laptop.data / "keys" / "https.pem"
    kept.write_bytes(b"damaged")
    assert vouched_for(laptop, "192.168.1.20")
    until = time.monotonic() + 10
    while time.monotonic() < until and kept.read_bytes() == b"damaged":
        time.sleep(0.1)
    assert kept.read_bytes().startswith(b"-----BEGIN PRIVATE KEY")
    assert vouched_for(laptop, "192.168.1.20")


def test_backups_hold_no_key(secure: Server) -> None:
    assert get(secure, "/healthz").status == 200
    made = secure.manage("backup")
    assert made.returncode == 0, made.stderr
    # The server makes some by itself.
    backups = list(secure.data.with_name(f"{secure.data.name}-backups").glob("*.zip"))
    assert backups
    secrets = [part for path in (secure.data / "keys").rglob("*") for part in parts(path)]
    assert len(secrets) >= 3
    for path in backups:
        held = contents(path)
        assert b"SQLite format 3" in held
        assert b"PRIVATE KEY" not in held
        assert not [secret for secret in secrets if secret in held]


def contents(path: Path) -> bytes:
    """Return all that a backup holds, unpacked."""
    with zipfile.ZipFile(path) as backup:
        return b"".join(map(backup.read, backup.namelist()))


def parts(path: Path) -> list[bytes]:
    """Return what must be nowhere else of a file in ``keys``: all of it, and a PEM's keys as they are inside."""
    data = path.read_bytes()
    if not data.startswith(b"-----BEGIN PRIVATE KEY"):
        return [data]
    key = load_pem_private_key(data, password=None)
    assert isinstance(key, EllipticCurvePrivateKey)
    return [data, key.private_numbers().private_value.to_bytes(32, "big")]


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
    with trusting(secure).wrap_socket(plain, server_hostname="127.0.0.1") as wrapped:
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
    context = trusting(secure)
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
