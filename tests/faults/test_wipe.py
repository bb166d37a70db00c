"""`start.py wipe` after a killed server: nothing personal is left in any byte of any file."""

import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.cast import new_nonce
from tests.running import Server

pytestmark = pytest.mark.fault

NAME, PHONE, RAW = "欧阳建国", "13800138000", "https://example.cn/u/wang-xiaoming"
PLANTED = tuple(text.encode(way) for text in (NAME, PHONE, RAW) for way in ("utf-8", "utf-16-le"))
ESCAPED = NAME.encode("unicode_escape")


@pytest.fixture
def killed(tmp_path: Path) -> Server:
    """A server killed after its day was closed down, with a full write-ahead log and two old backups."""
    server = Server(tmp_path / "data").start()
    token = server.pair("organiser")
    asked = {"questions": [{"key": "phone", "label": "电话", "required": False}]}
    server.request("PATCH", "/api/v1/booths/clinic", asked, token)
    _, made = server.request("POST", "/api/v1/cards", {"count": 1}, token)
    code = made["cards"][0]["code"]
    # Twice, so that a page of the database was freed of it before.
    for name in (NAME, None, NAME):
        assert server.request("PATCH", f"/api/v1/cards/{code}", {"name": name}, token)[0] == 200
    for scan, status in ((code, 201), (RAW, 422)):
        body = {"scan": scan, "booth": "clinic", "nonce": new_nonce(), "answers": {"phone": PHONE}}
        assert server.request("POST", "/api/v1/check-ins", body, token)[0] == status
    assert server.request("POST", "/api/v1/edition/close", token=token)[0] == 204
    server.kill()
    folder = tmp_path / "data-backups"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for number in (1, 2):
        with zipfile.ZipFile(folder / f"laojiefang-{number}.zip", "w", zipfile.ZIP_DEFLATED) as backup:
            for file in server.data.glob("festival.db*"):
                backup.write(file, file.name)
    return server


def left(folder: Path) -> set[str]:
    """Return the files that still hold what was planted."""
    return {
        file.name
        for file in folder.rglob("*")
        if file.is_file() and any(text in file.read_bytes() for text in (*PLANTED, ESCAPED))
    }


def test_nothing_planted_is_left(killed: Server) -> None:
    assert "festival.db-wal" in left(killed.data)
    done = killed.manage("wipe", "--yes")
    assert done.returncode == 0, done.stderr
    assert "nothing found" in done.stdout
    assert "2 份备份" in done.stdout
    assert "backups deleted (2)" in done.stdout
    assert left(killed.data.parent) == set()
    assert [file.name.split("-")[-1] for file in killed.data.with_name("data-backups").iterdir()] == ["wipe.zip"]
    killed.start()
    board = killed.request("GET", "/api/v1/board")[1]
    assert (board["people"], board["visits"]) == (1, 1)
    killed.stop()


def test_a_copy_that_is_left_is_named_with_status_1(killed: Server) -> None:
    copy = killed.data / "names.txt"
    copy.write_text(NAME, encoding="utf-16")
    done = killed.manage("wipe", "--yes")
    assert done.returncode == 1
    assert str(copy) in done.stderr
    assert "nothing found" not in done.stdout


def test_a_stick_that_is_named_is_cleaned_too(killed: Server, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    killed.data.with_name("data-backups").rename(stick)
    done = killed.manage("wipe", "--yes", "--from", str(stick))
    assert done.returncode == 0, done.stderr
    assert list(stick.iterdir()) == []


def test_the_festival_s_own_sticks_and_what_a_restore_put_aside_are_cleaned_without_being_named(
    killed: Server, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(killed.data / "festival.db")) as db:
        (community,) = db.execute("SELECT community FROM festival").fetchone()
    ours, strangers = (tmp_path / "volumes" / name / "laojiefang-backups" for name in ("ours", "strangers"))
    for folder, mark in ((ours, community), (strangers, "another")):
        shutil.copytree(killed.data.with_name("data-backups"), folder)
        (folder / "community.txt").write_text(mark)
    replaced = killed.data / "replaced-20261126-110000-abcd"
    replaced.mkdir()
    shutil.copy(killed.data / "festival.db", replaced)
    broken_off = (killed.data / "festival.db.new", killed.data / "festival.db.new-wal", ours / ".laojiefang-1-a.part")
    for file in broken_off:
        shutil.copy(killed.data / "festival.db", file)
    done = killed.manage("wipe", "--yes", "--volumes", str(tmp_path / "volumes"))
    assert done.returncode == 0, done.stderr
    assert "nothing found" in done.stdout
    assert [file.name.split("-")[-1] for file in sorted(ours.iterdir())] == ["community.txt", "wipe.zip"]
    assert len(list(strangers.iterdir())) == 3
    assert not replaced.exists()
    assert not any(file.exists() for file in broken_off)
    again = killed.manage("wipe", "--yes", "--volumes", str(tmp_path / "volumes"))
    assert again.returncode == 0
    assert "proves nothing" in again.stdout
    assert "nothing found" not in again.stdout


def test_a_running_server_is_not_wiped(killed: Server) -> None:
    killed.start()
    done = killed.manage("wipe", "--yes")
    killed.kill()
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "stop it first" in done.stderr
    assert NAME.encode() in b"".join(file.read_bytes() for file in killed.data.glob("festival.db*"))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--yes", "--edition", "9"), "no such edition"),
        (("--yes", "--from", "/not/there"), "no such folder"),
        ((), "nothing was changed"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_changes_nothing(
    killed: Server, options: tuple[str, ...], told: str
) -> None:
    done = killed.manage("wipe", *options)
    assert done.returncode == 1
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
    assert "festival.db-wal" in left(killed.data) or "festival.db" in left(killed.data)


def test_a_day_that_goes_on_is_not_wiped(tmp_path: Path) -> None:
    server = Server(tmp_path / "data").start()
    server.stop()
    done = server.manage("wipe", "--yes")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "not closed down" in done.stderr
