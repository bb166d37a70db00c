"""The scan log: every attempt, for organisers."""

from typing import Any

from flask import Blueprint, Response, request

from festival import scan_log
from festival.clock import to_text
from festival.errors import bad_field
from festival.scan_log import LoggedScan
from festival.schema import LARGEST_ID
from web import answers
from web.house import read

calls = Blueprint("scans", __name__)


@calls.get("/scans")
def list_after() -> Response:
    """List the scans after one, oldest first, at most 500."""
    after = request.args.get("after", "0")
    if not (after.isascii() and after.isdigit() and len(after) <= 19 and int(after) <= LARGEST_ID):
        raise bad_field("after")
    return answers.of_value({"scans": [_shown(scan) for scan in read(scan_log.after, scan_id=int(after))]})


def _shown(scan: LoggedScan) -> dict[str, Any]:
    line: dict[str, Any] = {
        "id": scan.id,
        "at": to_text(scan.at),
        "station": scan.station_id,
        "booth": scan.booth,
        "outcome": scan.outcome,
        "reason": scan.reason,
    }
    line |= {"card": scan.card} if scan.raw is None else {"raw": scan.raw}
    return line | ({"undone": True} if scan.undone else {})
