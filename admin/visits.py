"""Check-ins 签到, to read and to take back: after its ten minutes a booth sends people to the organisers."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin.frame import framed_pages
from festival import accounts, check_in, visits
from festival.clock import utc_now
from festival.errors import Reason, Refusal
from festival.schema import LARGEST_ID
from web import acts, security, sign_in
from web.house import directory, house, read

ON_A_PAGE = 50

pages = framed_pages("visits", __name__)


@pages.get("/visits")
def all_visits() -> ResponseReturnValue:
    """List today's check-ins, newest first, or those of one card; a steward's own booths alone."""
    before, card = request.args.get("before", type=int), request.args.get("card")
    if before is not None and before > LARGEST_ID:
        raise Refusal(Reason.NOT_FOUND)
    lines = read(visits.listed, most=ON_A_PAGE + 1, before=before, card=card, booths=_own_booths())
    older = lines[ON_A_PAGE - 1].id if len(lines) > ON_A_PAGE else None
    known = directory().by_slug
    return render_template(
        "admin/visits.html", lines=lines[:ON_A_PAGE], booths=known, older=older, before=before, card=card
    )


@pages.get("/visits/<int:visit_id>/undo")
def before_undoing(visit_id: int) -> ResponseReturnValue:
    """Say what is lost with a check-in that is taken back."""
    wanted = min(visit_id, LARGEST_ID)
    sign_in.account().require_to_lead(read(visits.booth_of, visit_id=wanted))
    line = read(visits.one, visit_id=wanted)
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
    sign_in.account().require_to_lead(read(visits.booth_of, visit_id=visit_id))
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


def _own_booths() -> frozenset[int] | None:
    """Return the booths of the steward who has signed in, None for an organiser, who sees all."""
    account = sign_in.account()
    return account.booth_ids if account.role == accounts.STEWARD else None
