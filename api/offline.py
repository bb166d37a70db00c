"""What a booth's page keeps for the time without a network."""

from flask import Blueprint, Response

from festival import offline
from web import answers
from web.enrolment import station
from web.house import house, read

calls = Blueprint("offline", __name__)


@calls.get("/offline")
def show() -> Response:
    """Show what the calling station needs to judge scans alone."""
    own = house()
    return answers.of_value(
        read(offline.snapshot, station=station(), directories=own.directories, fingerprints=own.fingerprints)
    )
