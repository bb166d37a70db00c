"""The desk 现场: how the day goes, now."""

from datetime import datetime
from math import ceil
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from admin import notices
from admin.frame import framed_pages, in_tray
from admin.notices import Told
from festival import audit, calls, stations, turnout
from festival.booths import Booth
from festival.calls import CallLine
from festival.clock import utc_now
from festival.notices import Trouble
from festival.stations import StationLine
from festival.whereabouts import Whereabouts
from web import rights, sign_in
from web.house import board, directory, house, read, write

JUST_NOW_SECONDS = 90
QUIET_MINUTES = 5
# The length of the longest wall: rounded up, so that the scale of all walls moves seldom.
SMALLEST_SCALE = 20

pages = framed_pages("desk", __name__)


@pages.get("")
def desk() -> ResponseReturnValue:
    """Show the day's figures, booths and devices."""
    return render_template("admin/desk.html", **_now())


@pages.get("/live")
def live() -> ResponseReturnValue:
    """Show the parts of the desk that change, for its script."""
    return render_template("admin/live.html", **_now())


@pages.post("/notices/<trouble>/away")
def put_away(trouble: str) -> ResponseReturnValue:
    """Tell no more of what is over, once an organiser has read it."""
    if trouble == Trouble.CLOCK_JUMPED:
        write(audit.note, actor=sign_in.actor(), now=utc_now(), act="clock.seen", thing="clock")
        house().notices.over(Trouble.CLOCK_JUMPED)
    return redirect(url_for(".desk"), 303)


def _now() -> dict[str, Any]:
    snapshot, known = board(), directory()
    devices, called = read(stations.listed), read(calls.listed, now=utc_now())
    longest = scale(max((row["visits"] for row in snapshot["booths"]), default=0))
    return {
        "notices": notices.now() + notices.of_calls(_overdue(called)) + _to_do(devices),
        "calls": called,
        "board": snapshot,
        "rows": [
            _row(known.by_slug[row["slug"]], row, longest, closed=known.edition.closed) for row in snapshot["booths"]
        ],
        "devices": [_device(line, known.by_slug, utc_now()) for line in devices],
        "warn_at": turnout.WARN_AT_PEOPLE,
        "permit_at": turnout.PERMIT_AT_PEOPLE,
    }


def _overdue(called: list[CallLine]) -> list[CallLine]:
    return [call for call in called if call.is_overdue(utc_now())]


def _to_do(devices: list[StationLine]) -> list[Told]:
    """Return what else waits for whoever has signed in."""
    wrong = [line for line in devices if line.clock_is_wrong] if rights.i_may("admin_stations.all_stations") else []
    moved = house().whereabouts if rights.i_may("admin_addresses.here") else Whereabouts()
    return [
        *notices.of_whereabouts(moved, url_for("admin_addresses.here")),
        *notices.of_tray(in_tray(), url_for("admin_tray.all_items")),
        *notices.of_clocks(wrong, url_for("admin_stations.all_stations")),
    ]


def _row(booth: Booth, figures: dict[str, Any], longest: int, *, closed: bool) -> dict[str, Any]:
    return figures | {
        "mine": sign_in.account().leads(booth.id),
        "state": state(booth, is_open=figures["open"], left=figures["left"], closed=closed),
        "wall": round(100 * figures["visits"] / longest, 1),
        "booth": booth,
    }


def state(booth: Booth, *, is_open: bool, left: int | None, closed: bool) -> str:
    """Return how a booth stands, in one word: paused, shut (by hand, or for good), off (its hours), full, open."""
    if closed:
        return "shut"
    if booth.paused:
        return "paused"
    if not is_open:
        return "shut" if booth.open is False else "off"
    return "full" if left == 0 else "open"


def scale(most: int) -> int:
    """Return how many visits the longest wall stands for: ``most`` rounded up to a number that people say."""
    if most <= SMALLEST_SCALE:
        return SMALLEST_SCALE
    step = max(10, int(10 ** (len(str(most)) - 1)) // 5)
    return ceil(most / step) * step


def _device(line: StationLine, booths: dict[str, Booth], now: datetime) -> dict[str, Any]:
    seconds = (now - line.last_seen).total_seconds() if line.last_seen else None
    return {
        "id": line.id,
        "name": line.name,
        "kind": line.kind,
        "booths": sorted((booths[slug] for slug in line.booths if slug in booths), key=lambda booth: booth.number),
        "minutes": quiet_minutes(seconds),
        "is_quiet": seconds is None or seconds >= 60 * QUIET_MINUTES,
    }


def quiet_minutes(seconds: float | None) -> int | None:
    """Return for how many minutes nothing was heard of a device: 0 is just now, None never."""
    if seconds is None:
        return None
    return 0 if seconds < JUST_NOW_SECONDS else int(seconds // 60)
