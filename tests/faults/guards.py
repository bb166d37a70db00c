"""Takes one guard out of a copy of the code at a time, and shows which tests notice.

``python -m tests.faults.guards`` prints the table; test_guards.py holds it to what is named here.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.running import ROOT

ENGINE = "festival/storage/engine.py"
WRITER = "festival/storage/writer.py"
FIRST_TABLES = "festival/storage/migrations/versions/0001_first_tables.py"
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "node_modules", "vendor", "data", "__pycache__", ".*_cache")

DISK = "tests/faults/test_disk.py"
DURABLE = "tests/faults/test_durable.py"
KEYS = "tests/faults/test_unique_keys.py"
KILL = "tests/faults/test_kill.py"
RACES = "tests/faults/test_races.py"
TWO = "tests/faults/test_two_processes.py"
ALONE = "tests/festival/storage/test_writer.py"

EVERY_ANSWER = f"{DURABLE}::test_every_answer_comes_after_its_write_was_synced"
ONE_NONCE = f"{RACES}::test_one_nonce_from_twenty_connections_makes_one_visit"
PULLED_PLUG = f"{KILL}::test_whatever_was_answered_survives_a_pulled_plug_and_nothing_counts_twice"
SAME_ROW = f"{KEYS}::test_the_same_visit_or_the_same_nonce_cannot_be_kept_twice"
TWO_PROCESSES = f"{TWO}::test_two_processes_never_count_a_card_twice_at_a_booth"
UNDO_ONCE = f"{RACES}::test_undo_from_ten_connections_steps_back_once"
FAILS_ALONE = f"{ALONE}::test_a_work_that_raises_fails_alone_and_its_neighbours_are_committed"
NOT_BEFORE = f"{ALONE}::test_nobody_is_answered_before_the_commit"
EVERY_ATTEMPT = f"{RACES}::test_every_attempt_of_a_race_is_in_the_scan_log"
UNLINKED = f"{DISK}::test_nobody_is_welcomed_into_files_that_are_gone"
REFUSED_COMMIT = f"{DISK}::test_a_file_that_may_grow_no_more_stops_the_scanning_for_as_long"
SECOND_SERVER = f"{KILL}::test_a_second_server_on_the_folder_ends_with_status_1_and_one_line_that_names_it"


@dataclass(frozen=True)
class Guard:
    """A line that keeps a promise; ``instead`` takes it out, and all of ``noticed_by`` must go red."""

    name: str
    file: str
    line: str
    instead: str
    noticed_by: tuple[str, ...]


GUARDS = (
    Guard("the sync at each commit", ENGINE, '"synchronous=FULL"', '"synchronous=NORMAL"', (f"{EVERY_ANSWER}[",)),
    Guard("any sync at all", ENGINE, '"synchronous=FULL"', '"synchronous=OFF"', (f"{EVERY_ANSWER}[",)),
    Guard(
        "the nonce's look-up",
        "festival/check_in/record.py",
        "        _load_kept(db, day, scans)\n",
        "",
        (f"{ONE_NONCE}[sqlite", f"{ONE_NONCE}[postgresql", PULLED_PLUG),
    ),
    Guard(
        "the unique key of visits",
        FIRST_TABLES,
        """        sa.UniqueConstraint(
            "edition_id",
            "booth_id",
            "visitor_id",
            "ordinal",
            name=op.f("uq_visits_edition_id_booth_id_visitor_id_ordinal"),
        ),
""",
        "",
        (f"{SAME_ROW}[sqlite-visits]", f"{SAME_ROW}[postgresql-visits]"),
    ),
    Guard(
        "the unique key of nonces",
        FIRST_TABLES,
        '        sa.UniqueConstraint("nonce", "station_id", name=op.f("uq_scans_nonce_station_id")),\n',
        "",
        (f"{SAME_ROW}[sqlite-scans]", f"{SAME_ROW}[postgresql-scans]"),
    ),
    Guard("the write lock of SQLite", ENGINE, '"BEGIN IMMEDIATE"', '"BEGIN"', (f"{TWO_PROCESSES}[sqlite]",)),
    Guard(
        "the write lock of PostgreSQL",
        ENGINE,
        'f"SELECT pg_advisory_xact_lock({WRITE_LOCK})"',
        '"SELECT 1"',
        (f"{TWO_PROCESSES}[postgresql]",),
    ),
    Guard(
        "the undo's step back",
        "festival/check_in/undo.py",
        "    day.take_back(_counted(visit), _others(db, visit))\n",
        "",
        (f"{UNDO_ONCE}[sqlite]", f"{UNDO_ONCE}[postgresql]"),
    ),
    Guard(
        "each work alone after a roll-back",
        WRITER,
        "            return [self.commit([work])[0] for work in batch]\n",
        "            return [Failed(error) for _ in batch]\n",
        (f"{FAILS_ALONE}[sqlite", f"{FAILS_ALONE}[postgresql"),
    ),
    Guard(
        "the answer after the commit",
        WRITER,
        """            outcomes = self.commit([waiting.work for waiting in batch])
            for waiting, outcome in zip(batch, outcomes, strict=True):
                waiting.slot.put(outcome)
""",
        """            with self._database.writing() as db:
                outcomes = [o for works in _joined([w.work for w in batch]) for o in works[0].do(db, works)]
                for waiting, outcome in zip(batch, outcomes, strict=True):
                    waiting.slot.put(outcome)
""",
        (f"{NOT_BEFORE}[sqlite]", f"{NOT_BEFORE}[postgresql]"),
    ),
    Guard(
        "refused scans in the scan log",
        "festival/check_in/rules.py",
        "    case.day.scans.append(row | (kept or {}))\n",
        '    if reply.outcome != "refused":\n        case.day.scans.append(row | (kept or {}))\n',
        (f"{EVERY_ATTEMPT}[sqlite]", f"{EVERY_ATTEMPT}[postgresql]"),
    ),
    Guard(
        "the look at the files after each commit",
        ENGINE,
        "        if self._files is not None and not self._files.written():\n",
        "        if False:\n",
        (f"{UNLINKED}[gone]", f"{UNLINKED}[replaced]", f"{UNLINKED}[emptied]", f"{UNLINKED}[without_log]"),
    ),
    Guard(
        "the disk's errors told from mistakes",
        ENGINE,
        "            if found is None:\n                raise\n",
        "            raise\n",
        (REFUSED_COMMIT,),
    ),
    Guard(
        "the lock of the folder",
        "festival/data_folder.py",
        "        held.acquire(timeout=0)\n",
        "        pass\n",
        (SECOND_SERVER,),
    ),
)


@contextmanager
def without(guard: Guard | None) -> Iterator[Path]:
    """Give a copy of the code in which this guard is taken out (None: a faithful one)."""
    with tempfile.TemporaryDirectory(prefix="guards-") as folder:
        copy = Path(folder) / "code"
        shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
        if guard is not None:
            file = copy / guard.file
            code = file.read_text(encoding="utf-8")
            assert code.count(guard.line) == 1, f"{guard.name}: its line stands not once in {guard.file}"
            file.write_text(code.replace(guard.line, guard.instead), encoding="utf-8")
        yield copy


def red(copy: Path, tests: tuple[str, ...]) -> list[str]:
    """Return which of the tests (files, or one test each) fail in this copy."""
    command = [sys.executable, "-m", "pytest", "-q", "-rfE", "--tb=no", "-m", "not long", *tests]
    # A short line would be cut in the middle of a test's name.
    environment = os.environ | {"COLUMNS": "400"}
    ran = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode in (0, 1), ran.stdout + ran.stderr
    return re.findall(r"^(?:FAILED|ERROR) (\S+::.+?)(?: - .*)?$", ran.stdout, re.MULTILINE)


def whole_tests(guard: Guard) -> tuple[str, ...]:
    """Return the named tests without their parameters, each once, as pytest is asked for them."""
    return tuple(dict.fromkeys(test.partition("[")[0] for test in guard.noticed_by))


def main() -> None:
    """Print, for each guard, which tests of the quick files and of those named go red."""
    quick = (DURABLE, KEYS, RACES, TWO, ALONE)
    for guard in (None, *GUARDS):
        named = () if guard is None else tuple(test for test in whole_tests(guard) if test.startswith(KILL))
        with without(guard) as copy:
            failed = red(copy, (*quick, *named))
        print(f"{'nothing taken out' if guard is None else guard.name}: {len(failed)} red")
        for test in failed:
            print(f"    {test}", flush=True)


if __name__ == "__main__":
    main()
