"""Disks that are full, gone, read-only, damaged, slow or dishonest: told, and never answered with a false welcome."""

import os
import shutil
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench import shim
from tests.cast import new_nonce
from tests.databases import SqliteTemplate
from tests.faults.desk import Desk, comes_true
from tests.faults.devices import Answer
from tests.faults.machine import Machine, switched_on
from tests.faults.test_start import is_one_line_with, started

pytestmark = pytest.mark.fault

NEEDS_COMPILER = pytest.mark.skipif(not shim.has_compiler(), reason="no C compiler")
NEEDS_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="limits of another process are Linux's own")
PAGE = 4096


class Scans:
    """People who check in one after another, and what each was told."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._device = machine.device()
        self.sent: dict[str, str] = dict(zip((new_nonce() for _ in range(400)), self._device.issue(400), strict=True))
        self.told: dict[str, Answer] = {}

    def one(self) -> Answer:
        """Let the next one check in."""
        nonce = next(nonce for nonce in self.sent if nonce not in self.told)
        self.told[nonce] = self._ask(nonce)
        return self.told[nonce]

    def until_refused(self) -> Answer:
        """Let them check in until one is not taken; return that answer."""
        while (answer := self.one()).status == 201:
            pass
        return answer

    def retry(self) -> set[int]:
        """Let the devices send again what was not taken; return the statuses of the answers."""
        again = [nonce for nonce, answer in self.told.items() if answer.status >= 500]
        assert again
        self.told |= {nonce: self._ask(nonce) for nonce in again}
        return {self.told[nonce].status for nonce in again}

    def hold(self) -> None:
        """Start the server again, and check that each welcome is there, and nobody else."""
        self._machine.restart()
        self._device = self._machine.device()
        welcomed = {nonce: answer for nonce, answer in self.told.items() if answer.status < 300}
        assert welcomed
        assert self._device.get("/board")["visits"] == len(welcomed)
        for nonce, answer in welcomed.items():
            assert '"replayed":true' in self._ask(nonce).text, answer

    def _ask(self, nonce: str) -> Answer:
        return self._device.check_in(self.sent[nonce], "clinic", nonce=nonce)


def is_told_everywhere(machine: Machine, desk: Desk, answer: Answer, words: str) -> None:
    """Check that device, desk and health say the same: nothing is taken."""
    assert (answer.status, answer.body["reason"]) == (503, "cannot_keep")
    assert answer.body["message"] == "现在记不下来，请叫组织者"
    assert machine.server.request("GET", "/healthz") == (503, {"status": "stopped"})
    assert desk.tells(words)


def goes_on(machine: Machine) -> bool:
    """Return whether the server says by itself, after a while, that it takes check-ins again."""
    return comes_true(lambda: machine.server.request("GET", "/healthz")[0] == 200)


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[Path]:
    """Give a disk of its own at ``folder``; skips where this machine lets nobody mount one."""
    folder.mkdir()
    command = ["mount", *options, str(folder)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes."""
    with mounted(tmp_path / "small", "-t", "tmpfs", "-o", "size=4m", "tmpfs") as disk:
        yield disk


def fill(disk: Path) -> Path:
    """Write a file that takes all the room there is; return it."""
    large = disk / "film"
    with large.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"." * PAGE)
        except OSError:
            return large


def test_a_full_disk_is_told_and_scanning_goes_on_when_there_is_room(
    sqlite_template: SqliteTemplate, small_disk: Path
) -> None:
    with switched_on(sqlite_template, small_disk) as machine:
        scans, desk = Scans(machine), Desk(machine.server)
        assert scans.one().status == 201
        large = fill(small_disk)
        is_told_everywhere(machine, desk, scans.until_refused(), "盘满了")
        large.unlink()
        assert goes_on(machine)
        assert not desk.tells("盘满了")
        assert scans.retry() == {201}
        assert scans.one().status == 201
        scans.hold()


@NEEDS_COMPILER
@pytest.mark.parametrize(("fault", "words"), [("full", "盘满了"), ("broken", "盘读写出错")])
def test_a_disk_that_takes_no_byte_more_is_told_and_nothing_is_lost(
    sqlite_template: SqliteTemplate, tmp_path: Path, fault: str, words: str
) -> None:
    switch = tmp_path / "switch"
    with switched_on(sqlite_template, tmp_path, shim.full_disk(tmp_path, switch)) as machine:
        scans, desk = Scans(machine), Desk(machine.server)
        assert scans.one().status == 201
        switch.write_text(fault)
        is_told_everywhere(machine, desk, scans.until_refused(), words)
        switch.unlink()
        assert goes_on(machine)
        assert scans.retry() == {201}
        scans.hold()


@NEEDS_LINUX
def test_a_file_that_may_grow_no_more_stops_the_scanning_for_as_long(machine: Machine) -> None:
    """The system's own limit of a file's size: real on every Linux, without a compiler or a disk to fill."""
    import resource

    scans, desk = Scans(machine), Desk(machine.server)
    assert scans.one().status == 201
    assert machine.server.process is not None
    process, log = machine.server.process.pid, machine.server.data / "festival.db-wal"
    before = resource.prlimit(process, resource.RLIMIT_FSIZE, (log.stat().st_size, resource.RLIM_INFINITY))
    is_told_everywhere(machine, desk, scans.until_refused(), "签到停了")
    resource.prlimit(process, resource.RLIMIT_FSIZE, before)
    assert goes_on(machine)
    assert scans.retry() == {201}
    scans.hold()


def test_another_program_that_holds_the_data_is_told_and_over_once_it_lets_go(machine: Machine) -> None:
    scans, desk = Scans(machine), Desk(machine.server)
    assert scans.one().status == 201
    other = sqlite3.connect(machine.server.data / "festival.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    is_told_everywhere(machine, desk, scans.one(), "数据库没有回话")
    other.execute("ROLLBACK")
    other.close()
    assert comes_true(lambda: machine.server.request("GET", "/healthz")[0] == 200, 30)
    assert scans.retry() == {201}
    scans.hold()


@pytest.fixture
def real_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk with a file system that can fail."""
    image = tmp_path / "disk.img"
    image.write_bytes(b"")
    os.truncate(image, 24_000_000)
    made = shutil.which("mkfs.ext4") and not subprocess.run(["mkfs.ext4", "-q", str(image)], check=False).returncode
    if not made:
        pytest.skip("no file system can be made here")
    with mounted(tmp_path / "disk", "-o", "loop", str(image)) as disk:
        yield disk


def test_a_disk_that_turns_read_only_is_told(sqlite_template: SqliteTemplate, real_disk: Path) -> None:
    """What Linux does with a failing disk: it is only read from then on."""
    with switched_on(sqlite_template, real_disk) as machine:
        scans, desk = Scans(machine), Desk(machine.server)
        assert scans.one().status == 201
        subprocess.run(["mount", "-o", "remount,abort", str(real_disk)], check=True)
        is_told_everywhere(machine, desk, scans.until_refused(), "写不进去了")
        assert desk.get()[0] == 200


def gone(data: Path) -> None:
    """Somebody deletes the folder."""
    shutil.rmtree(data)


def replaced(data: Path) -> None:
    """Somebody puts a copy in the folder's place."""
    shutil.copytree(data, copy := data.with_name("copy"))
    shutil.rmtree(data)
    copy.rename(data)


def emptied(data: Path) -> None:
    """Somebody tidies up."""
    for file in data.glob("festival.db*"):
        file.unlink()


def without_log(data: Path) -> None:
    """Somebody deletes the file that they do not know."""
    (data / "festival.db-wal").unlink()


@pytest.mark.skipif(os.name == "nt", reason="Windows deletes no open file")
@pytest.mark.parametrize("harm", [gone, replaced, emptied, without_log])
def test_nobody_is_welcomed_into_files_that_are_gone(machine: Machine, harm: Callable[[Path], None]) -> None:
    scans, desk = Scans(machine), Desk(machine.server)
    assert scans.one().status == 201
    harm(machine.server.data)
    is_told_everywhere(machine, desk, scans.one(), "不见了")
    assert [scans.one().status for _ in range(3)] == [503] * 3
    assert not comes_true(lambda: machine.server.request("GET", "/healthz")[0] == 200, 5)


@pytest.mark.skipif(os.name == "nt", reason="Windows moves no open file")
def test_a_folder_that_is_moved_back_goes_on(machine: Machine) -> None:
    scans, data = Scans(machine), machine.server.data
    assert scans.one().status == 201
    data.rename(data.with_name("elsewhere"))
    assert scans.one().status == 503
    data.with_name("elsewhere").rename(data)
    assert goes_on(machine)
    assert scans.retry() <= {200, 201}
    scans.hold()


def damage(file: Path) -> None:
    """Write rubbish over all pages but the first."""
    size = file.stat().st_size
    with file.open("r+b") as data:
        data.seek(PAGE)
        data.write(b"\xa5" * (size - PAGE))


def test_damage_is_told_at_the_start_in_one_line(machine: Machine) -> None:
    scans = Scans(machine)
    scans.one()
    assert machine.server.stop() == 0
    file = machine.server.data / "festival.db"
    with file.open("r+b") as data:
        data.seek(file.stat().st_size // PAGE // 2 * PAGE)
        data.write(b"\xa5" * PAGE)
    is_one_line_with(started(machine.server.data), "festival.db", "start.py restore", "damaged")


def test_damage_while_it_runs_stops_the_scanning_and_the_desk_still_opens(machine: Machine) -> None:
    scans, desk = Scans(machine), Desk(machine.server)
    assert scans.one().status == 201
    file = machine.server.data / "festival.db"
    other = sqlite3.connect(file)
    other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    other.close()
    damage(file)
    refused = scans.until_refused()
    assert len(scans.told) < 50
    is_told_everywhere(machine, desk, refused, "数据文件坏了")
    assert [scans.one().status for _ in range(3)] == [503] * 3
    status, page = desk.get()
    assert status == 503
    assert "start.py restore" in page


WAYS: dict[str, Callable[[Path], dict[str, str]]] = {"inside SQLite": lambda _folder: shim.inside_sqlite()}
if shim.has_compiler():
    WAYS["in front of libc"] = shim.in_front_of_libc


@pytest.mark.parametrize("way", WAYS)
def test_a_disk_that_drops_the_order_to_write_is_told(
    way: str, sqlite_template: SqliteTemplate, tmp_path: Path
) -> None:
    environment = WAYS[way](tmp_path) | shim.wishes(drop=True)
    with switched_on(sqlite_template, tmp_path, environment) as machine:
        desk, scans = Desk(machine.server), Scans(machine)
        assert comes_true(lambda: desk.tells("断电会丢最近的签到"))
        assert scans.one().status == 201
        assert machine.server.request("GET", "/healthz")[0] == 200


@pytest.mark.parametrize("way", WAYS)
def test_a_slow_disk_is_told_and_counts_all_the_same(way: str, sqlite_template: SqliteTemplate, tmp_path: Path) -> None:
    environment = WAYS[way](tmp_path) | shim.wishes(milliseconds=300)
    with switched_on(sqlite_template, tmp_path, environment) as machine:
        desk, scans = Desk(machine.server), Scans(machine)
        assert [scans.one().status for _ in range(6)] == [201] * 6
        assert comes_true(lambda: desk.tells("盘很慢"))
        scans.hold()


def test_an_honest_disk_has_nothing_to_tell(machine: Machine) -> None:
    desk = Desk(machine.server)
    assert not comes_true(lambda: "notice__words" in desk.get()[1], 3)
    with urllib.request.urlopen(f"{machine.server.address}/healthz", timeout=5) as answer:
        assert answer.status == 200
