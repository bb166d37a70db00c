"""Who and what is there: the edition, its booths and the stations, kept in memory until they change."""

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection

from festival import booths, editions, stations
from festival.booths import Booth
from festival.editions import CurrentEdition
from festival.stations import Station


@dataclass(frozen=True)
class Directory:
    """All that changes seldom, as of one ``version``. ``stations`` is keyed by the hash of the token."""

    version: int
    edition: CurrentEdition
    booths: tuple[Booth, ...]
    stations: dict[str, Station]

    @cached_property
    def by_slug(self) -> dict[str, Booth]:
        """The booths by slug."""
        return {booth.slug: booth for booth in self.booths}

    @cached_property
    def by_id(self) -> dict[int, Booth]:
        """The booths by number."""
        return {booth.id: booth for booth in self.booths}

    def booths_of(self, station: Station) -> list[Booth]:
        """Return the booths that a station may check in for."""
        return [booth for booth in self.booths if station.serves(booth.id)]


class Directories:
    """Keeps the newest directory. It reads one number a time, and the rest only where that has moved."""

    def __init__(self) -> None:
        self.newest: Directory | None = None

    def current(self, db: Connection) -> Directory:
        """Return the directory as the database has it in this transaction."""
        return self.at(db, editions.config_version(db))

    def at(self, db: Connection, version: int) -> Directory:
        """Return the directory of ``version``, which this transaction has just read."""
        if self.newest is None or self.newest.version != version:
            edition = editions.current(db)
            self.newest = Directory(version, edition, tuple(booths.load(db, edition.id)), stations.load(db))
        return self.newest
