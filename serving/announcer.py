"""The server's end of the process that tells the laptop's name (``serving/announce.py``)."""

import json
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import eventlet.patcher

from festival.whereabouts import Name

ROOT = Path(__file__).parents[1]

# Its words are waited for in a thread of the system: Windows' pipes know no green one.
_subprocess = eventlet.patcher.original("subprocess")
_threading = eventlet.patcher.original("threading")

log = logging.getLogger(__name__)


class Announcer:
    """Keeps that process, and hands it the laptop's addresses. It ends with this process, by the end of its input."""

    def __init__(self, name: str, port: int, heard: Callable[[Name], None]) -> None:
        self._command = [sys.executable, "-m", "serving.announce", name, str(port)]
        self._heard = heard
        self._child: Any = None
        self._told: list[str] = []

    def tell(self, addresses: Sequence[str]) -> None:
        """Have the name lead to these addresses; a process that has ended is started again."""
        if self._child is not None and self._child.poll() is not None:
            log.warning("the process that tells the laptop's name ended with %s", self._child.returncode)
            self._child = None
        if self._child is None and not addresses:
            return
        try:
            if self._child is None:
                self._start()
            if list(addresses) != self._told:
                self._child.stdin.write(json.dumps(list(addresses)).encode() + b"\n")
                self._child.stdin.flush()
                self._told = list(addresses)
        except OSError as error:
            # Phones then find the laptop by its addresses alone.
            log.warning("the laptop's name is not told: %s", error)

    def _start(self) -> None:
        pipe = _subprocess.PIPE
        self._child = _subprocess.Popen(
            self._command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=_subprocess.DEVNULL, bufsize=0
        )
        self._told = []
        _threading.Thread(target=self._listen, args=(self._child.stdout,), daemon=True).start()

    def _listen(self, words: Any) -> None:
        for word in words:
            self._heard(Name(word.decode().strip()))
        self._heard(Name.SILENT)
