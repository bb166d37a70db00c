"""How a connection to SQLite is prepared, on each system."""

import pytest

from festival.storage import engine


class Connection:
    """Hears what it is told."""

    def __init__(self) -> None:
        self.isolation_level: str | None = ""
        self.told: list[str] = []

    def execute(self, statement: str) -> None:
        self.told.append(statement)


@pytest.mark.parametrize(("platform", "flushed"), [("linux", False), ("win32", False), ("darwin", True)])
def test_a_commit_waits_for_the_disk_and_on_macos_for_the_drive_too(
    platform: str, flushed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    connection = Connection()
    engine._prepare_sqlite(connection, None)
    assert connection.isolation_level is None
    assert "PRAGMA synchronous=FULL" in connection.told
    assert ("PRAGMA fullfsync=ON" in connection.told) is flushed
    assert ("PRAGMA checkpoint_fullfsync=ON" in connection.told) is flushed
