"""收摊: what is still waiting, and closing the day down, for good."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin.frame import framed_pages, my_settler
from admin.tray import WHY
from festival import closing, editions, tray
from festival.backup import shelf
from festival.clock import utc_now
from web import heavy, sign_in
from web.house import board, directory, house, read, write

pages = framed_pages("close_down", __name__)


@pages.get("/close-down")
def close_down() -> ResponseReturnValue:
    """Say what is still waiting and what closing down means; afterwards the figures, and the way to the next."""
    return _page()


@pages.post("/close-down")
def close() -> ResponseReturnValue:
    """Close down, where the box is ticked."""
    if "sure" not in request.form:
        return _page(_("先在下面的框里打个勾。"))
    write(editions.close, actor=sign_in.actor(), now=utc_now())
    return redirect(url_for(".close_down"), 303)


def _page(problem: str = "") -> ResponseReturnValue:
    backed_up_at = heavy.run(shelf.last_good, house().settings, house().backups.read_state().community)
    known = read(closing.facts, directories=house().directories, backed_up_at=backed_up_at, now=utc_now())
    checks = closing.checklist(known)
    page = render_template(
        "admin/close_down.html",
        board=board(),
        checks=checks,
        problem=problem,
        given_up=read(tray.listed, settler=my_settler())[0],
        booths=directory().by_slug,
        why=WHY,
    )
    return page, 422 if problem else 200
