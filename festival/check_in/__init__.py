"""The main job: decide and record scans.

``attempt`` is what a device asked, ``rules`` decides it on the values of a ``day``, ``record`` loads and saves
that day around a batch, ``undo`` steps back.
"""

from festival.check_in.attempt import Attempt, Malformed, Reply
from festival.check_in.record import CheckIns
from festival.check_in.undo import undo

__all__ = ["Attempt", "CheckIns", "Malformed", "Reply", "undo"]
