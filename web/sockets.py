"""The board's socket: the one module that emits."""

import threading
import time
from collections.abc import Callable
from typing import Any, Literal

from flask import Flask, request
from flask_socketio import SocketIO

from web import house

AsyncMode = Literal["threading", "eventlet"]

NAMESPACE = "/board"
EVENT = "board"
AT_MOST_EVERY = 0.2
AT_LEAST_EVERY = 2.0
# Short, so that a screen learns of a dead server in seconds.
PING_SECONDS = 5


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
        """Show a new screen how things stand."""
        self._screens.add(sid)
        self._socketio.emit(EVENT, house.board(), namespace=NAMESPACE, to=sid)

    def screen_left(self, sid: str) -> None:
        """Forget a screen."""
        self._screens.discard(sid)

    def serve(self) -> None:
        """Feed the screens for ever."""
        while True:
            self._changed.wait(AT_LEAST_EVERY - AT_MOST_EVERY)
            self._changed.clear()
            began = time.monotonic()
            if self._screens:
                self._send()
            time.sleep(max(0.0, AT_MOST_EVERY - (time.monotonic() - began)))

    def _send(self) -> None:
        with self._app.app_context():
            snapshot = house.board()
        self._socketio.emit(EVENT, snapshot, namespace=NAMESPACE)


def init_app(app: Flask, *, async_mode: AsyncMode) -> tuple[SocketIO, BoardFeed]:
    """Open the board's socket."""
    socketio = SocketIO(
        app, async_mode=async_mode, ping_interval=PING_SECONDS, ping_timeout=PING_SECONDS, max_http_buffer_size=10_000
    )
    feed = BoardFeed(app, socketio)
    on: Callable[..., Any] = socketio.on_event
    on("connect", lambda _auth=None: feed.screen_came(_sid()), namespace=NAMESPACE)
    on("disconnect", lambda _reason=None: feed.screen_left(_sid()), namespace=NAMESPACE)
    return socketio, feed


def _sid() -> str:
    sid: str = request.sid  # type: ignore[attr-defined]
    return sid
