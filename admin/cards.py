"""Cards 邻里卡: made, printed, looked up, named, replaced, stopped."""

from collections.abc import Sequence

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.frame import framed_pages
from festival import cards
from festival.cards import CardLine, IssuedCard
from festival.clock import utc_now
from festival.editions import CurrentEdition
from festival.errors import Reason, Refusal
from printing import cards as paper
from printing import qr
from printing.cards import PrintedCard
from web import acts, addresses, answers, heavy, sign_in
from web.house import directory, read, write
from web.languages import counted

ON_A_PAGE = 50
STATES = {cards.LOST: _l("挂失了"), cards.WITHDRAWN: _l("作废了"), cards.ACTIVE: _l("又能用了。")}

pages = framed_pages("cards", __name__)


@pages.get("/cards")
def all_cards() -> ResponseReturnValue:
    """List the cards, newest first, below the forms that make, print and find them."""
    return _list_page()


@pages.post("/cards/issue")
@acts.once
def issue() -> ResponseReturnValue:
    """Make cards, and show their numbers with the button that prints them."""
    try:
        wanted = cards.CARD_ORDER.check({"count": _whole_number("count")})
    except Refusal:
        return _list_page(issue=_("张数要 1 到 500 的整数。"))
    made = acts.done(cards.issue, count=wanted["count"], actor=sign_in.actor(), now=utc_now())
    first, last = made[0].short, made[-1].short
    acts.tell(counted("制好了 %(n)s 张：%(first)s 到 %(last)s", len(made), first=first, last=last))
    return redirect(url_for(".all_cards", first=first, last=last, made=len(made)), 303)


@pages.post("/cards/sheet")
def sheet() -> ResponseReturnValue:
    """Print cards that are in use, as a PDF for A4."""
    first, last = _short("first"), _short("last")
    try:
        wanted = write(cards.print_out, first=first, last=last or first, actor=sign_in.actor(), now=utc_now())
    except Refusal as refusal:
        return _list_page(sheet=_print_trouble(refusal))
    return _as_file(_pdf(wanted, directory().edition), wanted)


@pages.post("/cards/find")
def find() -> ResponseReturnValue:
    """Go to a card by its short number or its code, which a gun may have typed."""
    try:
        found, _code = read(cards.one_line, written=request.form.get("number", ""))
    except Refusal as refusal:
        return _list_page(find=_find_trouble(refusal))
    return redirect(url_for(".card", short=found.short), 303)


@pages.get("/cards/<short>")
def card(short: str) -> ResponseReturnValue:
    """Show a card."""
    return _card_page(short)


@pages.post("/cards/<short>/name")
def name(short: str) -> ResponseReturnValue:
    """Write down the name of who carries a card, or take it away."""
    typed = request.form.get("name", "").strip()
    line, _code = _found(short)
    if line.name is not None and "sure" not in request.form:
        return _card_page(short, typed, _("先在下面的框里打个勾。"))
    try:
        acts.done(cards.change, written=short, values={"name": typed or None}, actor=sign_in.actor(), now=utc_now())
    except Refusal as refusal:
        if refusal.reason is not Reason.INVALID:
            raise
        return _card_page(short, typed, _("称呼最多 40 个字。"))
    acts.tell(_("记下了。") if typed else _("称呼去掉了。"))
    return redirect(url_for(".card", short=short), 303)


@pages.post("/cards/<short>/state")
def set_state(short: str) -> ResponseReturnValue:
    """Stop a card, or take it into use again."""
    wanted = {"state": request.form.get("to", "")}
    acts.done(cards.change, written=short, values=wanted, actor=sign_in.actor(), now=utc_now())
    acts.tell(str(STATES[wanted["state"]]))
    return redirect(url_for(".card", short=short), 303)


@pages.get("/cards/<short>/replace")
def before_replacing(short: str) -> ResponseReturnValue:
    """Say what happens to a card that is replaced."""
    line, _code = _found(short)
    return render_template("admin/replace.html", card=line)


@pages.post("/cards/<short>/replace")
@acts.once
def replace(short: str) -> ResponseReturnValue:
    """Give whoever carries a card a new one, and show it."""
    new = acts.done(cards.replace, written=short, actor=sign_in.actor(), now=utc_now())
    acts.tell(_("换好了，新卡是 %(short)s。", short=new.short))
    return redirect(url_for(".card", short=new.short), 303)


def _list_page(**troubles: str) -> ResponseReturnValue:
    before = request.args.get("before")
    lines = read(cards.listed, most=ON_A_PAGE + 1, before=before)
    older = lines[ON_A_PAGE - 1].short if len(lines) > ON_A_PAGE else None
    page = render_template(
        "admin/cards.html",
        lines=lines[:ON_A_PAGE],
        older=older,
        before=before,
        count=read(cards.count),
        most=cards.MOST_AT_ONCE,
        troubles=troubles,
    )
    return page, 422 if troubles else 200


def _card_page(short: str, typed: str = "", trouble: str = "") -> ResponseReturnValue:
    line, issued = _found(short)
    page = render_template(
        "admin/card.html",
        card=line,
        view=read(cards.view, written=short),
        picture=qr.svg(issued.code, "H", label=_("这张卡的码")) if line.state == cards.ACTIVE else None,
        for_phone=qr.svg(f"{addresses.as_called()}/c/{issued.code}", "M", label=_("这张卡的地址"))
        if line.state == cards.ACTIVE
        else None,
        typed=typed,
        problem=trouble,
    )
    return page, 422 if trouble else 200


def _found(short: str) -> tuple[CardLine, IssuedCard]:
    """Return the card in a page's address; what is none there is a page that is not there, not a scan that failed."""
    try:
        return read(cards.one_line, written=short)
    except Refusal as refusal:
        raise Refusal(Reason.NOT_FOUND) from refusal


def _pdf(wanted: Sequence[IssuedCard], edition: CurrentEdition) -> bytes:
    """Return the sheets, drawn beside the loop: a thousand cards take seconds."""
    printed = [PrintedCard(card.code, card.short) for card in wanted]
    title = f"{edition.name}邻里节"
    return heavy.run(paper.sheet, printed, festival=title, made_at=utc_now())


def _as_file(pdf: bytes, wanted: Sequence[IssuedCard]) -> Response:
    response = answers.pdf(pdf, f"cards-{wanted[0].short}-{wanted[-1].short}.pdf", shown=False)
    response.headers["Cache-Control"] = "no-store"
    return response


def _short(field: str) -> str:
    """Return a short number as typed, without the gap that people write in it."""
    return "".join(request.form.get(field, "").split())


def _whole_number(field: str) -> int | None:
    typed = request.form.get(field, "").strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def _print_trouble(refusal: Refusal) -> str:
    if refusal.reason is Reason.UNKNOWN_CARD:
        return str(_("这中间没有能印的卡。"))
    if refusal.reason is not Reason.INVALID:
        raise refusal
    return str(_("编号是六位数，像 000013；一次最多印 %(most)s 张。", most=cards.MOST_PRINTED))


def _find_trouble(refusal: Refusal) -> str:
    if refusal.reason is Reason.UNKNOWN_CARD:
        return str(_("没有这张卡。"))
    return str(_("编号不对，看看卡上的六位数。"))
