"""The people and devices that the tests play with: always the same, each with one meaning.

Stations: ``organiser`` may do everything; ``clinic`` is the clinic's booth page; ``tea`` another booth's;
``fair`` a booth page for clinic and tea; ``kiosk`` the shared touchscreen; ``clay_kiosk`` one bound to one booth.
Cards: those of ``zhang``, ``li``, ``wang`` and ``zhao`` are issued and were never scanned.
"""

import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import Connection
from werkzeug.test import TestResponse

from festival import cards, codes, example, stations
from festival.cards import IssuedCard
from festival.stations import Kind

API = "/api/v1"
# argon2 of "huai-4827-shiliu-093" at its smallest cost: hashing one takes a tenth of a second.
PASSWORD = "huai-4827-shiliu-093"
PASSWORD_HASH = "$argon2id$v=19$m=8,t=1,p=1$bf7PqmAev3c$ON5+XiB0cKNnVVqhUHGGFA"
STATIONS: dict[str, tuple[Kind, list[str]]] = {
    "organiser": (Kind.ORGANISER, []),
    "clinic": (Kind.BOOTH, ["clinic"]),
    "tea": (Kind.BOOTH, ["tea"]),
    "fair": (Kind.BOOTH, ["clinic", "tea"]),
    "kiosk": (Kind.KIOSK, []),
    "clay_kiosk": (Kind.KIOSK, ["clay"]),
}
CARD_HOLDERS = ("zhang", "li", "wang", "zhao")


@dataclass(frozen=True)
class Cast:
    """The tokens and numbers of the stations, and the cards of the people."""

    tokens: dict[str, str]
    station_ids: dict[str, int]
    cards: dict[str, IssuedCard]


def enter(db: Connection, now: datetime) -> Cast:
    """Fill an empty, migrated database with the example festival and the cast."""
    example.fill(db, password_hash=PASSWORD_HASH, now=now)
    enrolled = {
        name: stations.enrol(db, kind=kind, slugs=slugs, name=name, now=now) for name, (kind, slugs) in STATIONS.items()
    }
    issued = cards.issue(db, count=len(CARD_HOLDERS), actor="test", now=now)
    return Cast(
        tokens={name: station.token for name, station in enrolled.items()},
        station_ids={name: station.station.id for name, station in enrolled.items()},
        cards=dict(zip(CARD_HOLDERS, issued, strict=True)),
    )


def new_nonce() -> str:
    """Return a nonce that was never used."""
    return str(uuid.uuid4())


def unknown_code() -> str:
    """Return a well-formed code that no one issued."""
    return codes.new_card_code()


def code_of_kind(kind: str) -> str:
    """Return a code with a right check digit and the two digits of ``kind`` in front."""
    from stdnum import damm

    body = kind + codes.new_card_code()[2:15]
    return body + str(damm.calc_check_digit(body))


@dataclass
class Client:
    """A device: calls the API with its token, in its language."""

    app: Flask
    token: str | None
    language: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> TestResponse:
        """Send one request; ``body`` (anything but None) goes as JSON, ``data=`` goes as it is."""
        headers = dict(self.headers) | options.pop("headers", {})
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if self.language is not None:
            headers.setdefault("Accept-Language", self.language)
        if body is not None:
            options["data"] = json.dumps(body).encode()
        return self.app.test_client().open(API + path, method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        """GET."""
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        """POST ``body`` as JSON."""
        return self.call("POST", path, body, **options)

    def patch(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        """PATCH ``body`` as JSON."""
        return self.call("PATCH", path, body, **options)

    def delete(self, path: str, **options: Any) -> TestResponse:
        """DELETE."""
        return self.call("DELETE", path, **options)

    def check_in(
        self, scan: str | None, booth: str | None = None, nonce: str | None = None, **fields: Any
    ) -> TestResponse:
        """Check in, under a new nonce where none is given."""
        body: dict[str, Any] = {"scan": scan, "nonce": nonce or new_nonce()} | fields
        if booth is not None:
            body["booth"] = booth
        return self.post("/check-ins", body)

    def batch(self, check_ins: list[Any], **fields: Any) -> TestResponse:
        """Send a batch."""
        return self.post("/check-ins/batch", {"check_ins": check_ins} | fields)

    def undo(self, visit_id: int) -> TestResponse:
        """Undo a visit."""
        return self.delete(f"/check-ins/{visit_id}")


def answer(response: TestResponse) -> tuple[int, str, str | None]:
    """Return what a program reads first: status, outcome, reason."""
    value = response.get_json()
    return response.status_code, value["outcome"], value["reason"]


def item(scan: str | None, booth: str, nonce: str | None = None, **fields: Any) -> dict[str, Any]:
    """Return one item of a batch."""
    return {"scan": scan, "booth": booth, "nonce": nonce or new_nonce()} | fields
