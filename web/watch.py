"""Looks after the running server: its clock, its disk, and whether what stopped it is over."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from festival import audit
from festival.clock import utc_now
from festival.clock_watch import ClockWatch, steady
from festival.errors import CannotKeep
from festival.notices import Trouble
from festival.storage import probe
from web.house import House

EVERY = 2.0
# A disk is what it is: it is asked seldom, since asking costs as much as a few scans.
DISK_EVERY = 600.0
CLOCK_TOLD_FOR = 1800.0
PATIENCE = 3

log = logging.getLogger(__name__)


class Watch:
    """Looks every two seconds; what it finds is told to the organisers."""

    def __init__(self, house: House, clock: ClockWatch | None = None) -> None:
        self._house = house
        self._clock = clock or ClockWatch()
        self._disk_asked = float("-inf")
        self._clock_told = float("-inf")
        self._next_try = float("-inf")
        self._logged: set[Trouble] = set()

    def serve(self) -> None:
        """Look for ever."""
        while True:
            self.look()
            time.sleep(EVERY)

    def look(self) -> None:
        """Look once at everything; what cannot be looked at now hinders nothing else."""
        for part in (self._look_at_clock, self._look_at_commits, self._look_at_disk, self._try_again):
            self._carefully(part)
        self._write_log()

    def _carefully(self, part: Callable[[], None]) -> None:
        try:
            part()
        except CannotKeep:
            # It is among the notices already.
            pass
        except Exception:
            log.exception("a look at the server failed")

    def _look_at_clock(self) -> None:
        jump = self._clock.jumped()
        if jump is not None:
            self._clock_jumped(jump)
        elif steady() - self._clock_told > CLOCK_TOLD_FOR:
            self._house.notices.over(Trouble.CLOCK_JUMPED)

    def _clock_jumped(self, jump: timedelta) -> None:
        minutes = round(jump / timedelta(minutes=1))
        self._clock_told = steady()
        self._house.notices.over(Trouble.CLOCK_JUMPED)
        self._house.notices.tell(Trouble.CLOCK_JUMPED, minutes=minutes)
        change: tuple[None, dict[str, Any]] = (None, {"minutes": minutes})
        self._house.writer.call(
            audit.note, actor="clock", now=utc_now(), act="clock.jump", thing="clock", change=change
        )

    def _look_at_commits(self) -> None:
        self._tell_while(Trouble.DISK_SLOW, probe.is_slow(list(self._house.database.commits)))

    def _look_at_disk(self) -> None:
        if steady() - self._disk_asked < DISK_EVERY:
            return
        self._disk_asked = steady()
        self._tell_while(Trouble.NOT_DURABLE, not self._waits_for_the_disk())

    def _waits_for_the_disk(self) -> bool:
        if self._house.database.is_sqlite:
            return probe.waits_for_the_disk(self._house.settings.data)
        with self._house.database.reading() as db:
            return probe.postgres_waits(db)

    def _try_again(self) -> None:
        """Write something of no account while nothing can be written: a success ends the notice.

        A try that has to wait for another program holds everybody up: the longer it took, the longer until the next.
        """
        began = steady()
        if not self._house.notices.stopped() or began < self._next_try:
            return
        try:
            self._house.writer.call(probe.write_once)
        finally:
            self._next_try = steady() + PATIENCE * (steady() - began)

    def _tell_while(self, trouble: Trouble, lasts: bool) -> None:
        if lasts:
            self._house.notices.tell(trouble)
        else:
            self._house.notices.over(trouble)

    def _write_log(self) -> None:
        """Write each trouble down once when it begins, and once when it is over."""
        current = {notice.trouble: notice for notice in self._house.notices.current()}
        for trouble in current.keys() - self._logged:
            log.error("organisers are told: %s %s", trouble.value, current[trouble].details)
        for trouble in self._logged - current.keys():
            log.warning("over: %s", trouble.value)
        self._logged = set(current)
