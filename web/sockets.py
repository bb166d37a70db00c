"""The board's socket: the one module that emits."""

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Literal

from flask import Flask, request
from flask_socketio import SocketIO

from festival.errors import CannotKeep
from web import house

AsyncMode = Literal["threading", "eventlet"]

log = logging.getLogger(__name__)

NAMESPACE = "/board"
EVENT = "board"
AT_MOST_EVERY = 0.2
AT_LEAST_EVERY = 2.0
# Short, so that a screen learns of a dead server in seconds.
PING_SECONDS = 5
LARGEST_MESSAGE = 10_000


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
        """Show a new screen how things stand, as soon as it has heard that it is connected."""
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
        self._socketio.emit(EVENT, snapshot, namespace=NAMESPACE, to=sid)


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
        engineio_logger=log,
    )
    feed = BoardFeed(app, socketio)
    on: Callable[..., Any] = socketio.on_event
    on("connect", lambda _auth=None: feed.screen_came(_sid()), namespace=NAMESPACE)
    on("disconnect", lambda _reason=None: feed.screen_left(_sid()), namespace=NAMESPACE)
    return socketio, feed


def _sid() -> str:
    sid: str = request.sid  # type: ignore[attr-defined]
    return sid
