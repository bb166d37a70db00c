"""What the documents say is what the program does."""

import re
from pathlib import Path

from festival.settings import SETTINGS
from launch import arguments

ROOT = Path(__file__).parent.parent


def test_every_setting_stands_in_its_document_with_its_default_and_words() -> None:
    lines = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `--")]
    written = {name.strip("`"): (default.strip("`"), help_en, help_zh) for name, default, help_en, help_zh in rows}
    assert written == {
        f"--{setting.name}": (
            "–" if setting.default in (False, "") else str(setting.default),
            setting.help,
            setting.help_zh,
        )
        for setting in SETTINGS
    }


def test_the_launcher_offers_every_setting() -> None:
    offered = {option.name for option in arguments.OPTIONS}
    assert {f"--{setting.name}" for setting in SETTINGS} <= offered


def test_readme_gives_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(r"^python3 start\.py\b(?! )", readme, re.MULTILINE) or "python3 start.py  " in readme
    assert "python3 start.py test" in readme


def test_the_house_has_the_rooms_that_its_plan_names() -> None:
    plan = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = re.findall(r"^([a-z_]+/|[a-z_]+\.py) ", plan.split("```")[1], re.MULTILINE)
    assert named
    for name in named:
        assert (ROOT / name).exists(), name


def test_each_defence_names_a_test_that_is_there() -> None:
    rows = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "docs" / "security.md").read_text(encoding="utf-8"))
    assert len(rows) >= 16
    for file, name in rows:
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file}::{name}"
