"""Stations: enrolling, listing, shutting out."""

from typing import Any

from flask import Blueprint, Response, request

from api.bodies import body
from festival import stations
from festival.clock import from_text, to_text, utc_now
from festival.errors import bad_field
from festival.schema import small_id
from festival.stations import ENROLMENT, INVITATION, StationLine
from web import answers
from web.enrolment import says_it_is, station, station_and_directory, token_hash
from web.house import house, read, write

calls = Blueprint("stations", __name__)


@calls.post("/stations")
def enrol() -> Response:
    """Enrol a station with a pairing code."""
    wanted = ENROLMENT.check(body())
    enrolled = write(
        stations.pair,
        code=wanted["pairing_code"],
        name=wanted["name"],
        guard=house().pairing_guard,
        now=utc_now(),
    )
    return answers.of_value({"token": enrolled.token, "station": enrolled.station.as_json()}, 201)


@calls.get("/station")
def show_own() -> Response:
    """Show the calling station what it is, and the server's time; hear what time the station thinks it is."""
    own, known = station_and_directory()
    _hear_clock()
    return answers.of_value(
        {
            "station": own.as_json(),
            "booths": [booth.slug for booth in known.booths_of(own)],
            "edition": known.edition.name,
            "time": to_text(utc_now()),
        }
    )


def _hear_clock() -> None:
    written = request.args.get("sent_at")
    if written is None:
        return
    try:
        says_it_is(token_hash(), from_text(written), utc_now())
    except ValueError as error:
        raise bad_field("sent_at") from error


@calls.post("/pairing-codes")
def invite() -> Response:
    """Make a pairing code."""
    caller = station()
    wanted = INVITATION.check(body())
    invitation = write(
        stations.invite, kind=wanted["kind"], slugs=wanted.get("booths", []), actor=caller.actor, now=utc_now()
    )
    shown = {"pairing_code": invitation.code, "expires_at": to_text(invitation.expires_at)}
    return answers.of_value(shown, 201)


@calls.get("/stations")
def list_all() -> Response:
    """List the live stations."""
    return answers.of_value({"stations": [_line(line) for line in read(stations.listed)]})


def _line(line: StationLine) -> dict[str, Any]:
    shown = {name: getattr(line, name) for name in ("id", "name", "kind", "booths")}
    return shown | {"last_seen": line.last_seen and to_text(line.last_seen)}


@calls.delete("/stations/<int:station_id>")
def revoke(station_id: int) -> Response:
    """Shut a station out."""
    caller = station()
    write(stations.revoke, station_id=small_id(station_id), actor=caller.actor, now=utc_now())
    return answers.nothing()
