"""Closing down: nothing new counts, everything stays readable (check-in.md, POST /edition/close)."""

from tests.cast import answer, item, new_nonce
from tests.conftest import Company


def test_after_the_closing_down_nothing_new_counts(company: Company) -> None:
    nonce = new_nonce()
    first = company.clinic.check_in(company.zhang, nonce=nonce).get_json()
    before = company.organiser.get("/board").get_json()
    assert company.organiser.post("/edition/close").status_code == 204
    assert company.organiser.post("/edition/close").status_code == 204
    closed = (410, "refused", "edition_closed")
    assert answer(company.clinic.check_in(company.li)) == closed
    assert answer(company.clinic.check_in(company.li, offline=True)) == closed
    assert answer(company.clinic.check_in(company.zhang)) == closed
    assert answer(company.clinic.check_in(None)) == closed
    assert company.clinic.batch([item(company.li, "clinic")]).get_json()["results"][0]["status"] == 410
    assert company.clinic.check_in(company.zhang, nonce=nonce).get_json() == first | {"replayed": True}
    reasons = [line["reason"] for line in company.organiser.get("/scans").get_json()["scans"]]
    assert reasons == [None] + ["edition_closed"] * 5 + [None]
    after = company.organiser.get("/board").get_json()
    assert (after["visits"], after["people"]) == (1, 1)
    assert after["version"] > before["version"]


def test_after_the_closing_down_no_booth_is_open(company: Company) -> None:
    company.organiser.patch("/booths/tea", {"open": True})
    company.organiser.post("/edition/close")
    assert {booth["open"] for booth in company.kiosk.get("/booths").get_json()["booths"]} == {False}
    assert {booth["open"] for booth in company.kiosk.get("/board").get_json()["booths"]} == {False}


def test_after_the_closing_down_changes_are_gone(company: Company) -> None:
    company.organiser.post("/edition/close")
    for method, path, body in (
        ("POST", "/booths", {"slug": "new", "name": "新"}),
        ("PATCH", "/booths/tea", {"quota": 3}),
        ("POST", "/cards", {"count": 1}),
        ("POST", "/cards", {"replaces": company.zhang}),
        ("PATCH", f"/cards/{company.zhang}", {"state": "lost"}),
        ("PATCH", f"/cards/{company.zhang}", {"name": None}),
    ):
        reply = company.organiser.call(method, path, body)
        assert answer(reply) == (410, "refused", "edition_closed"), path
    assert company.organiser.get(f"/cards/{company.zhang}").status_code == 200


def test_after_the_closing_down_undo_goes_on(company: Company) -> None:
    nonce = new_nonce()
    made = company.clinic.check_in(company.zhang, nonce=nonce).get_json()
    company.organiser.post("/edition/close")
    version = company.organiser.get("/board").get_json()["version"]
    assert company.clinic.undo(made["visit"]["id"]).status_code == 204
    board = company.organiser.get("/board").get_json()
    assert (board["visits"], board["people"]) == (0, 0)
    assert board["version"] > version
    replay = company.clinic.check_in(company.zhang, nonce=nonce).get_json()
    assert replay == made | {"replayed": True, "undone": True}


def test_refusals_after_the_closing_down_are_kept_too(company: Company) -> None:
    company.organiser.post("/edition/close")
    nonce = new_nonce()
    first = company.clinic.check_in("rubbish", nonce=nonce)
    assert answer(first) == (410, "refused", "edition_closed")
    again = company.clinic.check_in("rubbish", nonce=nonce)
    assert again.get_json() == first.get_json() | {"replayed": True}
    assert again.status_code == 410
