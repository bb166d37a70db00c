"""Signing in and out."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import PasswordField, StringField

from admin.frame import open_pages
from festival import accounts
from festival.accounts import Account
from festival.clock import utc_now
from web import heavy, limits, security
from web import sign_in as session
from web.forms import TextForm
from web.house import read, write

TRIES = "10 per minute"

pages = open_pages("sign_in", __name__)


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
@limits.pages.limit(TRIES)
def check() -> ResponseReturnValue:
    """Sign somebody in whose name and password are right."""
    form = SignInForm()
    account = _account(form.name.data or "", form.password.data or "")
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


def _account(name: str, password: str) -> Account | None:
    """Return whose name and password these are; either way it is written down, and takes as long."""
    kept = read(accounts.password_hash_of, name=name)
    is_right = heavy.run(accounts.is_right, kept, password)
    account = read(accounts.by_name, name=name) if is_right else None
    if account is None:
        write(accounts.turned_away, name=name, address=request.remote_addr or "", now=utc_now())
    return account


def _next() -> str:
    return security.own_path(request.args.get("next"), url_for("admin_desk.desk"))
