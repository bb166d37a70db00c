"""Which station is calling."""

import math
import time
from datetime import datetime

from flask import g, request

from festival import stations
from festival.clock import utc_now
from festival.directory import Directory
from festival.errors import Reason, Refusal
from festival.stations import SEEN_EVERY, Station
from web.house import directory, house, write


def token_hash() -> str:
    """Return the hash of the token in the Authorization header; raises ``not_enrolled`` where there is none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refusal(Reason.NOT_ENROLLED)
    return stations.hashed(token.strip())


def station() -> Station:
    """Return the live station that is calling; raises ``not_enrolled``."""
    return station_and_directory()[0]


def station_and_directory() -> tuple[Station, Directory]:
    """Return the live station that is calling, and who and what was there when it called; raises ``not_enrolled``."""
    if "caller" not in g:
        known = directory()
        found = known.stations.get(token_hash())
        if found is None:
            raise Refusal(Reason.NOT_ENROLLED)
        heard_of(found)
        g.caller = (found, known)
    caller: tuple[Station, Directory] = g.caller
    return caller


def probably_enrolled() -> str:
    """Return the token's hash for the writer, which has the last word; raises ``not_enrolled``.

    Strangers are turned away here, so that they never reach the writer.
    """
    wanted = token_hash()
    newest = house().directories.newest
    if newest is None or wanted not in newest.stations:
        newest = directory()
    if wanted not in newest.stations:
        raise Refusal(Reason.NOT_ENROLLED)
    heard_of(newest.stations[wanted])
    return wanted


def says_it_is(token_hash: str, sent_at: datetime, received_at: datetime) -> None:
    """Keep how far a station's clock is ahead, by the moment at which it says that it sent this request."""
    newest = house().directories.newest
    found = newest.stations.get(token_hash) if newest is not None else None
    if found is not None:
        house().clocks_ahead[found.id] = sent_at - received_at


def heard_of(found: Station) -> None:
    """Keep when a station was last heard of, and what is known of its clock, at most twice a minute."""
    heard, now = house().heard, time.monotonic()
    if now - heard.get(found.id, -math.inf) >= SEEN_EVERY.total_seconds():
        heard[found.id] = now
        ahead = house().clocks_ahead.get(found.id)
        write(stations.seen, station_id=found.id, now=utc_now(), clock_ahead=ahead)
