"""Which language somebody reads: a device says it in Accept-Language, a page's reader chooses once."""

import os
from functools import lru_cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, render_template, request
from flask_babel import Babel, force_locale, ngettext
from markupsafe import Markup, escape
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from festival.messages import Language

COOKIE = "language"
_LOCALES = {Language.ZH: "zh_Hans_CN", Language.EN: "en_GB"}


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


def words_in(language: str, template: str) -> Markup:
    """Return a template in the language named, not the page's: a kiosk holds both, so a switch loses nothing."""
    with force_locale(_LOCALES[Language(language)]):
        return Markup(render_template(template))


def counted(text: str, count: int, /, **values: object) -> Markup:
    """Return a text whose English differs for one and for more; ``count`` is its ``n`` where none is given."""
    # Chinese has one form: it is the key of both.
    holes = {name: escape(value) for name, value in {"n": count, **values}.items()}
    return Markup(ngettext(text, text, count, **holes))


def compile_catalogues(folder: Path) -> None:
    """Compile the catalogues that are newer than their compiled form: a pulled change speaks at the next start."""
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns:
            # Several processes may start at once: each has its own.
            unfinished = compiled.with_suffix(f".{os.getpid()}.new")
            with source.open("rb") as words, unfinished.open("wb") as out:
                write_mo(out, read_po(words))
            unfinished.replace(compiled)


def init_app(app: Flask) -> None:
    """Let pages speak both languages; the Chinese words are the keys, English stands in ``translations/``."""
    compile_catalogues(Path(app.root_path) / "translations")
    babel = Babel()
    app.jinja_env.globals["words_in"] = words_in
    app.jinja_env.globals["counted"] = counted
    babel.init_app(
        app,
        default_locale="zh_Hans_CN",
        default_translation_directories=f"{app.root_path}/translations",
        locale_selector=lambda: _LOCALES[of_page()],
    )
