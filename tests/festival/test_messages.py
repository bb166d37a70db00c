"""What people are told: each reason has words in both languages."""

import re

import pytest

from festival import messages
from festival.errors import STATUS, Reason
from festival.messages import Language

HANZI = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("reason", list(Reason))
def test_each_reason_speaks_both_languages_and_has_a_status(reason: Reason) -> None:
    chinese = messages.explain(reason, Language.ZH, plate=3, booth="茶艺展示")
    english = messages.explain(reason, Language.EN, plate=3, booth="Tea")
    assert HANZI.search(chinese)
    assert english
    assert not HANZI.search(english)
    assert "{" not in chinese + english
    assert STATUS[reason] >= 200


def test_nobody_is_told_about_a_reason_that_is_not_there() -> None:
    assert set(messages._REASONS) == set(Reason) == set(STATUS)


def test_the_welcome_names_number_and_booth() -> None:
    assert messages.welcome(Language.ZH, number=37, booth="居民义诊") == "欢迎！第 37 位来到居民义诊"
    assert "37" in messages.welcome(Language.EN, number=37, booth="Free clinic")


def test_braces_in_a_booth_s_name_are_only_braces() -> None:
    assert "{number}{0}" in messages.welcome(Language.ZH, number=1, booth="{number}{0}")


def test_a_stopped_card_is_not_said_to_be_replaced() -> None:
    for language in Language:
        assert messages.card_stopped(language) != messages.explain(Reason.REVOKED_CARD, language)
