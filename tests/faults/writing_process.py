"""A process of its own that writes check-ins to a database shared with others: ``python -m … URL TOKEN SEED``.

It reads the cards' codes from its input, then writes some check-ins at each further line and prints their outcomes:
so that several processes write at the same moments.
"""

import json
import queue
import random
import sys
import threading
import uuid
from collections.abc import Sequence

from festival.check_in import Attempt, CheckIns
from festival.check_in.attempt import Asked, Reply
from festival.clock import utc_now
from festival.directory import Directories
from festival.messages import Language
from festival.stations import hashed
from festival.storage.engine import Database
from festival.storage.writer import Writer

TOGETHER = 4


def main(url: str, token: str, seed: int) -> None:
    """Check every card in at both booths, some at a time, in an order of this process's own."""
    codes: list[str] = json.loads(sys.stdin.readline())
    pairs = [(code, booth) for code in codes for booth in ("clinic", "tea")]
    random.Random(seed).shuffle(pairs)
    database, directories = Database(url), Directories()
    writer = Writer(database, queue=(waiting := queue.SimpleQueue()), make_slot=queue.SimpleQueue)
    # A daemon: work that raises must end this process, not leave it waiting for its own writer.
    serving = threading.Thread(target=writer.serve, daemon=True)
    serving.start()
    print("[]", flush=True)
    for start in range(0, len(pairs), TOGETHER):
        sys.stdin.readline()
        attempts = [attempt(token, code, booth) for code, booth in pairs[start : start + TOGETHER]]
        replies: Sequence[Reply] = writer.submit(CheckIns(attempts, directories))
        told = [(one.scan, one.booth, reply.outcome) for one, reply in zip(attempts, replies, strict=True)]
        print(json.dumps(told), flush=True)
    waiting.put(None)
    serving.join()
    database.dispose()


def attempt(token: str, code: str, booth: str) -> Attempt:
    """Return a check-in as a device would send it now."""
    now = utc_now()
    asked = Asked(hashed(token), now, Language.ZH)
    return Attempt(asked=asked, scan=code, booth=booth, nonce=uuid.uuid4().bytes, at=now)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
