"""HTTP against the clock: whoever sends a request byte by byte loses the connection."""

import io
import socket
import time
from typing import Any

import eventlet.wsgi

IDLE_SECONDS = 75
HEAD_SECONDS = 10
BODY_SECONDS = 30
SLOWEST_BYTES_A_SECOND = 10_000
# Time that bytes can earn: for as much as the API reads to its end.
MOST_EARNED_SECONDS = 10_000_000 / SLOWEST_BYTES_A_SECOND


class Paced(io.RawIOBase):
    """What a connection sends, as long as it is in time."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__()
        self._connection = connection
        self._until = 0.0
        self._can_be_earned = 0.0

    def within(self, seconds: float, *, and_earned: float = 0.0) -> None:
        """Give all that is read from now on ``seconds`` together; what comes earns more, up to ``and_earned``.

        What a head says about its body earns nothing: a length is soon written.
        """
        self._until = time.monotonic() + seconds
        self._can_be_earned = and_earned

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what has come; raises TimeoutError when the time is over."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("too slow")
        before = self._connection.gettimeout()
        self._connection.settimeout(left)
        try:
            came = self._connection.recv_into(buffer)
        finally:
            # The board's websockets go on with this connection, at their own pace.
            self._connection.settimeout(before)
        earned = min(came / SLOWEST_BYTES_A_SECOND, self._can_be_earned)
        self._can_be_earned -= earned
        self._until += earned
        return came


class Protocol(eventlet.wsgi.HttpProtocol):  # type: ignore[misc]
    """Speaks HTTP. What it says of a request that is none goes where the access lines go: it quotes the request."""

    def __init__(self, conn_state: list[Any], server: Any) -> None:
        """Serve one connection to its end."""
        try:
            super().__init__(conn_state, server)
        finally:
            server.socket.left(conn_state[0])

    def setup(self) -> None:
        """Read through the clock."""
        super().setup()
        self.rfile.close()  # type: ignore[has-type]
        self.paced = Paced(self.connection)
        self.rfile = io.BufferedReader(self.paced, 65536)

    def log_message(self, form: str, *arguments: object) -> None:
        """Write one line."""
        if self.server.log_output:
            self.server.log.info(form % arguments)

    def _read_request_line(self) -> bytes:
        """Wait for a request; from its first byte on the whole head has ten seconds."""
        self.paced.within(IDLE_SECONDS)
        try:
            begun = self.rfile.peek(1)
        except OSError:
            # Idle for too long, or gone: nobody is left to be told.
            begun = b""
        if not begun:
            return b""
        self.paced.within(HEAD_SECONDS)
        line: bytes = super()._read_request_line()
        return line

    def get_environ(self) -> dict[str, Any]:
        """Return what the request says; its body has as long as what comes of it earns."""
        environ: dict[str, Any] = super().get_environ()
        self.paced.within(BODY_SECONDS, and_earned=MOST_EARNED_SECONDS)
        return environ
