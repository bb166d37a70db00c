"""Random histories: whatever happened in whatever order, the board is what the visits table says."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, text

from festival import editions
from festival.storage.engine import Database
from tests import recount
from tests.cast import Cast, Client
from tests.conftest import Company

START = datetime(2026, 10, 24, 1, 0, 30, tzinfo=UTC)
BOOTHS = ("clinic", "tea", "stage")
CARDS = st.integers(0, 3)
booth = st.sampled_from(BOOTHS)
party = st.sampled_from([1, 1, 1, 2, 5])
# Some exactly on the edges of minutes and windows.
ago = st.one_of(
    st.just(0),
    st.integers(0, 200 * 60_000),
    st.sampled_from([30_000, 60_000, 3_600_000, 5_400_000, 5_430_000, 36 * 3_600_000, 37 * 3_600_000]),
)
scan = st.fixed_dictionaries(
    {
        "card": st.one_of(CARDS, CARDS, CARDS, st.none(), st.just("rubbish")),
        "booth": booth,
        "party": party,
        "ago": ago,
        "offline": st.booleans(),
        "nonce": st.integers(0, 30),
    }
)
change = st.one_of(
    st.fixed_dictionaries({"quota": st.sampled_from([None, 0, 2, 6])}),
    st.fixed_dictionaries({"counts": st.sampled_from(["once", "every"])}),
    st.fixed_dictionaries({"again_after_minutes": st.sampled_from([None, 0, 10, 60])}),
    st.fixed_dictionaries({"open": st.sampled_from([None, True, False])}),
)
step = st.one_of(
    st.tuples(st.just("scan"), scan),
    st.tuples(st.just("scan"), scan),
    st.tuples(st.just("batch"), st.lists(scan, max_size=8)),
    st.tuples(st.just("undo"), st.integers(0, 20)),
    st.tuples(st.just("replace"), CARDS),
    st.tuples(st.just("state"), st.tuples(CARDS, st.sampled_from(["active", "lost"]))),
    st.tuples(st.just("change"), st.tuples(booth, change)),
    st.tuples(st.just("wait"), st.sampled_from([1, 29_500, 60_000, 11 * 60_000, 3_600_000])),
)


class History:
    """One day that happens to a festival; the nonces are few, so that many are retries."""

    def __init__(self, company: Company, clock: Any) -> None:
        self.client: Client = company.organiser
        self.clock = clock
        self.cards = [company.zhang, company.li, company.wang, company.zhao]
        self.visits: list[int] = []
        self.first: dict[str, dict[str, Any]] = {}

    def scan(self, wanted: dict[str, Any]) -> None:
        body = self._body(wanted)
        self._hear(body, self.client.post("/check-ins", body).get_json())

    def batch(self, wanted: list[dict[str, Any]]) -> None:
        bodies = [self._body(one) for one in wanted]
        for body, value in zip(bodies, self.client.batch(bodies).get_json()["results"], strict=True):
            del value["status"]
            self._hear(body, value)

    def _body(self, wanted: dict[str, Any]) -> dict[str, Any]:
        card = wanted["card"]
        return {
            "scan": self.cards[card] if isinstance(card, int) else card,
            "booth": wanted["booth"],
            "nonce": str(uuid.UUID(int=wanted["nonce"])),
            "party": wanted["party"],
            "offline": wanted["offline"],
            "scanned_at": (datetime.now(UTC) - timedelta(milliseconds=wanted["ago"])).isoformat(),
        }

    def _hear(self, body: dict[str, Any], value: dict[str, Any]) -> None:
        if value["replayed"]:
            first = self.first[body["nonce"]]
            undone = {"undone": True} if "undone" in value else {}
            assert value == first | {"replayed": True} | undone
        elif value["reason"] != "nonce_reused":
            assert body["nonce"] not in self.first
            self.first[body["nonce"]] = value
            if value["outcome"] == "welcome":
                self.visits.append(value["visit"]["id"])

    def undo(self, place: int) -> None:
        if self.visits:
            assert self.client.undo(self.visits[place % len(self.visits)]).status_code == 204

    def replace(self, person: int) -> None:
        made = self.client.post("/cards", {"replaces": self.cards[person]})
        if made.status_code == 201:
            self.cards.append(made.get_json()["cards"][0]["code"])
            # The person carries the new one; now and then the old one is scanned all the same.
            self.cards[person], self.cards[-1] = self.cards[-1], self.cards[person]

    def state(self, wanted: tuple[int, str]) -> None:
        self.client.patch(f"/cards/{self.cards[wanted[0]]}", {"state": wanted[1]})

    def change(self, wanted: tuple[str, dict[str, Any]]) -> None:
        assert self.client.patch(f"/booths/{wanted[0]}", wanted[1]).status_code == 200

    def wait(self, milliseconds: int) -> None:
        self.clock.shift(timedelta(milliseconds=milliseconds))


def play(company: Company, steps: list[tuple[str, Any]]) -> None:
    """Let it all happen; the board is held to the visits table at the end and an hour and a half on."""
    with time_machine.travel(START, tick=False) as clock:
        history = History(company, clock)
        versions = [company.organiser.get("/board").get_json()["version"]]
        for name, wanted in steps:
            getattr(history, name)(wanted)
        for on in (0, 1, 30_000, 3_599_999, 1_800_000):
            history.wait(on)
            value = company.organiser.get("/board").get_json()
            versions.append(value["version"])
            with company.application.house.database.reading() as db:
                recount.hold(db, value, datetime.now(UTC))
        assert versions == sorted(versions)
        hold_cards(company, history)


def hold_cards(company: Company, history: History) -> None:
    query = text(
        "SELECT coalesce(sum(party), 0), count(DISTINCT booth_id) FROM visits WHERE undone_at IS NULL AND "
        "visitor_id = (SELECT visitor_id FROM cards WHERE code = :code)"
    )
    for code in history.cards:
        shown = company.organiser.get(f"/cards/{code}").get_json()
        with company.application.house.database.reading() as db:
            assert (shown["visits"], shown["booths"]) == tuple(db.execute(query, {"code": code}).one())


# In this order, because the later ones are named by the earlier.
HAPPENED = ("tray", "scans", "visits", "seals", "booth_spans")


def forget(database: Database, cast: Cast) -> None:
    """Take everything back that a history did: the next one begins on the same festival."""
    held = tuple(card.short for card in cast.cards.values())
    with database.writing() as db:
        for table in HAPPENED:
            db.execute(text(f"DELETE FROM {table}"))
        db.execute(
            text("DELETE FROM cards WHERE short NOT IN :held").bindparams(bindparam("held", held, expanding=True))
        )
        for change in (
            "UPDATE cards SET state = 'active'",
            "UPDATE booth_totals SET visits = 0, people = 0, walk_ins = 0",
            "UPDATE editions SET people = 0, walk_ins = 0",
            "UPDATE booth_days SET quota = NULL, open = NULL",
            "UPDATE booths SET counts = 'once', again_after_minutes = NULL",
        ):
            db.execute(text(change))
        editions.config_changed(db)


EXAMPLES = {"sqlite": 250, "postgresql": 25}


def test_after_any_history_the_board_is_what_the_visits_table_says(company: Company, database: Database) -> None:
    kind = "sqlite" if database.is_sqlite else "postgresql"

    @settings(
        max_examples=EXAMPLES[kind],
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(step, min_size=1, max_size=25))
    def holds(steps: list[tuple[str, Any]]) -> None:
        forget(database, company.cast)
        play(company, steps)

    holds()
