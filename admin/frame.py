"""What all pages of the admin share: who may see them, and what stands round them."""

from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, g, request, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin import notices
from festival import accounts, tray
from festival.clock import utc_now
from festival.editions import CurrentEdition
from festival.errors import CannotKeep
from festival.messages import Language
from festival.tray import Settler
from web import acts, languages, rights, sign_in
from web.house import directory, house, read

ROLES = {
    accounts.ORGANISER: _l("组织者"),
    accounts.STEWARD: _l("摊位长"),
    accounts.VIEWER: _l("只看的人"),
}


def framed_pages(name: str, import_name: str) -> Blueprint:
    """Return a blueprint for pages in the admin's frame; who may open them stands in web/rights.py."""
    pages = Blueprint(name, import_name)
    pages.register_error_handler(CannotKeep, notices.stopped)
    pages.app_template_filter("clock")(clock)
    pages.context_processor(lambda: _frame(name))
    pages.app_template_filter("day")(day)
    pages.app_template_filter("account_name")(account_name)
    return pages


def _frame(room: str) -> dict[str, Any]:
    edition = directory().edition
    return {
        "room": room,
        "edition": edition,
        "festival": festival_name(edition),
        "zone": edition.zone,
        "now": utc_now(),
        "once_key": acts.once_key,
        "here": _here(),
        "stopped": house().notices.stopped(),
        # An error's page has this frame too, also for somebody who has not signed in.
        "signed_in": _who(),
        "may_open": rights.i_may,
        "in_tray": in_tray(),
    }


def _here() -> str:
    """Return the address that shows this page again; of an answer to a form, the page that the form stands on.

    Browsers keep to themselves which page they come from: it is the nearest address above that can be asked for.
    """
    if request.method == "GET":
        return request.full_path
    known, path = current_app.create_url_adapter(request), request.path
    while path and known is not None and not known.test(path, "GET"):
        path = path.rpartition("/")[0]
    return path or url_for("admin_desk.desk")


def in_tray() -> int:
    """Return how many scans wait for whoever has signed in to settle them; asked once a request.

    A day that is closed has given up what was left: nothing of it waits for anybody.
    """
    if "in_tray" not in g:
        mine = rights.i_may("admin_tray.all_items") and not directory().edition.closed
        g.in_tray = read(tray.waiting, settler=my_settler()) if mine else 0
    count: int = g.in_tray
    return count


def my_settler() -> Settler:
    """Return whoever has signed in as one who settles the tray: a steward at their own booths alone."""
    account = sign_in.account()
    if account.role != accounts.STEWARD:
        return Settler(sign_in.actor())
    # A steward without a booth reaches nothing; no booth has this number.
    return Settler(sign_in.actor(), account.booth_ids or frozenset({0}))


def _who() -> str:
    """Return who has signed in, in words: 组织者：王姐; the first account is 组织者 alone."""
    if not sign_in.is_signed_in():
        return ""
    account = sign_in.account()
    if account.name == accounts.FIRST_ACCOUNT:
        return account_name(account.name)
    return str(_("%(name)s：", name=ROLES[account.role])) + account.name


def account_name(name: str) -> str:
    """Return what people call an account: the first one has a name to sign in with, and no person's."""
    return str(ROLES[accounts.ORGANISER]) if name == accounts.FIRST_ACCOUNT else name


def festival_name(edition: CurrentEdition) -> str:
    """Return the festival's name in the page's language: 第五届邻里节."""
    name = edition.name_en if is_english() and edition.name_en else edition.name
    return str(_("%(edition)s邻里节", edition=name))


def is_english() -> bool:
    """Return whether the page's reader chose English."""
    return languages.of_page() is Language.EN


def clock(moment: datetime, zone: tzinfo | None) -> str:
    """Return the time on the festival's clock: 9:31; where its zone is not known, on the laptop's."""
    local = moment.astimezone(zone)
    return f"{local.hour}:{local:%M}"


def day(moment: datetime, zone: ZoneInfo) -> str:
    """Return the day on the festival's calendar: 10月24日周六, Sat 24 Oct."""
    pattern = "EEE d MMM" if is_english() else "M月d日EEE"
    return str(format_datetime(moment.astimezone(zone).replace(tzinfo=None), pattern, rebase=False))
