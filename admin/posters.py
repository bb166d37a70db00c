"""Posters 海报 of the booths: which, with which address; as a PDF for A4."""

import re
from pathlib import Path

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin.frame import framed_pages
from festival.booths import Booth
from festival.clock import utc_now
from printing import fonts
from printing import posters as paper
from printing.posters import Poster
from web import addresses, answers, heavy
from web.house import directory

_SYMBOL = re.compile(r'<symbol id="([a-z0-9-]+)"[^>]*>(.*?)</symbol>', re.DOTALL)

pages = framed_pages("posters", __name__)


@pages.get("/posters")
def choose() -> ResponseReturnValue:
    """Ask for which booths, and at which of the laptop's addresses phones shall look for them."""
    return _page()


@pages.get("/posters/pdf")
def pdf() -> ResponseReturnValue:
    """Show the posters, to be printed."""
    slug, address = request.args.get("booth", ""), request.args.get("address", "")
    wanted = [booth for booth in directory().booths if slug in ("", booth.slug)]
    if not wanted:
        return _page(_("没有这个摊，再选一个。"))
    # Only our own: a poster must lead nobody to another's page.
    if address not in addresses.of_phones():
        return _page(_("电脑的地址变了，再选一个。"))
    try:
        return answers.pdf(_drawn(wanted, address), f"posters-{slug or 'all'}.pdf", shown=True)
    except fonts.Unprintable as trouble:
        return _page(_("这些字印不出来：%(characters)s", characters=trouble.characters))


def _drawn(wanted: list[Booth], address: str) -> bytes:
    icons = _icons()
    posters = [
        Poster(
            number=booth.number,
            name=booth.name,
            name_en=booth.name_en,
            place=booth.place,
            address=f"{address}/b/{booth.slug}",
            phones=booth.self_check_in,
            icon=icons.get(booth.icon, ""),
            opens_at=booth.opens_at,
            closes_at=booth.closes_at,
        )
        for booth in wanted
    ]
    festival = f"{directory().edition.name}邻里节"
    return heavy.run(paper.posters, posters, festival=festival, made_at=utc_now())


def _icons() -> dict[str, str]:
    """Return the insides of the pages' icons by name; none where they are not there."""
    sprite = Path(current_app.static_folder or "") / "vendor" / "icons.svg"
    return dict(_SYMBOL.findall(sprite.read_text(encoding="utf-8"))) if sprite.exists() else {}


def _page(trouble: str = "") -> ResponseReturnValue:
    page = render_template(
        "admin/posters.html",
        booths=directory().booths,
        chosen=request.args.get("booth", ""),
        addresses=addresses.of_phones(),
        address=request.args.get("address", ""),
        problem=trouble,
    )
    return page, 422 if trouble else 200
