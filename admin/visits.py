"""Check-ins 签到, to read and to take back: after its ten minutes a booth sends people to the organisers."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin.frame import organisers_pages
from festival import check_in, visits
from festival.clock import utc_now
from festival.errors import Reason, Refusal
from web import acts, security, sign_in
from web.house import directory, house, read

ON_A_PAGE = 50
LARGEST_ID = 2**62

pages = organisers_pages("visits", __name__)


@pages.get("/visits")
def all_visits() -> ResponseReturnValue:
    """List today's check-ins, newest first, or those of one card."""
    before, card = request.args.get("before", type=int), request.args.get("card")
    if before is not None and before > LARGEST_ID:
        raise Refusal(Reason.NOT_FOUND)
    lines = read(visits.listed, most=ON_A_PAGE + 1, before=before, card=card)
    older = lines[ON_A_PAGE - 1].id if len(lines) > ON_A_PAGE else None
    known = directory().by_slug
    return render_template(
        "admin/visits.html", lines=lines[:ON_A_PAGE], booths=known, older=older, before=before, card=card
    )


@pages.get("/visits/<int:visit_id>/undo")
def before_undoing(visit_id: int) -> ResponseReturnValue:
    """Say what is lost with a check-in that is taken back."""
    line = read(visits.one, visit_id=min(visit_id, LARGEST_ID))
    return render_template(
        "admin/undo_visit.html",
        visit=line,
        booth=directory().by_slug[line.booth],
        back=security.own_path(request.args.get("back"), url_for(".all_visits")),
    )


@pages.post("/visits/<int:visit_id>/undo")
def undo(visit_id: int) -> ResponseReturnValue:
    """Take a check-in back."""
    if visit_id > LARGEST_ID:
        raise Refusal(Reason.NOT_FOUND)
    acts.done(
        check_in.undo,
        visit_id=visit_id,
        station=None,
        actor=sign_in.actor(),
        directories=house().directories,
        now=utc_now(),
    )
    acts.tell(_("撤回了，不算数了。"))
    return redirect(security.own_path(request.form.get("back"), url_for(".all_visits")), 303)
