"""What all pages of the admin share: who may see them, and what stands round them."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint
from flask_babel import format_datetime
from flask_babel import gettext as _

from festival.clock import utc_now
from festival.editions import CurrentEdition
from festival.messages import Language
from web import acts, languages, security, sign_in
from web.house import directory


def open_pages(name: str, import_name: str) -> Blueprint:
    """Return a blueprint for pages that need no sign-in: still on this laptop alone."""
    pages = Blueprint(name, import_name)
    pages.before_request(security.only_on_this_laptop)
    return pages


def organisers_pages(name: str, import_name: str) -> Blueprint:
    """Return a blueprint for pages of organisers who have signed in."""
    pages = open_pages(name, import_name)
    pages.before_request(sign_in.ask_first)
    pages.context_processor(lambda: _frame(name))
    pages.app_template_filter("clock")(clock)
    pages.app_template_filter("day")(day)
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
        # An error's page has this frame too, also for somebody who has not signed in.
        "signed_in": sign_in.account().name if sign_in.is_signed_in() else "",
    }


def festival_name(edition: CurrentEdition) -> str:
    """Return the festival's name in the page's language: 第五届邻里节."""
    name = edition.name_en if is_english() and edition.name_en else edition.name
    return str(_("%(edition)s邻里节", edition=name))


def is_english() -> bool:
    """Return whether the page's reader chose English."""
    return languages.of_page() is Language.EN


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """Return the time on the festival's clock: 9:31."""
    local = moment.astimezone(zone)
    return f"{local.hour}:{local:%M}"


def day(moment: datetime, zone: ZoneInfo) -> str:
    """Return the day on the festival's calendar: 10月24日周六, Sat 24 Oct."""
    pattern = "EEE d MMM" if is_english() else "M月d日EEE"
    return str(format_datetime(moment.astimezone(zone).replace(tzinfo=None), pattern, rebase=False))
