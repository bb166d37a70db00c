"""The check-in's own parser and the document's schema take the same bodies."""

from datetime import UTC, datetime
from typing import Any

import jsonschema
from hypothesis import example, given, settings
from hypothesis import strategies as st

from api import check_ins
from api.document import CHECK_IN
from festival.check_in import Malformed
from festival.check_in.attempt import Asked
from festival.messages import Language

NONCE = "0d0f6a52-6d6b-4d5e-9c55-5c8f0f9ad7b1"
ASKED = Asked("token", datetime(2026, 10, 24, 1, 0, tzinfo=UTC), Language.ZH)
# Formats are beyond a schema: moments here are right ones, or of another type. No database keeps NUL.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 25), st.floats(-3, 25), TEXT, st.sampled_from([2.0, 1e300])),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
NOT_TEXT = ANYTHING.filter(lambda value: not isinstance(value, str))
MOMENT = st.one_of(st.sampled_from(["2026-10-24T09:31:07.120+08:00", "2026-10-24T01:31:07Z"]), NOT_TEXT)
UUIDS = st.one_of(st.uuids().map(str), st.just(NONCE.upper()), ANYTHING, st.just(NONCE[:-1]), st.just(f"{NONCE}0"))
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "scan": ANYTHING,
    "booth": ANYTHING,
    "nonce": UUIDS,
    "scanned_at": MOMENT,
    "sent_at": MOMENT,
    "offline": ANYTHING,
    "party": st.one_of(st.integers(-1, 22), ANYTHING),
    "answers": st.one_of(ANYTHING, st.dictionaries(TEXT, st.one_of(st.none(), TEXT), max_size=3)),
    "unknown": ANYTHING,
}
GOOD = {"scan": None, "nonce": NONCE}
BODIES = st.one_of(
    ANYTHING,
    st.fixed_dictionaries({}, optional=FIELDS),
    # One field changed in a body that is right: refused or taken for that field alone.
    *(st.builds(lambda value, name=name: GOOD | {name: value}, strategy) for name, strategy in FIELDS.items()),
)


def is_accepted(body: Any) -> bool:
    sent_at = check_ins._sent_at_of(body)
    return not isinstance(check_ins.parse(body, ASKED, sent_at=sent_at), Malformed)


def is_valid(body: Any) -> bool:
    return jsonschema.Draft202012Validator(CHECK_IN).is_valid(body)


@settings(max_examples=1500, deadline=None, derandomize=True, database=None)
@example(GOOD)
@example(GOOD | {"party": True})
@example(GOOD | {"party": "3"})
@example(GOOD | {"party": 3.0})
@example(GOOD | {"offline": 1})
@example(GOOD | {"answers": {"q": None}})
@example(GOOD | {"answers": {"q": "x" * 1000}})
@example(GOOD | {"answers": {"q": "x" * 1001}})
@example({"nonce": NONCE})
@given(BODIES)
def test_the_parser_takes_what_the_document_allows_and_nothing_else(body: Any) -> None:
    assert is_accepted(body) == is_valid(body)
