"""While nothing can be written down every device hears so, and the same scan counts once that is over."""

import pytest

from api.document import document
from festival.notices import Trouble
from tests.api.test_errors import SHAPE
from tests.cast import answer, new_nonce
from tests.conftest import Company

WORDS = {"zh-CN": "现在记不下来，请叫组织者", "en": "It cannot be written down now, please call an organiser"}


@pytest.mark.parametrize("language", WORDS)
def test_a_scan_that_cannot_be_kept_says_so_and_is_counted_later(company: Company, language: str) -> None:
    database = company.application.house.database
    station, nonce = company.client("clinic", language), new_nonce()
    assert answer(station.check_in(company.zhang, "clinic")) == (201, "welcome", None)
    database._stopped_by = Trouble.DAMAGED
    refused = station.check_in(company.li, "clinic", nonce=nonce)
    assert answer(refused) == (503, "refused", "cannot_keep")
    assert set(refused.get_json()) == SHAPE
    assert refused.get_json()["message"] == WORDS[language]
    assert refused.headers["Retry-After"] == "5"
    database._stopped_by = None
    counted = station.check_in(company.li, "clinic", nonce=nonce)
    assert answer(counted) == (201, "welcome", None)
    assert counted.get_json()["replayed"] is False


def test_a_batch_and_an_undo_are_refused_whole(company: Company) -> None:
    station = company.client("clinic")
    visit = station.check_in(company.zhang, "clinic").get_json()["visit"]["id"]
    company.application.house.database._stopped_by = Trouble.DAMAGED
    batch = station.post("/check-ins/batch", {"check_ins": [{"scan": None, "nonce": new_nonce()}] * 3})
    assert answer(batch) == (503, "refused", "cannot_keep")
    assert answer(station.delete(f"/check-ins/{visit}")) == (503, "refused", "cannot_keep")
    company.application.house.database._stopped_by = None
    assert station.get("/board").get_json()["visits"] == 1


def test_every_call_that_asks_the_database_says_when_to_ask_again() -> None:
    for path, calls in document()["paths"].items():
        for call in calls.values():
            assert ("503" in call["responses"]) == (path != "/openapi.json")
            assert "503" not in call["responses"] or "Retry-After" in call["responses"]["503"]["headers"]
