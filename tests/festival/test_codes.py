"""Every way in which a code may be written, and everything that is none (check-in.md, Codes)."""

import pytest
from stdnum import damm

from festival import codes
from festival.codes import NO_CODE, Code, Written


def checked(body: str) -> str:
    return body + str(damm.calc_check_digit(body))


CARD = checked("101234567890123")
BADGE = checked("201234567890123")
WRONG = CARD[:-1] + str((int(CARD[-1]) + 1) % 10)
FULL_WIDTH = "".join(chr(ord("０") + int(digit)) for digit in CARD)


def spread(sign: str) -> str:
    """Return the card's code with ``sign`` in front, behind and after every digit."""
    return sign + sign.join(CARD) + sign


@pytest.mark.parametrize(
    "written",
    [
        CARD,
        spread(" "),
        spread("\u3000"),
        spread("\t"),
        spread("\r"),
        spread("\n"),
        spread("-"),
        spread(" - \r\n\t\u3000"),
        CARD + "\r\n",
        f"{CARD[:4]}-{CARD[4:8]}-{CARD[8:12]}-{CARD[12:]}",
        FULL_WIDTH,
        FULL_WIDTH[:8] + CARD[8:],
        f"http://192.168.1.5:8000/c/{CARD}",
        f"https://laojiefang.example/c/{CARD}",
        f"HTTPS://LAOJIEFANG.EXAMPLE/C/{CARD}",
        f"hTtP://h/C/{CARD}",
        f"http://h/any/path/at/all/c/{CARD}",
        f"http://h/c/c/{CARD}",
        f"http://h/c//c/{CARD}",
        f"http://h/c/{FULL_WIDTH}",
        f"http://[::1]:8000/c/{CARD}",
        f"http://user@host.example/c/{CARD}",
        f"http://老街坊.example/路/c/{CARD}",
        f"http://h/c/{CARD[:8]} {CARD[8:]}\r\n",
    ],
)
def test_the_same_card_is_read_however_it_is_written(written: str) -> None:
    assert codes.read(written) == Code(Written.CARD, CARD)


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "\r\n",
        WRONG,
        CARD[:-1],
        CARD + "0",
        "0" + CARD,
        CARD + CARD,
        CARD.replace("1", "①", 1),
        CARD.replace("1", "١", 1),
        CARD.replace("1", "१", 1),
        CARD.replace("1", "𝟏", 1),
        CARD.replace("1", "¹", 1),
        CARD.replace("1", "一", 1),
        CARD.replace("1", "l", 1),
        spread("_"),
        spread("."),
        spread("\u00a0"),
        spread("\u2003"),
        spread("\u200b"),
        spread("－"),
        spread("–"),
        spread("\v"),
        spread("\f"),
        "\ufeff" + CARD,
        CARD + "\x00",
        "\x00",
        "\ud800",
        "-" + "１" * 3,
        f"+{CARD}",
        f"{CARD}.0",
        f"{int(CARD):,}",
        checked("301234567890123"),
        checked("001234567890123"),
        checked("111234567890123"),
        checked("991234567890123"),
        f"ftp://h/c/{CARD}",
        f"httpſ://h/c/{CARD}",
        f"http:/h/c/{CARD}",
        f"http:///c/{CARD}",
        f"//h/c/{CARD}",
        f"h/c/{CARD}",
        f"/c/{CARD}",
        f"c/{CARD}",
        f"http://h/{CARD}",
        f"http://h/d/{CARD}",
        f"http://h/xc/{CARD}",
        f"http://h/c{CARD}",
        f"http://h/c/{CARD}/",
        f"http://h/c/{CARD}?x=1",
        f"http://h/c/{CARD}#x",
        f"http://h/c/{CARD}.",
        f"http://h/?x=/c/{CARD}",
        f"http://h/#/c/{CARD}",
        f"http://h?/c/{CARD}",
        f"http://h/c/{WRONG}",
        f"http://h/c/{CARD[:-1]}",
        f"http://h/c/0{CARD}",
        f"see http://h/c/{CARD}",
        f"javascript:http://h/c/{CARD}",
        "http://h/c/" + codes.short_number(427),
        "1",
        "812",
        "12345678",
        "null",
        "' OR 1=1 --",
        "9" * 100_000,
        "http://h/" + "c/" * 50_000 + "x",
    ],
    ids=lambda text: repr(text[:24]),
)
def test_what_is_no_code_is_nothing(written: str) -> None:
    assert codes.read(written) == NO_CODE


def test_a_badge_is_told_from_a_card() -> None:
    assert codes.read(BADGE) == Code(Written.BADGE, BADGE)
    assert codes.read(f"http://h/c/{BADGE}") == Code(Written.BADGE, BADGE)


@pytest.mark.parametrize("written", ["004270", "004-270", " 004270\n", "００４２７０", "0 0 4 2 7 0"])
def test_a_short_number_is_read_however_it_is_written(written: str) -> None:
    assert damm.is_valid("004270")
    assert codes.read(written) == Code(Written.SHORT, "004270")


@pytest.mark.parametrize("written", ["004271", "04270", "0004270", "00427O", "四二七〇"])
def test_a_wrong_short_number_is_nothing(written: str) -> None:
    assert codes.read(written) == NO_CODE


def test_each_wrong_digit_and_each_swap_of_neighbours_is_caught() -> None:
    for place in range(16):
        for digit in "0123456789":
            if digit != CARD[place]:
                assert codes.read(CARD[:place] + digit + CARD[place + 1 :]) == NO_CODE
    for place in range(15):
        if CARD[place] != CARD[place + 1]:
            swapped = CARD[:place] + CARD[place + 1] + CARD[place] + CARD[place + 2 :]
            assert codes.read(swapped) == NO_CODE


def test_new_codes_are_cards_and_never_the_same() -> None:
    made = {codes.new_card_code() for _ in range(1000)}
    assert len(made) == 1000
    assert all(codes.read(code) == Code(Written.CARD, code) for code in made)


def test_short_numbers_are_six_digits_with_a_check_digit() -> None:
    assert codes.short_number(427) == "004270"
    assert all(codes.read(codes.short_number(serial)).kind is Written.SHORT for serial in (1, 99, 99_999))
