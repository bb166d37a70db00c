"""Every Chinese word that a page can show has its English."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from festival import messages

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


# So a machine speaks, not a neighbour (look: words). A phone's own menus are named as they are.
MACHINES_WORDS = re.compile("系统|扫描失败|错误代码|用户|请重试")


def test_no_word_is_a_machines(english: dict[str, str]) -> None:
    told = [*english, *(chinese for chinese, _ in messages._REASONS.values())]
    assert [text for text in told if MACHINES_WORDS.search(text)] == []


SCRIPTS = ROOT / "static" / "js"
# The page's words, and the folders of scripts that say them.
SPOKEN = {
    "templates/board/words.html": ("board",),
    "templates/booth/words.html": ("booth",),
    "templates/gun/words.html": ("gun",),
    "templates/kiosk/words.html": ("kiosk",),
}
# A word of two keys put together: say(`${key}_line`).
PUT_TOGETHER = re.compile(r"`([a-z_]*)\$\{[^}`]+\}([a-z_]*)`")


@pytest.mark.parametrize("page", SPOKEN)
def test_no_word_of_a_script_is_left_over(page: str) -> None:
    keys = re.findall(r'^  "(\w+)":', (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    scripts = [*SCRIPTS.glob("*.js"), *(file for folder in SPOKEN[page] for file in (SCRIPTS / folder).glob("*.js"))]
    others = [file for file in (ROOT / page).parent.glob("*.html") if file != ROOT / page]
    said = "".join(file.read_text(encoding="utf-8") for file in [*scripts, *others])
    words = set(re.findall(r"\w+", said))
    ends = {(before, after) for before, after in PUT_TOGETHER.findall(said) if before or after}
    ends |= {(before, "") for before in re.findall(r'data-word="(\w+_)\{\{', said)}

    def is_said(key: str) -> bool:
        plain = key.removesuffix("_one")
        return plain in words or any(plain.startswith(before) and plain.endswith(after) for before, after in ends)

    assert keys
    assert [key for key in keys if not is_said(key)] == []
