"""Signing in and out."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import PasswordField, StringField

from festival import accounts, passwords
from festival.accounts import Account
from festival.clock import utc_now
from festival.errors import Refusal
from web import heavy, limits, security
from web import sign_in as session
from web.forms import TextForm
from web.house import read, write

pages = Blueprint("sign_in", __name__)


class SignInForm(TextForm):
    """A name and a password."""

    name = StringField(default=accounts.FIRST_ACCOUNT)
    password = PasswordField()


@pages.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Ask for name and password."""
    if session.is_signed_in():
        return redirect(_next())
    return render_template("admin/sign_in.html", form=SignInForm())


@pages.post("/sign-in")
def check() -> ResponseReturnValue:
    """Sign somebody in whose name and password are right."""
    form = SignInForm()
    try:
        account = _checked(form.name.data or "", form.password.data or "")
    except Refusal as refusal:
        flash(_("试得太多了，过一分钟再来。"))
        return render_template("admin/sign_in.html", form=form), refusal.status
    if account is None:
        flash(_("名字或者密码不对，再打一遍。"))
        return render_template("admin/sign_in.html", form=form), 403
    session.begin(account)
    return redirect(_next(), 303)


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Sign out."""
    session.end()
    return redirect(url_for(".sign_in"), 303)


def _checked(name: str, password: str) -> Account | None:
    """Return whose name and password these are; raises ``slow_down`` after too many wrong ones from where they come."""
    address = request.remote_addr or ""
    with limits.sign_ins.one(address, on_laptop=security.is_on_this_laptop()) as was_wrong:
        account = _account(accounts.tidy(name), password)
        if account is None:
            was_wrong()
        return account


def _account(name: str, password: str) -> Account | None:
    """Return whose name and password these are; either way it is written down, and takes as long."""
    kept = read(accounts.password_hash_of, name=name)
    is_right = heavy.run(passwords.is_right, kept, password)
    account = read(accounts.by_name, name=name) if is_right else None
    if account is None:
        write(accounts.turned_away, name=name, address=request.remote_addr or "", now=utc_now())
    return account


def _next() -> str:
    return security.own_path(request.args.get("next"), url_for("admin_desk.desk"))
