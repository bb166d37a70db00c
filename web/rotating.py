"""The code on a booth's screen: made of this server's own key, which never leaves it."""

import hashlib
import hmac
from datetime import datetime

from flask import current_app

from festival import self_check_in


def code(slug: str, now: datetime) -> str:
    """Return the code that the booth's screen shows now."""
    return self_check_in.rotating_code(_secret(), slug, now)


def is_current(slug: str, shown: str, now: datetime) -> bool:
    """Return whether whoever sends ``shown`` saw the booth's screen within the last minute."""
    return self_check_in.is_current(_secret(), slug, shown, now)


def _secret() -> bytes:
    # Not the key itself: a code must tell nothing of what signs cookies.
    key = current_app.config["SECRET_KEY"]
    return hmac.new(key, b"the code on a booth's screen", hashlib.sha256).digest()
