"""The real first start in a copy of the checkout, killed at one step after the other. Needs the network."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("start.py", "requirements.txt", "package.json", "package-lock.json", ".npmrc")
SERVE = "import sys, flask; print('serving', sys.argv[1:], flush=True)\n"
# What is there once a step has begun, in the order of the steps.
BEGUN = (".venv/pyvenv.cfg", ".venv/.unfinished", ".venv/.libraries", "node_modules/.made")


def serving(copy: Path, *options: str) -> str:
    """What the copy's server says that was started with the options: its data lie beside it."""
    return f"serving {[*options, '--data', str(copy / 'data')]}\n"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The launcher alone, with a server that only says that it runs."""
    root = tmp_path / "老街坊 copy"
    (root / "static").mkdir(parents=True)
    for name in NEEDED:
        shutil.copy(ROOT / name, root / name)
    shutil.copytree(ROOT / "launch", root / "launch", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "serve.py").write_text(SERVE, encoding="utf-8")
    return root


def start(copy: Path, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-X", "utf8", str(copy / "start.py"), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )


def kill_when(begun: Path, child: "subprocess.Popen[str]") -> None:
    """Kills the start and all that it has started, as soon as the file is there."""
    while child.poll() is None and not begun.exists():
        time.sleep(0.02)
    if child.poll() is None and os.name == "posix":
        os.killpg(child.pid, signal.SIGKILL)
    else:
        child.kill()
    child.communicate()


@pytest.mark.long
@pytest.mark.fault
@pytest.mark.timeout(900)
def test_a_first_start_killed_at_each_step_ends_well(copy: Path) -> None:
    for begun in BEGUN:
        kill_when(copy / begun, start(copy))
    said, progress = start(copy, "--port", "8001").communicate()
    assert said == serving(copy, "--port", "8001"), progress
    assert (copy / "static" / "vendor" / "icons.svg").is_file()


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_second_start_is_quiet_quick_and_needs_no_network(copy: Path) -> None:
    assert start(copy).communicate()[0] == serving(copy)
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    started = time.monotonic()
    again = subprocess.run(
        [sys.executable, str(copy / "start.py")], capture_output=True, text=True, env={**os.environ, **nowhere}
    )
    assert (again.stdout, again.stderr) == (serving(copy), "")
    assert time.monotonic() - started < 3


@pytest.mark.long
@pytest.mark.timeout(900)
def test_two_first_starts_at_once_both_serve(copy: Path) -> None:
    first, second = start(copy), start(copy)
    answers = [first.communicate(), second.communicate()]
    assert [said for said, _ in answers] == [serving(copy)] * 2
    assert sum("Another start is setting up" in progress for _, progress in answers) == 1
