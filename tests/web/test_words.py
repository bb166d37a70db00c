"""Every Chinese word that a page can show has its English, and reads right with every number."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from festival import messages

ROOT = Path(__file__).parent.parent.parent
SCREENS = ("templates", "web", "kiosk", "admin")
PLAIN = ("_", "gettext", "lazy_gettext", "_l")
# Said with a number: its English has one form for one and another for more.
COUNTED = ("counted",)
HOLES = re.compile(r"%\((\w+)\)s|\{(\w+)\}")

# The Chinese of a text, and the forms of its English.
Catalogue = dict[str, tuple[str, ...]]


@cache
def used(functions: tuple[str, ...]) -> set[str]:
    methods = [("**.py", "python"), ("**.html", "jinja2")]
    keywords = dict.fromkeys(functions)
    return {
        str(message)
        for folder in SCREENS
        for _, _, message, _, _ in extract_from_dir(ROOT / folder, method_map=methods, keywords=keywords)
    }


@pytest.fixture(scope="module")
def english() -> Catalogue:
    with (ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {_key(message.id): _forms(message.string) for message in read_po(file) if message.id}


def _key(text: str | Sequence[str]) -> str:
    return text if isinstance(text, str) else text[0]


def _forms(text: str | Sequence[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


@pytest.mark.parametrize(("functions", "forms"), [(PLAIN, 1), (COUNTED, 2)], ids=["plain", "counted"])
def test_every_word_has_its_english(english: Catalogue, functions: tuple[str, ...], forms: int) -> None:
    assert used(functions)
    assert sorted(word for word in used(functions) if len(set(filter(None, english.get(word, ())))) != forms) == []


def test_no_english_is_left_over(english: Catalogue) -> None:
    assert sorted(set(english) - used(PLAIN) - used(COUNTED)) == []


def test_english_has_no_hole_that_nobody_fills(english: Catalogue) -> None:
    for chinese, forms in english.items():
        assert set(HOLES.findall("".join(forms))) <= set(HOLES.findall(chinese)), chinese


# What no English says of one: 1 visits, 1 more booths, 1 was, but not 1 places; there are 1.
WRONG_OF_ONE = re.compile(
    r"\b1 (?:[a-z]+ )?(?:people|(?!(?:is|was|has|needs|ms)\b)[a-z]+s|are|were|have)\b|\b(?:are|were|have) 1\b"
)
# Holes that never hold the number one: a place's name, and the most that may be asked for.
NEVER_ONE = {"place", "most"}
# A word that a template hands to a script, with its key.
HANDED = re.compile(r'"(\w+)": _\("([^"]+)"\)')


def with_a_form_for_one() -> set[str]:
    """Return the texts that a script says with more than one only: there is a key for one beside theirs."""
    found: set[str] = set()
    for file in (ROOT / "templates").rglob("*.html"):
        words = dict(HANDED.findall(file.read_text(encoding="utf-8")))
        found |= {text for key, text in words.items() if f"{key}_one" in words}
    return found


def said_of_one(text: str) -> str:
    return HOLES.sub(lambda hole: hole[0] if (hole[1] or hole[2]) in NEVER_ONE else "1", text)


def test_english_reads_right_of_one(english: Catalogue) -> None:
    of_more = with_a_form_for_one()
    assert of_more
    told = [said_of_one(forms[0]) for chinese, forms in english.items() if chinese not in of_more]
    assert [text for text in told if WRONG_OF_ONE.search(text)] == []


@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [
        ("%(n)s scans are not counted.", True),
        ("%(visits)s visits, %(booths)s booths", True),
        ("sign-ins at %(n)s places end", True),
        ("There are %(people)s in the venue", True),
        ("%(n)s people", True),
        ("{n} more booths", True),
        ("%(n)s scan are not counted.", True),
        ("%(n)s scan is not counted.", False),
        ("%(n)s place needs another look", False),
        ("Cards made so far: %(n)s", False),
        ("{n} ms", False),
        ("{place} calls for help", False),
    ],
)
def test_what_reads_wrong_of_one(text: str, is_wrong: bool) -> None:
    assert bool(WRONG_OF_ONE.search(said_of_one(text))) is is_wrong


# So a machine speaks, not a neighbour (look: words). A phone's own menus are named as they are.
MACHINES_WORDS = re.compile("系统|扫描失败|错误代码|用户|请重试")


def test_no_word_is_a_machines(english: Catalogue) -> None:
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
