"""A browser on the laptop, and its organiser."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import Application
from festival import accounts
from festival.accounts import FIRST_ACCOUNT
from festival.clock import utc_now
from tests.cast import PASSWORD, PASSWORD_HASH

LAPTOP = {"REMOTE_ADDR": "127.0.0.1"}


class Browser:
    """A browser on the laptop, which sends forms with their token."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.client: FlaskClient = application.flask.test_client()

    def get(self, path: str, environ: dict[str, str] = LAPTOP) -> TestResponse:
        return self.client.get(path, environ_base=environ)

    def hidden(self, page: str, name: str) -> str:
        """Return what ``page`` hides in its first form under ``name``."""
        found = re.search(rf'name="{name}"[^>]*value="([^"]+)"', self.get(page).text)
        assert found, f"no {name} on {page}"
        return found[1]

    def send(self, path: str, form: dict[str, Any] | None = None, *, page: str = "/admin") -> TestResponse:
        """Send a form with the token that ``page`` carries."""
        token = self.hidden(page, "csrf_token")
        return self.client.post(path, data={"csrf_token": token, **(form or {})}, environ_base=LAPTOP)

    def sign_in(self, password: str = PASSWORD, name: str = FIRST_ACCOUNT) -> TestResponse:
        return self.send("/admin/sign-in", {"name": name, "password": password}, page="/admin/sign-in")

    def sign_in_as_steward(self, *booths: str, name: str = "茶") -> TestResponse:
        """Sign in as somebody new who leads these booths."""
        who: dict[str, Any] = {"name": name, "role": "steward", "booths": list(booths), "password_hash": PASSWORD_HASH}
        self.application.house.writer.call(accounts.add, **who, actor="test", now=utc_now())
        return self.sign_in(name=name)
