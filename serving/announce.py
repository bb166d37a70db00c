"""Tells the network that the laptop is ``laojiefang.local`` (mDNS), in a process of its own.

``python -m serving.announce NAME PORT`` reads the laptop's addresses from its input, a JSON list on each line, and
writes how the name stands, a word on each line. It ends with its input: it outlives no server, however that ends.
zeroconf has a loop and threads of its own, which would not get on with the server's.
"""

import ipaddress
import json
import os
import queue
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence

import zeroconf
from zeroconf import IPVersion, RecordUpdate, RecordUpdateListener, ServiceInfo
from zeroconf import Zeroconf as Network
from zeroconf._dns import DNSAddress, DNSQuestion
from zeroconf._protocol.outgoing import DNSOutgoing
from zeroconf.const import _CLASS_IN, _FLAGS_QR_QUERY, _TYPE_A

from festival.whereabouts import Name

LOOK_EVERY = 15.0
# How long others have for their answer: what was told just now may be told again a second later, no sooner.
LISTEN_SECONDS = 2.0
# A network that holds the farewell up holds nothing else up.
FAREWELL_SECONDS = 3.0
KIND = "_http._tcp.local."


class Others(RecordUpdateListener):
    """Hears under which addresses anybody answers to the name."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.heard: set[str] = set()

    def async_update_records(self, _zc: Network, _now: float, records: list[RecordUpdate]) -> None:
        """Take in what came over the network, our own words too."""
        for record in (update.new for update in records):
            if isinstance(record, DNSAddress) and record.type == _TYPE_A and record.key == self._name and record.ttl:
                self.heard.add(socket.inet_ntoa(record.address))


class Responder:
    """Answers to the name, as long as nobody else does."""

    def __init__(self, name: str, port: int) -> None:
        self._name = f"{name}."
        self._port = port
        self._addresses: list[str] = []
        self._network: Network | None = None
        self._others = Others(self._name)
        self._is_told = False

    def stand(self, addresses: Sequence[str]) -> Name:
        """Be at these addresses, and return how the name stands now."""
        if list(addresses) != self._addresses:
            self.close()
            self._addresses = list(addresses)
        if not addresses:
            return Name.SILENT
        try:
            return self._stand(self._open())
        except (OSError, zeroconf.Error):
            # No network, a port that is barred: the next look tries again.
            self.close()
            return Name.SILENT

    def close(self) -> None:
        """Tell the network that the name is free."""
        network, self._network, self._is_told = self._network, None, False
        if network is not None:
            network.close()

    def _open(self) -> Network:
        if self._network is None:
            self._network = Network(interfaces=self._addresses, ip_version=IPVersion.V4Only)
            self._others = Others(self._name)
            self._network.add_listener(self._others, None)
        return self._network

    def _stand(self, network: Network) -> Name:
        others = self._ask(network)
        if self._is_told and others and self._yields_to(others):
            # Two that began at once, or whose networks became one: the other one hears us too, and stays.
            self.close()
            return Name.TAKEN
        if not self._is_told and others:
            return Name.TAKEN
        if not self._is_told:
            network.register_service(self._service(), allow_name_change=True)
            self._is_told = True
        return Name.TOLD

    def _ask(self, network: Network) -> set[str]:
        """Return the addresses of others that answer to the name."""
        self._others.heard.clear()
        question = DNSOutgoing(_FLAGS_QR_QUERY)
        question.add_question(DNSQuestion(self._name, _TYPE_A, _CLASS_IN))
        network.send(question)
        time.sleep(LISTEN_SECONDS)
        return self._others.heard - set(self._addresses)

    def _yields_to(self, others: set[str]) -> bool:
        return _highest(others) > _highest(self._addresses)

    def _service(self) -> ServiceInfo:
        return ServiceInfo(
            KIND,
            f"Laojiefang.{KIND}",
            addresses=[socket.inet_aton(address) for address in self._addresses],
            port=self._port,
            properties={"path": "/"},
            server=self._name,
        )


def _highest(addresses: set[str] | list[str]) -> ipaddress.IPv4Address:
    return max(map(ipaddress.IPv4Address, addresses))


def main(name: str, port: int) -> None:
    """Follow the input to its end."""
    # Ctrl-C is the server's: this one ends when that one has.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(lines,), daemon=True).start()
    responder = Responder(name, port)
    addresses: list[str] = []
    while True:
        try:
            line = lines.get(timeout=LOOK_EVERY)
            if not line:
                break
            addresses = json.loads(line)
        except queue.Empty:
            pass
        sys.stdout.write(f"{responder.stand(addresses)}\n")
        sys.stdout.flush()
    responder.close()


def _read(lines: "queue.SimpleQueue[str]") -> None:
    for line in sys.stdin:
        lines.put(line)
    lines.put("")
    time.sleep(FAREWELL_SECONDS)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
