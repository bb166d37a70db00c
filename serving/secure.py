"""The port for https: the same protocol behind a handshake, which each connection makes on its own and in time."""

import ssl
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import eventlet

from serving.protocol import Protocol

HANDSHAKE_SECONDS = 10
LOOK_EVERY = 15.0


class Certificate:
    """What new connections are shown; it follows the laptop's addresses without a restart."""

    def __init__(self, current: Callable[[], Path]) -> None:
        self._current = current
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._loaded = b""
        self.look()

    def look(self) -> None:
        """Take what serves the addresses of now; connections that are open keep what they have."""
        path = self._current()
        if (found := path.read_bytes()) != self._loaded:
            self.context.load_cert_chain(path)
            self._loaded = found


class SecureProtocol(Protocol):
    """HTTP over TLS. The handshake runs where the connection is served: a silent one makes nobody else wait."""

    context: ssl.SSLContext

    def __init__(self, conn_state: list[Any], server: Any) -> None:
        """Serve one connection to its end; one that makes no handshake in time has its end now."""
        plain = conn_state[1]
        try:
            with eventlet.Timeout(HANDSHAKE_SECONDS, TimeoutError):
                conn_state[1] = self.context.wrap_socket(plain, server_side=True)
                conn_state[1].do_handshake()
        except OSError:
            # Plain http, a stranger to our certificate, silence, or gone: there is nobody to be told.
            with suppress(OSError):
                conn_state[1].close()
            plain.close()
            server.socket.left(conn_state[0])
            return
        super().__init__(conn_state, server)


def protocol_of(certificate: Certificate) -> type[SecureProtocol]:
    """Return the protocol for a port with this certificate."""
    return type("SecureProtocol", (SecureProtocol,), {"context": certificate.context})
