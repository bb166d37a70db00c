"""The settings as given on the command line."""

from pathlib import Path

import pytest

from festival import settings
from festival.settings import BadSetting, Settings
from festival.storage.engine import Database


@pytest.mark.parametrize("name", ["plain", "邻里节", "2026?", "a%20b", "#1", "x y'z"])
def test_the_database_lies_in_the_data_folder_whatever_that_is_called(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    database = Database(Settings(data=folder).database_url)
    with database.writing() as db:
        db.exec_driver_sql("CREATE TABLE proof (id INTEGER)")
    database.dispose()
    assert (folder / "festival.db").stat().st_size > 0
    assert [each.name for each in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_postgresql_address_is_taken_with_its_password(scheme: str) -> None:
    chosen = settings.from_values({"database": f"{scheme}://u:p%40ss@127.0.0.1:5433/fair"})
    url = chosen.database_url
    assert (url.drivername, url.password, url.port, url.database) == ("postgresql+psycopg", "p@ss", 5433, "fair")


@pytest.mark.parametrize(
    "values",
    [
        {"port": 70000},
        {"port": -1},
        {"colour": "red"},
        {"database": "mysql://x/y"},
        {"database": "sqlite:///x"},
        {"database": "nonsense"},
        {"database": "postgresql://u:p@127.0.0.1:abc/x"},
    ],
)
def test_a_bad_setting_is_one_clear_line(values: dict[str, object]) -> None:
    with pytest.raises(BadSetting) as raised:
        settings.from_values(values)
    assert "\n" not in str(raised.value)
