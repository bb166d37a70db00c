"""The OpenAPI document: every call, each status that it can answer, outcomes and reasons as enums.

Bodies stand here as the very schemas that check them. Strangers write their clients from this.
"""

from functools import cache
from typing import Any

from flask import Blueprint, Response

from api.check_ins import MOST_IN_A_BATCH
from festival import booths, cards, stations, tray
from festival import calls as help_calls
from festival.check_in.attempt import MOST_PERSONS, NONCE
from festival.errors import STATUS, Outcome, Reason
from festival.schema import LARGEST_ID, Schema, an_object, or_null, whole
from web import answers

VERSION = "1.0.0"

TEXT: Schema = {"type": "string"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
COUNT: Schema = {"type": "integer", "minimum": 0}
ANYTHING: Schema = {}


calls = Blueprint("document", __name__)


@calls.get("/openapi.json")
def show() -> Response:
    """Show the document."""
    return answers.of_value(document())


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(items: Schema, **bounds: int) -> Schema:
    return {"type": "array", "items": items, **bounds}


def _given(properties: dict[str, Schema], *optional: str) -> Schema:
    """Return the schema of an object that the server gives: all properties but the ``optional`` ones are there."""
    return an_object(properties, *[name for name in properties if name not in optional])


CHECK_IN: Schema = {
    "type": "object",
    "required": ["scan", "nonce"],
    "properties": {
        "scan": {"type": ["string", "null"], "description": "what was scanned or typed; null: a walk-in"},
        "booth": {"type": ["string", "null"], "description": "may be left out where the station has just one"},
        "nonce": {"type": "string", "pattern": NONCE, "description": "new for each scan, the same for each retry"},
        "scanned_at": or_null(MOMENT),
        "sent_at": or_null(MOMENT),
        "offline": {"type": ["boolean", "null"], "description": "the visit has already happened"},
        "party": or_null(whole(1, MOST_PERSONS)),
        "answers": {
            "type": ["object", "null"],
            "additionalProperties": {"type": ["string", "null"]},
        },
    },
}
BATCH: Schema = {
    "type": "object",
    "required": ["check_ins"],
    "properties": {"sent_at": or_null(MOMENT), "check_ins": _list(ANYTHING, maxItems=MOST_IN_A_BATCH)},
}
VISIT = _given({"id": COUNT, "booth": TEXT, "at": MOMENT, "number": COUNT, "party": whole(1, MOST_PERSONS)})
COUNTED_CARD = _given({"short": TEXT, "name": or_null(TEXT), "visits": COUNT, "booths": COUNT})
QUESTION = _given(
    {"key": TEXT, "label": TEXT, "required": {"type": "boolean"}, "choices": {"type": ["array", "null"], "items": TEXT}}
)
_ANSWER: dict[str, Schema] = {
    "outcome": {"type": "string", "enum": [outcome.value for outcome in Outcome]},
    "reason": {"type": ["string", "null"], "enum": [*[reason.value for reason in Reason], None]},
    "message": TEXT,
    "replayed": {"type": "boolean"},
    "warnings": _list(TEXT),
    "visit": {"anyOf": [_ref("Visit"), {"type": "null"}]},
    "card": {"anyOf": [_ref("CountedCard"), {"type": "null"}]},
}
_DETAILS: dict[str, Schema] = {
    "undone": {"type": "boolean", "description": "in a replay: the visit was undone since"},
    "field": {"type": "string", "description": "which field is bad"},
    "first_visit": {"type": "string", "description": "the booth that must come first"},
    "questions": _list(_ref("Question")),
    "why": {"type": "string", "description": "``settled``: somebody has done that already"},
    "reference": {"type": "string", "description": "where the server's log tells more"},
}
BOOTH = _given(booths.FIELDS)
CARD_VIEW = _given(
    {
        "short": TEXT,
        "name": or_null(TEXT),
        "state": {"type": "string", "enum": [cards.ACTIVE, cards.LOST, cards.WITHDRAWN, cards.REPLACED]},
        "visits": COUNT,
        "booths": COUNT,
    }
)
STATION = _given({"id": COUNT, "name": TEXT, "kind": {"type": "string", "enum": list(stations.Kind)}})
LISTED_STATION = _given(
    {**STATION["properties"], "booths": _list(TEXT), "last_seen": or_null(MOMENT)},
)
SCAN = _given(
    {
        "id": COUNT,
        "at": MOMENT,
        "station": COUNT,
        "booth": or_null(TEXT),
        "card": or_null(TEXT),
        "raw": TEXT,
        "outcome": _ANSWER["outcome"],
        "reason": _ANSWER["reason"],
        "undone": {"type": "boolean"},
    },
    "card",
    "raw",
    "undone",
)
BOARD_BOOTH = _given(
    {
        "slug": TEXT,
        "number": COUNT,
        "name": TEXT,
        "name_en": TEXT,
        "short_name": TEXT,
        "section": or_null(TEXT),
        "visits": COUNT,
        "people": COUNT,
        "walk_ins": COUNT,
        "per_hour": COUNT,
        "quota": or_null(COUNT),
        "left": or_null(COUNT),
        "open": {"type": "boolean"},
        "waiting": COUNT,
    }
)
BOARD = _given(
    {
        "version": COUNT,
        "at": MOMENT,
        "edition": TEXT,
        "people": COUNT,
        "walk_ins": COUNT,
        "visits": COUNT,
        "last_hour": COUNT,
        "in_venue": _given({"estimate": COUNT}),
        "booths": _list(BOARD_BOOTH),
        "minutes": _list(_given({"at": MOMENT, "visits": COUNT}), minItems=60, maxItems=60),
    }
)
_PACKED: Schema = {"type": "string", "contentEncoding": "base64", "description": "uint32, little-endian"}
OFFLINE = _given(
    {
        "salt": TEXT,
        "closed": {"type": "boolean"},
        "codes": _PACKED,
        "shorts": _PACKED,
        "who": _PACKED,
        "states": {"type": "string", "pattern": "^[asr]*$"},
        "seen": {"type": "object", "additionalProperties": _given({"who": _PACKED, "at": _PACKED})},
    }
)
TRAY_LINE = _given(
    {
        "id": COUNT,
        "at": MOMENT,
        "scanned_at": or_null(MOMENT),
        "station": TEXT,
        "booth": or_null(TEXT),
        "card": or_null(TEXT),
        "raw": or_null(TEXT),
        "party": COUNT,
        "reason": {"type": "string", "enum": [reason.value for reason in Reason]},
        "can_count": {"type": "boolean"},
    }
)
CALL = _given(
    {
        "id": COUNT,
        "at": MOMENT,
        "rings": COUNT,
        "station": TEXT,
        "kind": STATION["properties"]["kind"],
        "booth": or_null(TEXT),
        "number": or_null(COUNT),
        "ended": {"type": ["string", "null"], "enum": [*help_calls.End, None]},
        "by": or_null(TEXT),
        "at_booth": or_null(TEXT),
        "mine": {"type": "boolean"},
    }
)
SETTLED = _given(
    {
        "settled": {"type": "string", "enum": list(tray.How)},
        "visit": {"anyOf": [_ref("Visit"), {"type": "null"}]},
        "was_counted": {"type": "boolean"},
    }
)
SCHEMAS: dict[str, Schema] = {
    "CheckIn": CHECK_IN,
    "Batch": BATCH,
    "Visit": VISIT,
    "CountedCard": COUNTED_CARD,
    "Question": QUESTION,
    "Answer": _given({**_ANSWER, **_DETAILS}, *_DETAILS),
    "Results": _given(
        {"results": _list(_given({"status": whole(200, 599), **_ANSWER, **_DETAILS}, *_DETAILS))},
    ),
    "Booth": BOOTH,
    "NewBooth": booths.NEW_BOOTH.schema,
    "BoothChange": booths.BOOTH_CHANGE.schema,
    "Call": CALL,
    "Card": CARD_VIEW,
    "CardChange": cards.CARD_CHANGE.schema,
    "Station": STATION,
    "Board": BOARD,
    "Offline": OFFLINE,
}

_PUBLIC: list[dict[str, list[str]]] = []
_CODE = {"name": "code", "in": "path", "required": True, "schema": TEXT}
_SLUG = {"name": "slug", "in": "path", "required": True, "schema": TEXT}


def _number(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": whole(0, LARGEST_ID)}


def _call(
    summary: str,
    answered: dict[int, Schema | None],
    *reasons: Reason,
    body: Schema | None = None,
    parameters: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Return one call: what it answers by status, and the reasons for which it may be refused."""
    responses = {str(status): _response(schema) for status, schema in answered.items()}
    for reason in (*reasons, Reason.NOT_ENROLLED, Reason.BROKEN, Reason.CANNOT_KEEP):
        responses.setdefault(str(STATUS[reason]), _response(_ref("Answer")))
    seconds = {"description": "seconds to wait", "schema": {"type": "integer"}}
    for status in {"429", "503"} & set(responses):
        responses[status]["headers"] = {"Retry-After": seconds}
    call: dict[str, Any] = {"summary": summary, "responses": dict(sorted(responses.items()))}
    if body is not None:
        call["requestBody"] = {"required": True, "content": {answers.JSON: {"schema": body}}}
    return call | ({"parameters": parameters} if parameters else {})


def _response(schema: Schema | None) -> dict[str, Any]:
    if schema is None:
        return {"description": "done"}
    return {"description": "an answer", "content": {answers.JSON: {"schema": schema}}}


_SCAN_REASONS = (
    Reason.NONCE_REUSED,
    Reason.ANSWERS_NEEDED,
    Reason.UNKNOWN_CARD,
    Reason.REVOKED_CARD,
    Reason.NOT_YOUR_BOOTH,
    Reason.SLOW_DOWN,
    Reason.TOO_LARGE,
)
_CHANGE_REASONS = (Reason.NOT_ALLOWED, Reason.INVALID, Reason.EDITION_CLOSED, Reason.TOO_LARGE)


def _check_in_paths() -> dict[str, Any]:
    answer = _ref("Answer")
    return {
        "/check-ins": {
            "post": _call("Check in", {201: answer, 200: answer}, *_SCAN_REASONS, body=_ref("CheckIn")),
        },
        "/check-ins/batch": {
            "post": _call(
                "Check in up to 500",
                {200: _ref("Results")},
                Reason.INVALID,
                Reason.TOO_LARGE,
                body=_ref("Batch"),
            ),
        },
        "/check-ins/{visit_id}": {
            "delete": _call(
                "Undo a visit",
                {204: None},
                Reason.NOT_FOUND,
                Reason.NOT_YOURS,
                parameters=[_number("visit_id")],
            ),
        },
        "/scans": {
            "get": _call(
                "The scan log, oldest first",
                {200: _given({"scans": _list(SCAN, maxItems=500)})},
                Reason.NOT_ALLOWED,
                Reason.INVALID,
                parameters=[{"name": "after", "in": "query", "schema": whole(0, LARGEST_ID)}],
            ),
        },
    }


def _station_paths() -> dict[str, Any]:
    enrolled = _given({"token": TEXT, "station": _ref("Station")})
    own = _given({"station": _ref("Station"), "booths": _list(TEXT), "edition": TEXT, "time": MOMENT})
    invitation = _given({"pairing_code": TEXT, "expires_at": MOMENT})
    pairing_reasons = (Reason.BAD_PAIRING_CODE, Reason.INVALID, Reason.SLOW_DOWN, Reason.TOO_LARGE)
    enrol = _call("Enrol a station", {201: enrolled}, *pairing_reasons, body=stations.ENROLMENT.schema)
    del enrol["responses"]["401"]
    return {
        "/stations": {
            "post": enrol | {"security": _PUBLIC},
            "get": _call("The live stations", {200: _given({"stations": _list(LISTED_STATION)})}, Reason.NOT_ALLOWED),
        },
        "/stations/{station_id}": {
            "delete": _call(
                "Shut a station out",
                {204: None},
                Reason.NOT_ALLOWED,
                Reason.NOT_FOUND,
                parameters=[_number("station_id")],
            ),
        },
        "/station": {
            "get": _call(
                "The calling station; it may say what time it thinks it is",
                {200: own},
                Reason.INVALID,
                parameters=[{"name": "sent_at", "in": "query", "schema": MOMENT}],
            )
        },
        "/pairing-codes": {
            "post": _call(
                "Make a pairing code",
                {201: invitation},
                Reason.NOT_ALLOWED,
                Reason.UNKNOWN_BOOTH,
                Reason.INVALID,
                Reason.TOO_LARGE,
                body=stations.INVITATION.schema,
            ),
        },
    }


def _away_paths() -> dict[str, Any]:
    """Return the calls for scans that happen while the network is away."""
    return {
        "/offline": {
            "get": _call(
                "Fingerprints of the cards, and who was seen at the station's booths, for the time without a network",
                {200: _ref("Offline")},
                Reason.NOT_ALLOWED,
            )
        },
        "/tray": {
            "get": _call(
                "Scans that have happened and were refused, and wait for somebody to settle them, oldest first",
                {200: _given({"tray": _list(TRAY_LINE)})},
                Reason.NOT_ALLOWED,
            )
        },
        "/tray/{scan_id}": {
            "post": _call(
                "Settle one: count it without a card or for a card, or drop it",
                {200: SETTLED},
                *_SCAN_REASONS,
                Reason.INVALID,
                Reason.NOT_FOUND,
                Reason.TOO_LATE,
                Reason.EDITION_CLOSED,
                body=tray.SETTLING.schema,
                parameters=[_number("scan_id")],
            )
        },
    }


def _call_paths() -> dict[str, Any]:
    """Return the calls for calling a volunteer."""
    call = _ref("Call")
    number = _number("call_id")
    return {
        "/calls": {
            "post": _call(
                "Call a volunteer to the calling station (201), or remind of its call that waits (200)",
                {200: call, 201: call},
                Reason.EDITION_CLOSED,
                Reason.INVALID,
                Reason.SLOW_DOWN,
                Reason.TOO_LARGE,
                body=help_calls.RING.schema,
            ),
            "get": _call(
                "The calls that wait, and those that somebody has just taken, oldest first",
                {200: _given({"calls": _list(call)})},
                Reason.NOT_ALLOWED,
            ),
        },
        "/calls/{call_id}": {
            "get": _call(
                "A call; a kiosk's own alone, without names", {200: call}, Reason.NOT_FOUND, parameters=[number]
            )
        },
        "/calls/{call_id}/take": {
            "post": _call(
                "Go there; of several the first goes, and the others read who it is",
                {200: call},
                Reason.NOT_ALLOWED,
                Reason.NOT_FOUND,
                parameters=[number],
            )
        },
        "/days/{nonce}": {
            "get": _call(
                "When the holder of the card that this station has just scanned, under this nonce, came to which booth",
                {200: _given({"stamps": {"type": "object", "additionalProperties": MOMENT}})},
                Reason.NOT_FOUND,
                parameters=[
                    {"name": "nonce", "in": "path", "required": True, "schema": CHECK_IN["properties"]["nonce"]}
                ],
            )
        },
    }


def _photo_paths() -> dict[str, Any]:
    texts = _list(TEXT, minItems=1)
    call = _call(
        "Read the codes in a photograph of up to 12,000,000 bytes, cards' first; the photograph is not kept",
        {200: _given({"texts": texts})},
        Reason.INVALID,
        Reason.SLOW_DOWN,
        Reason.TOO_LARGE,
    )
    pictures = {f"image/{kind}": {"schema": ANYTHING} for kind in ("jpeg", "png", "webp")}
    return {"/photos": {"post": call | {"requestBody": {"required": True, "content": pictures}}}}


def _booth_paths() -> dict[str, Any]:
    booth = _ref("Booth")
    return {
        "/booths": {
            "get": _call("The booths", {200: _given({"booths": _list(booth)})}),
            "post": _call("Add a booth", {201: booth}, Reason.EXISTS, *_CHANGE_REASONS, body=_ref("NewBooth")),
        },
        "/booths/{slug}": {
            "patch": _call(
                "Change a booth",
                {200: booth},
                Reason.UNKNOWN_BOOTH,
                *_CHANGE_REASONS,
                body=_ref("BoothChange"),
                parameters=[_SLUG],
            ),
        },
        "/booths/{slug}/rotating-code": {
            "get": _call(
                "The address that the booth's screen shows to residents' phones; another one each half minute",
                {200: _given({"text": TEXT, "changes_at": MOMENT, "svg": TEXT})},
                Reason.UNKNOWN_BOOTH,
                Reason.NOT_YOUR_BOOTH,
                parameters=[_SLUG],
            ),
        },
        "/edition/close": {"post": _call("Close the edition down", {204: None}, Reason.NOT_ALLOWED)},
    }


def _card_paths() -> dict[str, Any]:
    card = _ref("Card")
    issued = _given({"cards": _list(_given({"code": TEXT, "short": TEXT}))})
    order = {"oneOf": [cards.CARD_ORDER.schema, cards.REPLACEMENT.schema]}
    return {
        "/cards": {
            "post": _call(
                "Issue cards, or replace one",
                {201: issued},
                Reason.UNKNOWN_CARD,
                Reason.REVOKED_CARD,
                Reason.NO_MORE_CARDS,
                Reason.SLOW_DOWN,
                *_CHANGE_REASONS,
                body=order,
            ),
        },
        "/cards/{code}": {
            "get": _call(
                "A card, for staff",
                {200: card},
                Reason.NOT_ALLOWED,
                Reason.UNKNOWN_CARD,
                Reason.INVALID,
                parameters=[_CODE],
            ),
            "patch": _call(
                "Change a card",
                {200: card},
                Reason.UNKNOWN_CARD,
                Reason.REVOKED_CARD,
                *_CHANGE_REASONS,
                body=_ref("CardChange"),
                parameters=[_CODE],
            ),
        },
    }


def _public_paths() -> dict[str, Any]:
    calls = {
        "/board": {"get": _call("The board's snapshot: counts alone", {200: _ref("Board")})},
        "/openapi.json": {"get": _call("This document", {200: {"type": "object"}})},
    }
    for path in calls.values():
        del path["get"]["responses"]["401"]
        path["get"]["security"] = _PUBLIC
    # It stands in the code: no disk is asked.
    del calls["/openapi.json"]["get"]["responses"]["503"]
    return calls


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "老街坊 Laojiefang", "version": VERSION},
        "servers": [{"url": "/api/v1"}],
        "security": [{"station": []}],
        "paths": _check_in_paths()
        | _station_paths()
        | _away_paths()
        | _booth_paths()
        | _card_paths()
        | _call_paths()
        | _photo_paths()
        | _public_paths(),
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"station": {"type": "http", "scheme": "bearer"}},
        },
    }
