"""The edition 届: what this festival day is called."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin.frame import framed_pages
from festival import editions
from festival.clock import utc_now
from festival.errors import Refusal
from printing import fonts
from web import acts, sign_in
from web.house import directory

pages = framed_pages("edition", __name__)


@pages.get("/edition")
def edition() -> ResponseReturnValue:
    """Show what the edition is called, to be changed."""
    current = directory().edition
    return _page({"name": current.name, "name_en": current.name_en}, {})


@pages.post("/edition")
def rename() -> ResponseReturnValue:
    """Give the edition other names."""
    typed = {field: request.form.get(field, "").strip() for field in ("name", "name_en")}
    troubles = unprintable(typed)
    if not troubles:
        try:
            acts.done(editions.rename, values=typed, actor=sign_in.actor(), now=utc_now())
        except Refusal as refusal:
            if "field" not in refusal.details:
                raise
            troubles = {refusal.details["field"]: trouble(refusal.details["field"])}
    if troubles:
        return _page(typed, troubles)
    acts.tell(_("改好了：%(name)s", name=typed["name"]))
    return redirect(url_for("admin_booths.all_booths"), 303)


def _page(shown: dict[str, str], troubles: dict[str, str]) -> ResponseReturnValue:
    return render_template("admin/edition.html", shown=shown, troubles=troubles), 422 if troubles else 200


def trouble(field: str) -> str:
    """Return what is wrong with a name that is too long or empty."""
    return str(_("名字要 1 到 12 个字。") if field == "name" else _("英文名字最多 30 个字母。"))


def unprintable(typed: dict[str, str]) -> dict[str, str]:
    """Return, by field, which characters no card could show."""
    missing = {field: fonts.unprintable(text, fonts.SERIF) for field, text in typed.items()}
    return {
        field: str(_("卡上印不出这些字：%(characters)s", characters=characters))
        for field, characters in missing.items()
        if characters
    }
