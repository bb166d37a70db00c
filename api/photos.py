"""Photographs of cards, for devices whose camera is barred: what the codes in them say."""

from flask import Blueprint, Response

from api.bodies import read_bytes
from festival import codes
from festival.codes import Written
from web import answers, limits, photos
from web.enrolment import station

calls = Blueprint("photos", __name__)


@calls.post("/photos")
def read() -> Response:
    """Answer with the texts of the codes in the picture, cards' first."""
    limits.hold(limits.PHOTOS, str(station().id))
    texts = photos.texts_in(read_bytes(photos.LARGEST))
    return answers.of_value({"texts": sorted(texts, key=_is_no_card)})


def _is_no_card(text: str) -> bool:
    return codes.read(text).kind is not Written.CARD
