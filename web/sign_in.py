"""Who has signed in."""

from typing import Any

from flask import Flask, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_fresh, login_user, logout_user

from festival import accounts
from festival.accounts import Account
from festival.clock import utc_now
from web.house import read, write

manager = LoginManager()


class Person(UserMixin):  # type: ignore[misc]
    """Somebody who has signed in, as Flask-Login wants it: the cookie keeps the sign-in's key."""

    def __init__(self, account: Account, key: str) -> None:
        self.account = account
        self.key = key

    def get_id(self) -> str:
        """Return what the cookie keeps."""
        return self.key


def init_app(app: Flask) -> None:
    """Let people sign in to ``app``."""
    # Only marks a cookie that came from elsewhere, for all its names: "strong" does no more to one that lasts.
    manager.session_protection = "basic"
    manager.init_app(app)
    manager.user_loader(_person)


def is_signed_in() -> bool:
    """Return whether somebody has signed in on this browser."""
    return bool(current_user.is_authenticated)


def is_organiser() -> bool:
    """Return whether an organiser has signed in on this browser."""
    return is_signed_in() and account().role == accounts.ORGANISER


def actor() -> str:
    """Return how the audit log names who has signed in."""
    return f"account {account().name}"


def account() -> Account:
    """Return who has signed in."""
    person: Any = current_user
    known: Account = person.account
    return known


def begin(account: Account) -> None:
    """Sign somebody in on this browser, for twelve hours."""
    key = write(accounts.sign_in, account=account, address=request.remote_addr or "", now=utc_now())
    # What an earlier visitor of this browser left behind must not go on under the new name.
    session.clear()
    session.permanent = True
    login_user(Person(account, key))


def end() -> None:
    """Sign whoever it is out."""
    person: Any = current_user
    try:
        if person.is_authenticated:
            write(accounts.sign_out, account=person.account, key=person.key, now=utc_now())
    finally:
        # Also where nothing can be written down: whoever leaves must not stay signed in on this browser.
        logout_user()
        session.clear()


def ask_first() -> ResponseReturnValue:
    """Send somebody to the page where one signs in, and from there back to this one."""
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("admin_sign_in.sign_in", next=back))


def _person(key: str) -> Person | None:
    if not login_fresh():
        # Another browser or another place with the same cookie has to sign in.
        return None
    account = read(accounts.by_sign_in, key=key, now=utc_now())
    return None if account is None else Person(account, key)
