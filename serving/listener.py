"""The listening socket, which outlives every failed accept and keeps room for the laptop itself."""

import errno
import ipaddress
import os
import socket
from collections import Counter
from collections.abc import Callable
from typing import Any

import eventlet

from festival.settings import BadSetting, Settings
from launch.addresses import EVERYWHERE

# A browser keeps six connections and a socket, and a hall of phones behind a second router has one address.
SHARE = 200
# Windows' select takes 512 sockets, with the database's and the log's among them.
MOST_CONNECTIONS = 400 if os.name == "nt" else 1000
# Strangers leave that many free for the browser on the laptop.
OWN_ROOM = 24
# What the database, the log and the pages' files need beside the connections.
OTHER_FILES = 64
MOST_FILES = 4096
PAUSE = 0.05
PROBE_SECONDS = 0.5

Address = tuple[Any, ...]


def raise_file_limit() -> int:
    """Let this process open as many files as it may, up to 4,096; return how many connections fit."""
    if os.name == "nt":
        return MOST_CONNECTIONS
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    files = MOST_FILES if soft == resource.RLIM_INFINITY else soft
    return max(OWN_ROOM * 2, min(MOST_CONNECTIONS, files - OTHER_FILES))


def household(address: str) -> str:
    """Return what shares one share: an IPv4 address, or the network of an IPv6 one, whose owner has them all."""
    plain = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(plain, ipaddress.IPv4Address):
        return str(plain)
    if plain.ipv4_mapped:
        return str(plain.ipv4_mapped)
    return str(ipaddress.ip_network((plain, 64), strict=False))


def is_own(address: str) -> bool:
    """Return whether a connection comes from the laptop itself."""
    plain = ipaddress.ip_address(address.partition("%")[0])
    return bool((getattr(plain, "ipv4_mapped", None) or plain).is_loopback)


class Listener:
    """What ``eventlet.wsgi.server`` accepts from. One failed accept would end that server for good.

    A listener ``beside`` another one shares its bounds: they are the process's and a household's, not a port's.
    """

    def __init__(
        self,
        taken: socket.socket,
        most: int,
        *,
        own: Callable[[str], bool] = is_own,
        beside: "Listener | None" = None,
    ) -> None:
        self._taken = taken
        self._most = most
        self._own = own
        self._open: Counter[str] = Counter() if beside is None else beside._open
        self.family = taken.family

    def getsockname(self) -> Address:
        """Return where it listens."""
        where: Address = self._taken.getsockname()
        return where

    def close(self) -> None:
        """Take no more."""
        self._taken.close()

    def accept(self) -> tuple[socket.socket, Address]:
        """Return the next connection that may stay; raises OSError once this is closed, and for nothing else."""
        while True:
            try:
                connection, address = self._taken.accept()
            except OSError as error:
                if error.errno == errno.EBADF or self._taken.fileno() == -1:
                    raise
                # No file left, or somebody hung up too early: both pass.
                eventlet.sleep(PAUSE)
                continue
            if self._may_stay(address[0]):
                self._open[household(address[0])] += 1
                return connection, address
            connection.close()
            # A crowd at the door must not keep those inside from being answered.
            eventlet.sleep(0)

    def left(self, address: Address) -> None:
        """Hear that a connection has ended."""
        who = household(address[0])
        self._open[who] -= 1
        if not self._open[who]:
            del self._open[who]

    def _may_stay(self, address: str) -> bool:
        everybody = self._open.total()
        if self._own(address):
            return everybody < self._most
        return everybody < self._most - OWN_ROOM and self._open[household(address)] < SHARE


def listen(settings: Settings, port: int) -> socket.socket:
    """Take a port, before any data is made; raises BadSetting where somebody else has it."""
    try:
        refuse_hidden_port(settings, port)
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        where = (settings.host, port)
        listener: socket.socket = eventlet.listen(where, family=family, backlog=256, reuse_port=False)
        return listener
    except (OSError, OverflowError) as error:
        raise BadSetting(why_not_listening(error, settings, port)) from error


def refuse_hidden_port(settings: Settings, port: int) -> None:
    """Raise OSError where another program answers at this laptop's own address.

    Windows and macOS let us listen everywhere beside it; then this laptop's pages would be the other program's.
    """
    if settings.host not in EVERYWHERE or not port:
        return
    with socket.socket() as probe:
        probe.settimeout(PROBE_SECONDS)
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))


def why_not_listening(error: Exception, settings: Settings, port: int) -> str:
    """Return one clear line for a port or an address that cannot be had."""
    number = getattr(error, "errno", None)
    if isinstance(error, socket.gaierror) or number == errno.EADDRNOTAVAIL:
        return (
            f"这台电脑没有这个地址：{settings.host}，不写 --host 就行 / "
            f"this machine has no such address: {settings.host}; leave --host out"
        )
    option = "--https-port" if settings.https and port == settings.https_port else "--port"
    suggested = 8443 if option == "--https-port" else 8000
    if number in (errno.EACCES, errno.EPERM):
        return (
            f"端口 {port} 要管理员才能用，换一个，比如 {option} {suggested} / "
            f"port {port} is for administrators, choose another: {option} {suggested}"
        )
    return (
        f"端口 {port} 用不了，是不是已经开着一个？换一个请加 {option} / "
        f"port {port} at {settings.host} cannot be used, is another server running? "
        f"To use another one, add {option} ({error})"
    )
