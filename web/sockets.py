"""The board's socket: the one module that emits."""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, Literal
from urllib.parse import parse_qs

from flask import Flask, Response, request
from flask_socketio import SocketIO
from socketio.exceptions import ConnectionRefusedError

from festival.errors import CannotKeep
from web import house, security

AsyncMode = Literal["threading", "eventlet"]

log = logging.getLogger(__name__)

NAMESPACE = "/board"
EVENT = "board"
AT_MOST_EVERY = 0.2
AT_LEAST_EVERY = 2.0
# Short, so that a screen learns of a dead server in seconds.
PING_SECONDS = 5
LARGEST_MESSAGE = 10_000
MOST_SCREENS = 100
# Those that connect without ever asking for the board count too.
MOST_SESSIONS = 150
# Five seconds of snapshots at the fastest: who is behind by more than that has stopped reading.
MOST_UNSENT = 25


class BoardFeed:
    """Sends the newest snapshot to every screen: at once when something changed, at most five a second,
    and every two seconds when nothing did."""

    def __init__(self, app: Flask, socketio: SocketIO) -> None:
        self._app = app
        self._socketio = socketio
        self._changed = threading.Event()
        self._screens: set[str] = set()

    def changed(self) -> None:
        """Hear that something was written; returns at once."""
        if self._screens:
            self._changed.set()

    def screen_came(self, sid: str) -> None:
        """Show a new screen how things stand, as soon as it has heard that it is connected.

        Raises ConnectionRefusedError where a hundred are there already.
        """
        if len(self._screens) >= MOST_SCREENS:
            raise ConnectionRefusedError("too many screens")
        self._screens.add(sid)
        self._socketio.start_background_task(self._send, sid)

    def screen_left(self, sid: str) -> None:
        """Forget a screen."""
        self._screens.discard(sid)

    def serve(self) -> None:
        """Feed the screens for ever."""
        while True:
            self._changed.wait(AT_LEAST_EVERY - AT_MOST_EVERY)
            self._changed.clear()
            began = time.monotonic()
            try:
                if self._screens:
                    self._send()
            except CannotKeep as stopped:
                log.info("the board's screens had no snapshot: %s", stopped.trouble.value)
            except Exception:
                # Whatever it was, the feed must outlive it.
                log.exception("the board's screens had no snapshot")
            time.sleep(max(0.0, AT_MOST_EVERY - (time.monotonic() - began)))

    def _send(self, sid: str | None = None) -> None:
        """Send the newest snapshot to one screen, or to all."""
        with self._app.app_context():
            snapshot = house.board()
        self._drop_slow()
        self._socketio.emit(EVENT, snapshot, namespace=NAMESPACE, to=sid)

    def _drop_slow(self) -> None:
        """Let go of screens that have stopped reading; the others go on."""
        for key, session in list(_sessions(self._socketio).items()):
            if session.queue.qsize() > MOST_UNSENT:
                _let_go(self._socketio, key)


class Door:
    """Stands before the socket: it turns away strangers' names and a crowd, and gives its answers our headers."""

    def __init__(self, app: Flask, socketio: SocketIO) -> None:
        self._inside: Callable[..., Iterable[bytes]] = app.wsgi_app
        self._app = app
        self._socketio = socketio

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request, as WSGI has it."""
        if not environ.get("PATH_INFO", "").startswith("/socket.io"):
            return self._inside(environ, start_response)
        refusal = self._refusal(environ)
        if refusal is not None:
            return refusal(environ, start_response)

        def with_headers(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, headers + list(security.HEADERS.items()), *rest)

        return self._inside(environ, with_headers)

    def _refusal(self, environ: dict[str, Any]) -> Response | None:
        with self._app.app_context():
            meant_for_us = security.comes_by_own_name(environ.get("HTTP_HOST"))
        if not meant_for_us:
            return Response("not allowed", 403, security.HEADERS, content_type="text/plain")
        is_new = "sid" not in parse_qs(environ.get("QUERY_STRING", ""))
        if is_new and len(_sessions(self._socketio)) >= MOST_SESSIONS:
            return Response("too many screens", 503, security.HEADERS, content_type="text/plain")
        return None


class Json:
    """JSON for the socket: what is nested too deep is no JSON either, instead of an error that nobody answers."""

    dumps = staticmethod(json.dumps)

    @staticmethod
    def loads(text: str) -> Any:
        """Return the value; raises ValueError."""
        try:
            return json.loads(text)
        except RecursionError as error:
            raise ValueError("nested too deep") from error


def init_app(app: Flask, *, async_mode: AsyncMode) -> tuple[SocketIO, BoardFeed]:
    """Open the board's socket."""
    socketio = SocketIO(
        app,
        async_mode=async_mode,
        ping_interval=PING_SECONDS,
        ping_timeout=PING_SECONDS,
        max_http_buffer_size=LARGEST_MESSAGE,
        json=Json,
        # Otherwise it writes to the terminal by itself, past what hides secrets.
        engineio_logger=_brief_log(),
    )
    # Otherwise it waits until the screen has read all that is left for it: one that has hung up never does, and its
    # connection would be counted for ever.
    socketio.server.eio.disconnect = lambda sid: _let_go(socketio, sid)  # type: ignore[attr-defined]
    app.wsgi_app = Door(app, socketio)  # type: ignore[method-assign]
    feed = BoardFeed(app, socketio)
    on: Callable[..., Any] = socketio.on_event
    on("connect", lambda _auth=None: feed.screen_came(_sid()), namespace=NAMESPACE)
    on("disconnect", lambda _reason=None: feed.screen_left(_sid()), namespace=NAMESPACE)
    return socketio, feed


def _brief_log() -> logging.Logger:
    """Return where the socket's library tells of what screens send: one line each, no traceback. With those a stranger
    could scroll the addresses and the password off the terminal."""
    brief = log.getChild("screens")
    if not brief.filters:
        brief.addFilter(_without_traceback)
    return brief


def _without_traceback(record: logging.LogRecord) -> bool:
    record.exc_info = None
    return True


def _sessions(socketio: SocketIO) -> dict[str, Any]:
    sessions: dict[str, Any] = socketio.server.eio.sockets  # type: ignore[attr-defined]
    return sessions


def _let_go(socketio: SocketIO, key: str) -> None:
    """End a session without waiting for its screen, which may be the very one that does not read."""
    session = _sessions(socketio).pop(key, None)
    if session is not None:
        session.close(wait=False, abort=True)


def _sid() -> str:
    sid: str = request.sid  # type: ignore[attr-defined]
    return sid
