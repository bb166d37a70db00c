"""Addresses 地址: where devices find the laptop now, on the screen and on a sheet to hang up."""

from collections.abc import Sequence

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from admin.frame import framed_pages
from festival.clock import utc_now
from festival.whereabouts import Name
from printing import addresses as paper
from printing import qr
from printing.addresses import Place
from web import addresses, answers, heavy
from web.hosts import ANNOUNCED
from web.house import directory, house

NAMES = {
    Name.OFF: _l("这台电脑没有在网上报名字。"),
    Name.SILENT: _l("名字 %(name)s 现在报不出去，请用上面的地址。"),
    Name.TOLD: _l("名字 %(name)s 报出去了。有的手机、有的无线网不认名字，不认就用上面的地址。"),
    Name.TAKEN: _l("另一台电脑也叫 %(name)s，这台先不叫。关掉那台，这台自己会接上。"),
}

pages = framed_pages("addresses", __name__)


@pages.get("/addresses")
def here() -> ResponseReturnValue:
    """Show the laptop's addresses, which of them are lost, and how its name stands."""
    whereabouts = house().whereabouts
    return render_template(
        "admin/addresses.html",
        places=[(address, qr.svg(address, "M")) for address in addresses.of_phones()],
        by_name=addresses.by_name(),
        secure=addresses.secure(),
        lost=whereabouts.lost,
        name=NAMES[whereabouts.name] % {"name": ANNOUNCED},
    )


@pages.get("/addresses/pdf")
def sheet() -> ResponseReturnValue:
    """Show the sheet, to be printed."""
    places = _places()
    if not places:
        return redirect(url_for(".here"))
    made = heavy.run(paper.sheet, places, festival=f"{directory().edition.name}邻里节", made_at=utc_now())
    return answers.pdf(made, "addresses.pdf", shown=True)


def _places() -> Sequence[Place]:
    """Return what the sheet shows, in Chinese, as all that is printed."""
    plain, secure = addresses.of_phones(), addresses.secure()
    if not plain:
        return []
    places = [Place("扫码打开", plain[0], f"{plain[0]}/")]
    if by_name := addresses.by_name():
        places.append(Place("按名字", by_name, f"{by_name}/", "有的手机、有的无线网不认名字，不认就用地址"))
    if secure:
        # The code leads to the steps: without them a phone warns of the address itself.
        note = "头一回先扫码，照着做一遍，手机就认得它了"
        places.append(Place("要用手机相机", secure[0], f"{plain[0]}/https", note))
    return places + [Place("另一个地址", address, f"{address}/") for address in plain[1:]]
