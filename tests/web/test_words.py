"""Every Chinese word that a page can show has its English."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent.parent
SCREENS = ("templates", "web", "kiosk", "admin")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "_l": None}


def used() -> set[str]:
    methods = [("**.py", "python"), ("**.html", "jinja2")]
    found: set[str] = set()
    for folder in SCREENS:
        for _, _, message, _, _ in extract_from_dir(ROOT / folder, method_map=methods, keywords=KEYWORDS):
            found.add(message if isinstance(message, str) else message[0])
    return found


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    with (ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def test_every_word_has_its_english(english: dict[str, str]) -> None:
    assert used()
    assert sorted(word for word in used() if not english.get(word)) == []


def test_no_english_is_left_over(english: dict[str, str]) -> None:
    assert sorted(set(english) - used()) == []


def test_english_has_no_hole_that_nobody_fills(english: dict[str, str]) -> None:
    holes = re.compile(r"%\(\w+\)s|\{\w+\}")
    for chinese, translated in english.items():
        assert set(holes.findall(translated)) <= set(holes.findall(chinese)), chinese
