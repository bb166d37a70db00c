"""DELETE /check-ins/<visit id> (check-in.md)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from tests.cast import answer, new_nonce
from tests.conftest import ON_SQLITE, Company

NOW = datetime(2026, 10, 24, 1, 31, 7, tzinfo=UTC)


def visit(reply: Any) -> int:
    return int(reply.get_json()["visit"]["id"])


def test_an_undone_visit_steps_back_out_of_every_figure(company: Company) -> None:
    company.fair.check_in(company.li, "clinic", party=2)
    before = company.organiser.get("/board").get_json()
    card = company.clinic.get(f"/cards/{company.zhang}").get_json()
    for scan in (company.zhang, None):
        made = visit(company.fair.check_in(scan, "tea", party=3))
        assert company.fair.undo(made).status_code == 204
        assert company.fair.undo(made).data == b""
        after = company.organiser.get("/board").get_json()
        same = {"at", "version", "minutes"}
        assert {k: v for k, v in after.items() if k not in same} == {k: v for k, v in before.items() if k not in same}
        assert after["version"] >= before["version"] + 2
    assert company.clinic.get(f"/cards/{company.zhang}").get_json() == card


def test_the_card_may_be_welcomed_again_and_undone_again(company: Company) -> None:
    for number in range(3):
        made = company.clinic.check_in(company.zhang)
        assert answer(made) == (201, "welcome", None), number
        assert made.get_json()["visit"]["number"] == 1
        assert company.clinic.undo(visit(made)).status_code == 204
    assert company.organiser.get("/board").get_json()["visits"] == 0


def test_again_204_and_the_second_time_changes_nothing(company: Company) -> None:
    made = visit(company.clinic.check_in(company.zhang))
    company.clinic.undo(made)
    version = company.organiser.get("/board").get_json()["version"]
    assert company.clinic.undo(made).status_code == 204
    assert company.organiser.undo(made).status_code == 204
    assert company.organiser.get("/board").get_json()["version"] == version


def test_the_nonce_of_an_undone_visit_counts_nothing(company: Company) -> None:
    nonce = new_nonce()
    first = company.clinic.check_in(company.zhang, nonce=nonce)
    company.clinic.undo(visit(first))
    for _ in range(2):
        again = company.clinic.check_in(company.zhang, nonce=nonce)
        assert again.status_code == 201
        assert again.get_json() == first.get_json() | {"replayed": True, "undone": True}
    in_batch = company.clinic.batch([{"scan": company.zhang, "nonce": nonce}]).get_json()["results"][0]
    assert in_batch == {"status": 201} | first.get_json() | {"replayed": True, "undone": True}
    assert company.organiser.get("/board").get_json()["visits"] == 0
    assert "undone" not in company.clinic.check_in(company.zhang).get_json()


def test_a_station_undoes_its_own_within_ten_minutes_and_an_organiser_all_at_any_time(company: Company) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        visits = [visit(company.clinic.check_in(None)) for _ in range(3)]
        assert answer(company.kiosk.undo(visits[0])) == (403, "refused", "not_yours")
        assert answer(company.fair.undo(visits[0])) == (403, "refused", "not_yours")
        clock.shift(timedelta(minutes=10))
        assert company.clinic.undo(visits[0]).status_code == 204
        clock.shift(timedelta(milliseconds=1))
        assert answer(company.clinic.undo(visits[1])) == (403, "refused", "too_late")
        clock.shift(timedelta(days=30))
        assert company.organiser.undo(visits[1]).status_code == 204


def test_the_ten_minutes_run_from_when_the_server_took_it(company: Company) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        made = visit(company.clinic.check_in(company.zhang, scanned_at="2026-10-23T20:00:00Z", offline=True))
        clock.shift(timedelta(minutes=10))
        assert company.clinic.undo(made).status_code == 204


@ON_SQLITE
def test_the_order_of_its_refusals(company: Company) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        late, undone = (visit(company.clinic.check_in(None)) for _ in range(2))
        company.clinic.undo(undone)
        clock.shift(timedelta(minutes=11))
        # Unknown, then another's, then undone already, then late.
        assert answer(company.clinic.undo(10**6)) == (404, "refused", "not_found")
        assert answer(company.tea.undo(late)) == (403, "refused", "not_yours")
        assert answer(company.tea.undo(undone)) == (403, "refused", "not_yours")
        assert company.clinic.undo(undone).status_code == 204
        assert answer(company.clinic.undo(late)) == (403, "refused", "too_late")
        assert answer(company.client(None).undo(late)) == (401, "refused", "not_enrolled")


NO_VISITS = ["0", "999999", str(2**31), str(2**63), str(2**64), "9" * 100, "x", "-1", "1.0", "１"]


@pytest.mark.parametrize("number", NO_VISITS)
def test_a_visit_that_is_none_is_not_found(company: Company, number: str) -> None:
    company.clinic.check_in(None)
    for client in (company.clinic, company.organiser):
        assert answer(client.delete(f"/check-ins/{number}")) == (404, "refused", "not_found")


def test_a_kiosk_undoes_its_own(company: Company) -> None:
    made = visit(company.kiosk.check_in(company.zhang, "clinic"))
    assert company.kiosk.undo(made).status_code == 204


def test_after_an_undo_the_first_visit_is_the_next_one(company: Company) -> None:
    company.organiser.patch("/booths/tea", {"counts": "every"})
    first, second = (company.tea.check_in(company.zhang).get_json()["visit"] for _ in range(2))
    company.tea.undo(first["id"])
    company.organiser.patch("/booths/tea", {"counts": "once"})
    again = company.tea.check_in(company.zhang)
    assert answer(again) == (200, "again", "already")
    assert again.get_json()["visit"] == second


def test_an_undone_visit_is_too_near_to_nothing(company: Company) -> None:
    company.organiser.patch("/booths/tea", {"counts": "every", "again_after_minutes": 10})
    made = visit(company.tea.check_in(company.zhang))
    assert answer(company.tea.check_in(company.zhang)) == (200, "again", "too_soon")
    company.tea.undo(made)
    assert answer(company.tea.check_in(company.zhang)) == (201, "welcome", None)


def test_the_visit_stays_marked_in_the_table(company: Company) -> None:
    from sqlalchemy import text

    made = visit(company.clinic.check_in(company.zhang))
    company.clinic.undo(made)
    with company.application.house.database.reading() as db:
        rows = db.execute(text("SELECT id, undone_at FROM visits")).all()
    assert [row.id for row in rows] == [made]
    assert rows[0].undone_at is not None
