"""The one writer, alone: batches, one commit, then the outcomes."""

import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from festival.errors import Reason, Refusal
from festival.notices import Trouble
from festival.storage import writer as module
from festival.storage.engine import Database
from festival.storage.writer import Call, Failed, Writer


class Watched(Database):
    """A database that remembers its commits and roll-backs."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.happened: list[str] = []

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a transaction, and remember how it ended."""
        try:
            with super().writing() as db:
                yield db
        except BaseException:
            self.happened.append("rolled back")
            raise
        self.happened.append("committed")


@pytest.fixture(params=["sqlite", "postgresql"])
def notes(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Watched]:
    """A database with one table, of notes that must differ."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
    else:
        template = request.getfixturevalue("postgres_template")
    with template.fresh(tmp_path) as url:
        database = Watched(url)
        with database.writing() as db:
            db.execute(text("CREATE TABLE notes (note VARCHAR(20) UNIQUE)"))
        database.happened.clear()
        yield database
        database.dispose()


def kept(database: Database) -> list[str]:
    """Return the notes that everybody can read."""
    with database.reading() as db:
        return [row[0] for row in db.execute(text("SELECT note FROM notes ORDER BY note"))]


def keep(db: Connection, note: str) -> str:
    """Keep a note."""
    db.execute(text("INSERT INTO notes VALUES (:note)"), {"note": note})
    return note.upper()


def fail(db: Connection, note: str) -> str:
    """Keep a note and break."""
    keep(db, note)
    raise ZeroDivisionError(note)


def refuse(db: Connection, note: str) -> str:  # noqa: ARG001
    """Refuse to keep a note."""
    raise Refusal(Reason.NOT_FOUND)


def work(function: Callable[..., Any], note: str) -> Call:
    """Return a call that waits for the writer."""
    return Call(function, {"note": note})


def a_writer(database: Database, **options: Any) -> Writer:
    """Return a writer with a queue that threads wait at."""
    return Writer(database, queue=queue.SimpleQueue(), make_slot=queue.SimpleQueue, **options)


def shown(outcomes: Sequence[Any]) -> list[Any]:
    """Return outcomes, failures by the name of their error."""
    return [type(outcome.error).__name__ if isinstance(outcome, Failed) else outcome for outcome in outcomes]


def test_works_that_wait_together_are_committed_once(notes: Watched) -> None:
    outcomes = a_writer(notes).commit([work(keep, "a"), work(keep, "b"), work(keep, "c")])
    assert outcomes == ["A", "B", "C"]
    assert kept(notes) == ["a", "b", "c"]
    assert notes.happened == ["committed"]


@pytest.mark.parametrize("at", [0, 1, 2], ids=["first", "middle", "last"])
def test_a_work_that_raises_fails_alone_and_its_neighbours_are_committed(notes: Watched, at: int) -> None:
    batch = [work(keep, "a"), work(keep, "b")]
    batch.insert(at, work(fail, "broken"))
    outcomes = shown(a_writer(notes).commit(batch))
    assert outcomes.pop(at) == "ZeroDivisionError"
    assert outcomes == ["A", "B"]
    assert kept(notes) == ["a", "b"]


def test_a_work_that_breaks_a_unique_key_fails_alone(notes: Watched) -> None:
    outcomes = shown(a_writer(notes).commit([work(keep, "a"), work(keep, "a"), work(keep, "b")]))
    assert outcomes == ["A", "IntegrityError", "B"]
    assert kept(notes) == ["a", "b"]


def test_a_work_that_raises_alone_leaves_nothing_behind(notes: Watched) -> None:
    assert shown(a_writer(notes).commit([work(fail, "a")])) == ["ZeroDivisionError"]
    assert kept(notes) == []
    assert notes.happened == ["rolled back"]


def test_a_refusal_spoils_nothing_beside_it(notes: Watched) -> None:
    outcomes = shown(a_writer(notes).commit([work(keep, "a"), work(refuse, "no"), work(keep, "b")]))
    assert outcomes == ["A", "Refusal", "B"]
    assert kept(notes) == ["a", "b"]
    assert notes.happened == ["committed"]


def test_the_writer_goes_on_after_every_kind_of_trouble(notes: Watched) -> None:
    writer = a_writer(notes)
    writer.commit([work(fail, "a"), work(refuse, "b")])
    assert writer.commit([work(keep, "c")]) == ["C"]
    assert kept(notes) == ["c"]


@dataclass
class Watching:
    """A slot that looks, at the very moment of the answer, whether others can read what it says was done."""

    database: Watched
    read_at_answer: list[list[str]]
    outcomes: "queue.SimpleQueue[Any]" = field(default_factory=queue.SimpleQueue)

    def put(self, outcome: Any) -> None:
        """Look, then wake who waits."""
        self.read_at_answer.append(kept(self.database))
        self.database.happened.append("answered")
        self.outcomes.put(outcome)

    def get(self) -> Any:
        """Wait."""
        return self.outcomes.get(timeout=10)


@contextmanager
def serving(writer: Writer) -> Iterator[None]:
    """Have the writer serve in a thread, and end it."""
    thread = threading.Thread(target=writer.serve)
    thread.start()
    yield
    writer._queue.put(None)
    thread.join(10)
    assert not thread.is_alive()


def test_nobody_is_answered_before_the_commit(notes: Watched) -> None:
    read_at_answer: list[list[str]] = []
    waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()
    writer = Writer(notes, queue=waiting, make_slot=lambda: Watching(notes, read_at_answer))
    slots = [Watching(notes, read_at_answer) for _ in "ab"]
    for note, slot in zip("ab", slots, strict=True):
        waiting.put(module.Waiting(work(keep, note), slot))
    with serving(writer):
        assert [slot.get() for slot in slots] == ["A", "B"]
    assert notes.happened == ["committed", "answered", "answered"]
    assert read_at_answer == [["a", "b"], ["a", "b"]]


def test_screens_hear_of_a_batch_after_its_commit(notes: Watched) -> None:
    writer = a_writer(notes, committed=lambda: notes.happened.append("told"))
    with serving(writer):
        assert writer.call(keep, note="a") == "A"
    assert notes.happened == ["committed", "told"]


def test_who_waits_gets_the_error_that_their_work_raised(notes: Watched) -> None:
    writer = a_writer(notes)
    with serving(writer):
        with pytest.raises(ZeroDivisionError):
            writer.call(fail, note="a")
        with pytest.raises(Refusal) as refused:
            writer.call(refuse, note="b")
        assert refused.value.reason is Reason.NOT_FOUND
        assert writer.call(keep, note="c") == "C"


def test_none_ends_the_writer_after_all_that_was_put_before(notes: Watched) -> None:
    writer, slots = a_writer(notes), [queue.SimpleQueue[Any]() for _ in "abc"]
    for note, slot in zip("abc", slots, strict=True):
        writer._queue.put(module.Waiting(work(keep, note), slot))
    writer._queue.put(None)
    writer.serve()
    assert [slot.get_nowait() for slot in slots] == ["A", "B", "C"]
    assert kept(notes) == ["a", "b", "c"]


def test_none_alone_ends_the_writer_at_once(notes: Watched) -> None:
    writer = a_writer(notes)
    writer._queue.put(None)
    writer.serve()
    assert notes.happened == []


class Heavy(Call):
    """A batch of so many check-ins, as far as the writer can tell."""

    def __init__(self, note: str, weight: int) -> None:
        super().__init__(keep, {"note": note})
        self.weight = weight


@pytest.mark.parametrize(
    ("weights", "commits"),
    [
        ([1] * 10, 1),
        ([module.MOST_AT_ONCE, 1], 2),
        ([module.MOST_AT_ONCE - 1, 1, 1], 2),
        ([module.MOST_AT_ONCE] * 3, 3),
        ([1, module.MOST_AT_ONCE, 1], 2),
    ],
)
def test_a_batch_ends_once_it_holds_as_many_check_ins_as_one_commit_may(
    notes: Watched, weights: list[int], commits: int
) -> None:
    writer, slots = a_writer(notes), [queue.SimpleQueue[Any]() for _ in weights]
    for number, (weight, slot) in enumerate(zip(weights, slots, strict=True)):
        writer._queue.put(module.Waiting(Heavy(f"{number:02}", weight), slot))
    writer._queue.put(None)
    writer.serve()
    assert notes.happened == ["committed"] * commits
    assert [slot.get_nowait() for slot in slots] == [f"{number:02}" for number in range(len(weights))]


class Together:
    """Works that are done by one call, which notes how many came together."""

    weight = 1

    def __init__(self, calls: list[int]) -> None:
        self.calls = calls

    def joins(self, other: Any) -> bool:
        """Join their own kind."""
        return isinstance(other, Together)

    def do(self, db: Connection, together: Sequence[Any]) -> list[Any]:  # noqa: ARG002
        """Note how many came."""
        self.calls.append(len(together))
        return list(range(len(together)))


def test_neighbours_of_one_kind_are_done_by_one_call_and_the_order_is_kept(notes: Watched) -> None:
    calls: list[int] = []
    batch = [Together(calls), Together(calls), work(keep, "a"), Together(calls)]
    assert a_writer(notes).commit(batch) == [0, 1, "A", 0]
    assert calls == [2, 1]


def test_a_commit_that_the_disk_refuses_is_told_to_everybody_and_leaves_nothing(tmp_path: Path) -> None:
    """A full disk: SQLite may use no more pages, as if nothing were left."""
    database = Watched(f"sqlite:///{tmp_path}/full.db")
    with database.writing() as db:
        db.execute(text("CREATE TABLE notes (note TEXT UNIQUE)"))
        pages = db.exec_driver_sql("PRAGMA page_count").scalar_one()
        db.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    writer = a_writer(database)
    outcomes = shown(writer.commit([work(keep, letter * 9000) for letter in "ab"]))
    assert outcomes == ["CannotKeep", "CannotKeep"]
    assert [notice.trouble for notice in database.notices.current()] == [Trouble.DISK_FULL]
    assert kept(database) == []
    with database.writing() as db:
        db.exec_driver_sql("PRAGMA max_page_count=10000")
    assert writer.commit([work(keep, "c")]) == ["C"]
    assert database.notices.current() == []
    database.dispose()


def test_the_writer_waits_while_another_process_holds_the_lock(tmp_path: Path) -> None:
    database = Watched(f"sqlite:///{tmp_path}/busy.db")
    with database.writing() as db:
        db.execute(text("CREATE TABLE notes (note TEXT UNIQUE)"))
    other = sqlite3.connect(tmp_path / "busy.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    letting_go = threading.Timer(0.3, other.execute, ["COMMIT"])
    letting_go.start()
    assert a_writer(database).commit([work(keep, "a")]) == ["A"]
    letting_go.join()
    other.close()
    database.dispose()


def test_a_lost_connection_costs_one_batch_and_the_next_finds_a_new_one(postgres_template: Any, tmp_path: Path) -> None:
    with postgres_template.fresh(tmp_path) as url:
        database, other = Watched(url), Database(url)
        with database.writing() as db:
            db.execute(text("CREATE TABLE notes (note VARCHAR(20) UNIQUE)"))
            own = db.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with other.writing() as db:
            db.execute(text("SELECT pg_terminate_backend(:own, 5000)"), {"own": own})
        writer = a_writer(database)
        outcomes = shown(writer.commit([work(keep, "a"), work(keep, "b")]))
        assert outcomes == ["A", "B"]
        assert kept(database) == ["a", "b"]
        database.dispose()
        other.dispose()
