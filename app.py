"""create_app: the only place where the parts meet. It patches nothing and opens no port."""

import queue
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response
from flask_socketio import SocketIO

import admin
import api
import kiosk
from festival import editions
from festival.settings import Settings
from festival.storage.engine import Database
from festival.storage.writer import Queue, Slot, Writer
from web import answers, errors, languages, pages, rights, security, sign_in, sockets
from web.house import House
from web.sockets import BoardFeed
from web.watch import Watch


@dataclass(frozen=True, slots=True)
class Waiting:
    """How this process waits: what Socket.IO calls it, and what the writer is handed."""

    async_mode: sockets.AsyncMode
    make_queue: Callable[[], Queue]
    make_slot: Callable[[], Slot]


THREADS = Waiting("threading", queue.SimpleQueue, queue.SimpleQueue)


@dataclass(frozen=True, slots=True)
class Application:
    """The parts, put together; ``start`` sets the writer and the board's feed going."""

    flask: Flask
    socketio: SocketIO
    house: House
    feed: BoardFeed
    watch: Watch

    def start(self) -> None:
        """Begin to write, to feed the board's screens, and to look after clock, disk and backups."""
        self.socketio.start_background_task(self.house.writer.serve)
        self.socketio.start_background_task(self.feed.serve)
        self.socketio.start_background_task(self.watch.serve)
        self.socketio.start_background_task(self.house.backups.serve, time.sleep)


def create_app(settings: Settings, database: Database, secret_key: bytes, *, waiting: Waiting = THREADS) -> Application:
    """Return the application on a database that is ready for the day."""
    app = Flask("laojiefang", root_path=str(Path(__file__).parent))
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    security.init_app(app, secret_key)
    languages.init_app(app)
    sign_in.init_app(app)
    rights.init_app(app)
    pages.init_app(app)
    errors.init_app(app)
    socketio, feed = sockets.init_app(app, async_mode=waiting.async_mode)

    def committed() -> None:
        feed.changed()
        house.backups.wrote()

    writer = Writer(database, queue=waiting.make_queue(), make_slot=waiting.make_slot, committed=committed)
    house = House(settings, database, writer)
    house.moved_in(app)
    for part in (api, kiosk, admin):
        part.init_app(app)
    app.add_url_rule("/healthz", "health", _health(house))
    return Application(app, socketio, house, feed, Watch(house))


def _health(house: House) -> Callable[[], Response]:
    """Return what says whether a check-in would be taken (the port is opened only then), and in which data.

    Pages ask it to notice that the data were restored, and send again what those may have lost. Data change under no
    running server, so they are read once: an answer asks no disk.
    """
    with house.database.reading() as db:
        data = editions.data(db)
    value = {"status": "ok", "community": data.community, "generation": data.generation}

    def health() -> Response:
        stopped = house.notices.stopped()
        return answers.of_value({"status": "stopped"}, 503) if stopped else answers.of_value(value)

    return health
