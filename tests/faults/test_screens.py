"""A crowd of screens, and screens that do not read: the others go on."""

import json
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from typing import Any

import pytest
import websocket

from tests.running import Server
from web import sockets

pytestmark = pytest.mark.fault


def connected(server: Server, **options: Any) -> websocket.WebSocket:
    """Return a raw screen that has asked for the board."""
    address = f"ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket"
    screen = websocket.create_connection(address, timeout=10, **options)
    screen.recv()
    screen.send("40/board,")
    return screen


def first_words(screen: websocket.WebSocket) -> str:
    return str(screen.recv())


def ends(screen: websocket.WebSocket, *, within: float) -> bool:
    """Return whether the server ends this connection."""
    until = time.monotonic() + within
    try:
        while time.monotonic() < until:
            if not screen.recv():
                return True
    except (websocket.WebSocketConnectionClosedException, ConnectionError):
        return True
    return False


def says(address: str, words: bytes) -> None:
    with urllib.request.urlopen(urllib.request.Request(address, data=words), timeout=5) as answer:
        assert answer.read() == b"OK"


def is_kept(address: str) -> bool:
    try:
        says(address, b"3")
    except urllib.error.HTTPError as error:
        error.close()
        return False
    return True


def test_the_hundred_and_first_screen_is_refused_and_the_hundred_go_on(server: Server) -> None:
    with ExitStack() as all_of_them:
        for _ in range(sockets.MOST_SCREENS):
            screen = connected(server)
            all_of_them.callback(screen.close)
            assert first_words(screen).startswith("40/board")
        late = connected(server)
        all_of_them.callback(late.close)
        refusal = first_words(late)
        assert refusal.startswith("44/board")
        assert "too many screens" in refusal
        assert first_words(screen).startswith("42/board")


def test_sessions_that_never_ask_for_the_board_are_bounded(server: Server) -> None:
    address = f"{server.address}/socket.io/?EIO=4&transport=polling"
    for _ in range(sockets.MOST_SESSIONS):
        with urllib.request.urlopen(address, timeout=5) as answer:
            assert json.loads(answer.read()[1:])["sid"]
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(address, timeout=5)
    assert refused.value.code == 503
    refused.value.close()


@pytest.mark.parametrize("headers", [{"origin": "http://evil.example"}, {"host": "evil.example"}])
def test_a_strangers_page_gets_no_socket(server: Server, headers: dict[str, str]) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        connected(server, **headers)
    assert refused.value.status_code in (400, 403)


def test_a_message_that_is_too_large_ends_its_connection_alone(server: Server) -> None:
    other, loud = connected(server), connected(server)
    loud.send("42/board," + "a" * sockets.LARGEST_MESSAGE)
    assert ends(loud, within=10)
    loud.shutdown()
    assert first_words(other).startswith("40/board")
    other.close()


def test_a_screen_that_does_not_read_is_let_go_and_the_others_go_on(server: Server) -> None:
    token, other = server.pair("organiser"), connected(server)
    deaf = f"{server.address}/socket.io/?EIO=4&transport=polling"
    with urllib.request.urlopen(deaf, timeout=5) as answer:
        deaf += f"&sid={json.loads(answer.read()[1:])['sid']}"
    says(deaf, b"40/board,")
    began = time.monotonic()
    # It says that it lives, and reads nothing.
    while is_kept(deaf) and time.monotonic() - began < 60:
        server.request("PATCH", "/api/v1/booths/clinic", {"quota": int(time.monotonic() * 10) % 1000}, token)
        other.send("3")
        other.recv()
    assert time.monotonic() - began < 60, "the screen that does not read was kept"
    other.send("3")
    assert first_words(other)
    other.close()


def test_a_websocket_on_which_nobody_lives_is_ended(server: Server) -> None:
    silent = connected(server)
    # Nothing is read for longer than it may take to answer the server's question.
    time.sleep(2 * sockets.PING_SECONDS + 3)
    assert ends(silent, within=5)
    silent.shutdown()


@pytest.mark.parametrize("words", [b"4" * (sockets.LARGEST_MESSAGE + 1), b"9"])
def test_a_polling_screen_that_breaks_the_rules_is_answered_and_gone(server: Server, words: bytes) -> None:
    polling = f"{server.address}/socket.io/?EIO=4&transport=polling"
    with urllib.request.urlopen(polling, timeout=5) as answer:
        address = f"{polling}&sid={json.loads(answer.read()[1:])['sid']}"
    says(address, b"40/board,")
    # Nobody reads what waits for this screen.
    with pytest.raises(urllib.error.HTTPError) as refused:
        says(address, words)
    assert refused.value.code == 400
    refused.value.close()
    assert not is_kept(address)
