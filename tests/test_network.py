"""Each fault does what it says, byte for byte."""

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.network import (
    CutAfter,
    CutBefore,
    Delayed,
    How,
    Network,
    Request,
    Throttled,
    black_hole,
    calm,
    gale,
    half_closed,
    held_back,
    twice,
)  # fmt: skip

BODY = bytes(range(256)) * 40
REQUEST = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY


class Echo(BaseHTTPRequestHandler):
    """Answers with the body it got, and remembers it."""

    protocol_version = "HTTP/1.1"
    got: list[tuple[str, bytes]]

    def do_POST(self) -> None:
        """Echo."""
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            # The line was cut in the middle: no request.
            self.close_connection = True
            return
        self.got.append((self.path, body))
        self.send_response(200)
        if self.path == "/chunked":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))
        else:
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def got() -> list[tuple[str, bytes]]:
    """What the server got: paths and bodies."""
    return []


@pytest.fixture
def network(got: list[tuple[str, bytes]]) -> Iterator[Network]:
    """A network before a server that echoes."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Echoes", (Echo,), {"got": got}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with Network(server.server_port) as network:
        yield network
    server.shutdown()
    server.server_close()


def post(network: Network, path: str = "/echo", body: bytes = BODY) -> bytes:
    """Post on a connection of its own; return the answer's body."""
    connection = http.client.HTTPConnection("127.0.0.1", network.port, timeout=10)
    try:
        connection.request("POST", path, body)
        return connection.getresponse().read()
    finally:
        connection.close()


def raw(network: Network) -> tuple[bytes, bool]:
    """Post by hand; return all that came back, and whether the end was a reset."""
    with socket.create_connection(("127.0.0.1", network.port), timeout=10) as client:
        client.sendall(REQUEST)
        back = b""
        try:
            while part := client.recv(65536):
                back += part
        except ConnectionResetError:
            return back, True
        return back, False


@pytest.mark.parametrize("path", ["/echo", "/chunked"])
def test_calm_carries_every_byte_and_keeps_the_connection(network: Network, got: list, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", network.port, timeout=10)
    for _ in range(3):
        connection.request("POST", path, BODY)
        assert connection.getresponse().read() == BODY
    connection.close()
    assert got == [(path, BODY)] * 3


@pytest.mark.parametrize("how", list(How))
@pytest.mark.parametrize("part", [0.0, 0.5])
def test_cut_before_loses_the_request(network: Network, got: list, how: How, part: float) -> None:
    network.next(CutBefore(how, part))
    assert raw(network) == (b"", how is How.RST)
    assert got == []
    assert post(network) == BODY


@pytest.mark.parametrize("how", list(How))
@pytest.mark.parametrize("part", [0.0, 0.5])
def test_cut_after_loses_the_answer_alone(network: Network, got: list, how: How, part: float) -> None:
    network.next(CutAfter(how, part))
    back, was_reset = raw(network)
    [answer] = network.lost
    assert got == [("/echo", BODY)]
    assert answer.endswith(BODY)
    # A reset throws away what the client has not read yet.
    assert answer[: int(len(answer) * part)].startswith(back)
    assert was_reset == (how is How.RST)
    if how is How.FIN:
        assert len(back) == int(len(answer) * part)


def test_twice_reaches_the_server_twice_and_is_answered_once(network: Network, got: list) -> None:
    network.next(twice)
    assert post(network) == BODY
    assert got == [("/echo", BODY)] * 2
    assert len(network.lost) == 1


def test_held_back_comes_after_the_one_that_came_later(network: Network, got: list) -> None:
    network.next(held_back, calm)
    early = threading.Thread(target=post, args=(network, "/early"))
    early.start()
    time.sleep(0.2)
    assert got == []
    post(network, "/late")
    early.join()
    assert [path for path, _ in got] == ["/late", "/early"]


def test_half_closed_is_answered_in_full_and_then_ends(network: Network, got: list) -> None:
    network.next(half_closed)
    back, was_reset = raw(network)
    assert back.endswith(BODY)
    assert not was_reset
    assert got == [("/echo", BODY)]


def test_delayed_takes_its_time(network: Network) -> None:
    network.next(Delayed(0.4, 0.1))
    began = time.monotonic()
    assert post(network) == BODY
    assert time.monotonic() - began >= 0.4


def test_throttled_takes_as_long_as_its_bytes(network: Network) -> None:
    network.next(Throttled(len(BODY) * 2))
    began = time.monotonic()
    assert post(network) == BODY
    assert time.monotonic() - began >= 0.4


def test_black_hole_never_answers(network: Network, got: list) -> None:
    network.next(black_hole)
    with socket.create_connection(("127.0.0.1", network.port), timeout=0.5) as client:
        client.sendall(REQUEST)
        with pytest.raises(TimeoutError):
            client.recv(1)
    assert got == []


def test_refused_until_it_is_opened_again(network: Network) -> None:
    network.refuse()
    with pytest.raises(ConnectionRefusedError):
        post(network)
    network.open()
    assert post(network) == BODY


@pytest.mark.parametrize("how", list(How))
def test_cut_all_ends_a_connection_in_the_middle(network: Network, how: How) -> None:
    network.next(black_hole)
    ended: list[tuple[bytes, bool]] = []
    client = threading.Thread(target=lambda: ended.append(raw(network)))
    client.start()
    time.sleep(0.3)
    network.cut_all(how)
    client.join(5)
    assert ended == [(b"", how is How.RST)]


def test_a_storm_is_the_same_with_the_same_seed() -> None:
    request = Request("GET", "/", b"")
    first, second, other = gale(1), gale(1), gale(2)
    drawn = [first(request) for _ in range(300)]
    assert drawn == [second(request) for _ in range(300)]
    assert drawn != [other(request) for _ in range(300)]
    assert len(set(drawn)) == 10
