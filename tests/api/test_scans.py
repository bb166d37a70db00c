"""The scan log: every attempt, whatever became of it (check-in.md, GET /scans)."""

from typing import Any

import pytest

from tests.cast import answer, item, new_nonce, unknown_code
from tests.conftest import ON_SQLITE, Company

ID_NUMBER = "11010519491231002X"


def log(company: Company, after: int = 0) -> list[dict[str, Any]]:
    lines = company.organiser.get(f"/scans?after={after}").get_json()["scans"]
    assert isinstance(lines, list)
    return lines


def test_each_attempt_leaves_a_line(company: Company) -> None:
    short = company.card("zhang").short
    nonce, unknown = new_nonce(), unknown_code()
    company.clinic.check_in(company.zhang, nonce=nonce)
    company.clinic.check_in(company.zhang, nonce=nonce)
    company.clinic.check_in(company.li, nonce=nonce)
    company.clinic.check_in(company.zhang)
    company.clinic.check_in(None)
    company.clinic.check_in(unknown)
    company.clinic.check_in("rubbish")
    company.clinic.check_in(company.zhang, "tea")
    company.clinic.check_in(company.zhang, "nowhere")
    company.clinic.check_in(company.zhang, party=21)
    company.clinic.post("/check-ins", data=b"{")
    company.clinic.batch([item(company.li, "clinic"), 3])
    lines = log(company)
    seen = [(line["booth"], line.get("card"), line.get("raw"), line["outcome"], line["reason"]) for line in lines]
    assert seen == [
        ("clinic", short, None, "welcome", None),
        ("clinic", short, None, "welcome", None),
        ("clinic", company.card("li").short, None, "refused", "nonce_reused"),
        ("clinic", short, None, "again", "already"),
        ("clinic", None, None, "welcome", None),
        ("clinic", None, unknown, "refused", "unknown_card"),
        ("clinic", None, "rubbish", "refused", "invalid"),
        ("tea", short, None, "refused", "not_your_booth"),
        ("nowhere", short, None, "refused", "unknown_booth"),
        (None, None, company.zhang, "refused", "invalid"),
        (None, None, "{", "refused", "invalid"),
        ("clinic", company.card("li").short, None, "welcome", None),
        (None, None, "3", "refused", "invalid"),
    ]
    assert {line["station"] for line in lines} == {company.cast.station_ids["clinic"]}
    ids = [line["id"] for line in lines]
    assert ids == sorted(set(ids))
    for line in lines:
        assert set(line) - {"undone"} in (
            {"id", "at", "station", "booth", "card", "outcome", "reason"},
            {"id", "at", "station", "booth", "raw", "outcome", "reason"},
        )
        assert line["at"].endswith("Z")


def test_strangers_leave_no_line(company: Company) -> None:
    company.client(None).check_in(company.zhang, "clinic")
    assert log(company) == []


def test_the_log_is_read_on_from_where_it_was_left(company: Company) -> None:
    for _ in range(2):
        company.clinic.batch([item(None, "clinic") for _ in range(300)])
    lines = log(company)
    assert len(lines) == 500
    rest = log(company, lines[-1]["id"])
    assert len(rest) == 100
    assert rest[0]["id"] > lines[-1]["id"]
    assert log(company, rest[-1]["id"]) == []


@ON_SQLITE
@pytest.mark.parametrize("after", ["-1", "x", "", "1.5", "１", "9" * 40, "%00"])
def test_a_bad_place_to_read_on_from_is_invalid(company: Company, after: str) -> None:
    reply = company.organiser.get(f"/scans?after={after}")
    assert answer(reply) == (422, "refused", "invalid")
    assert reply.get_json()["field"] == "after"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("x" * 201, "x" * 200),
        ("邻" * 500, "邻" * 200),
        (ID_NUMBER, "[id number]"),
        (ID_NUMBER.lower(), "[id number]"),
        ("110105194912310025", "[id number]"),
        (f"身份证{ID_NUMBER}。", "身份证[id number]。"),
        (f"{ID_NUMBER} {ID_NUMBER}", "[id number] [id number]"),
        ("x" * 190 + ID_NUMBER, "x" * 190 + "[id number"),
        ("x" * 195 + ID_NUMBER, "x" * 195 + "[id n"),
        ("１１０１０５１９４９１２３１００２Ｘ", "[id number]"),
        ("110105 19491231 002X", "[id number]"),
        (ID_NUMBER * 2, "[id number]" * 2),
        (ID_NUMBER + "9", "[id number]9"),
        ("11010519491231002", "11010519491231002"),
        ("1101051949123100255", "1101051949123100255"),
    ],
)
@ON_SQLITE
def test_raw_texts_are_cut_and_id_numbers_never_kept(company: Company, text: str, kept: str) -> None:
    company.clinic.check_in(text)
    company.clinic.check_in(text, party=0)
    company.clinic.post("/check-ins", {"scan": [text], "nonce": new_nonce()})
    company.clinic.post("/check-ins", data=text.encode())
    company.clinic.check_in(company.zhang, text)
    lines = log(company)
    assert lines[0]["raw"] == kept
    assert lines[1]["raw"] == kept
    assert lines[4]["booth"] == kept
    assert all(len(line.get("raw") or "") <= 200 for line in lines)
    if "[id" in kept:
        digits = "１１０１０５" if "１" in text else "1101051949"
        assert digits not in str(lines)


def test_an_undone_visit_stays_in_the_log_and_is_marked(company: Company) -> None:
    made = company.clinic.check_in(company.zhang).get_json()
    company.clinic.check_in(company.li)
    company.clinic.undo(made["visit"]["id"])
    assert [line.get("undone", False) for line in log(company)] == [True, False]


def test_the_log_holds_no_token_and_no_name(company: Company) -> None:
    company.organiser.patch(f"/cards/{company.zhang}", {"name": "张建国"})
    company.clinic.check_in(company.zhang)
    shown = company.organiser.get("/scans").text
    assert "张" not in shown
    assert company.zhang not in shown
    assert company.cast.tokens["clinic"] not in shown
