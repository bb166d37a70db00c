"""The page of backups: what is there, one now, and a stick made ours."""

from pathlib import Path

import pytest

from app import Application
from festival.backup import archive, sticks
from festival.settings import Settings
from tests.admin.browser import Browser
from tests.conftest import ON_SQLITE, Company


@pytest.fixture
def application(application: Application, tmp_path: Path) -> Application:
    """The application with its file in the data folder, as in service, and a folder of volumes."""
    (tmp_path / "volumes" / "STICK").mkdir(parents=True)
    chosen = Settings(data=tmp_path, volumes=str(tmp_path / "volumes"), backups=str(tmp_path / "kept"))
    application.house.settings = chosen
    application.house.backups.settings = chosen
    return application


@ON_SQLITE
def test_a_backup_is_made_and_listed_with_its_figures(organiser: Browser, company: Company, tmp_path: Path) -> None:
    company.clinic.check_in(company.zhang)
    assert "还没有备份" in organiser.get("/admin/backups").text
    assert organiser.send("/admin/backups", page="/admin/backups").status_code == 303
    page = organiser.get("/admin/backups").text
    assert "备份好了，也查过了" in page
    assert "点了备份" in page
    (backup,) = archive.listed(tmp_path / "kept")
    assert (backup.figures["people"], backup.figures["visits"]) == (1, 1)


@ON_SQLITE
def test_a_stick_gets_nothing_before_it_is_made_ours(organiser: Browser, tmp_path: Path) -> None:
    stick = tmp_path / "volumes" / "STICK"
    organiser.send("/admin/backups", page="/admin/backups")
    assert list(stick.iterdir()) == []
    sent = organiser.send("/admin/backups/stick", {"stick": str(stick)}, page="/admin/backups")
    assert sent.status_code == 303
    (backup,) = archive.listed(stick / sticks.FOLDER)
    assert archive.verify(backup.path, None)
    assert "插着，每次都备份到上面" in organiser.get("/admin/backups").text


@ON_SQLITE
def test_no_other_folder_is_taken_for_a_stick(organiser: Browser, tmp_path: Path) -> None:
    sent = organiser.send("/admin/backups/stick", {"stick": str(tmp_path)}, page="/admin/backups")
    assert sent.status_code == 404
    assert not (tmp_path / sticks.FOLDER).exists()
