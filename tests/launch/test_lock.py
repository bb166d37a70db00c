import importlib.util
import os
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


class FakeMsvcrt:
    """Windows' locking of a byte, held by somebody else while ``taken``."""

    LK_NBLCK, LK_UNLCK = 2, 0

    def __init__(self) -> None:
        self.taken = False
        self.calls: list[tuple[int, int, int]] = []

    def locking(self, descriptor: int, mode: int, count: int) -> None:
        self.calls.append((os.lseek(descriptor, 0, os.SEEK_CUR), mode, count))
        if self.taken and mode == self.LK_NBLCK:
            raise PermissionError(13, "Permission denied")


def test_windows_locks_the_first_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeMsvcrt()
    monkeypatch.setitem(sys.modules, "msvcrt", fake)
    monkeypatch.setattr(sys, "platform", "win32")
    spec = importlib.util.spec_from_file_location("lock_on_windows", lock.__file__)
    assert spec is not None
    assert spec.loader is not None
    windows = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(windows)
    with (tmp_path / "lock").open("a+b") as file:
        file.write(b"before")
        assert windows.take(file)
        windows.give_back(file)
        fake.taken = True
        assert not windows.take(file)
    assert fake.calls == [(0, 2, 1), (0, 0, 1), (0, 2, 1)]
