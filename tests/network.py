"""A bad network between devices and the server: a proxy that cuts, delays, doubles, holds back and loses as it is told.

It reads HTTP request by request; each one meets a `Fault`. What upgrades (WebSockets) is passed on byte by byte.
"""

import contextlib
import random
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from tests.running import free_port

PIECE = 65536
HELD_AT_MOST = 3.0
RESET = struct.pack("ii", 1, 0)


class How(Enum):
    """How a connection ends."""

    RST = "reset"
    FIN = "closed"


class Gone(OSError):
    """One end of a connection has gone."""


@dataclass(frozen=True)
class Request:
    """One request, byte for byte."""

    method: str
    path: str
    data: bytes
    is_upgrade: bool = False


class Stream:
    """A socket that is read by lines, by count, or to its end."""

    def __init__(self, connected: socket.socket) -> None:
        self.socket = connected
        self._held = b""

    def head(self) -> bytes:
        """Return everything up to and with the next empty line."""
        return self._until(b"\r\n\r\n")

    def line(self) -> bytes:
        """Return everything up to and with the next end of a line."""
        return self._until(b"\r\n")

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._held:
            self._more()
        before, _, self._held = self._held.partition(mark)
        return before + mark

    def exactly(self, count: int) -> bytes:
        """Return the next ``count`` bytes."""
        while len(self._held) < count:
            self._more()
        data, self._held = self._held[:count], self._held[count:]
        return data

    def rest(self) -> bytes:
        """Return everything until the other end closes."""
        with contextlib.suppress(Gone):
            while True:
                self._more()
        return self.taken()

    def taken(self) -> bytes:
        """Return what was read and not asked for."""
        data, self._held = self._held, b""
        return data

    def _more(self) -> None:
        part = self.socket.recv(PIECE)
        if not part:
            raise Gone("the other end has closed")
        self._held += part

    def close(self, how: How = How.FIN) -> None:
        """Close it now, even while another thread reads from it."""
        with contextlib.suppress(OSError):
            if how is How.RST:
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            # Wakes the reader, and tells the other end nothing.
            self.socket.shutdown(socket.SHUT_RD)
        self.socket.close()


def read_request(client: Stream) -> Request:
    """Read one request."""
    head = client.head()
    method, path, *_ = head.decode("latin-1").split(" ", 2)
    fields = _fields(head)
    body = client.exactly(int(fields.get("content-length", "0")))
    return Request(method, path, head + body, is_upgrade="upgrade" in fields)


def read_answer(server: Stream, method: str) -> bytes:
    """Read one answer."""
    head = server.head()
    status, fields = int(head.split(b" ", 2)[1]), _fields(head)
    if method == "HEAD" or status in (204, 304) or status < 200:
        return head
    if "chunked" in fields.get("transfer-encoding", ""):
        return head + b"".join(_chunks(server))
    if "content-length" in fields:
        return head + server.exactly(int(fields["content-length"]))
    return head + server.rest()


def _fields(head: bytes) -> dict[str, str]:
    lines = head.decode("latin-1").split("\r\n")[1:]
    pairs = (line.partition(":") for line in lines if ":" in line)
    return {name.strip().lower(): value.strip().lower() for name, _, value in pairs}


def _chunks(server: Stream) -> Iterator[bytes]:
    size = -1
    while size != 0:
        line = server.line()
        size = int(line.split(b";")[0], 16)
        yield line + server.exactly(size + 2)


class Fault(Protocol):
    """What becomes of one request."""

    def __call__(self, line: "Line", request: Request) -> None:
        """Carry the request over the line, or do not."""


class Line:
    """One client's connection, and the one to the server that belongs to it."""

    def __init__(self, network: "Network", client: socket.socket) -> None:
        self.network = network
        self.client = Stream(client)
        self._server: Stream | None = None

    @property
    def server(self) -> Stream:
        """The connection to the server, opened when it is first needed."""
        if self._server is None:
            self._server = self.network.to_server()
        return self._server

    def ask(self, request: Request) -> bytes:
        """Have the server answer."""
        self.server.socket.sendall(request.data)
        self.network.note(request)
        answer = read_answer(self.server, request.method)
        self.network.count_answer()
        return answer

    def give(self, data: bytes) -> None:
        """Give it to the client."""
        self.client.socket.sendall(data)

    def cut(self, how: How) -> None:
        """Cut both ends."""
        self.client.close(how)
        if self._server is not None:
            self._server.close(how)

    def serve(self) -> None:
        """Carry request after request, until an end goes."""
        with contextlib.suppress(OSError, ValueError):
            while True:
                request = read_request(self.client)
                if request.is_upgrade:
                    return self._tunnel(request)
                self.network.fault_for(request)(self, request)

    def _tunnel(self, request: Request) -> None:
        self.server.socket.sendall(request.data)
        back = threading.Thread(target=_pour, args=(self.server, self.client), daemon=True)
        back.start()
        _pour(self.client, self.server)
        back.join()


def _pour(source: Stream, target: Stream) -> None:
    with contextlib.suppress(OSError):
        target.socket.sendall(source.taken())
        while part := source.socket.recv(PIECE):
            target.socket.sendall(part)
    with contextlib.suppress(OSError):
        target.socket.shutdown(socket.SHUT_RDWR)


# The faults. Those without a choice are functions, the others small classes.


def calm(line: Line, request: Request) -> None:
    """Nothing happens to it."""
    line.give(line.ask(request))


def twice(line: Line, request: Request) -> None:
    """The server gets it twice at once; the client gets one answer."""
    second = line.network.to_server()
    try:
        second.socket.sendall(request.data)
        line.network.note(request)
        answer = line.ask(request)
        line.network.lost.append(read_answer(second, request.method))
    finally:
        second.close()
    line.give(answer)


def held_back(line: Line, request: Request) -> None:
    """It waits until the server has answered another one that came after it."""
    line.network.wait_for_another(HELD_AT_MOST)
    calm(line, request)


def half_closed(line: Line, request: Request) -> None:
    """The server is told that no more will come, before it has answered; the client too, after its answer."""
    line.server.socket.sendall(request.data)
    line.network.note(request)
    line.server.socket.shutdown(socket.SHUT_WR)
    line.give(read_answer(line.server, request.method))
    line.client.socket.shutdown(socket.SHUT_WR)
    raise Gone("half closed")


def black_hole(line: Line, request: Request) -> None:  # noqa: ARG001
    """Nobody ever answers; it ends when the network does, or the client gives up."""
    while line.client.socket.recv(PIECE):
        pass


@dataclass(frozen=True)
class CutBefore:
    """The server gets ``part`` of it, and both lines are cut."""

    how: How = How.RST
    part: float = 0.0

    def __call__(self, line: Line, request: Request) -> None:
        line.server.socket.sendall(request.data[: int(len(request.data) * self.part)])
        line.cut(self.how)


@dataclass(frozen=True)
class CutAfter:
    """The server answers; the client gets ``part`` of the answer, and both lines are cut."""

    how: How = How.RST
    part: float = 0.0

    def __call__(self, line: Line, request: Request) -> None:
        answer = line.ask(request)
        line.network.lost.append(answer)
        line.give(answer[: int(len(answer) * self.part)])
        line.cut(self.how)


@dataclass(frozen=True)
class Delayed:
    """It takes longer: ``seconds``, and up to ``jitter`` more."""

    seconds: float
    jitter: float = 0.0

    def __call__(self, line: Line, request: Request) -> None:
        time.sleep(self.seconds + line.network.chance.uniform(0, self.jitter))
        calm(line, request)


@dataclass(frozen=True)
class Throttled:
    """The answer comes at so many bytes a second."""

    bytes_a_second: int

    def __call__(self, line: Line, request: Request) -> None:
        answer, step = line.ask(request), max(1, self.bytes_a_second // 20)
        for start in range(0, len(answer), step):
            line.give(answer[start : start + step])
            time.sleep(step / self.bytes_a_second)


class Storm:
    """Faults by chance: with the same seed the same ones in the same order."""

    def __init__(self, seed: int, odds: dict[Fault, float]) -> None:
        assert sum(odds.values()) <= 1
        self._chance, self._lock = random.Random(seed), threading.Lock()
        self._faults, self._weights = [*odds, calm], [*odds.values(), 1 - sum(odds.values())]

    def __call__(self, _request: Request) -> Fault:
        """Return what becomes of the next request."""
        with self._lock:
            return self._chance.choices(self._faults, self._weights)[0]


def calm_weather(_request: Request) -> Fault:
    """Nothing happens to any request."""
    return calm


def gale(seed: int) -> Storm:
    """Return a storm of everything that leaves the connection standing or cuts it."""
    return Storm(
        seed,
        {
            CutBefore(How.RST): 0.03, CutBefore(How.FIN, 0.5): 0.03, CutAfter(How.RST): 0.04, CutAfter(How.FIN): 0.03,
            CutAfter(How.RST, 0.5): 0.03, twice: 0.08, held_back: 0.03, half_closed: 0.03, Delayed(0.05, 0.3): 0.1,
        },
    )  # fmt: skip


class Network:
    """The proxy: listens at ``port``, leads to ``server_port``; to be changed while it runs."""

    def __init__(self, server_port: int, *, seed: int = 0) -> None:
        self.server_port, self.port = server_port, free_port()
        self.chance = random.Random(seed)
        self.weather: Callable[[Request], Fault] = calm_weather
        self.passed: list[Request] = []
        self.lost: list[bytes] = []
        self._next: deque[Fault] = deque()
        self._lines: set[Line] = set()
        self._moved, self._answers = threading.Condition(), 0
        self._listener: socket.socket | None = None

    @property
    def address(self) -> str:
        """The address that devices use."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Network":
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.refuse()

    def open(self) -> None:
        """Let clients connect."""
        listener = socket.create_server(("127.0.0.1", self.port), backlog=128)
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def refuse(self, how: How = How.RST) -> None:
        """Cut all lines, and refuse whoever comes, until it is opened again."""
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        self.cut_all(how)

    def cut_all(self, how: How = How.RST) -> None:
        """Cut all lines now, in whatever they are."""
        with self._moved:
            lines = list(self._lines)
        for line in lines:
            line.cut(how)

    def next(self, *faults: Fault) -> None:
        """Let the next requests meet these, one each; the weather comes after them."""
        self._next.extend(faults)

    def fault_for(self, request: Request) -> Fault:
        """Return what becomes of a request."""
        with contextlib.suppress(IndexError):
            return self._next.popleft()
        return self.weather(request)

    def note(self, request: Request) -> None:
        """Remember that the server got a request."""
        with self._moved:
            self.passed.append(request)

    def count_answer(self) -> None:
        """Wake those that wait for an answer to another one."""
        with self._moved:
            self._answers += 1
            self._moved.notify_all()

    def wait_for_another(self, seconds: float) -> None:
        """Wait until the server has answered one more request."""
        with self._moved:
            count = self._answers
            self._moved.wait_for(lambda: self._answers > count, seconds)

    def to_server(self) -> Stream:
        """Return a connection to the server; raises OSError where it is away."""
        return Stream(socket.create_connection(("127.0.0.1", self.server_port)))

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self._serve, args=(Line(self, client),), daemon=True).start()

    def _serve(self, line: Line) -> None:
        with self._moved:
            self._lines.add(line)
        try:
            line.serve()
        finally:
            # As where no proxy stands: a server that is killed resets its connections.
            line.cut(How.FIN)
            with self._moved:
                self._lines.discard(line)
