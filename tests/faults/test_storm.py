"""Devices in a storm: whatever is cut, doubled, held back or lost on the way, each visit counts exactly once."""

import http.client
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import recount
from tests.cast import new_nonce
from tests.faults.devices import Answer, Device, all_at_once
from tests.faults.machine import Machine, switched_on
from tests.network import Network, gale

pytestmark = pytest.mark.fault

DEVICES, CARDS, WALK_INS = 8, 15, 4
SEED = 5
BOOTHS = ("clinic", "tea", "chess")


@pytest.fixture
def stormy(template: Any, tmp_path: Path) -> Iterator[tuple[Machine, Network]]:
    """A machine, and a network before it that is calm at first."""
    with switched_on(template, tmp_path) as machine, Network(machine.server.port, seed=SEED) as network:
        yield machine, network


class Stubborn:
    """A device that sends each check-in, with one nonce, until it is answered."""

    def __init__(self, network: Network, token: str) -> None:
        self._network, self._token = network, token
        self._device = Device(network.port, token)
        self.tries = 0

    def check_in(self, scan: str | None, booth: str) -> Answer:
        """Return the answer, whatever it takes."""
        nonce = new_nonce()
        while True:
            self.tries += 1
            try:
                return self._device.check_in(scan, booth, nonce)
            except (OSError, http.client.HTTPException):
                self._device.close()
                self._device = Device(self._network.port, self._token)

    def scan(self, visits: list[tuple[str | None, str]]) -> list[Answer]:
        """Check all in, one after the other, and hang up."""
        answers = [self.check_in(*visit) for visit in visits]
        self._device.close()
        return answers


def errands(codes: list[str], chance: random.Random) -> list[tuple[str | None, str]]:
    """Return the cards and some persons without one, each with a booth, in any order."""
    visits = [(code, chance.choice(BOOTHS)) for code in [*codes, *[None] * WALK_INS]]
    return chance.sample(visits, len(visits))


def kept(machine: Machine) -> tuple[Counter[str], list[int], bool]:
    """Return the visits by booth, their ids, and whether the counters agree with them."""
    engine = recount.engine_of(machine.url)
    with engine.connect() as db:
        ids = [row[0] for row in db.exec_driver_sql("SELECT id FROM visits WHERE undone_at IS NULL")]
        agree = recount.kept(db) == recount.counted(db)
    engine.dispose()
    board = machine.device().get("/board")
    return Counter({booth["slug"]: booth["visits"] for booth in board["booths"] if booth["visits"]}), ids, agree


def test_each_visit_counts_once_through_a_storm(stormy: tuple[Machine, Network]) -> None:
    machine, network = stormy
    chance, organiser = random.Random(SEED), machine.device()
    todo = [errands(organiser.issue(CARDS), chance) for _ in range(DEVICES)]
    network.weather = gale(SEED)
    devices = [Stubborn(network, machine.cast.tokens["organiser"]) for _ in todo]
    answers = all_at_once([lambda d=d, v=v: d.scan(v) for d, v in zip(devices, todo, strict=True)])
    told = [answer for each in answers for answer in each]
    assert {answer.outcome for answer in told} == {"welcome"}
    by_booth, ids, agree = kept(machine)
    assert by_booth == Counter(booth for each in todo for _, booth in each)
    assert sorted(ids) == sorted(answer.body["visit"]["id"] for answer in told)
    assert agree
    # The storm was one: answers were lost, and requests came again.
    assert len(network.lost) > 10
    assert sum(device.tries for device in devices) > len(told) + 10
