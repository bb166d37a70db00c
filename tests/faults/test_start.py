"""Starts that cannot go well: each ends with status 1 and one line that says what to do."""

import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.running import ROOT, Server

pytestmark = pytest.mark.fault


def started(data: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Run the server, which must end by itself."""
    command = [sys.executable, str(ROOT / "serve.py"), "--data", str(data), "--no-browser", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def is_one_line_with(done: "subprocess.CompletedProcess[str]", *words: str) -> None:
    """Fail unless it ended with status 1 and one line on stderr that holds the words."""
    assert done.returncode == 1, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    for word in words:
        assert word in done.stderr


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A data folder whose server has stopped."""
    server = Server(tmp_path / "data").start()
    assert server.stop() == 0
    return server.data


def test_data_of_a_newer_version_are_left_alone(made: Path) -> None:
    with sqlite3.connect(made / "festival.db") as db:
        db.execute("UPDATE alembic_version SET version_num = 'ffff9999'")
    db.close()
    is_one_line_with(started(made), "newer version", str(made))
    is_one_line_with(Server(made).manage("pair", "--kind", "organiser"), "another version", str(made))


def test_a_file_that_is_no_database_is_named(made: Path) -> None:
    for file in made.glob("festival.db*"):
        file.write_bytes(b"not a database at all " * 500)
    is_one_line_with(started(made), str(made), "not a database")


@pytest.mark.parametrize(("host", "told"), [("192.0.2.77", "no such address"), ("nonsense.invalid", "no such address")])
def test_an_address_that_is_not_here_is_told_from_a_port_in_use(tmp_path: Path, host: str, told: str) -> None:
    is_one_line_with(started(tmp_path / "data", "--host", host), told)


def test_another_program_at_this_laptops_own_address_is_noticed(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        is_one_line_with(started(tmp_path / "data", "--port", port), port, "another server")
        other.settimeout(5)
        # The system may let both listen: the other one has been knocked at.
        other.accept()[0].close()


def test_interrupting_again_and_again_ends_it_quietly(tmp_path: Path) -> None:
    server = Server(tmp_path / "data").start()
    assert server.process is not None
    for _ in range(50):
        if server.process.poll() is not None:
            break
        server.process.send_signal(2)
        time.sleep(0.01)
    assert server.process.wait(timeout=5) == 0
    said = server.output.read_text(encoding="utf-8")
    assert "Traceback" not in said
    assert "ignored" not in said
