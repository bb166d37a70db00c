"""Which language somebody reads: a device says it in Accept-Language, a page's reader chooses once."""

from functools import lru_cache

from flask import Flask, request
from flask_babel import Babel
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from festival.messages import Language

COOKIE = "language"
_LOCALES = {Language.ZH: "zh_Hans_CN", Language.EN: "en"}


@lru_cache(maxsize=256)
def wanted(accept_language: str) -> Language:
    """Return the language that an Accept-Language header asks for; Chinese where it asks for neither."""
    header = parse_accept_header(accept_language, LanguageAccept)
    best = header.best_match(["zh", "en"], default="zh")
    return Language.EN if best == "en" else Language.ZH


def of_device() -> Language:
    """Return the language of an API call."""
    return wanted(request.headers.get("Accept-Language", "")[:500])


def of_page() -> Language:
    """Return the language that the reader of a page has chosen, Chinese at first."""
    chosen = request.cookies.get(COOKIE)
    return Language.EN if chosen == Language.EN.value else Language.ZH


def init_app(app: Flask) -> None:
    """Let pages speak both languages; the Chinese words are the keys, English stands in ``translations/``."""
    babel = Babel()
    babel.init_app(
        app,
        default_locale="zh_Hans_CN",
        default_translation_directories=f"{app.root_path}/translations",
        locale_selector=lambda: _LOCALES[of_page()],
    )
