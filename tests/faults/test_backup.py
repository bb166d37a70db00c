"""Backups while things go wrong: the plug, the stick and the disk. Scanning goes on, and no half file is a backup."""

import errno
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from festival.backup import archive, shelf, sticks
from festival.backup.shelf import SqliteSource
from festival.backup.sticks import Stick
from festival.backup.trouble import Why
from festival.settings import Settings
from tests.conftest import ON_SQLITE, Company
from tests.running import ROOT

NOW = datetime(2026, 10, 24, 1, 31, 7, tzinfo=UTC)
pytestmark = [pytest.mark.fault, ON_SQLITE]

# Makes backups for ever; the test kills it in the middle of one.
FOR_EVER = """
import sys
from datetime import timedelta
from pathlib import Path
from festival.backup import shelf
from festival.clock import utc_now
from festival.settings import Settings
data, kept = sys.argv[1:]
settings = Settings(data=Path(data), backups=kept, volumes=kept)
at = utc_now()
print("ready", flush=True)
while True:
    at += timedelta(seconds=1)
    shelf.make(shelf.SqliteSource(Path(data) / "festival.db"), settings, at, "regular")
"""


@pytest.fixture
def settings(company: Company, tmp_path: Path) -> Settings:
    """A data folder, one backup, and a stick of ours beside it."""
    company.clinic.check_in(company.zhang)
    (tmp_path / "volumes" / "STICK").mkdir(parents=True)
    chosen = Settings(data=tmp_path, backups=str(tmp_path / "kept"), volumes=str(tmp_path / "volumes"))
    (path,) = make(chosen, NOW).made
    sticks.prepare(Stick(tmp_path / "volumes" / "STICK", is_ours=False), archive.about_of(path)["community"])
    return chosen


def make(settings: Settings, at: datetime) -> shelf.Outcome:
    return shelf.make(SqliteSource(settings.data / "festival.db"), settings, at, "regular")


def all_verify(settings: Settings) -> int:
    found = shelf.all_backups(settings)
    assert all(archive.verify(each.backup.path, None) for each in found)
    return len(found)


@pytest.mark.parametrize(
    ("number", "why"), [(errno.EIO, Why.GONE), (errno.ENOSPC, Why.FULL), (errno.EROFS, Why.READ_ONLY)]
)
def test_a_stick_that_fails_in_mid_write_costs_the_folder_nothing(
    settings: Settings, company: Company, monkeypatch: pytest.MonkeyPatch, number: int, why: Why
) -> None:
    make(settings, NOW + timedelta(seconds=1))
    pack = archive._pack

    def fail(part: Path, *others: object) -> None:
        if "STICK" in str(part):
            part.write_bytes(b"half")
            raise OSError(number, os.strerror(number))
        pack(part, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(archive, "_pack", fail)
    outcome = make(settings, NOW + timedelta(seconds=2))
    assert [(failure.where, failure.why) for failure in outcome.failures] == [("stick", why)]
    assert all_verify(settings) == 4
    assert list((Path(settings.volumes) / "STICK").glob("*/.*.part")) == []
    assert company.clinic.check_in(None).status_code == 201


def test_what_comes_back_changed_from_the_stick_is_no_backup(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def worn_out(part: Path) -> None:
        if "STICK" in str(part):
            data = bytearray(part.read_bytes())
            data[len(data) // 2] ^= 1
            part.write_bytes(data)

    monkeypatch.setattr(archive, "_forget_cache", worn_out)
    outcome = make(settings, NOW + timedelta(seconds=1))
    assert [(failure.where, failure.why) for failure in outcome.failures] == [("stick", Why.DAMAGED)]
    assert archive.listed(Path(settings.volumes) / "STICK" / sticks.FOLDER) == []


def test_a_kill_in_mid_backup_leaves_no_half_file_that_is_listed(settings: Settings) -> None:
    for wait in (0.05, 0.11, 0.17, 0.23):
        command = [sys.executable, "-c", FOR_EVER, str(settings.data), str(settings.backups_folder)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        time.sleep(wait)
        process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        process.wait(10)
        process.stdout.close()
        assert all_verify(settings) >= 1


def test_a_real_full_stick_is_said_to_be_full(settings: Settings) -> None:
    volume = Path(settings.volumes) / "STICK"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(volume)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("nothing may be mounted here")
    try:
        community = archive.about_of(archive.listed(settings.backups_folder)[0].path)["community"]
        stick = sticks.prepare(Stick(volume, is_ours=False), community)
        (stick.folder / "film").write_bytes(b"x" * 56_000)
        outcome = make(settings, NOW + timedelta(seconds=1))
        assert [(failure.where, failure.why) for failure in outcome.failures] == [("stick", Why.FULL)]
        assert archive.listed(stick.folder) == []
    finally:
        subprocess.run(["umount", str(volume)], check=True)
