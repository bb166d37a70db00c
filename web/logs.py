"""What may stand in a log: no codes, no tokens, no passwords, no names."""

import logging
import re
from urllib.parse import unquote

_DIGIT = "[0-9０-９]"
_GAP = "[ \u3000+-]*"
# However a code is written, two in a row too: its first four digits say its kind, the others who carries it.
_CODE = re.compile(f"((?:{_DIGIT}{_GAP}){{4}})(?:{_DIGIT}{_GAP}){{11,}}{_DIGIT}")
_BEARER = re.compile(r"(Bearer\s+)\S+", re.IGNORECASE)
_SECRET = re.compile(r"((?:token|pair|password)=)[^&\s\"]+", re.IGNORECASE)


def hidden(text: str) -> str:
    """Return ``text`` with a code's last twelve digits, tokens and passwords hidden."""
    text = _CODE.sub(r"\1************", text)
    return _SECRET.sub(r"\1…", _BEARER.sub(r"\1…", text))


class Discreet(logging.Formatter):
    """Formats a record, tracebacks too, and hides what must not be kept."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's line."""
        return hidden(super().format(record))


class AccessLog:
    """Where the web server writes its access lines."""

    def __init__(self) -> None:
        self._log = logging.getLogger("access")

    def write(self, line: str) -> None:
        """Write one line, its address in plain characters: a code may hide behind per cent signs."""
        plain = unquote(line.rstrip(), errors="replace")
        self._log.info("%s", "".join(sign if sign.isprintable() else " " for sign in plain))

    def flush(self) -> None:
        """Do nothing: every line is written at once."""


def init() -> None:
    """Send warnings and errors to the terminal; access lines where they are asked for."""
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("access").setLevel(logging.INFO)
