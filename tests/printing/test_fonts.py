"""Nothing that a person wrote may come out of the printer as a gap."""

import pytest

from printing import fonts


@pytest.mark.parametrize(
    "text",
    ["", "“老街坊”邻里节 · 第五届", "䶮㛃喆堃淼犇龑赟燚", "𬱖", "Old Neighbours’ Festival — No. 5", "Fête d’été №5"],
)
@pytest.mark.parametrize("face", [fonts.SANS, fonts.SERIF])
def test_usual_and_rare_names_have_shapes(text: str, face: str) -> None:
    assert fonts.unprintable(text, face) == ""


def test_missing_characters_are_named_once_each() -> None:
    assert fonts.unprintable("邻里节🎉𠮷🎉") == "🎉𠮷"
    with pytest.raises(fonts.Unprintable, match="🎉") as refused:
        fonts.printable("邻里节🎉𠮷🎉")
    assert refused.value.characters == "🎉𠮷"


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("  邻里节\n第五届\t", "邻里节 第五届"),
        ("邻\u200b里\ufeff节", "邻里节"),
        ("e\u0301te\u0301", "été"),
        ("邻里节\u3000第五届", "邻里节 第五届"),
    ],
)
def test_what_nobody_sees_is_taken_out(written: str, printed: str) -> None:
    assert fonts.printable(written) == printed
