"""Accounts 人员: who may sign in, and what for."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin.frame import ROLES, framed_pages
from festival import accounts, passwords
from festival.accounts import AccountLine
from festival.clock import utc_now
from festival.errors import Reason, Refusal
from festival.schema import small_id
from web import acts, heavy, sign_in
from web.house import directory, read, write

pages = framed_pages("accounts", __name__)


@pages.get("/accounts")
def all_accounts() -> ResponseReturnValue:
    """List who may sign in, above the form that adds somebody."""
    return _list_page()


@pages.post("/accounts")
def add() -> ResponseReturnValue:
    """Add somebody, with a password that is made for them and shown in this answer alone."""
    password = passwords.new()
    name, role = request.form.get("name", ""), request.form.get("role", "")
    try:
        made = acts.done(
            accounts.add,
            name=name,
            role=role,
            booths=_booths(role),
            password_hash=heavy.run(passwords.hashed, password),
            actor=sign_in.actor(),
            now=utc_now(),
        )
    except Refusal as refusal:
        return _list_page(name, role, _trouble(refusal))
    return _password_page(_line(made), password)


@pages.get("/accounts/<int:account_id>")
def account(account_id: int) -> ResponseReturnValue:
    """Show somebody, to be given another role, another password, or an end."""
    return _account_page(_line(account_id))


@pages.post("/accounts/<int:account_id>")
def change(account_id: int) -> ResponseReturnValue:
    """Give somebody another role, or a steward other booths."""
    line, role = _line(account_id), request.form.get("role", "")
    try:
        acts.done(
            accounts.change,
            account_id=line.id,
            role=role,
            booths=_booths(role),
            actor=sign_in.actor(),
            now=utc_now(),
        )
    except Refusal as refusal:
        return _account_page(line, _trouble(refusal))
    acts.tell(_("改好了：%(name)s", name=line.name))
    return redirect(url_for(".all_accounts"), 303)


@pages.post("/accounts/<int:account_id>/password")
def password(account_id: int) -> ResponseReturnValue:
    """Give somebody another password, which is shown in this answer alone; all their sign-ins end."""
    line, new = _line(account_id), passwords.new()
    if "sure" not in request.form:
        return _account_page(line, _("先在框里打个勾。"))
    password_hash = heavy.run(passwords.hashed, new)
    write(accounts.set_password, name=line.name, password_hash=password_hash, actor=sign_in.actor(), now=utc_now())
    return _password_page(line, new)


@pages.post("/accounts/<int:account_id>/sign-out")
def sign_out(account_id: int) -> ResponseReturnValue:
    """Sign somebody out on all their browsers."""
    line = _line(account_id)
    write(accounts.sign_out_everywhere, account_id=line.id, actor=sign_in.actor(), now=utc_now())
    flash(_("都退出了：%(name)s", name=line.name))
    return redirect(url_for(".all_accounts"), 303)


@pages.post("/accounts/<int:account_id>/end")
def end(account_id: int) -> ResponseReturnValue:
    """Let somebody sign in no more."""
    line = _line(account_id)
    try:
        acts.done(accounts.end, account_id=line.id, actor=sign_in.actor(), now=utc_now())
    except Refusal as refusal:
        return _account_page(line, _trouble(refusal))
    acts.tell(_("不能再登录了：%(name)s", name=line.name))
    return redirect(url_for(".all_accounts"), 303)


@pages.post("/accounts/<int:account_id>/bring-back")
def bring_back(account_id: int) -> ResponseReturnValue:
    """Let somebody sign in again."""
    line = _line(account_id)
    acts.done(accounts.bring_back, account_id=line.id, actor=sign_in.actor(), now=utc_now())
    acts.tell(_("又能登录了：%(name)s", name=line.name))
    return redirect(url_for(".all_accounts"), 303)


def _list_page(name: str = "", role: str = accounts.STEWARD, trouble: str = "") -> ResponseReturnValue:
    page = render_template(
        "admin/accounts.html",
        lines=read(accounts.listed, now=utc_now()),
        known=directory().by_slug,
        booths=directory().booths,
        roles=ROLES,
        typed=name,
        role=role,
        chosen=request.form.getlist("booths"),
        problem=trouble,
    )
    return page, 422 if trouble else 200


def _account_page(line: AccountLine, trouble: str = "") -> ResponseReturnValue:
    page = render_template(
        "admin/account.html",
        account=line,
        booths=directory().booths,
        roles=ROLES,
        role=request.form.get("role", line.role),
        chosen=request.form.getlist("booths") or line.booths,
        problem=trouble,
    )
    return page, 422 if trouble else 200


def _password_page(line: AccountLine, password: str) -> ResponseReturnValue:
    response = current_app.make_response(
        render_template("admin/account_password.html", account=line, password=password, roles=ROLES)
    )
    # Not even the browser keeps it: a press on "back" must not show it to the next person.
    response.headers["Cache-Control"] = "no-store"
    return response


def _line(account_id: int) -> AccountLine:
    wanted = small_id(account_id)
    for line in read(accounts.listed, now=utc_now()):
        if line.id == wanted:
            return line
    raise Refusal(Reason.NOT_FOUND)


def _booths(role: str) -> list[str]:
    """Return the booths that were ticked; only a steward has any."""
    return request.form.getlist("booths") if role == accounts.STEWARD else []


def _trouble(refusal: Refusal) -> str:
    """Return what to do about a refusal; raises it where no field is to blame."""
    if refusal.reason is Reason.EXISTS:
        return str(_("这个名字有人用了，换一个。"))
    if refusal.reason is Reason.NOT_ALLOWED:
        return str(_("总得留一个组织者，先添一个再改。"))
    words = {
        "name": _("名字要 1 到 40 个字。"),
        "role": _("选一个身份。"),
        "booths": _("摊位长要选自己的摊，也可以选几个。"),
        "accounts": _("最多 200 个账号。"),
    }
    if refusal.details.get("field") not in words:
        raise refusal
    return str(words[refusal.details["field"]])
