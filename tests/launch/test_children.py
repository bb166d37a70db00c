import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from launch import children
from launch.children import Outcome, Runner

from .conftest import NPM_WITHOUT_NETWORK, PIP_WITHOUT_NETWORK


def test_a_runner_returns_status_and_words_and_keeps_them_in_the_log(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; print('好'); print('err', file=sys.stderr); sys.exit(3)"]
    outcome = Runner(tmp_path / "log")(command)
    assert outcome.status == 3
    assert sorted(outcome.said.split()) == ["err", "好"]
    assert "好" in (tmp_path / "log").read_text(encoding="utf-8")


def test_a_runner_lets_the_seconds_run(tmp_path: Path) -> None:
    ticks: list[int] = []
    Runner(tmp_path / "log", tick=lambda: ticks.append(1))([sys.executable, "-c", "import time; time.sleep(1.2)"])
    assert ticks


@pytest.mark.parametrize(("posix", "passed"), [(True, True), (False, False)])
def test_a_child_inherits_the_lock_where_it_can(tmp_path: Path, posix: bool, passed: bool) -> None:
    look = "import os, sys\ntry: os.fstat(int(sys.argv[1]))\nexcept OSError: sys.exit(1)"
    with (tmp_path / "lock").open("wb") as lock:
        runner = Runner(tmp_path / "log", lock.fileno(), posix=posix)
        assert (runner([sys.executable, "-c", look, str(lock.fileno())]).status == 0) is passed


def test_a_runner_that_is_stopped_stops_its_child() -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    with pytest.raises(KeyboardInterrupt):
        children.wait(child, stop)
    assert child.poll() not in (None, 0)


def test_a_missing_program_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="gone"):
        Runner(tmp_path / "log")([str(tmp_path / "gone")])


@pytest.mark.parametrize("outcome", [PIP_WITHOUT_NETWORK, NPM_WITHOUT_NETWORK])
def test_a_missing_network_is_known_by_its_words(outcome: Outcome) -> None:
    assert outcome.network_away
    assert outcome.hindered


def test_words_of_a_success_mean_nothing() -> None:
    outcome = Outcome(0, PIP_WITHOUT_NETWORK.said + "No space left on device")
    assert not outcome.hindered
    outcome.raise_if_hindered()


def test_last_words_are_the_last_line_that_says_something() -> None:
    assert Outcome(1, "one\ntwo\n\n").last_words == "two"
    assert Outcome(9, "").last_words == "exit status 9"


def test_the_cause_is_told_instead_of_where_npm_keeps_its_log() -> None:
    said = "npm error code EBADENGINE\nnpm error Not compatible with your node\nnpm error\n"
    said += "npm error A complete log of this run can be found in: /home/x/.npm/_logs/2026-debug-0.log\n"
    assert Outcome(1, said).last_words == "npm error Not compatible with your node"


def test_a_persons_own_settings_do_not_lead_pip_astray() -> None:
    clean = children.clean_environment({"PIP_TARGET": "x", "PYTHONPATH": "y", "PIP_USER": "1", "PATH": "/bin"})
    assert clean["PATH"] == "/bin"
    assert clean["PIP_USER"] == "0"
    assert "PIP_TARGET" not in clean
    assert "PYTHONPATH" not in clean


if os.name == "posix":

    def test_a_child_keeps_the_lock_when_its_parent_is_gone(tmp_path: Path) -> None:
        with (tmp_path / "lock").open("w") as lock:
            said = Runner(tmp_path / "log", hold=lock.fileno())(
                [sys.executable, "-c", f"import os; print(os.fstat({lock.fileno()}).st_ino)"]
            ).said
            assert int(said) == os.fstat(lock.fileno()).st_ino

    def test_a_child_that_is_stopped_takes_its_own_children_along(tmp_path: Path) -> None:
        started = tmp_path / "pid"
        command = f"sleep 60 & echo $! > {started}; wait"

        def stop_once_it_runs() -> None:
            if started.exists() and started.read_text().strip():
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            Runner(tmp_path / "log", tick=stop_once_it_runs)(["sh", "-c", command])
        for _ in range(50):
            if not is_running(int(started.read_text())):
                return
            time.sleep(0.1)
        raise AssertionError("the grandchild goes on")

    def is_running(pid: int) -> bool:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return Path("/proc").exists() is False and os.kill(pid, 0) is None
        return state != "Z"
