"""Where phones find the laptop: its addresses on the network, and the name that it tells there."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Name(StrEnum):
    """How the laptop's name stands on the network."""

    OFF = "off"
    """Nobody wanted it told."""
    SILENT = "silent"
    """Not told: no network, or the system does not let it."""
    TOLD = "told"
    TAKEN = "taken"
    """Another laptop answers to it."""


@dataclass
class Whereabouts:
    """What is known of it now; one running server keeps it."""

    name: Name = Name.OFF
    first: tuple[str, ...] = ()
    """The addresses of the start, which posters and phones have; of the first network where there was none."""
    now: tuple[str, ...] = ()

    def look(self, found: Iterable[str]) -> None:
        """Hear at which addresses the laptop can be reached."""
        self.now = tuple(found)
        self.first = self.first or self.now

    @property
    def lost(self) -> tuple[str, ...]:
        """The addresses of the start at which nobody finds it any more."""
        return tuple(address for address in self.first if address not in self.now)
