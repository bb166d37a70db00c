"""The order of checks: where two things are wrong, the earlier one is told (check-in.md, Order of checks)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import pytest

from tests.cast import answer, new_nonce
from tests.conftest import ON_SQLITE, Company


@dataclass
class Scene:
    """A check-in in the making, and the company it is made in."""

    company: Company
    client: str | None = "fair"
    body: dict[str, Any] = field(default_factory=dict)


def no_station(scene: Scene) -> None:
    scene.client = None


def bad_field(scene: Scene) -> None:
    scene.body["party"] = 0


def used_nonce(scene: Scene) -> None:
    # Kept before anything else of the scene is so; a walk-in at tea, so that card and booth differ.
    scene.company.fair.check_in(None, "tea", scene.body["nonce"])


def closed_edition(scene: Scene) -> None:
    scene.company.organiser.post("/edition/close")


def unknown_booth(scene: Scene) -> None:
    scene.body["booth"] = "nowhere"


def other_s_booth(scene: Scene) -> None:
    if scene.body["booth"] == "clinic":
        scene.client = scene.client and "tea"


def bad_code(scene: Scene) -> None:
    scene.body["scan"] = "rubbish"


def stopped_card(scene: Scene) -> None:
    scene.company.organiser.patch(f"/cards/{scene.company.zhang}", {"state": "withdrawn"})


def counted_card(scene: Scene) -> None:
    scene.company.clinic.check_in(scene.company.zhang)


def closed_booth(scene: Scene) -> None:
    scene.company.organiser.patch("/booths/clinic", {"open": False})


def full_booth(scene: Scene) -> None:
    scene.company.organiser.patch("/booths/clinic", {"quota": 0})


def booth_after_another(scene: Scene) -> None:
    scene.company.organiser.patch("/booths/clinic", {"first_visit": "stage"})


def questions(scene: Scene) -> None:
    asked = [{"key": "q", "label": "问", "required": True}]
    scene.company.organiser.patch("/booths/clinic", {"questions": asked})


CHECKS: list[tuple[Callable[[Scene], None], str]] = [
    (no_station, "not_enrolled"),
    (bad_field, "invalid"),
    (used_nonce, "nonce_reused"),
    (closed_edition, "edition_closed"),
    (unknown_booth, "unknown_booth"),
    (other_s_booth, "not_your_booth"),
    (bad_code, "invalid"),
    (stopped_card, "revoked_card"),
    (counted_card, "already"),
    (closed_booth, "closed"),
    (full_booth, "full"),
    (booth_after_another, "first_visit"),
    (questions, "answers_needed"),
]
# Made in this order, whatever the order of checks: a card is counted and a nonce used while all is still well.
FIRST_MADE = (used_nonce, counted_card, stopped_card, closed_booth, full_booth, booth_after_another, questions)


def play(company: Company, wrongs: list[Callable[[Scene], None]]) -> tuple[int, str, str | None]:
    scene = Scene(company, body={"scan": company.zhang, "booth": "clinic", "nonce": new_nonce()})
    for wrong in [made for made in FIRST_MADE if made in wrongs] + [made for made in wrongs if made not in FIRST_MADE]:
        wrong(scene)
    if used_nonce in wrongs and scene.client == "tea":
        # The nonce is a station's own.
        scene.company.tea.check_in(None, "tea", scene.body["nonce"])
    return answer(company.client(scene.client).post("/check-ins", scene.body))


# An unknown booth is nobody's: those two cannot both be wrong.
PAIRS = [
    pair
    for pair in combinations(range(len(CHECKS)), 2)
    if {CHECKS[place][0] for place in pair} != {unknown_booth, other_s_booth}
]


@ON_SQLITE
@pytest.mark.parametrize(("first", "second"), PAIRS, ids=lambda place: CHECKS[place][0].__name__)
def test_of_two_wrongs_the_earlier_is_told(company: Company, first: int, second: int) -> None:
    assert play(company, [CHECKS[first][0], CHECKS[second][0]])[2] == CHECKS[first][1]


@ON_SQLITE
def test_with_nothing_wrong_the_card_is_welcome(company: Company) -> None:
    assert play(company, []) == (201, "welcome", None)


@ON_SQLITE
@pytest.mark.parametrize("place", range(len(CHECKS)), ids=lambda place: CHECKS[place][0].__name__)
def test_with_all_later_things_wrong_each_is_told(company: Company, place: int) -> None:
    wrongs = [made for made, _ in CHECKS[place:]]
    if unknown_booth in wrongs:
        wrongs.remove(other_s_booth)
    assert play(company, wrongs)[2] == CHECKS[place][1]


@ON_SQLITE
def test_a_walk_in_meets_neither_again_nor_first_visit(company: Company) -> None:
    company.organiser.patch("/booths/clinic", {"first_visit": "stage"})
    for _ in range(3):
        assert answer(company.clinic.check_in(None)) == (201, "welcome", None)
