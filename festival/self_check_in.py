"""Check-ins by residents' own phones: where they are allowed, and the code on a booth's screen that tells who is there.

The code is of eight digits and changes every half minute. It is made of the time, the booth and a secret of this
server, so nothing is kept and nothing can be worked out; the one before is still taken, for who was slow.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from festival import clock
from festival.booths import SELF_CHECK_IN, Booth
from festival.errors import Reason

NO, POSTER, SCREEN = SELF_CHECK_IN
"""What a booth's ``self_check_in`` may be: not at all, by its poster, only by the code on its screen."""

SLOT_SECONDS = 30
SLOT = timedelta(seconds=SLOT_SECONDS)
DIGITS = 8
# As long as the next booth is away at least. A brake for who stamps posters' pictures from a sofa, not a wall: that is
# what the code on the screen is for. Longer would make somebody wait who really walked.
APART = timedelta(seconds=30)


def refusal(booth: Booth, *, at_booth: bool) -> Reason | None:
    """Return why a resident's phone may not check in here, None where it may. ``at_booth``: it showed the code."""
    if booth.self_check_in == NO:
        return Reason.SCAN_AT_BOOTH
    if booth.self_check_in == SCREEN and not at_booth:
        return Reason.OUTDATED_CODE
    return None


def rotating_code(secret: bytes, slug: str, now: datetime) -> str:
    """Return the digits that the booth's screen shows at ``now``."""
    text = f"{slug} {clock.to_milliseconds(clock.floor(now, SLOT_SECONDS))}"
    digest = hmac.new(secret, text.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def is_current(secret: bytes, slug: str, code: str, now: datetime) -> bool:
    """Return whether ``code`` is what the booth's screen shows, or showed until just now."""
    shown = [rotating_code(secret, slug, moment) for moment in (now, now - SLOT)]
    # Each is compared to its end: how long that takes tells nothing.
    return any([hmac.compare_digest(code.encode(), each.encode()) for each in shown])


def changes_at(now: datetime) -> datetime:
    """Return when the screen shows the next code."""
    return clock.floor(now, SLOT_SECONDS) + SLOT
