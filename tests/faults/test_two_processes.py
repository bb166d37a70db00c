"""Two processes write to one database: this is what the write lock is for."""

import json
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from typing import Any

import pytest

from festival import cards
from festival.clock import utc_now
from festival.storage.engine import Database
from tests import recount
from tests.faults.writing_process import TOGETHER
from tests.running import ROOT

pytestmark = pytest.mark.fault

PROCESSES = 2
CARDS = 60
BOOTHS = ("clinic", "tea")
OUTCOMES = ("welcome", "again")

# A card's code, a booth, an outcome.
Told = tuple[str, str, str]


def write_from_all(url: str, token: str, codes: list[str]) -> list[list[Told]]:
    """Have processes of their own check the same cards in, side by side; return what each was told."""
    with ExitStack() as stack:
        writers = []
        for seed in range(PROCESSES):
            command = [sys.executable, "-m", "tests.faults.writing_process", url, token, str(seed)]
            piped: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
            writers.append(stack.enter_context(subprocess.Popen(command, cwd=ROOT, **piped)))
            # Where a test fails half-way, they must not be waited for.
            stack.callback(writers[-1].kill)
        say(writers, json.dumps(codes))
        told = hear(writers)
        for _ in range(len(codes) * len(BOOTHS) // TOGETHER):
            say(writers, "go on")
            told = [before + now for before, now in zip(told, hear(writers), strict=True)]
        return told


def say(writers: list[Any], line: str) -> None:
    """Write one line to every process."""
    for writer in writers:
        writer.stdin.write(line + "\n")
        writer.stdin.flush()


def hear(writers: list[Any]) -> list[list[Told]]:
    """Return what each process was told for its latest check-ins."""
    return [
        [(code, booth, outcome) for code, booth, outcome in json.loads(writer.stdout.readline())] for writer in writers
    ]


def test_two_processes_never_count_a_card_twice_at_a_booth(
    database: Database, database_url: str, template: Any
) -> None:
    with database.writing() as db:
        codes = [card.code for card in cards.issue(db, count=CARDS, actor="test", now=utc_now())]
    database.dispose()
    told = write_from_all(database_url, template.cast.tokens["organiser"], codes)
    counts = Counter(one for process in told for one in process)
    assert counts == {(code, booth, outcome): 1 for code in codes for booth in BOOTHS for outcome in OUTCOMES}
    assert all(any(outcome == "welcome" for *_, outcome in process) for process in told)
    engine = recount.engine_of(database_url)
    with engine.connect() as db:
        kept, counted = recount.kept(db), recount.counted(db)
    engine.dispose()
    assert kept == counted
    assert kept.people == CARDS
