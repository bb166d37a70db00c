"""How often somebody may do a thing. Kept in memory: forgotten at a restart."""

import math
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from festival.errors import Reason, Refusal

KIOSK_CARDS = RateLimitItemPerMinute(30, namespace="kiosk-cards")
# A child that plays with the bell: the volunteers' phones ring no oftener.
CALLS = RateLimitItemPerMinute(12, namespace="calls")
PHOTOS = RateLimitItemPerMinute(40, namespace="photos")

# Wrong passwords from one address, and from the network together: many addresses must not keep argon2 busy either.
# The laptop itself has a count of its own, so nobody out there can keep its organiser out.
SIGN_INS = RateLimitItemPerMinute(10, namespace="sign-ins")
SIGN_INS_OF_NETWORK = RateLimitItemPerMinute(60, namespace="sign-ins-of-network")
NETWORK = "network"

# Cards for phones. On the festival's Wi-Fi each phone has an address of its own; behind somebody's hotspot a family
# shares one. A script would want all short numbers (99,999, for years): many addresses together get no further than
# the worst day needs, when each resident of the community comes within four hours and a third of them want one.
PHONE_CARDS = RateLimitItemPerHour(10, namespace="phone-cards")
PHONE_CARDS_OF_NETWORK = RateLimitItemPerHour(600, namespace="phone-cards-of-network")
# What one address's phones may ask in a minute: an open page asks twice, a check-in is one.
PHONE_CALLS = RateLimitItemPerMinute(60, namespace="phone-calls")
# Codes that no card has. One of 10,000,000,000 guesses would hit, with a thousand cards about.
WRONG_CODES = RateLimitItemPerMinute(20, namespace="wrong-codes")

_calls = MovingWindowRateLimiter(MemoryStorage())


def hold(limit: RateLimitItem, who: str) -> None:
    """Count one act of ``who``; raises ``slow_down`` where the limit is reached."""
    if not _calls.hit(limit, who):
        raise _slow_down(limit, who)


def refuse_if_reached(limit: RateLimitItem, who: str) -> None:
    """Raise ``slow_down`` where ``who`` has reached the limit, without counting."""
    if not _calls.test(limit, who):
        raise _slow_down(limit, who)


def count(limit: RateLimitItem, who: str) -> None:
    """Count one act of ``who``, for ``refuse_if_reached``."""
    _calls.hit(limit, who)


def _slow_down(limit: RateLimitItem, who: str) -> Refusal:
    again_at = _calls.get_window_stats(limit, who).reset_time
    return Refusal(Reason.SLOW_DOWN, retry_after=max(1, math.ceil(again_at - time.time())))


@dataclass
class SignInTries:
    """Wrong tries to sign in, and those that are being checked now, counted by where they come from.

    Never by the name that was typed: whoever knows an organiser's name could lock them out. What was right does not
    count, and takes no wrong one back either.
    """

    checking: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def one(self, address: str, *, on_laptop: bool) -> Iterator[Callable[[], None]]:
        """Hold one try from ``address`` while it is checked; what it yields is to be called where it was wrong.

        Raises ``slow_down`` where there were too many.
        """
        counts = [(SIGN_INS, address)] + ([] if on_laptop else [(SIGN_INS_OF_NETWORK, NETWORK)])
        for limit, who in counts:
            if _calls.get_window_stats(limit, who).remaining <= self.checking[who]:
                raise Refusal(Reason.SLOW_DOWN, retry_after=60)
        names = [who for _, who in counts]
        self.checking.update(names)
        try:
            yield lambda: _count(counts)
        finally:
            self.checking.subtract(names)
            self.checking += Counter()


def _count(counts: Sequence[tuple[RateLimitItem, str]]) -> None:
    for limit, who in counts:
        _calls.hit(limit, who)


sign_ins = SignInTries()
