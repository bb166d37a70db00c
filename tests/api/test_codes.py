"""Codes at the door: who may scan what (check-in.md, Codes)."""

import pytest

from tests.cast import answer, code_of_kind, new_nonce, unknown_code
from tests.conftest import ON_SQLITE, Company

SPELLINGS = (
    "{code}",
    " {code}\r\n",
    "{a}-{b} {c}\u3000{d}\t",
    "{wide}",
    "{code}" + " " * 5000,
    "http://192.168.1.5:8000/c/{code}",
    "HTTPS://ANY.HOST/ANY/PATH/C/{code}",
)


def spell(how: str, code: str) -> str:
    wide = "".join(chr(ord("０") + int(digit)) for digit in code)
    return how.format(code=code, wide=wide, a=code[:4], b=code[4:8], c=code[8:12], d=code[12:])


@ON_SQLITE
def test_all_spellings_are_the_same_card_to_each_station(company: Company) -> None:
    for station in ("clinic", "kiosk", "organiser"):
        nonce = new_nonce()
        first = company.client(station).check_in(company.zhang, "clinic", nonce).get_json()
        for how in SPELLINGS:
            again = company.client(station).check_in(spell(how, company.zhang), "clinic", nonce)
            assert again.get_json() == first | {"replayed": True}
            other = company.client(station).check_in(spell(how, company.zhang), "clinic")
            assert answer(other) == (200, "again", "already")


@ON_SQLITE
def test_a_bad_code_written_otherwise_is_still_a_retry(company: Company) -> None:
    bad = company.zhang[:-1] + str((int(company.zhang[-1]) + 1) % 10)
    for how in SPELLINGS[:4]:
        assert answer(company.clinic.check_in(spell(how, bad), nonce=new_nonce())) == (422, "refused", "invalid")
    nonce = new_nonce()
    first = company.clinic.check_in(bad, nonce=nonce).get_json()
    for how in SPELLINGS[:4]:
        assert company.clinic.check_in(spell(how, bad), nonce=nonce).get_json() == first | {"replayed": True}


@ON_SQLITE
def test_all_spellings_replace_and_show_the_same_card(company: Company) -> None:
    code = company.zhang
    for how in SPELLINGS:
        shown = company.clinic.get("/cards/" + quoted(spell(how, code)))
        assert shown.status_code == 200, how
        assert shown.get_json()["short"] == company.card("zhang").short
        named = company.organiser.patch("/cards/" + quoted(spell(how, code)), {"name": "张建国"})
        assert named.status_code == 200, how
    for how in SPELLINGS:
        replaced = company.organiser.post("/cards", {"replaces": spell(how, code)})
        assert replaced.status_code == 201, how
        code = replaced.get_json()["cards"][0]["code"]


def quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")


@pytest.mark.parametrize(
    ("station", "status", "reason"),
    [("clinic", 201, None), ("organiser", 201, None), ("kiosk", 422, "invalid")],
)
def test_a_short_number_is_for_staff_alone(company: Company, station: str, status: int, reason: str | None) -> None:
    short = company.card("zhang").short
    reply = company.client(station).check_in(short, "clinic")
    assert (reply.status_code, reply.get_json()["reason"]) == (status, reason)
    card = reply.get_json()["card"]
    assert (card is None) == (status == 422)


@ON_SQLITE
@pytest.mark.parametrize("station", ["clinic", "kiosk", "organiser"])
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("10", (404, "refused", "unknown_card")),
        ("20", (404, "refused", "unknown_card")),
        ("30", (422, "refused", "invalid")),
        ("00", (422, "refused", "invalid")),
        ("01", (422, "refused", "invalid")),
        ("12", (422, "refused", "invalid")),
    ],
)
def test_a_code_that_no_one_issued_is_told_by_its_kind(
    company: Company, station: str, kind: str, expected: tuple[int, str, str]
) -> None:
    reply = company.client(station).check_in(code_of_kind(kind), "clinic")
    assert answer(reply) == expected
    assert reply.get_json()["card"] is None
    assert reply.get_json()["visit"] is None


@ON_SQLITE
def test_internal_numbers_are_never_codes(company: Company) -> None:
    assert company.clinic.check_in(company.zhang).status_code == 201
    for number in ("1", "2", "0", "-1", "01", "1.0"):
        assert answer(company.clinic.check_in(number)) == (422, "refused", "invalid")
        assert company.clinic.get(f"/cards/{number}").status_code == 422


@ON_SQLITE
def test_a_short_number_that_nobody_holds_is_unknown_to_staff(company: Company) -> None:
    from festival.codes import short_number

    assert answer(company.clinic.check_in(short_number(99_999))) == (404, "refused", "unknown_card")
    assert answer(company.kiosk.check_in(short_number(99_999), "clinic")) == (422, "refused", "invalid")


def test_hostile_texts_are_invalid_and_never_break_the_server(company: Company) -> None:
    hostile = ["", "\x00", "\x00" * 300, "a\x00b", "😀" * 300, "‮" + company.zhang, "%00", "' OR 1=1 --", "9" * 90_000]
    for text in hostile:
        reply = company.clinic.check_in(text)
        assert answer(reply) == (422, "refused", "invalid")
        assert reply.get_json()["field"] == "scan"
    assert company.clinic.check_in(unknown_code()).status_code == 404
    log = company.organiser.get("/scans").get_json()["scans"]
    assert len(log) == len(hostile) + 1
    assert all(len(line["raw"]) <= 200 for line in log)


def test_codes_cannot_be_guessed(company: Company) -> None:
    codes = [card["code"] for card in company.organiser.post("/cards", {"count": 500}).get_json()["cards"]]
    assert len(set(codes)) == 500
    assert {len(code) for code in codes} == {16}
    for place in range(2, 15):
        assert len({code[place] for code in codes}) == 10
