"""A machine's voice, espeak-ng, for what nobody has recorded. Where the laptop has none, there is none."""

import shutil
import subprocess
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from festival.errors import Reason, Refusal

PROGRAM = "espeak-ng"
# The voice that reads pinyin: the one for hanzi spells them out in English.
VOICE = "cmn-latn-pinyin"
WORDS_A_MINUTE = "140"
WITHIN_SECONDS = 5.0
LOOK_EVERY = 0.02
AT_ONCE = 2

_slots = threading.BoundedSemaphore(AT_ONCE)


def is_there() -> bool:
    """Return whether this laptop has it."""
    return shutil.which(PROGRAM) is not None


def say(pinyin: str) -> bytes:
    """Return ``pinyin`` said, as WAV.

    Raises ``not_found`` where there is no voice or it fails, ``slow_down`` while it is busy.
    """
    if not _slots.acquire(timeout=WITHIN_SECONDS):
        raise Refusal(Reason.SLOW_DOWN, retry_after=1)
    try:
        return _run(pinyin)
    finally:
        _slots.release()


def _run(pinyin: str) -> bytes:
    path = shutil.which(PROGRAM)
    with TemporaryDirectory() as folder:
        made = Path(folder) / "said.wav"
        command = [path or PROGRAM, "-v", VOICE, "-s", WORDS_A_MINUTE, "-w", str(made), pinyin]
        if path is None or not _ends_well(command) or not made.exists():
            raise Refusal(Reason.NOT_FOUND)
        return made.read_bytes()


def _ends_well(command: list[str]) -> bool:
    """Run a command; a look now and then, no pipes: a green server goes on serving meanwhile."""
    nowhere = subprocess.DEVNULL
    until = time.monotonic() + WITHIN_SECONDS
    with subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere) as running:
        while running.poll() is None and time.monotonic() < until:
            time.sleep(LOOK_EVERY)
        if running.poll() is None:
            running.kill()
    return running.returncode == 0
