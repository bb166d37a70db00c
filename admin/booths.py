"""Booths: their order, their rules, and whether they are open."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import shown
from admin.booth_form import ICONS, OPEN_VALUES, BoothForm, changed, filled, own_slug
from admin.desk import state
from admin.frame import framed_pages, is_english
from festival import booths
from festival.booths import Booth
from festival.clock import utc_now
from festival.errors import Reason, Refusal
from web import acts, security, sign_in
from web.house import board, directory, read

# What screens and paper show in faces of our own.
SHOWN = ("name", "name_en", "short_name", "place", "place_en")

pages = framed_pages("booths", __name__)


@pages.get("/booths")
def all_booths() -> ResponseReturnValue:
    """List the booths in their order."""
    return render_template("admin/booths.html", rows=_rows())


@pages.route("/booths/new", methods=["GET", "POST"])
@acts.once
def add() -> ResponseReturnValue:
    """Add a booth."""
    form = BoothForm()
    if request.method == "GET":
        form.number.data = str(max((booth.number for booth in directory().booths), default=0) + 1)
    elif (booth := _saved(form, None)) is not None:
        acts.tell(_("添好了：%(name)s", name=booth.name))
        return redirect(url_for(".all_booths"), 303)
    return _form_page(form, None)


@pages.route("/booths/<slug>", methods=["GET", "POST"])
def change(slug: str) -> ResponseReturnValue:
    """Change a booth."""
    booth = _booth(slug)
    if request.method == "GET":
        return _form_page(filled(booth), booth)
    form = BoothForm()
    if _saved(form, booth) is None:
        return _form_page(form, booth)
    acts.tell(_("改好了：%(name)s", name=form.name.data))
    return redirect(url_for(".all_booths"), 303)


@pages.post("/booths/<slug>/open")
def set_open(slug: str) -> ResponseReturnValue:
    """Open a booth, shut it, or leave it to its hours; that ends a pause."""
    sign_in.account().require_to_lead(_booth(slug).id)
    wanted = OPEN_VALUES.get(request.form.get("to", ""), "?")
    booth = acts.done(booths.change, slug=slug, values={"open": wanted}, actor=sign_in.actor(), now=utc_now())
    acts.tell(_("改好了：%(name)s", name=_label(booth)))
    return _back()


@pages.post("/booths/<slug>/pause")
def pause(slug: str) -> ResponseReturnValue:
    """Pause a booth, or let it go on."""
    sign_in.account().require_to_lead(_booth(slug).id)
    paused = request.form.get("to") == "paused"
    booth = acts.done(booths.pause, slug=slug, paused=paused, actor=sign_in.actor(), now=utc_now())
    acts.tell(_("暂停了：%(name)s", name=_label(booth)) if paused else _("接着开：%(name)s", name=_label(booth)))
    return _back()


@pages.post("/booths/<slug>/move")
def move(slug: str) -> ResponseReturnValue:
    """Move a booth one place up or down."""
    steps = -1 if request.form.get("to") == "up" else 1
    acts.done(booths.move, slug=slug, steps=steps, actor=sign_in.actor(), now=utc_now())
    acts.tell(_("挪好了：%(name)s", name=_label(_booth(slug))))
    return _back()


def _label(booth: Booth) -> str:
    return booth.label(english=is_english())


def _back() -> ResponseReturnValue:
    return redirect(security.own_path(request.form.get("back"), url_for("admin_desk.desk")), 303)


def _booth(slug: str) -> Booth:
    booth = directory().by_slug.get(slug)
    if booth is None:
        raise Refusal(Reason.UNKNOWN_BOOTH)
    return booth


def _rows() -> list[dict[str, Any]]:
    figures = {row["slug"]: row for row in board()["booths"]}
    known = directory()
    return [
        {"booth": booth, "visits": row["visits"], "state": _state(booth, row, closed=known.edition.closed)}
        for booth in known.booths
        if (row := figures.get(booth.slug))
    ]


def _state(booth: Booth, row: dict[str, Any], *, closed: bool) -> str:
    return state(booth, is_open=row["open"], left=row["left"], closed=closed)


def _saved(form: BoothForm, booth: Booth | None) -> Booth | None:
    """Keep what was typed and return the booth; None where something is wrong, which then stands at its field."""
    values = form.values()
    wanted = _new(values) if booth is None else changed(form)
    for field in booths.bad_fields(wanted):
        form.blame(field)
    for field in SHOWN:
        if field in wanted and field not in form.troubles and (unshown := shown.trouble(str(wanted[field]))):
            form.blame(field, unshown)
    if form.troubles:
        return None
    try:
        return _written(wanted, booth)
    except Refusal as refusal:
        if "field" not in refusal.details:
            raise
        taken = _("这个代号别的摊在用，换一个。") if refusal.reason is Reason.EXISTS else None
        form.blame(refusal.details["field"], taken)
        return None


def _new(values: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a new booth: what was left empty takes the festival's default."""
    slug = values["slug"] or own_slug(values, set(directory().by_slug))
    left_out = [name for name in ("number", "short_name") if values[name] in (None, "")]
    return {name: value for name, value in values.items() if name not in left_out} | {"slug": slug}


def _written(wanted: dict[str, Any], booth: Booth | None) -> Booth:
    actor, now = sign_in.actor(), utc_now()
    if booth is None:
        return acts.done(booths.add, values=wanted, actor=actor, now=now)
    if not wanted:
        return booth
    return acts.done(booths.change, slug=booth.slug, values=wanted, actor=actor, now=now)


def _form_page(form: BoothForm, booth: Booth | None) -> ResponseReturnValue:
    page = render_template(
        "admin/booth.html",
        form=form,
        booth=booth,
        icons=ICONS | ({booth.icon: ICONS.get(booth.icon, booth.icon)} if booth else {}),
        sections=read(booths.sections),
        others=[other for other in directory().booths if other != booth],
    )
    return page, 422 if form.troubles else 200
