"""A laptop with the real server on it, and the devices that speak to it: killed, stopped, started again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.cast import Cast
from tests.faults.devices import Device
from tests.running import Server


class Machine:
    """A server on a database with the cast in it. The server comes and goes; devices' connections end with it."""

    def __init__(self, server: Server, url: str, cast: Cast) -> None:
        self.server = server
        self.url = url
        self.cast = cast
        self._devices: list[Device] = []

    def device(self, station: str = "organiser") -> Device:
        """Return a new connection of one of the cast's stations."""
        return self.device_of(self.cast.tokens[station])

    def device_of(self, token: str) -> Device:
        """Return a new connection with this token."""
        device = Device(self.server.port, token)
        self._devices.append(device)
        return device

    def hang_up(self) -> None:
        """Close all devices' connections."""
        for device in self._devices:
            device.close()

    def restart(self) -> None:
        """Pull the plug and start again."""
        self.server.kill()
        self.server.start()


@contextmanager
def switched_on(template: Any, folder: Path, environment: dict[str, str] | None = None) -> Iterator[Machine]:
    """Give a machine with a running server on a fresh database of ``template``, its data in ``folder``."""
    data = folder / "data"
    data.mkdir()
    with template.fresh(data) as url:
        database = "" if url.startswith("sqlite") else url
        machine = Machine(Server(data, database, environment=environment or {}), url, template.cast)
        try:
            machine.server.start()
            yield machine
        finally:
            machine.hang_up()
            machine.server.kill()
