"""The tray: scans that have happened and were refused, and what a volunteer makes of them."""

from typing import Any

from flask import Blueprint, Response

from api.bodies import body
from festival import tray
from festival.clock import to_text, utc_now
from festival.errors import Reason, Refusal
from festival.schema import LARGEST_ID
from festival.tray import SETTLING, Decision, How, Settler, TrayLine
from web import answers
from web.enrolment import station
from web.house import house, read, write

calls = Blueprint("tray", __name__)


@calls.get("/tray")
def show() -> Response:
    """Show what waits for the calling station."""
    waiting, _settled = read(tray.listed, settler=Settler.of_station(station()))
    return answers.of_value({"tray": [_line(line) for line in waiting]})


@calls.post("/tray/<int:scan_id>")
def settle(scan_id: int) -> Response:
    """Settle one."""
    settler = Settler.of_station(station())
    wanted = SETTLING.check(body())
    if scan_id > LARGEST_ID:
        raise Refusal(Reason.NOT_FOUND)
    decision = Decision(scan_id, How(wanted["settle"]), wanted.get("card"), wanted.get("booth"))
    settled = write(tray.settle, decision=decision, settler=settler, directories=house().directories, now=utc_now())
    return answers.of_value({"settled": settled.how.value, "visit": settled.visit, "was_counted": settled.was_counted})


def _line(line: TrayLine) -> dict[str, Any]:
    shown = {name: getattr(line, name) for name in ("station", "booth", "card", "raw", "party", "can_count")}
    return {
        "id": line.scan_id,
        "at": to_text(line.at),
        "scanned_at": line.scanned_at and to_text(line.scanned_at),
        "reason": line.reason.value,
        **shown,
    }
