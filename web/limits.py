"""How often somebody may do a thing. Kept in memory: forgotten at a restart."""

import math
import time

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from festival.errors import Reason, Refusal

KIOSK_CARDS = RateLimitItemPerMinute(30, namespace="kiosk-cards")

# For pages: by the address that asks.
pages = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window")
_calls = MovingWindowRateLimiter(MemoryStorage())


def init_app(app: Flask) -> None:
    """Limit the pages that ask for it."""
    pages.init_app(app)


def hold(limit: RateLimitItemPerMinute, who: str) -> None:
    """Count one act of ``who``; raises ``slow_down`` where the limit is reached."""
    if not _calls.hit(limit, who):
        again_at = _calls.get_window_stats(limit, who).reset_time
        raise Refusal(Reason.SLOW_DOWN, retry_after=max(1, math.ceil(again_at - time.time())))
