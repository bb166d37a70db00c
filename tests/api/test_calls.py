"""Calling a volunteer, and a card's day, through the API."""

from datetime import timedelta

import time_machine

from festival import stamps
from festival.clock import utc_now
from tests.cast import answer, new_nonce, unknown_code
from tests.conftest import Company


def test_a_call_is_seen_by_volunteers_taken_by_one_and_told_to_the_kiosk(company: Company) -> None:
    rung = company.clay_kiosk.post("/calls", {"nonce": new_nonce()})
    call = rung.get_json()
    assert (rung.status_code, call["booth"], call["ended"]) == (201, "clay", None)
    [seen] = company.tea.get("/calls").get_json()["calls"]
    assert seen == call
    taken = company.tea.post(f"/calls/{call['id']}/take").get_json()
    assert (taken["ended"], taken["by"], taken["mine"]) == ("taken", "茶艺展示", True)
    late = company.clinic.post(f"/calls/{call['id']}/take").get_json()
    assert (late["by"], late["mine"]) == ("茶艺展示", False)
    told = company.clay_kiosk.get(f"/calls/{call['id']}").get_json()
    assert (told["ended"], told["by"], told["at_booth"]) == ("taken", None, "tea")


def test_ringing_again_is_a_reminder_and_a_retry_is_nothing(company: Company) -> None:
    nonce = new_nonce()
    company.kiosk.post("/calls", {"nonce": nonce})
    again = company.kiosk.post("/calls", {"nonce": nonce})
    assert (again.status_code, again.get_json()["rings"]) == (200, 1)
    assert company.kiosk.post("/calls", {"nonce": new_nonce()}).get_json()["rings"] == 2
    assert len(company.clinic.get("/calls").get_json()["calls"]) == 1


def test_a_kiosk_sees_its_own_call_alone(company: Company) -> None:
    call = company.clay_kiosk.post("/calls", {"nonce": new_nonce()}).get_json()
    assert answer(company.kiosk.get(f"/calls/{call['id']}")) == (404, "refused", "not_found")
    assert answer(company.kiosk.get("/calls")) == (403, "refused", "not_allowed")
    assert answer(company.kiosk.post(f"/calls/{call['id']}/take")) == (403, "refused", "not_allowed")
    assert answer(company.client(None).get("/calls")) == (401, "refused", "not_enrolled")


def test_who_plays_with_the_bell_is_slowed_down(company: Company) -> None:
    answers = [company.kiosk.post("/calls", {"nonce": new_nonce()}).status_code for _ in range(13)]
    assert answers == [201] + [200] * 11 + [429]
    assert company.clay_kiosk.post("/calls", {"nonce": new_nonce()}).status_code == 201


def test_a_bad_body_names_its_field(company: Company) -> None:
    refused = company.kiosk.post("/calls", {"nonce": "once"})
    assert (*answer(refused), refused.get_json()["field"]) == (422, "refused", "invalid", "nonce")
    assert answer(company.tea.post("/calls/99999999999/take")) == (404, "refused", "not_found")


def test_a_kiosk_shows_the_day_of_the_card_that_it_has_just_scanned(company: Company) -> None:
    company.clinic.check_in(company.zhang)
    nonce = new_nonce()
    company.kiosk.check_in(company.zhang, "tea", nonce)
    shown = company.kiosk.get(f"/days/{nonce}").get_json()
    assert set(shown) == {"stamps"}
    assert set(shown["stamps"]) == {"clinic", "tea"}


def test_of_no_other_card_a_kiosk_is_told_a_day(company: Company) -> None:
    of_tea, refused, walk_in = new_nonce(), new_nonce(), new_nonce()
    company.tea.check_in(company.zhang, nonce=of_tea)
    company.kiosk.check_in(unknown_code(), "tea", refused)
    company.kiosk.check_in(None, "tea", walk_in)
    for nonce in (of_tea, refused, walk_in, new_nonce(), "all"):
        assert answer(company.kiosk.get(f"/days/{nonce}")) == (404, "refused", "not_found")


def test_after_some_minutes_the_day_is_told_no_more(company: Company) -> None:
    nonce = new_nonce()
    company.kiosk.check_in(company.zhang, "tea", nonce)
    with time_machine.travel(utc_now() + stamps.LOOKS_FOR + timedelta(seconds=1)):
        assert answer(company.kiosk.get(f"/days/{nonce}")) == (404, "refused", "not_found")
