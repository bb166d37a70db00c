"""Connections that break the rules: broken chunks, and rubbish on the board's socket."""

import json
import socket
import urllib.request

import pytest

from tests.running import Server

pytestmark = pytest.mark.fault


@pytest.mark.parametrize("body", [b"zz\r\nhello\r\n0\r\n\r\n", b"5\r\nhel", b"-1\r\nx\r\n", b""])
def test_broken_chunks_are_invalid_and_end_the_connection(server: Server, body: bytes) -> None:
    head = (
        "POST /api/v1/check-ins HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n"
        f"Authorization: Bearer {server.pair('organiser')}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as device:
        device.sendall(head.encode() + body)
        device.shutdown(socket.SHUT_WR)
        answer = b""
        while part := device.recv(4096):
            answer += part
    assert answer.startswith(b"HTTP/1.1 422")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["field"] == "body"


class Polling:
    """A screen that polls, as raw as it gets."""

    def __init__(self, server: Server) -> None:
        self.address = f"{server.address}/socket.io/?EIO=4&transport=polling"
        self.address += f"&sid={json.loads(self.get()[1:])['sid']}"

    def get(self) -> str:
        with urllib.request.urlopen(self.address, timeout=5) as answer:
            return str(answer.read().decode())

    def post(self, data: bytes) -> str:
        with urllib.request.urlopen(urllib.request.Request(self.address, data=data), timeout=5) as answer:
            return str(answer.read().decode())


def test_a_screen_hears_that_it_is_connected_and_then_how_things_stand(server: Server) -> None:
    screen = Polling(server)
    screen.post(b"40/board,")
    heard = screen.get()
    while "42/board" not in heard:
        heard += screen.get()
    assert heard.startswith('40/board,{"sid":')
    assert heard.index("40/board") < heard.index('42/board,["board",{"version":')


@pytest.mark.parametrize("rubbish", [b"42/board,[[", b"42/board," + b"[" * 5000, b"4" + b"[" * 5000, b'42/x,["y"]'])
def test_rubbish_on_the_socket_is_answered_and_the_board_goes_on(server: Server, rubbish: bytes) -> None:
    screen = Polling(server)
    screen.post(b"40/board,")
    assert screen.post(rubbish) == "OK"
    heard = ""
    while heard.count("42/board") < 2:
        heard += screen.get()
        # The server asks whether anybody is there.
        if "2" in heard.split("\x1e"):
            screen.post(b"3")
            heard = heard.replace("2\x1e", "")
