"""Texts that a body may hold."""

import pytest

from festival.errors import Reason, Refusal
from festival.schema import Shape, an_object, text

SHAPE = Shape(an_object({"name": text(40), "code": text(40)}), as_scanned=["code"])
# Nothing, zero-width, joiners, turns of direction, a mark at the beginning, a soft hyphen, a tag.
UNSEEN = ["\x00", "\x1b", "\u200b", "\u200c", "\u200d", "\u200e", "\u202e", "\u2066", "\ufeff", "\u00ad", "\U000e0041"]


@pytest.mark.parametrize("sign", UNSEEN)
@pytest.mark.parametrize("name", ["{}张三", "张{}三", "张三{}"])
def test_a_name_holds_no_sign_that_nobody_sees(name: str, sign: str) -> None:
    with pytest.raises(Refusal) as refused:
        SHAPE.check({"name": name.format(sign)})
    assert (refused.value.reason, refused.value.details) == (Reason.INVALID, {"field": "name"})


@pytest.mark.parametrize("name", ["张三", "欧阳 建国", "张\u3000三", "Zoë", "张👍三", "é"])
def test_a_name_holds_any_letter_and_space(name: str) -> None:
    assert SHAPE.check({"name": name}) == {"name": name}


@pytest.mark.parametrize("sign", UNSEEN)
def test_what_a_gun_types_is_judged_by_who_reads_the_code(sign: str) -> None:
    assert SHAPE.check({"code": f"10{sign}"}) == {"code": f"10{sign}"}
