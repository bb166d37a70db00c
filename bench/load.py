"""Keep-alive connections that send prepared requests as fast as they are answered.

Our own, because a load generator in Python's usual clients would be slower than the server that it measures.
"""

import selectors
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Requests = Iterator[bytes]


@dataclass
class Measured:
    """What one span of load gave: answers by status, seconds, and how long each answer took."""

    seconds: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds

    def percentile(self, share: float) -> float:
        """Return the time, in milliseconds, within which ``share`` of the answers came."""
        ordered = sorted(self.times)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def median(self) -> float:
        """The median time of an answer, in milliseconds."""
        return 1000 * statistics.median(self.times)


class _Connection:
    def __init__(self, port: int, requests: Requests) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._requests = requests
        self._received = b""
        self._sent_at = 0.0

    def send(self) -> None:
        self._received = b""
        self._sent_at = time.perf_counter()
        self.socket.sendall(next(self._requests))

    def receive(self) -> tuple[int, float] | None:
        """Return the status and the seconds of an answer once it is whole."""
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionError("the server hung up")
        self._received += part
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return None
        return int(head[9:12]), time.perf_counter() - self._sent_at


def _length(head: bytes) -> int:
    at = head.lower().find(b"content-length:")
    return int(head[at + 15 : head.find(b"\r", at) if b"\r" in head[at:] else None]) if at >= 0 else 0


def run(port: int, requests: Requests, *, connections: int, seconds: float) -> Measured:
    """Load the server on ``port`` for ``seconds`` from ``connections`` keep-alive connections."""
    measured = Measured()
    open_ones = [_Connection(port, requests) for _ in range(connections)]
    with selectors.DefaultSelector() as ready:
        for connection in open_ones:
            ready.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send()
        began = time.perf_counter()
        while (now := time.perf_counter()) - began < seconds:
            for key, _ in ready.select(timeout=1):
                answered = key.data.receive()
                if answered is not None:
                    status, taken = answered
                    measured.statuses[status] = measured.statuses.get(status, 0) + 1
                    measured.times.append(taken)
                    key.data.send()
        measured.seconds = now - began
    for connection in open_ones:
        connection.socket.close()
    return measured


def request(method: str, path: str, *, token: str = "", body: str = "") -> bytes:
    """Return the bytes of one HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body.encode())}"]
    if token:
        lines += [f"Authorization: Bearer {token}", "Content-Type: application/json", "Accept-Language: zh-CN"]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def forever(make: Callable[[], bytes]) -> Requests:
    """Yield what ``make`` makes, without end."""
    while True:
        yield make()
