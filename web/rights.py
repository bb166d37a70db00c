"""Who may do what: the right of each route, in one table. A route that does not stand in it is open to nobody.

A volunteer has no password: pairing is their sign-in, and their right is that of the booth's station.
What depends on more than the route stands where the thing is: a kiosk makes one card at a time (api/cards.py), a
steward acts at their own booths (Account.leads), a station undoes its own visits (festival/check_in/undo.py).
"""

from enum import StrEnum

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival import accounts
from festival.errors import Reason, Refusal
from festival.stations import Kind
from web import enrolment, errors, security, sign_in


class Caller(StrEnum):
    """Somebody, as far as rights go."""

    STRANGER = "stranger"
    KIOSK = "kiosk"
    VOLUNTEER = "volunteer"
    ORGANISERS_DEVICE = "organiser's device"
    VIEWER = "viewer"
    STEWARD = "steward"
    ORGANISER = "organiser"


BY_KIND = {
    Kind.KIOSK: Caller.KIOSK,
    Kind.BOOTH: Caller.VOLUNTEER,
    Kind.ORGANISER: Caller.ORGANISERS_DEVICE,
}
BY_ROLE = {
    accounts.VIEWER: Caller.VIEWER,
    accounts.STEWARD: Caller.STEWARD,
    accounts.ORGANISER: Caller.ORGANISER,
}

Right = frozenset[Caller]
ANYONE: Right = frozenset(Caller)
STATIONS: Right = frozenset(BY_KIND.values())
STAFF: Right = frozenset({Caller.VOLUNTEER, Caller.ORGANISERS_DEVICE})
ORGANISERS_DEVICE: Right = frozenset({Caller.ORGANISERS_DEVICE})
SIGNED_IN: Right = frozenset(BY_ROLE.values())
STEWARDS: Right = frozenset({Caller.STEWARD, Caller.ORGANISER})
ORGANISER: Right = frozenset({Caller.ORGANISER})

RIGHTS: dict[str, Right] = {
    # Screens, and what anybody on the network may see: counts, never a name.
    "GET /": ANYONE,
    "GET /board": ANYONE,
    "GET /board/edition": ANYONE,
    "GET /board/programme": ANYONE,
    "GET /booth": ANYONE,
    "GET /booth/worker.js": ANYONE,
    "GET /gun": ANYONE,
    "GET /healthz": ANYONE,
    "GET /https": ANYONE,
    "GET /https/ca.crt": ANYONE,
    "GET /kiosk": ANYONE,
    "GET /language/<to>": ANYONE,
    "GET /static/<path:filename>": ANYONE,
    "GET /styles": ANYONE,
    "POST /kiosk/qr": ANYONE,
    "GET /kiosk/voice": ANYONE,
    "GET /kiosk/voice/clips/<clip>": ANYONE,
    "GET /kiosk/voice/machine/<announcement>": ANYONE,
    "GET /kiosk/voice/said/<announcement>": ANYONE,
    "POST /kiosk/pair-here": ORGANISER,
    # They ask for an organiser's password themselves: at a kiosk nobody is signed in.
    "POST /kiosk/organiser": ANYONE,
    "POST /kiosk/organiser/leave": ANYONE,
    # Residents' own phones.
    "GET /b/<slug>": ANYONE,
    "GET /B/<slug>": ANYONE,
    "GET /c/<code>": ANYONE,
    "GET /C/<code>": ANYONE,
    "GET /my": ANYONE,
    "POST /my/card": ANYONE,
    "POST /my/check-ins": ANYONE,
    "POST /my/stamps": ANYONE,
    # Devices.
    "GET /api/v1/board": ANYONE,
    "GET /api/v1/openapi.json": ANYONE,
    "POST /api/v1/stations": ANYONE,
    "POST /api/v1/check-ins": STATIONS,
    "POST /api/v1/check-ins/batch": STATIONS,
    "DELETE /api/v1/check-ins/<int:visit_id>": STATIONS,
    "POST /api/v1/photos": STATIONS,
    "GET /api/v1/station": STATIONS,
    "GET /api/v1/booths": STATIONS,
    "GET /api/v1/offline": STAFF,
    "GET /api/v1/booths/<slug>/rotating-code": STATIONS,
    "GET /api/v1/tray": STAFF,
    "POST /api/v1/tray/<int:scan_id>": STAFF,
    "POST /api/v1/calls": STATIONS,
    "GET /api/v1/calls": STAFF,
    "GET /api/v1/calls/<int:call_id>": STATIONS,
    "POST /api/v1/calls/<int:call_id>/take": STAFF,
    "GET /api/v1/days/<nonce>": STATIONS,
    "POST /api/v1/cards": STATIONS,
    "GET /api/v1/cards/<code>": STAFF,
    "GET /api/v1/cards/<path:code>": STAFF,
    "PATCH /api/v1/cards/<code>": ORGANISERS_DEVICE,
    "PATCH /api/v1/cards/<path:code>": ORGANISERS_DEVICE,
    "POST /api/v1/booths": ORGANISERS_DEVICE,
    "PATCH /api/v1/booths/<slug>": ORGANISERS_DEVICE,
    "POST /api/v1/edition/close": ORGANISERS_DEVICE,
    "POST /api/v1/pairing-codes": ORGANISERS_DEVICE,
    "GET /api/v1/scans": ORGANISERS_DEVICE,
    "GET /api/v1/stations": ORGANISERS_DEVICE,
    "DELETE /api/v1/stations/<int:station_id>": ORGANISERS_DEVICE,
    # The admin's doors.
    "GET /admin/first-start": ANYONE,
    "GET /admin/sign-in": ANYONE,
    "POST /admin/sign-in": ANYONE,
    "POST /admin/sign-out": ANYONE,
    # The desk.
    "GET /admin": SIGNED_IN,
    "GET /admin/live": SIGNED_IN,
    "POST /admin/booths/<slug>/open": STEWARDS,
    "POST /admin/booths/<slug>/pause": STEWARDS,
    "GET /admin/visits": STEWARDS,
    "GET /admin/visits/<int:visit_id>/undo": STEWARDS,
    "POST /admin/visits/<int:visit_id>/undo": STEWARDS,
    "POST /admin/calls/<int:call_id>/take": STEWARDS,
    # Organisers' own.
    "POST /admin/calls/<int:call_id>/clear": ORGANISER,
    "POST /admin/notices/<trouble>/away": ORGANISER,
    "GET /admin/accounts": ORGANISER,
    "POST /admin/accounts": ORGANISER,
    "GET /admin/accounts/<int:account_id>": ORGANISER,
    "POST /admin/accounts/<int:account_id>": ORGANISER,
    "POST /admin/accounts/<int:account_id>/password": ORGANISER,
    "POST /admin/accounts/<int:account_id>/sign-out": ORGANISER,
    "POST /admin/accounts/<int:account_id>/end": ORGANISER,
    "POST /admin/accounts/<int:account_id>/bring-back": ORGANISER,
    "GET /admin/addresses": ORGANISER,
    "GET /admin/addresses/pdf": ORGANISER,
    "GET /admin/audit": ORGANISER,
    "GET /admin/audit/export.<kind>": ORGANISER,
    "POST /admin/audit/<int:entry_id>/undo": ORGANISER,
    "GET /admin/backups": ORGANISER,
    "POST /admin/backups": ORGANISER,
    "POST /admin/backups/stick": ORGANISER,
    "GET /admin/booths": ORGANISER,
    "GET /admin/booths/new": ORGANISER,
    "POST /admin/booths/new": ORGANISER,
    "GET /admin/booths/<slug>": ORGANISER,
    "POST /admin/booths/<slug>": ORGANISER,
    "POST /admin/booths/<slug>/move": ORGANISER,
    "GET /admin/posters": ORGANISER,
    "GET /admin/posters/pdf": ORGANISER,
    "GET /admin/cards": ORGANISER,
    "POST /admin/cards/issue": ORGANISER,
    "POST /admin/cards/sheet": ORGANISER,
    "POST /admin/cards/find": ORGANISER,
    "GET /admin/cards/<short>": ORGANISER,
    "POST /admin/cards/<short>/name": ORGANISER,
    "POST /admin/cards/<short>/state": ORGANISER,
    "GET /admin/cards/<short>/replace": ORGANISER,
    "POST /admin/cards/<short>/replace": ORGANISER,
    "GET /admin/close-down": ORGANISER,
    "POST /admin/close-down": ORGANISER,
    "GET /admin/edition": ORGANISER,
    "POST /admin/edition": ORGANISER,
    "GET /admin/programme": ORGANISER,
    "POST /admin/programme": ORGANISER,
    "GET /admin/editions": ORGANISER,
    "POST /admin/editions/next": ORGANISER,
    "POST /admin/editions/take-back": ORGANISER,
    "GET /admin/tally": STEWARDS,
    "GET /admin/tally/sheets": STEWARDS,
    "POST /admin/tally": STEWARDS,
    "POST /admin/tally/preview": STEWARDS,
    "GET /admin/tray": STEWARDS,
    "POST /admin/tray/<int:scan_id>": STEWARDS,
    "GET /admin/voice": ORGANISER,
    "POST /admin/voice/<phrase>": ORGANISER,
    "POST /admin/voice/<phrase>/remove": ORGANISER,
    "GET /admin/stations": ORGANISER,
    "GET /admin/stations/pair": ORGANISER,
    "POST /admin/stations/pair": ORGANISER,
    "GET /admin/stations/pair/code": ORGANISER,
    "GET /admin/stations/pair/state": ORGANISER,
    "GET /admin/stations/<int:station_id>": ORGANISER,
    "POST /admin/stations/<int:station_id>/name": ORGANISER,
    "GET /admin/stations/<int:station_id>/revoke": ORGANISER,
    "POST /admin/stations/<int:station_id>/revoke": ORGANISER,
}

# The writer has the last word on who calls here (festival/check_in/rules.py): no look-up of its own before it.
LAST_WORD_LATER = frozenset({"POST /api/v1/check-ins"})


def init_app(app: Flask) -> None:
    """Hold every request of ``app`` to the table."""
    app.before_request(_hold)


def may(method: str, rule: str, caller: Caller) -> bool:
    """Return whether ``caller`` may use the route ``rule`` (as Flask writes it) with ``method``."""
    return caller in RIGHTS.get(_row(method, rule), frozenset())


def i_may(endpoint: str) -> bool:
    """Return whether whoever has signed in may open the page of ``endpoint``: for what a page offers."""
    rules = current_app.url_map.iter_rules(endpoint)
    return any(may("GET" if "GET" in (rule.methods or ()) else "POST", rule.rule, signed_in()) for rule in rules)


def signed_in() -> Caller:
    """Return who has signed in on this browser, a stranger where nobody has."""
    return BY_ROLE[sign_in.account().role] if sign_in.is_signed_in() else Caller.STRANGER


def _row(method: str, rule: str) -> str:
    return f"{'GET' if method == 'HEAD' else method} {rule}"


def _hold() -> ResponseReturnValue | None:
    rule = request.url_rule
    # No such page, or not in this way: errors.py answers. OPTIONS only lists the methods.
    if rule is None or request.method == "OPTIONS":
        return None
    row = _row(request.method, rule.rule)
    right = RIGHTS.get(row, frozenset())
    if is_admin(rule.rule) and (refused := security.only_on_this_laptop()):
        return refused
    if right is ANYONE or row in LAST_WORD_LATER:
        return None
    if not rule.rule.startswith("/api/"):
        return _hold_person(right)
    _hold_station(right)
    return None


def is_admin(rule: str) -> bool:
    """Return whether a route belongs to the admin, which answers on the laptop alone."""
    return rule == "/admin" or rule.startswith("/admin/")


def _hold_station(right: Right) -> None:
    if BY_KIND.get(enrolment.station().kind) not in right:
        raise Refusal(Reason.NOT_ALLOWED)


def _hold_person(right: Right) -> ResponseReturnValue | None:
    caller = signed_in()
    if caller in right:
        return None
    if is_admin(request.path) and caller is Caller.STRANGER:
        return sign_in.ask_first()
    if request.is_json:
        raise Refusal(Reason.NOT_ALLOWED)
    return errors.page(_("这一页您打不开"), _("这件事要请组织者来做。"), 403)
