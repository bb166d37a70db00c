import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from launch import hand_over

ROOT = Path(__file__).resolve().parents[2]
HAND_OVER = "import sys; from launch.hand_over import hand_over; hand_over([sys.executable, '-c', sys.argv[1]])"


def started(code: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", HAND_OVER, code], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_where_no_process_can_become_another_it_waits_and_ends_with_its_status(tmp_path: Path) -> None:
    code = "import os, pathlib, sys; pathlib.Path('was').write_text(os.getcwd()); sys.exit(7)"
    program = (
        "import sys; from pathlib import Path; from launch.hand_over import hand_over\n"
        f"hand_over([sys.executable, '-c', {code!r}], cwd=Path({str(tmp_path)!r}), posix=False)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 7
    assert (tmp_path / "was").read_text() == str(tmp_path)


def test_a_persons_own_python_settings_stay_outside() -> None:
    assert hand_over.with_safe_output({"PYTHONPATH": "/x", "PATH": "/y"}) == {
        "PYTHONIOENCODING": ":replace",
        "PATH": "/y",
    }


def test_the_status_is_the_commands_own() -> None:
    with started("import sys; sys.exit(7)") as child:
        assert child.wait() == 7


def test_stdout_holds_nothing_but_the_commands_words() -> None:
    with started("print('{}')") as child:
        assert child.communicate()[0] == "{}\n"


def test_ctrl_c_is_left_to_the_command() -> None:
    class Child:
        answers: Iterator[int | KeyboardInterrupt] = iter([KeyboardInterrupt(), KeyboardInterrupt(), 5])

        def wait(self) -> int:
            answer = next(self.answers)
            if isinstance(answer, KeyboardInterrupt):
                raise answer
            return answer

    assert hand_over.wait_through_interrupts(Child()) == 5


def test_a_persons_own_encoding_is_kept() -> None:
    assert hand_over.with_safe_output({})["PYTHONIOENCODING"] == ":replace"
    assert hand_over.with_safe_output({"PYTHONIOENCODING": "gbk"})["PYTHONIOENCODING"] == "gbk"


if os.name == "posix":

    def test_sigterm_reaches_the_command() -> None:
        stops = "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: sys.exit(9))"
        with started(f"{stops}; print('up', flush=True); time.sleep(60)") as child:
            assert child.stdout is not None
            child.stdout.readline()
            child.send_signal(signal.SIGTERM)
            assert child.wait(timeout=5) == 9
