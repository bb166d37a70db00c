"""Backups of the SQLite file: made, verified, locked, listed, and brought back."""

import shutil
import sqlite3
import zipfile
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commands.backup import failed
from festival.backup import archive, image, locked, restore, shelf, sticks
from festival.backup.shelf import SqliteSource
from festival.backup.sticks import Stick
from festival.backup.trouble import BackupTrouble, Why, WrongPassphrase
from festival.settings import Settings
from festival.storage.engine import Database
from tests.conftest import ON_SQLITE, Company

NOW = datetime(2026, 10, 24, 1, 31, 7, 120000, tzinfo=UTC)
pytestmark = ON_SQLITE


@pytest.fixture
def settings(company: Company, tmp_path: Path) -> Settings:
    """A data folder with two visits in its file; its backups lie beside it."""
    company.clinic.check_in(company.zhang)
    company.clinic.check_in(None)
    (tmp_path / "volumes").mkdir()
    return Settings(data=tmp_path, backups=str(tmp_path / "kept"), volumes=str(tmp_path / "volumes"))


def backed_up(settings: Settings, reason: str = "asked", at: datetime = NOW) -> Path:
    outcome = shelf.make(SqliteSource(settings.data / "festival.db"), settings, at, reason)
    assert outcome.failures == ()
    return outcome.made[0]


def test_a_backup_tells_its_figures_and_opens(settings: Settings) -> None:
    path = backed_up(settings)
    assert path.name == "laojiefang-20261024-013107-asked.zip"
    (backup,) = archive.listed(settings.backups_folder)
    assert (backup.made_at, backup.reason, backup.is_locked) == (NOW, "asked", False)
    figures = backup.figures
    assert (figures["visits"], figures["people"], figures["walk_ins"]) == (2, 1, 1)
    with image.opened(archive.verify(path, None)) as db:
        assert db.execute("SELECT count(*) FROM visits").fetchone() == (2,)


@pytest.mark.parametrize("where", [0.3, 0.6, 0.9])
def test_a_flipped_byte_is_found(settings: Settings, where: float) -> None:
    path = backed_up(settings)
    data = bytearray(path.read_bytes())
    data[int(len(data) * where)] ^= 1
    path.write_bytes(data)
    with pytest.raises(BackupTrouble) as raised:
        archive.verify(path, None)
    assert raised.value.why is Why.DAMAGED


def test_what_is_no_backup_is_listed_as_damaged_and_never_dropped(settings: Settings) -> None:
    settings.backups_folder.mkdir()
    broken = settings.backups_folder / "laojiefang-20250101-000000-regular.zip"
    broken.write_bytes(b"PK")
    (settings.backups_folder / ".laojiefang-20261024-013107-asked-1.part").write_bytes(b"half")
    backed_up(settings)
    good, bad = archive.listed(settings.backups_folder)
    assert (good.is_good, bad.is_good, bad.path) == (True, False, broken)


def test_counters_that_differ_from_the_visits_are_no_backup(settings: Settings) -> None:
    with closing(sqlite3.connect(settings.data / "festival.db")) as db, db:
        db.execute("UPDATE booth_totals SET visits = visits + 1")
    outcome = shelf.make(SqliteSource(settings.data / "festival.db"), settings, NOW, "asked")
    assert (outcome.made, outcome.failures[0].why) == ((), Why.DAMAGED)
    assert list(settings.backups_folder.iterdir()) == []


def test_a_locked_backup_takes_its_passphrase_and_not_one_changed_word(settings: Settings) -> None:
    locked.keep(settings.data, locked.made_of("老街坊一家亲 2017"))
    assert (settings.data / "keys" / "backups").stat().st_mode & 0o777 == 0o600
    path = backed_up(settings)
    lock = archive.about_of(path)["lock"]
    assert b"SQLite format" not in path.read_bytes()
    assert archive.verify(path, locked.made_of("老街坊一家亲 2017", lock))
    for key in (None, locked.made_of("another one", lock)):
        with pytest.raises(WrongPassphrase):
            archive.data_of(path, key)
    changed = path.with_name("laojiefang-20261024-013108-asked.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        new.writestr(archive.ABOUT, old.read(archive.ABOUT).replace(b'"visits": 2', b'"visits": 3'))
        new.writestr(archive.LOCKED, old.read(archive.LOCKED))
    with pytest.raises(WrongPassphrase):
        archive.data_of(changed, locked.kept(settings.data))


def test_a_stick_of_ours_gets_a_backup_and_another_one_nothing(settings: Settings) -> None:
    community = archive.about_of(backed_up(settings))["community"]
    for name in ("OURS", "THEIRS"):
        (Path(settings.volumes) / name).mkdir()
    ours = sticks.prepare(Stick(Path(settings.volumes) / "OURS", is_ours=False), community)
    backed_up(settings, at=NOW + timedelta(minutes=1))
    assert len(archive.listed(ours.folder)) == 1
    assert list((Path(settings.volumes) / "THEIRS").iterdir()) == []


def test_a_folder_that_cannot_be_written_keeps_no_stick_from_its_backup(settings: Settings) -> None:
    community = archive.about_of(backed_up(settings))["community"]
    (Path(settings.volumes) / "OURS").mkdir()
    ours = sticks.prepare(Stick(Path(settings.volumes) / "OURS", is_ours=False), community)
    shutil.rmtree(settings.backups_folder)
    settings.backups_folder.write_bytes(b"in the way")
    outcome = shelf.make(SqliteSource(settings.data / "festival.db"), settings, NOW, "asked")
    assert [failure.where for failure in outcome.failures] == ["folder"]
    assert [path.parent for path in outcome.made] == [ours.folder]


def test_a_restore_begins_anew_and_gives_nothing_out_twice(settings: Settings, tmp_path: Path) -> None:
    path = backed_up(settings)
    (backup,) = archive.listed(settings.backups_folder)
    fresh = tmp_path / "fresh"
    aside = restore.put_in_place(archive.verify(path, None), backup, fresh, actor="command", now=NOW)
    assert aside is None
    before, after = festival_of(settings.data), festival_of(fresh)
    assert after["community"] == before["community"]
    assert after["generation"] != before["generation"]
    assert after["config_version"] != before["config_version"]
    assert after["id_floor"] == 1_000_000 + max(backup.figures["last_visit"], backup.figures["last_scan"])
    assert after["card_floor"] == 1_000 + after["cards"]
    assert after["version"] == before["version"] + 1_000_000
    assert after["act"] == "festival.restore"
    assert [file.name for file in fresh.iterdir()] == ["festival.db"]
    # The same one once more: what was given out after the first time stays given out.
    replaced = restore.given_out_at(Settings(data=fresh).database_url)
    restore.put_in_place(archive.verify(path, None), backup, fresh, replaced, actor="command", now=NOW)
    again = festival_of(fresh)
    assert again["community"] == before["community"]
    for name, skipped in (("id_floor", 1_000_000), ("card_floor", 1_000), ("version", 1_000_000)):
        assert again[name] == after[name] + skipped


def festival_of(folder: Path) -> dict[str, object]:
    database = Database(Settings(data=folder).database_url)
    with database.reading() as db:
        row = db.exec_driver_sql(
            "SELECT festival.*, version, (SELECT act FROM audit ORDER BY id DESC LIMIT 1) AS act,"
            " (SELECT max(CAST(substr(short, 1, 5) AS INTEGER)) FROM cards) AS cards FROM festival, editions"
        ).one()
    database.dispose()
    return dict(row._mapping)


def test_what_was_there_is_kept_aside_with_its_log(settings: Settings) -> None:
    path = backed_up(settings)
    (backup,) = archive.listed(settings.backups_folder)
    target = settings.data / "target"
    target.mkdir()
    for name in ("festival.db", "festival.db-wal"):
        (target / name).write_bytes(b"broken")
    aside = restore.put_in_place(archive.verify(path, None), backup, target, actor="command", now=NOW)
    assert aside is not None
    assert sorted(file.name for file in aside.iterdir()) == ["festival.db", "festival.db-wal"]
    assert sorted(file.name for file in target.iterdir()) == ["festival.db", aside.name]


def test_what_is_lost_is_counted(settings: Settings, company: Company) -> None:
    then = archive.verify(backed_up(settings), None)
    company.clinic.check_in(company.li)
    now, _told = SqliteSource(settings.data / "festival.db").take()
    assert restore.lost(now, then) == restore.Lost(1, 0, ())


@pytest.mark.parametrize("bit", range(8))
def test_a_flipped_bit_in_a_header_is_damage_like_any_other(settings: Settings, bit: int) -> None:
    path = backed_up(settings)
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as pack:
        begin = pack.start_dir
    for place in range(begin, len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :])
        assert len(archive.listed(path.parent)) == 1
        with suppress(BackupTrouble, OSError):
            archive.data_of(path, None)


def test_a_damaged_key_stops_the_backup_with_a_word(settings: Settings) -> None:
    locked.keep(settings.data, locked.made_of("老街坊一家亲 2017"))
    (settings.data / "keys" / "backups").write_bytes(b"")
    outcome = shelf.make(SqliteSource(settings.data / "festival.db"), settings, NOW, "asked")
    assert (outcome.made, outcome.failures[0].why) == ((), Why.OTHER)


def test_older_backups_are_locked_under_their_own_names(settings: Settings) -> None:
    path = backed_up(settings)
    community = archive.about_of(path)["community"]
    broken = path.with_name("laojiefang-20250101-000000-regular.zip")
    broken.write_bytes(b"PK")
    stranger = path.with_name("laojiefang-20261024-013109-asked.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(stranger, "w") as new:
        new.writestr(archive.ABOUT, old.read(archive.ABOUT).replace(community.encode(), b"0" * len(community)))
    key = locked.made_of("老街坊一家亲 2017")
    locked.keep(settings.data, key)
    assert shelf.lock_older(settings, community, key) == (1, [broken])
    assert b"SQLite format" not in path.read_bytes()
    assert archive.about_of(path)["lock"]
    assert archive.verify(path, key)
    assert not archive.about_of(stranger).get("lock")
    assert shelf.lock_older(settings, community, key) == (0, [broken])


def test_data_that_cannot_be_read_are_said_to_be_what_failed(settings: Settings) -> None:
    (settings.data / "broken").write_bytes(b"hello" * 1000)
    outcome = shelf.make(SqliteSource(settings.data / "broken"), settings, NOW, "asked")
    assert [(failure.where, failure.why) for failure in outcome.failures] == [("data", Why.DAMAGED)]
    assert failed(outcome.failures[0]).startswith("数据 the data: 坏了 damaged")


def test_another_community_s_backup_is_not_our_last_good_one(settings: Settings) -> None:
    path = backed_up(settings)
    community = archive.about_of(path)["community"]
    theirs = Path(settings.volumes) / "THEIRS" / sticks.FOLDER
    theirs.mkdir(parents=True)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(theirs / "laojiefang-20261025-013107-asked.zip", "w") as new:
        about = old.read(archive.ABOUT).replace(community.encode(), b"0" * len(community))
        new.writestr(archive.ABOUT, about.replace(b"2026-10-24", b"2026-10-25"))
    assert len(shelf.all_backups(settings)) == 2
    assert [placed.backup.path for placed in shelf.of_ours(settings, community)] == [path]
    assert shelf.last_good(settings, community) == NOW
