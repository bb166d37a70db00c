"""Codes must come back from whatever they were drawn on."""

import re
from xml.etree import ElementTree

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from printing import qr

CARD = "1012345678901234"
ADDRESS = "http://192.168.1.20:8000"
DARK, LIGHT = 0, 255
SVG = "{http://www.w3.org/2000/svg}"


def read(picture: Image.Image) -> str:
    """Return what a scanner reads, or an empty string; 8 pixels a module, on a grey surround as a camera sees it."""
    around = Image.new("L", (picture.width * 8 + 80, picture.height * 8 + 80), 128)
    around.paste(picture.resize((picture.width * 8, picture.height * 8), Image.Resampling.NEAREST), (40, 40))
    found = zxingcpp.read_barcodes(around)
    return found[0].text if found else ""


def painted(rows: list[list[bool]], dark: int = DARK, light: int = LIGHT) -> Image.Image:
    picture = Image.new("L", (len(rows[0]), len(rows)), light)
    for y, row in enumerate(rows):
        for x, module in enumerate(row):
            picture.putpixel((x, y), dark if module else light)
    return picture


def cells(shown: str) -> list[list[bool]]:
    """Return a terminal's text as half cells, True where the foreground fills them."""
    fills = {" ": (False, False), "▀": (True, False), "▄": (False, True), "█": (True, True)}
    return [[fills[block][half] for block in line] for line in shown.split("\n") for half in (0, 1)]


@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
def test_sixteen_digits_make_the_smallest_code_at_every_level(level: str) -> None:
    code = qr.matrix(CARD, level)
    assert len(code) == 21
    assert {len(row) for row in code} == {21}
    assert code[0][:8] == [True] * 7 + [False], "a code begins with a corner's finder, without a quiet zone"


@pytest.mark.parametrize(("text", "level"), [("", "H"), (CARD, "X"), ("x" * 3000, "H"), ("x" * 9000, "L")])
def test_what_cannot_be_a_code_is_a_value_error(text: str, level: str) -> None:
    with pytest.raises(ValueError, match=r"code|level"):
        qr.matrix(text, level)


def test_runs_cover_each_dark_module_once() -> None:
    code = qr.matrix(ADDRESS, "Q")
    covered = [(x + step, y) for x, y, length in qr.runs(code) for step in range(length)]
    assert len(covered) == len(set(covered))
    assert set(covered) == {(x, y) for y, row in enumerate(code) for x, module in enumerate(row) if module}


@pytest.mark.parametrize(("text", "level"), [(CARD, "H"), (ADDRESS, "Q"), ("老街坊 /booth#pair=123456", "M")])
def test_svg_reads_back(text: str, level: str) -> None:
    picture = ElementTree.fromstring(qr.svg(text, level, label="卡"))
    side = int(picture.attrib["viewBox"].split()[2])
    paths = picture.findall(f"{SVG}path")
    assert len(paths) == 1
    canvas = Image.new("L", (side, side), LIGHT)
    for x, y, width, back in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", paths[0].attrib["d"]):
        assert width == back
        ImageDraw.Draw(canvas).line([(int(x), int(y)), (int(x) + int(width) - 1, int(y))], fill=DARK)
    assert read(canvas) == text


def test_svg_keeps_its_quiet_zone() -> None:
    assert 'viewBox="0 0 29 29"' in qr.svg(CARD)
    assert 'viewBox="0 0 25 25"' in qr.svg(CARD, quiet=2)


def test_svg_needs_no_inline_style_and_says_what_it_is() -> None:
    labelled = qr.svg(CARD, "H", label='"邻里卡" <1> & 2')
    picture = ElementTree.fromstring(labelled)
    assert (picture.attrib["role"], picture.attrib["aria-label"]) == ("img", '"邻里卡" <1> & 2')
    assert "style" not in labelled
    assert ElementTree.fromstring(qr.svg(CARD)).attrib["aria-hidden"] == "true"


def test_svg_is_dark_on_white_whatever_colour_the_page_has() -> None:
    picture = ElementTree.fromstring(qr.svg(CARD))
    assert picture.attrib["color"] == "#000"
    assert picture[0].attrib["fill"] == "#fff"
    assert picture[1].attrib["fill"] == "currentColor"


@pytest.mark.parametrize(("foreground", "background"), [(LIGHT, DARK), (DARK, LIGHT)], ids=["dark", "light"])
def test_plain_terminal_reads_back_on_dark_and_on_light(foreground: int, background: int) -> None:
    shown = qr.terminal(ADDRESS, encoding="utf-8")
    assert set(shown) <= set(" ▀▄█\n")
    assert read(painted(cells(shown), foreground, background)) == ADDRESS


def test_coloured_terminal_names_both_colours_and_ends_them_on_every_line() -> None:
    lines = qr.terminal(ADDRESS, ansi=True, encoding="utf-8").split("\n")
    assert all(line.startswith(qr.BLACK_ON_WHITE) and line.endswith(qr.PLAIN) for line in lines)
    bare = "\n".join(line[len(qr.BLACK_ON_WHITE) : -len(qr.PLAIN)] for line in lines)
    assert read(painted(cells(bare))) == ADDRESS


@pytest.mark.parametrize("ansi", [True, False])
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "no-such-encoding"])
def test_console_without_blocks_gets_ascii_that_reads_back(encoding: str, ansi: bool) -> None:
    shown = qr.terminal(ADDRESS, ansi=ansi, encoding=encoding)
    assert set(shown) == set("# \n")
    rows = [[pair == "##" for pair in re.findall("..", line)] for line in shown.split("\n")]
    assert read(painted(rows, LIGHT, DARK)) == ADDRESS


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_terminal_code_has_a_quiet_zone_and_fits_eighty_columns(encoding: str) -> None:
    lines = qr.terminal("http://192.168.100.200:65535", encoding=encoding).split("\n")
    assert len({len(line) for line in lines}) == 1
    assert len(lines[0]) <= 80
    wide = 2 if encoding == "ascii" else 1
    full = "#" if encoding == "ascii" else "█"
    assert lines[0] == full * len(lines[0])
    assert all(line.startswith(full * 2 * wide) and line.endswith(full * 2 * wide) for line in lines[:-1])
