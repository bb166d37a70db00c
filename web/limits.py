"""How often somebody may do a thing. Kept in memory: forgotten at a restart."""

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from festival.errors import Reason, Refusal

KIOSK_CARDS = RateLimitItemPerMinute(30, namespace="kiosk-cards")

# Wrong passwords from one address, and from the network together: many addresses must not keep argon2 busy either.
# The laptop itself has a count of its own, so nobody out there can keep its organiser out.
SIGN_INS = RateLimitItemPerMinute(10, namespace="sign-ins")
SIGN_INS_OF_NETWORK = RateLimitItemPerMinute(60, namespace="sign-ins-of-network")

_calls = MovingWindowRateLimiter(MemoryStorage())


def hold(limit: RateLimitItemPerMinute, who: str) -> None:
    """Count one act of ``who``; raises ``slow_down`` where the limit is reached."""
    if not _calls.hit(limit, who):
        again_at = _calls.get_window_stats(limit, who).reset_time
        raise Refusal(Reason.SLOW_DOWN, retry_after=max(1, math.ceil(again_at - time.time())))


def hold_sign_in(address: str, *, on_laptop: bool) -> None:
    """Count one try to sign in from ``address``; raises ``slow_down``. Never by the name that was typed: whoever
    knows an organiser's name could lock them out."""
    hold(SIGN_INS, address)
    if not on_laptop:
        hold(SIGN_INS_OF_NETWORK, "network")


def sign_in_was_right(address: str) -> None:
    """Forget the tries from an address from which somebody has signed in."""
    _calls.clear(SIGN_INS, address)
