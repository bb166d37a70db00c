"""A crowd at the door, and senders that take their time: the others are served all the same."""

import errno
import os
import socket
import sys
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from serving.listener import OWN_ROOM, SHARE, Listener, household
from serving.protocol import BODY_SECONDS, HEAD_SECONDS, Paced
from tests.running import Server

pytestmark = pytest.mark.fault


def test_the_server_outlives_more_connections_than_it_may_open_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The limit is inherited: a wrapper stands where Python is started.
    wrapper = tmp_path / "python"
    wrapper.write_text(f'#!/bin/sh\nulimit -n 128\nexec "{sys.executable}" "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(wrapper))
    server = Server(tmp_path / "data").start()
    try:
        with ExitStack() as open_ones:
            for _ in range(300):
                open_ones.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=5))
            time.sleep(1)
        assert server.request("GET", "/healthz")[0] == 200
    finally:
        assert server.kill() is not None


class Taken:
    """A listening socket that hands out what the test says."""

    family = socket.AF_INET

    def __init__(self, *comes: Any) -> None:
        self.comes = list(comes)
        self.turned_away: list[str] = []

    def fileno(self) -> int:
        return 7

    def accept(self) -> tuple[Any, tuple[str, int]]:
        next_one = self.comes.pop(0)
        if isinstance(next_one, OSError):
            raise next_one
        return Connection(self, next_one), (next_one, 1)


class Connection:
    def __init__(self, taken: Taken, address: str) -> None:
        self.taken, self.address = taken, address

    def close(self) -> None:
        self.taken.turned_away.append(self.address)


def accepted(taken: Taken, stay: int, most: int = 1000) -> list[str]:
    listener = Listener(taken, most)  # type: ignore[arg-type]
    came = [listener.accept()[1][0] for _ in range(stay)]
    with pytest.raises(OSError, match="closed"):
        listener.accept()
    return came


CLOSED = OSError(errno.EBADF, "closed")


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ECONNABORTED, errno.ENOTCONN, errno.EPIPE])
def test_a_failed_accept_is_followed_by_the_next(number: int) -> None:
    assert accepted(Taken(OSError(number, os.strerror(number)), "192.168.1.5", CLOSED), 1) == ["192.168.1.5"]


def test_one_address_has_its_share_and_the_others_theirs() -> None:
    taken = Taken(*["192.168.1.5"] * (SHARE + 9), "192.168.1.6", "127.0.0.1", CLOSED)
    assert accepted(taken, SHARE + 2) == ["192.168.1.5"] * SHARE + ["192.168.1.6", "127.0.0.1"]
    assert taken.turned_away == ["192.168.1.5"] * 9


def test_strangers_leave_room_for_the_laptop() -> None:
    strangers = [f"10.0.0.{number}" for number in range(100)]
    taken = Taken(*strangers, *["127.0.0.1"] * (OWN_ROOM + 1), CLOSED)
    assert accepted(taken, 100, most=100) == strangers[: 100 - OWN_ROOM] + ["127.0.0.1"] * OWN_ROOM


def test_whoever_leaves_makes_room() -> None:
    taken = Taken(*["192.168.1.5"] * (SHARE + 1))
    listener = Listener(taken, 1000)  # type: ignore[arg-type]
    for _ in range(SHARE):
        listener.accept()
    listener.left(("192.168.1.5", 1))
    assert listener.accept()[1][0] == "192.168.1.5"


@pytest.mark.parametrize(
    ("address", "one"),
    [("::ffff:10.0.0.1", "10.0.0.1"), ("fe80::1%eth0", "fe80::/64"), ("2001:db8::1:2", "2001:db8::/64")],
)
def test_the_addresses_of_one_network_are_one(address: str, one: str) -> None:
    assert household(address) == one


@pytest.mark.alone
def test_a_head_sent_byte_by_byte_ends_and_the_others_are_served(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=0.5) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nX: ")
        began = time.monotonic()
        while time.monotonic() - began < HEAD_SECONDS + 5:
            assert server.request("GET", "/healthz")[0] == 200
            try:
                slow.sendall(b"a")
                if slow.recv(100) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        assert HEAD_SECONDS - 1 < time.monotonic() - began < HEAD_SECONDS + 3


@pytest.mark.alone
def test_a_body_that_comes_too_slowly_is_not_waited_for() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        paced = Paced(ours)
        paced.within(0.3)
        theirs.sendall(b"a")
        assert paced.readinto(bytearray(10)) == 1
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            paced.readinto(bytearray(10))
        assert time.monotonic() - began < 2


@pytest.mark.alone
def test_bytes_that_come_earn_time_up_to_a_bound() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        paced = Paced(ours)
        paced.within(0.2, and_earned=0.5)
        theirs.sendall(b"a" * 4000)
        assert paced.readinto(bytearray(4000)) == 4000
        time.sleep(0.3)
        theirs.sendall(b"a" * 9000)
        assert paced.readinto(bytearray(9000)) == 9000
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            paced.readinto(bytearray(10))
        assert 0.2 < time.monotonic() - began < 0.6


@pytest.mark.alone
def test_a_body_that_says_it_is_endless_gets_no_more_time(server: Server) -> None:
    began = time.monotonic()
    with ExitStack() as both:
        lengths = {"1000000000000": both.enter_context(silent(server)), "9" * 400: both.enter_context(silent(server))}
        for length, body in lengths.items():
            head = f"POST /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n\r\n"
            body.sendall(head.encode())
        for length, body in lengths.items():
            assert b"".join(iter(partial(body.recv, 4096), b"")).startswith(b"HTTP/1.1 404"), length
    assert time.monotonic() - began < BODY_SECONDS + 3


def silent(server: Server) -> socket.socket:
    """Open a connection whose answer may be long in coming."""
    return socket.create_connection(("127.0.0.1", server.port), timeout=BODY_SECONDS + 5)
