"""Names fit for a screen."""

import pytest

from festival.cards import masked


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (None, None),
        ("张建国", "张*国"),
        ("张三", "张*"),
        ("张", "*"),
        ("欧阳建国", "欧**国"),
        ("Ann Lee", "A*****e"),
    ],
)
def test_a_name_is_shown_by_its_ends_alone(name: str | None, shown: str | None) -> None:
    assert masked(name) == shown
