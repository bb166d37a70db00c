"""What this disk can do: one small commit after another, as a program without a writer would."""

import os
import sqlite3
import time
from pathlib import Path


def commits_a_second(folder: Path, *, seconds: float, slowed: float = 0.0) -> float:
    """Return how many one-row commits a second SQLite makes (WAL, FULL); ``slowed`` seconds are added to each."""
    connection = sqlite3.connect(folder / "one-by-one.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS visits (id INTEGER PRIMARY KEY, code TEXT UNIQUE)")
    began, done = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        connection.execute("INSERT INTO visits (code) VALUES (?)", (os.urandom(8).hex(),))
        time.sleep(slowed)
        done += 1
    taken = time.perf_counter() - began
    connection.close()
    return done / taken
