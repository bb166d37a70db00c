"""The one list of personal columns is complete."""

from sqlalchemy import JSON, LargeBinary, String

from festival.personal import NOT_PERSONAL, PERSONAL, is_long_enough
from festival.storage.tables import Base


def texts() -> set[str]:
    """Return every column that can hold words."""
    return {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, String | JSON | LargeBinary)
    }


def test_every_column_of_text_is_listed_as_personal_or_not_with_a_reason() -> None:
    assert set(PERSONAL) | set(NOT_PERSONAL) == texts()
    assert set(PERSONAL) & set(NOT_PERSONAL) == set()
    assert all((PERSONAL | NOT_PERSONAL).values())


def test_personal_columns_stand_in_four_tables() -> None:
    assert {name.partition(".")[0] for name in PERSONAL} == {"visitors", "visits", "scans", "tray"}


def test_what_chance_puts_into_any_file_is_not_searched_for() -> None:
    sought = {
        text: is_long_enough(text) for text in ("张三", "张建国", "国", "60", "123456", "13800138000", "Li Lei", "Bo")
    }
    assert [text for text, is_long in sought.items() if is_long] == ["张三", "张建国", "13800138000", "Li Lei"]
