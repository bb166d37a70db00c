"""The serving entry point: patch, open the data, print the addresses, serve until told to stop."""

import signal

# Until the server can stop in good order a plain end is safe: eventlet would swallow Python's own interruption.
signal.signal(signal.SIGINT, signal.SIG_DFL)

import missing

missing.watch()

import warnings

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
import os

# psycopg waits in C otherwise, which stops every green thread.
os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")
# Its own look-up of names knows nothing of some systems' ways (a Windows hotspot's address), and we need no names.
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
import eventlet

eventlet.monkey_patch()

import argparse
import logging
import socket
import sys
from contextlib import suppress
from pathlib import Path

import eventlet.event
import eventlet.queue
import eventlet.tpool
import eventlet.wsgi
from sqlalchemy.exc import SQLAlchemyError

from app import Application, Waiting, create_app
from banner import FirstStart, addresses_text, first_password_text, own_address
from festival import certificates, data_folder
from festival.clock import utc_now
from festival.data_folder import FolderTrouble
from festival.errors import CannotKeep
from festival.settings import SETTINGS, BadSetting, Settings, from_values
from festival.whereabouts import Name
from launch import browser
from launch.addresses import reached_from_outside, usable
from serving.announcer import Announcer
from serving.listener import Listener, listen, raise_file_limit
from serving.protocol import IDLE_SECONDS, Protocol
from serving.secure import LOOK_EVERY, Certificate, protocol_of
from web import hosts, logs

FINISH_SECONDS = 2.0
# So long a kiosk may stand without its browser.
LOST_AFTER = 1.0


class Slot:
    """Where a green thread waits for the writer."""

    def __init__(self) -> None:
        self._event = eventlet.event.Event()

    def put(self, outcome: object) -> None:
        """Wake who waits."""
        self._event.send(outcome)

    def get(self) -> object:
        """Wait."""
        return self._event.wait()


GREEN = Waiting("eventlet", eventlet.queue.LightQueue, Slot)


def main(arguments: list[str]) -> int:
    """Serve; return the exit status."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    logs.init()
    # Whatever this process makes is for its owner alone.
    os.umask(0o077)
    try:
        settings = read_settings(arguments)
        return serve(settings)
    except (BadSetting, FolderTrouble) as trouble:
        print(trouble, file=sys.stderr)
    except (SQLAlchemyError, OSError) as error:
        print(logs.hidden(data_folder.why_not_opened(error, settings.data)), file=sys.stderr)
    return 1


def read_settings(arguments: list[str]) -> Settings:
    """Return the settings on the command line; raises BadSetting."""
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False, allow_abbrev=False)
    for setting in SETTINGS:
        if isinstance(setting.default, bool):
            parser.add_argument(f"--{setting.name}", action="store_true")
        else:
            parser.add_argument(f"--{setting.name}", default=setting.default, type=type(setting.default))
    try:
        known, unknown = parser.parse_known_args(arguments)
    except argparse.ArgumentError as error:
        raise BadSetting(f"这个设置不对 / bad setting: {error}") from error
    if unknown:
        raise BadSetting(f"没有这个设置 / unknown setting: {' '.join(unknown)}")
    return from_values(vars(known))


def serve(settings: Settings) -> int:
    """Take the folder and the port, open the data, and serve until a signal says stop; return the exit status.

    Raises FolderTrouble and BadSetting.
    """
    data_folder.make(settings.data)
    held = data_folder.lock(settings.data)
    data_folder.keep_private(settings.data)
    secret_key = data_folder.secret_key(settings.data)
    most = raise_file_limit()
    listener = Listener(listen(settings, settings.port), most)
    secure = Listener(listen(settings, settings.https_port), most, beside=listener) if settings.https else None
    opened = data_folder.open_database(settings, utc_now())
    application = create_app(settings, opened.database, secret_key, waiting=GREEN)
    application.start()
    first = FirstStart.of(opened.first_password)
    application.flask.extensions["first_start"] = first
    stopped = stop_on_signals()
    certificate = serve_securely(application, secure, settings, most) if secure is not None else None
    eventlet.spawn(serve_pages, application, listener, settings, most)
    port = listener.getsockname()[1]
    eventlet.spawn(keep_looking, application, settings, port, certificate)
    kiosk = browser.Kiosk()
    application.house.close_browser = kiosk.close
    announce(settings, port, first, kiosk)
    stopped.wait()
    finish(application, *filter(None, (listener, secure)))
    held.release()
    return 0


def serve_securely(application: Application, listener: Listener, settings: Settings, most: int) -> Certificate:
    """Answer over https too; return the certificate, which is to follow the laptop's addresses."""

    def current() -> Path:
        names = hosts.own_names(settings) | {"127.0.0.1", "::1"}
        return certificates.leaf(settings.data, [*names, *addresses_now(settings)], utc_now())

    certificate = Certificate(current)
    eventlet.spawn(serve_pages, application, listener, settings, most, protocol_of(certificate), "https")
    return certificate


def addresses_now(settings: Settings) -> list[str]:
    """Return where phones reach the laptop. Asking may wait for the network, and nothing here may."""
    found: list[str] = eventlet.tpool.execute(reached_from_outside, settings.host)
    return found


def keep_looking(application: Application, settings: Settings, port: int, certificate: Certificate | None) -> None:
    """Follow the laptop's addresses, for ever: what organisers are told, the name, the certificate."""
    whereabouts = application.house.whereabouts
    announcer = None
    if not settings.no_mdns:
        whereabouts.name = Name.SILENT
        announcer = Announcer(hosts.ANNOUNCED, port, lambda name: setattr(whereabouts, "name", name))
    while True:
        # A network card may go away while it is asked.
        with suppress(OSError):
            whereabouts.look(addresses_now(settings))
        if announcer is not None:
            announcer.tell(usable(whereabouts.now))
        eventlet.sleep(LOOK_EVERY)
        if certificate is not None:
            renew(certificate)


def renew(certificate: Certificate) -> None:
    """Take a new certificate where the addresses have changed, or the old one nears its end."""
    try:
        certificate.look()
    except (OSError, FolderTrouble):
        # A full disk, or a damaged file: the old one goes on.
        logging.getLogger(__name__).exception("the certificate could not be renewed")


def serve_pages(
    application: Application,
    listener: Listener,
    settings: Settings,
    most: int,
    protocol: type[Protocol] = Protocol,
    scheme: str = "http",
) -> None:
    """Answer requests."""
    eventlet.wsgi.server(
        listener,
        application.flask,
        # The listener counts; its pool must never be what makes it wait.
        max_size=most + 1,
        keepalive=IDLE_SECONDS,
        socket_timeout=IDLE_SECONDS,
        log=logs.AccessLog(),
        log_output=settings.access_log,
        protocol=protocol,
        environ={"wsgi.url_scheme": scheme},
        debug=False,
    )


def stop_on_signals() -> eventlet.event.Event:
    """Return an event that is sent by SIGTERM and Ctrl-C.

    The signal writes into a socket: that alone wakes a loop which waits for its sockets, on every system.
    """
    stopped = eventlet.event.Event()
    heard, told = socket.socketpair()
    told.setblocking(False)
    # Never closed: the next signal would be written into whatever had its number then.
    signal.set_wakeup_fd(told.detach())

    def listen_for_signals() -> None:
        heard.recv(1)
        stopped.send()
        # Never closed either: Python would complain of each further signal.
        heard.detach()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: None)
    eventlet.spawn(listen_for_signals)
    return stopped


def announce(settings: Settings, port: int, first: FirstStart | None, kiosk: browser.Kiosk) -> None:
    """Print where everything is, and open the browser that was asked for."""
    try:
        print(addresses_text(reached_from_outside(settings.host), port, settings), flush=True)
        if first is not None:
            print(first_password_text(first.password), flush=True)
    except OSError:
        # A terminal that is gone, or a full disk behind it: the day runs all the same.
        logging.getLogger(__name__).exception("the addresses could not be printed")
    # Beside the server: some browsers' commands take seconds to come back.
    eventlet.spawn(show_browser, settings, port, first, kiosk)


def show_browser(settings: Settings, port: int, first: FirstStart | None, kiosk: browser.Kiosk) -> None:
    """Open the page that was asked for, or say why not; a kiosk's is opened again when it was closed by a key."""
    here = own_address(settings, port)
    trouble = keep_kiosk(kiosk, f"{here}/kiosk") if settings.kiosk else open_browser(settings, here, first)
    if trouble:
        print(trouble, file=sys.stderr)


def keep_kiosk(kiosk: browser.Kiosk, address: str) -> str | None:
    """Keep the kiosk's browser open until an organiser ends it; return a sentence where it cannot be opened."""
    trouble = kiosk.open(address)
    while trouble is None:
        eventlet.sleep(LOST_AFTER)
        if kiosk.was_lost:
            trouble = kiosk.open(address)
    return trouble


def open_browser(settings: Settings, here: str, first: FirstStart | None) -> str | None:
    """Open the page that was asked for; return a sentence where that could not be."""
    if settings.no_browser:
        return None
    return browser.open_page(f"{here}/admin/first-start?token={first.token}" if first else f"{here}/admin")


def finish(application: Application, *listeners: Listener) -> None:
    """Take no new connections, let the writer end what it has, back it up, and close the database."""
    for listener in listeners:
        listener.close()
    with eventlet.Timeout(FINISH_SECONDS, False), suppress(SQLAlchemyError, CannotKeep):
        application.house.writer.call(lambda db: None)  # noqa: ARG005
    with eventlet.Timeout(FINISH_SECONDS, False), suppress(SQLAlchemyError, OSError):
        application.house.backups.at_stop()
    application.house.database.dispose()
    logging.shutdown()


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stdout.flush()
    # Open screens' green threads would hold an ordinary exit up; everything is committed already.
    os._exit(status)
