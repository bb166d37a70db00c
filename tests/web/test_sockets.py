"""The board's socket: one snapshot at once, then the newest, never too often (check-in.md, GET /board)."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from festival.storage.engine import Database
from tests.conftest import ON_SQLITE, Company

pytestmark = ON_SQLITE


@pytest.fixture
def screen(company: Company, database: Database) -> Iterator[Any]:
    """A screen on the board's namespace, with the feed at work."""
    application = company.application
    assert database.is_sqlite
    threading.Thread(target=application.feed.serve, daemon=True).start()
    client = application.socketio.test_client(application.flask, namespace="/board")
    yield client
    client.disconnect(namespace="/board")


def received(screen: Any) -> list[dict[str, Any]]:
    events = screen.get_received("/board")
    assert {event["name"] for event in events} <= {"board"}
    return [event["args"][0] for event in events]


def wait_for(screen: Any, seconds: float) -> list[dict[str, Any]]:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if got := received(screen):
            return got
        time.sleep(0.01)
    return []


def without_time(value: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in value.items() if name not in ("at", "minutes")}


def test_a_new_screen_has_the_newest_at_once(company: Company, screen: Any) -> None:
    (first,) = wait_for(screen, 2)
    assert without_time(first) == without_time(company.client(None).get("/board").get_json())


def test_a_change_is_sent_at_once_and_always_the_newest(company: Company, screen: Any) -> None:
    received(screen)
    company.clinic.check_in(company.zhang)
    until, newest = time.monotonic() + 2, {"visits": 0}
    while newest["visits"] == 0 and time.monotonic() < until:
        newest = (wait_for(screen, 0.5) or [newest])[-1]
    assert newest["visits"] == 1


@pytest.mark.alone
def test_many_changes_are_at_most_five_a_second(company: Company, screen: Any) -> None:
    received(screen)
    began, got = time.monotonic(), []
    while time.monotonic() - began < 1.5:
        company.clinic.check_in(None)
        got += received(screen)
    spent = time.monotonic() - began
    assert 1 < len(got) <= 5 * spent + 2
    time.sleep(0.6)
    newest = (got + received(screen))[-1]
    assert newest["visits"] == company.client(None).get("/board").get_json()["visits"]


@pytest.mark.alone
def test_an_idle_board_is_sent_every_two_seconds(screen: Any) -> None:
    received(screen)
    assert wait_for(screen, 3)
    began = time.monotonic()
    assert wait_for(screen, 3)
    assert 1.5 < time.monotonic() - began < 2.6


def test_a_refused_scan_leaves_the_version_alone(company: Company, screen: Any) -> None:
    (first,) = wait_for(screen, 2)
    company.clinic.check_in("rubbish")
    later = wait_for(screen, 3)
    assert {snapshot["version"] for snapshot in later} == {first["version"]}


def test_a_database_that_is_away_for_a_moment_does_not_end_the_feed(
    company: Company, screen: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert wait_for(screen, 2)
    with monkeypatch.context() as away:
        away.setattr(company.application.house.database, "reading", None)
        time.sleep(2.5)
    assert "no snapshot" in caplog.text
    received(screen)
    assert wait_for(screen, 3)
