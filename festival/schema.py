"""Bodies held against their JSON schema, the same that the API's document shows."""

import unicodedata
from collections.abc import Collection, Iterator
from typing import Any

from jsonschema import Draft202012Validator

from festival.errors import Reason, Refusal, bad_field

Schema = dict[str, Any]
# No id in use is larger, in columns of eight bytes and of four: PostgreSQL refuses to look for a number too large.
LARGEST_ID = 2**62
LARGEST_SMALL_ID = 2**31 - 1
# Controls, and signs that only steer how others are shown.
UNSEEN = frozenset({"Cc", "Cf"})


def small_id(number: int) -> int:
    """Return the number of a row, as an address names it; raise ``not_found`` where no row can have it."""
    if number > LARGEST_SMALL_ID:
        raise Refusal(Reason.NOT_FOUND)
    return number


class Shape:
    """A JSON schema of an object, ready to check bodies with.

    ``as_scanned`` names the texts that come from a scanner or a keyboard: a gun ends them with CR, LF or Tab.
    """

    def __init__(self, schema: Schema, *, as_scanned: Collection[str] = ()) -> None:
        self.schema = schema
        self._as_scanned = frozenset(as_scanned)
        self._validator = Draft202012Validator(schema)

    def check(self, body: object) -> dict[str, Any]:
        """Return ``body`` with whole numbers as ``int``; raise ``invalid``, naming the first bad field.

        Texts with control characters are bad too: none is ever meant, and PostgreSQL keeps no NUL. So are signs
        that nobody sees (zero-width ones, turns of the writing direction): two names would look the same.
        """
        for error in self._validator.iter_errors(body):
            raise bad_field(_field(error))
        assert isinstance(body, dict)
        for name, value in body.items():
            if name not in self._as_scanned and _holds_unseen_signs(value):
                raise bad_field(name)
        return {name: int(value) if isinstance(value, float) else value for name, value in body.items()}


def _holds_unseen_signs(value: object) -> bool:
    return any(unicodedata.category(sign) in UNSEEN for text in _texts(value) for sign in text)


def _field(error: Any) -> str:
    if error.absolute_path:
        return str(error.absolute_path[0])
    if error.validator == "required":
        return str(next(name for name in error.validator_value if name not in error.instance))
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        return str(next(name for name in error.instance if name not in known))
    return "body"


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def text(most: int, *, least: int = 1) -> Schema:
    """Return the schema of a text of ``least`` to ``most`` characters; not spaces alone where one is needed."""
    return {"type": "string", "minLength": least, "maxLength": most} | ({"pattern": r"\S"} if least else {})


def or_null(schema: Schema) -> Schema:
    """Return ``schema`` that takes null too."""
    if "enum" in schema:
        return schema | {"type": [schema.get("type", "string"), "null"], "enum": [*schema["enum"], None]}
    return schema | {"type": [schema["type"], "null"]}


def whole(least: int, most: int) -> Schema:
    """Return the schema of a whole number in bounds, both included."""
    return {"type": "integer", "minimum": least, "maximum": most}


def an_object(properties: dict[str, Schema], *required: str) -> Schema:
    """Return the schema of an object without other properties."""
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | ({"required": list(required)} if required else {})
