"""After a restore: what lost data may have given out is never given again."""

from sqlalchemy import update

from festival import codes
from festival.storage.engine import Database
from festival.storage.tables import Festival
from tests.cast import answer, new_nonce
from tests.conftest import Company

FLOOR = 3_000_000_000


def restored(database: Database, **floors: int) -> None:
    """Raise the floors as a restore does."""
    with database.writing() as db:
        db.execute(update(Festival).values(**floors))


def scan_ids(company: Company, after: int = 0) -> list[int]:
    """Return the ids of the scan log after one."""
    return [scan["id"] for scan in company.organiser.get(f"/scans?after={after}").get_json()["scans"]]


def test_visits_and_scans_begin_above_the_floor_and_go_on_from_there(company: Company, database: Database) -> None:
    before = company.clinic.check_in(company.zhang).get_json()["visit"]["id"]
    [seen] = scan_ids(company)
    restored(database, id_floor=FLOOR)
    made = company.clinic.batch([{"scan": code, "nonce": new_nonce()} for code in (company.li, "x", company.wang)])
    first, bad, second = made.get_json()["results"]
    assert (first["visit"]["id"], bad["outcome"], second["visit"]["id"]) == (FLOOR + 1, "refused", FLOOR + 2)
    assert company.clinic.check_in(None).get_json()["visit"]["id"] == FLOOR + 3
    # Whoever had read on in the lost data, up to the floor, misses none of the new ones.
    assert scan_ids(company, after=FLOOR) == [FLOOR + at for at in range(1, 5)]
    assert scan_ids(company, after=seen) == scan_ids(company, after=FLOOR)
    assert before < FLOOR


def test_undo_of_a_lost_visit_hits_no_other(company: Company, database: Database) -> None:
    company.clinic.check_in(company.zhang)
    restored(database, id_floor=FLOOR)
    company.clinic.check_in(company.li)
    for lost in (2, 3, FLOOR):
        assert answer(company.clinic.undo(lost)) == (404, "refused", "not_found")
        assert answer(company.organiser.undo(lost)) == (404, "refused", "not_found")
    assert company.clinic.undo(FLOOR + 1).status_code == 204
    assert company.organiser.get("/board").get_json()["visits"] == 1


def test_cards_are_numbered_above_the_floor(company: Company, database: Database) -> None:
    restored(database, card_floor=2_000)
    issued = company.organiser.post("/cards", {"count": 2}).get_json()["cards"]
    assert [card["short"] for card in issued] == [codes.short_number(2_001), codes.short_number(2_002)]
    replacement = company.organiser.post("/cards", {"replaces": company.zhang}).get_json()["cards"][0]
    assert replacement["short"] == codes.short_number(2_003)


def test_a_floor_at_the_last_number_leaves_no_more_cards(company: Company, database: Database) -> None:
    restored(database, card_floor=codes.LARGEST_SHORT_SERIAL)
    assert company.organiser.post("/cards", {"count": 1}).get_json()["reason"] == "no_more_cards"
