"""What screens and paper can show of what organisers type: they have faces of our own, other characters are boxes."""

from flask_babel import gettext as _

from printing import fonts


def trouble(text: str) -> str:
    """Return which characters of a text cannot be shown, as a sentence; "" where all can."""
    unknown = fonts.unprintable(text)
    return str(_("这些字显示不出来：%(characters)s", characters=unknown)) if unknown else ""
