"""Wiping an edition: what is personal goes, figures and exactly-once stay, and the search tells the truth."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from festival import editions, wipe
from festival.clock import utc_now
from festival.storage.engine import Database
from festival.wipe import NotClosed, Wiped
from tests.cast import answer, new_nonce
from tests.conftest import Company

NAME, OTHER, PHONE, RAW = "欧阳建国", "司马淑珍", "13800138000", "https://example.cn/u/wang-xiaoming"
OVER = (410, "refused", "edition_closed")
QUESTIONS = [
    {"key": "phone", "label": "电话", "required": False},
    {"key": "age", "label": "年纪", "required": False, "choices": ["六十岁以上", "不到六十岁"]},
]


@pytest.fixture
def nonce() -> str:
    """The nonce of the visit that holds what is personal."""
    return new_nonce()


@pytest.fixture
def over(company: Company, nonce: str) -> Company:
    """A closed day with a name, answers, a scanned text and a booth that nobody has."""
    company.organiser.patch(f"/cards/{company.zhang}", {"name": NAME})
    company.organiser.patch(f"/cards/{company.li}", {"name": OTHER})
    company.organiser.patch("/booths/clinic", {"questions": QUESTIONS})
    answers = {"phone": PHONE, "age": "六十岁以上"}
    assert company.clinic.check_in(company.zhang, nonce=nonce, answers=answers).status_code == 201
    company.clinic.check_in(RAW)
    company.kiosk.check_in(company.zhang, "司马懿的摊位")
    company.tea.check_in(None, party=3)
    company.organiser.post("/edition/close")
    return company


def beside(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}-sticks")


def wiped(database: Database, folder: Path, edition_id: int = 1, backups: list[Path] | None = None) -> Wiped:
    return wipe.wipe(
        database,
        folder,
        edition_id=edition_id,
        backups=backups or [],
        folders=[beside(folder)],
        actor="command",
        now=utc_now(),
    )


def rows(database: Database, query: str) -> list[Any]:
    with database.reading() as db:
        return [tuple(row) for row in db.execute(text(query))]


@pytest.mark.usefixtures("over")
def test_what_is_personal_goes_and_the_search_finds_nothing(database: Database, tmp_path: Path) -> None:
    done = wiped(database, tmp_path)
    assert {NAME, "欧**国", OTHER, PHONE, RAW, "司马懿的摊位"} <= done.sought.texts | {"司**珍"}
    assert done.sought.also_elsewhere == 1
    assert done.searched.is_clean, done.searched
    assert (done.cleared.names, done.cleared.answers, done.cleared.texts, done.cleared.kept) == (2, 1, 2, 0)
    assert rows(database, "SELECT count(*) FROM visitors WHERE name IS NOT NULL") == [(0,)]
    assert rows(database, "SELECT count(*) FROM visits WHERE answers IS NOT NULL") == [(0,)]
    kept = "raw IS NOT NULL OR reply IS NOT NULL OR subject IS NOT NULL OR booth = '司马懿的摊位'"
    assert rows(database, f"SELECT count(*) FROM scans WHERE {kept}") == [(0,)]
    assert rows(database, "SELECT count(*) FROM editions WHERE wiped_at IS NOT NULL") == [(1,)]
    who, act, after = rows(database, "SELECT actor, act, after FROM audit ORDER BY id DESC LIMIT 1")[0]
    assert (who, act) == ("command", "edition.wipe")
    assert "names" in str(after)


def ended(company: Company) -> list[Any]:
    """Return how each scan ended, as the scan log has it."""
    return [
        (line["id"], line["at"], line["station"], line.get("card"), line["outcome"], line["reason"])
        for line in company.organiser.get("/scans").get_json()["scans"]
    ]


def test_the_figures_stay_as_they_were(over: Company, database: Database, tmp_path: Path) -> None:
    figures = ("version", "people", "walk_ins", "visits")
    before = over.organiser.get("/board").get_json()
    log = ended(over)
    wiped(database, tmp_path)
    after = over.organiser.get("/board").get_json()
    assert [after[figure] for figure in figures] == [before[figure] for figure in figures]
    assert [booth["visits"] for booth in after["booths"]] == [booth["visits"] for booth in before["booths"]]
    assert ended(over) == log


def test_a_retry_after_the_wipe_counts_nothing_in_no_edition(
    over: Company, database: Database, tmp_path: Path, nonce: str
) -> None:
    wiped(database, tmp_path)
    assert answer(over.clinic.check_in(over.zhang, nonce=nonce)) == OVER
    names = {"name": "第六届", "name_en": ""}
    over.application.house.writer.call(editions.open_next, values=names, actor="test", now=utc_now())
    assert answer(over.clinic.check_in(over.zhang, nonce=nonce)) == OVER
    assert answer(over.clinic.check_in(over.li, nonce=nonce)) == OVER
    assert over.organiser.get("/board").get_json()["visits"] == 0
    assert answer(over.clinic.check_in(over.zhang)) == (201, "welcome", None)


def test_a_name_goes_with_the_last_edition_that_has_it(over: Company, database: Database, tmp_path: Path) -> None:
    names = {"name": "第六届", "name_en": ""}
    over.application.house.writer.call(editions.open_next, values=names, actor="test", now=utc_now())
    over.tea.check_in(over.zhang)
    over.organiser.patch(f"/cards/{over.wang}", {"name": "诸葛明月"})
    first = wiped(database, tmp_path)
    assert first.searched.is_clean
    assert NAME not in first.sought.texts
    # Li was never seen: their name may have been written down for the edition that runs.
    assert rows(database, "SELECT name FROM visitors WHERE name IS NOT NULL ORDER BY id") == [
        (NAME,),
        (OTHER,),
        ("诸葛明月",),
    ]
    over.organiser.post("/edition/close")
    second = wiped(database, tmp_path, edition_id=2)
    assert {NAME, OTHER, "诸葛明月"} <= second.sought.texts
    assert second.searched.is_clean
    assert rows(database, "SELECT name FROM visitors WHERE name IS NOT NULL") == []


def test_an_edition_that_is_not_closed_is_left_alone(company: Company, database: Database, tmp_path: Path) -> None:
    company.organiser.patch(f"/cards/{company.zhang}", {"name": NAME})
    with pytest.raises(NotClosed):
        wiped(database, tmp_path)
    assert rows(database, "SELECT name FROM visitors WHERE name IS NOT NULL") == [(NAME,)]


@pytest.fixture
def sticks(tmp_path: Path) -> Path:
    """A folder beside the data that is searched too."""
    folder = beside(tmp_path)
    folder.mkdir()
    return folder


@pytest.mark.usefixtures("over")
def test_backups_are_deleted_and_what_is_forgotten_is_found(database: Database, tmp_path: Path, sticks: Path) -> None:
    named, forgotten = sticks / "laojiefang-1.zip", sticks / "copied by hand.zip"
    for backup in (named, forgotten):
        with zipfile.ZipFile(backup, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("festival.db", f"....{PHONE}....")
    done = wiped(database, tmp_path, backups=wipe.backups_in(sticks))
    assert not named.exists()
    assert done.searched.found == [f"{forgotten} » festival.db"]


@pytest.mark.usefixtures("over")
def test_the_search_fails_where_the_wipe_left_something(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not database.is_sqlite:
        (tmp_path / "dump.sql").write_text(NAME, encoding="utf-16")
    monkeypatch.setattr(Database, "rewrite", lambda *_: None)
    assert not wiped(database, tmp_path).searched.is_clean


def test_only_backups_are_taken_for_backups(tmp_path: Path) -> None:
    assert wipe.backups_in(tmp_path / "nowhere") == []
    (tmp_path / "laojiefang-2026.zip").touch()
    (tmp_path / "holiday.zip").touch()
    assert wipe.backups_in(tmp_path) == [tmp_path / "laojiefang-2026.zip"]
