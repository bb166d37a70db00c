"""Stations 设备: pairing them, naming them, shutting them out."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice

from admin.desk import QUIET_MINUTES, quiet_minutes
from admin.frame import framed_pages
from festival import stations
from festival.booths import Booth
from festival.clock import from_text, to_text, utc_now
from festival.errors import Reason, Refusal
from festival.schema import small_id
from festival.stations import CLOCK_MAY_DIFFER, Invitation, Kind, StationLine
from printing import qr
from web import acts, addresses, answers, security, sign_in
from web.forms import TextForm
from web.house import directory, read
from web.languages import counted

PAGES = {Kind.KIOSK: "/kiosk", Kind.BOOTH: "/booth"}

pages = framed_pages("stations", __name__)


class PairingForm(TextForm):
    """What a new device is for."""

    kind = RadioField(
        choices=[SelectChoice(kind.value, kind.value) for kind in stations.PAIRABLE], default=Kind.BOOTH.value
    )
    booths = SelectMultipleField(choices=[], validate_choice=False)


@pages.get("/stations")
def all_stations() -> ResponseReturnValue:
    """List the devices."""
    now = utc_now()
    shown = [_shown(line, now) for line in read(stations.listed)]
    return render_template("admin/stations.html", stations=shown, on_laptop=security.is_on_this_laptop())


@pages.route("/stations/pair", methods=["GET", "POST"])
@acts.once
def pair() -> ResponseReturnValue:
    """Make a pairing code for a new device."""
    form = PairingForm()
    if request.method == "GET":
        form.booths.data = request.args.getlist("booth")
        return _pair_page(form)
    slugs = [] if form.kind.data == Kind.ORGANISER else form.booths.data or []
    if form.kind.data == Kind.BOOTH and not slugs:
        return _pair_page(form, _("摊位的设备要选一个摊，也可以选几个。"))
    made = acts.done(stations.invite, kind=form.kind.data, slugs=slugs, actor=sign_in.actor(), now=utc_now())
    # Kept in the organiser's own browser, so that a reload or another language shows the same code again.
    session["pairing"] = {"code": made.code, "until": to_text(made.expires_at), "kind": form.kind.data, "slugs": slugs}
    acts.tell(_("给了一个配对码。"))
    return redirect(url_for(".pairing"), 303)


@pages.get("/stations/pair/code")
def pairing() -> ResponseReturnValue:
    """Show the code that waits for its device, as digits and as the QR of an address."""
    kept = session.get("pairing")
    if kept is None:
        return redirect(url_for(".pair"))
    kind, known = Kind(kept["kind"]), directory()
    made = Invitation(kept["code"], from_text(kept["until"]))
    return render_template(
        "admin/pairing.html",
        kind=kind.value,
        booths=[known.by_slug[slug] for slug in kept["slugs"] if slug in known.by_slug],
        code=made.code,
        until=made.expires_at,
        state=_state(made),
        links=_links(kind, made.code),
        draw=qr.svg,
    )


@pages.get("/stations/pair/state")
def pairing_state() -> ResponseReturnValue:
    """Say, for the page's script, whether the code was used."""
    kept = session.get("pairing")
    if kept is None:
        raise Refusal(Reason.NOT_FOUND)
    return answers.of_value({"state": _state(Invitation(kept["code"], from_text(kept["until"])))})


@pages.get("/stations/<int:station_id>")
def station(station_id: int) -> ResponseReturnValue:
    """Show a device, to be renamed or shut out."""
    return _station_page(_line(station_id))


@pages.post("/stations/<int:station_id>/name")
def rename(station_id: int) -> ResponseReturnValue:
    """Give a device another name."""
    line, name = _line(station_id), request.form.get("name", "")
    try:
        acts.done(stations.rename, station_id=line.id, name=name, actor=sign_in.actor(), now=utc_now())
    except Refusal as refusal:
        if refusal.reason is not Reason.INVALID:
            raise
        return _station_page(line, name, _("名字要 1 到 40 个字。"))
    acts.tell(_("改好了：%(name)s", name=name.strip()))
    return redirect(url_for(".all_stations"), 303)


@pages.get("/stations/<int:station_id>/revoke")
def before_revoking(station_id: int) -> ResponseReturnValue:
    """Say what is lost with a device that is shut out."""
    return render_template("admin/revoke.html", station=_shown(_line(station_id), utc_now()))


@pages.post("/stations/<int:station_id>/revoke")
def revoke(station_id: int) -> ResponseReturnValue:
    """Shut a device out."""
    line = _line(station_id)
    acts.done(stations.revoke, station_id=line.id, actor=sign_in.actor(), now=utc_now())
    acts.tell(_("停用了：%(name)s", name=line.name))
    return redirect(url_for(".all_stations"), 303)


def _pair_page(form: PairingForm, trouble: str = "") -> ResponseReturnValue:
    page = render_template("admin/pair.html", form=form, booths=directory().booths, problem=trouble)
    return page, 422 if trouble else 200


def _station_page(line: StationLine, name: str | None = None, trouble: str = "") -> ResponseReturnValue:
    shown = _shown(line, utc_now())
    page = render_template(
        "admin/station.html", station=shown, name=line.name if name is None else name, problem=trouble
    )
    return page, 422 if trouble else 200


def _line(station_id: int) -> StationLine:
    wanted = small_id(station_id)
    for line in read(stations.listed):
        if line.id == wanted:
            return line
    raise Refusal(Reason.NOT_FOUND)


def _shown(line: StationLine, now: datetime) -> dict[str, Any]:
    booths: dict[str, Booth] = directory().by_slug
    minutes = quiet_minutes((now - line.last_seen).total_seconds() if line.last_seen else None)
    return {
        "id": line.id,
        "name": line.name,
        "kind": line.kind,
        "booths": sorted((booths[slug] for slug in line.booths if slug in booths), key=lambda booth: booth.number),
        "minutes": minutes,
        "is_quiet": minutes is None or minutes >= QUIET_MINUTES,
        "clock": clock_words(line.clock_ahead),
        "clock_is_wrong": line.clock_is_wrong,
    }


def clock_words(ahead: timedelta | None) -> str:
    """Return how a device's clock goes, in words: 准, 快 3 分钟, 慢 2 小时; where it was never measured, that."""
    if ahead is None:
        return str(_("没量过"))
    if abs(ahead) <= CLOCK_MAY_DIFFER:
        return str(_("准"))
    apart = _duration(abs(ahead))
    return str(_("快 %(apart)s", apart=apart) if ahead > timedelta(0) else _("慢 %(apart)s", apart=apart))


def _duration(apart: timedelta) -> str:
    minutes = round(apart / timedelta(minutes=1))
    if minutes < 60:
        return str(_("%(n)s 分钟", n=minutes))
    if minutes < 60 * 24:
        return str(_("%(n)s 小时", n=round(minutes / 60)))
    return counted("%(n)s 天", round(minutes / 60 / 24))


def _state(made: Invitation) -> str:
    """Return whether a code waits, is too old, or was used."""
    now = utc_now()
    if read(stations.is_live, code=made.code, now=now):
        return "waiting"
    return "late" if now >= made.expires_at else "used"


def _links(kind: Kind, code: str) -> Sequence[str]:
    """Return the addresses that pair a device which opens one; organisers' devices type the digits."""
    return [f"{address}{PAGES[kind]}#pair={code}" for address in addresses.of_phones()] if kind in PAGES else []
