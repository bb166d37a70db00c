import subprocess
import sys
from pathlib import Path

import pytest

from launch import lock

HOLD = (
    "import sys, time; from pathlib import Path; from launch.lock import alone\n"
    "with alone(Path(sys.argv[1])):\n    print('held', flush=True); time.sleep(60)\n"
)
ROOT = Path(__file__).resolve().parents[2]


def test_one_alone_gets_the_lock_without_a_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        with lock.alone(tmp_path / "lock"):
            pass
    assert capsys.readouterr().err == ""


def test_the_second_says_so_once_and_waits_until_the_first_is_killed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path / "lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        waits: list[float] = []

        def sleep(seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == 2:
                first.kill()
                first.wait()

        with lock.alone(tmp_path / "lock", sleep=sleep):
            assert len(waits) >= 2
    assert capsys.readouterr().err.count("Another start is setting up") == 1
