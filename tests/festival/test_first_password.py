"""The first password: another one at each start, until somebody has used one."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from festival import accounts, data_folder
from festival.settings import Settings
from festival.storage.tables import Account

NOW = datetime(2026, 10, 23, 20, 0, tzinfo=UTC)


def opened(folder: Path) -> data_folder.Opened:
    """Open the data as a start does."""
    return data_folder.open_database(Settings(data=folder), NOW)


def fits(start: data_folder.Opened, password: str | None) -> bool:
    """Return whether the first account has this password."""
    with start.database.reading() as db:
        kept = db.execute(select(Account.password_hash)).scalar_one()
    return password is not None and accounts.is_right(kept, password)


def test_a_start_that_nobody_saw_gives_another_password_at_the_next(tmp_path: Path) -> None:
    lost = opened(tmp_path).first_password
    for _ in range(2):
        again = opened(tmp_path)
        assert again.first_password != lost
        assert fits(again, again.first_password)
        assert not fits(again, lost)


@pytest.mark.parametrize("used", ["signed in", "chosen"])
def test_a_password_in_use_stays(tmp_path: Path, used: str) -> None:
    first = opened(tmp_path)
    with first.database.writing() as db:
        if used == "signed in":
            account = accounts.by_name(db, accounts.FIRST_ACCOUNT)
            assert account is not None
            accounts.sign_in(db, account=account, address="127.0.0.1", now=NOW)
        else:
            kept = accounts.hash_password("a word of our own")
            accounts.set_password(db, name=accounts.FIRST_ACCOUNT, password_hash=kept, actor="command", now=NOW)
    again = opened(tmp_path)
    assert again.first_password is None
    assert fits(again, first.first_password if used == "signed in" else "a word of our own")
