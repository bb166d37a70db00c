"""Many visits that are there already, written in bulk through the very code that counts them."""

import random
import uuid
from datetime import timedelta
from pathlib import Path

from festival import cards, data_folder, stations
from festival.check_in import Attempt, CheckIns
from festival.check_in.attempt import Asked
from festival.clock import utc_now
from festival.directory import Directories
from festival.messages import Language
from festival.settings import Settings
from festival.stations import Kind

BOOTHS = ("clinic", "repairs", "handouts", "lecture", "clay", "crafts", "tea", "chess", "barter", "stage")
TOGETHER = 5000
SPREAD = timedelta(hours=4)


def fill(data: Path, visits: int) -> None:
    """Make a data folder with ``visits`` visits of the last four hours.

    A tenth as many cards as visits, at most 90,000; what is more comes without a card.
    """
    data_folder.make(data)
    opened = data_folder.open_database(Settings(data=data), utc_now())
    database, directories = opened.database, Directories()
    with database.writing() as db:
        token = stations.enrol(db, kind=Kind.ORGANISER, slugs=[], name="bench", now=utc_now()).token
    codes: list[str] = []
    while len(codes) < min(90_000, max(500, visits // 10)):
        with database.writing() as db:
            codes += [card.code for card in cards.issue(db, count=500, actor="bench", now=utc_now())]
    pairs = [(code, booth) for booth in BOOTHS[:8] for code in codes]
    random.Random(1).shuffle(pairs)
    now, asker = utc_now(), stations.hashed(token)
    for begin in range(0, visits, TOGETHER):
        attempts = [
            Attempt(
                asked=Asked(asker, now, Language.ZH),
                scan=pairs[index][0] if index < len(pairs) else None,
                booth=pairs[index][1] if index < len(pairs) else BOOTHS[index % 8],
                nonce=uuid.uuid4().bytes,
                at=now - SPREAD * (1 - index / visits),
            )
            for index in range(begin, min(begin + TOGETHER, visits))
        ]
        with database.writing() as db:
            work = CheckIns(attempts, directories)
            work.do(db, [work])
    database.dispose()
