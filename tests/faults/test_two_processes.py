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
from tests.faults import recount
from tests.running import ROOT

pytestmark = pytest.mark.fault

PROCESSES = 2
CARDS = 60


def write_from_all(url: str, token: str, codes: list[str]) -> list[list[tuple[str, str, str]]]:
    """Have processes of their own check the same cards in; return what each was told: code, booth, outcome."""
    with ExitStack() as stack:
        writers = []
        for seed in range(PROCESSES):
            command = [sys.executable, "-m", "tests.faults.writing_process", url, token, str(seed)]
            piped: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
            writers.append(stack.enter_context(subprocess.Popen(command, cwd=ROOT, **piped)))
        for writer in writers:
            writer.stdin.write(json.dumps(codes) + "\n")
            writer.stdin.flush()
        for writer in writers:
            assert writer.stdout.readline() == "ready\n"
        for writer in writers:
            writer.stdin.write("go\n")
            writer.stdin.flush()
        return [json.loads(writer.stdout.read() or "[]") for writer in writers]


def test_two_processes_never_count_a_card_twice_at_a_booth(
    database: Database, database_url: str, template: Any
) -> None:
    with database.writing() as db:
        codes = [card.code for card in cards.issue(db, count=CARDS, actor="test", now=utc_now())]
    database.dispose()
    told = write_from_all(database_url, template.cast.tokens["organiser"], codes)
    counts = Counter((code, booth, outcome) for process in told for code, booth, outcome in process)
    expected = {
        (code, booth, outcome): 1 for code in codes for booth in ("clinic", "tea") for outcome in ("welcome", "again")
    }
    assert counts == expected
    assert all(any(outcome == "welcome" for *_, outcome in process) for process in told)
    engine = recount.engine_of(database_url)
    with engine.connect() as db:
        kept, counted = recount.kept(db), recount.counted(db)
    engine.dispose()
    assert kept == counted
    assert kept.people == CARDS
