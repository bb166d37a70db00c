"""Who has signed in."""

from typing import Any

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user

from festival import accounts
from festival.accounts import Account
from web.house import read

manager = LoginManager()


class Person(UserMixin):  # type: ignore[misc]
    """An account, as Flask-Login wants it. A new password gives it another id, which ends old sign-ins."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def get_id(self) -> str:
        """Return what the cookie keeps."""
        return self.account.session_key


def init_app(app: Flask) -> None:
    """Let people sign in to ``app``."""
    manager.init_app(app)
    manager.user_loader(_person)
    manager.unauthorized_handler(_sign_in_first)


def is_signed_in() -> bool:
    """Return whether an organiser has signed in on this browser."""
    person: Any = current_user
    return bool(person.is_authenticated) and person.account.role == accounts.ORGANISER


def actor() -> str:
    """Return how the audit log names who has signed in."""
    person: Any = current_user
    return f"account {person.account.name}"


def _person(key: str) -> Person | None:
    account = read(accounts.by_session_key, key=key)
    return None if account is None else Person(account)


def _sign_in_first() -> ResponseReturnValue:
    return redirect(url_for("admin.sign_in", next=request.path))
