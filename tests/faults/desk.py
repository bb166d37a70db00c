"""An organiser's browser on the desk of a real server."""

import html
import http.cookiejar
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable

from festival.accounts import FIRST_ACCOUNT
from tests.cast import PASSWORD
from tests.running import Server

PATIENCE = 15.0


class Desk:
    """Signed in from the start; the cookie outlives the server."""

    def __init__(self, server: Server) -> None:
        self._address = server.address
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._browser = urllib.request.build_opener(jar)
        page = self.get("/admin/sign-in")[1]
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token is not None
        form = {"csrf_token": token[1], "name": FIRST_ACCOUNT, "password": PASSWORD}
        self._ask("/admin/sign-in", urllib.parse.urlencode(form).encode())

    def get(self, path: str = "/admin") -> tuple[int, str]:
        """Return a page: its status and its text."""
        return self._ask(path, None)

    def _ask(self, path: str, form: bytes | None) -> tuple[int, str]:
        try:
            with self._browser.open(self._address + path, form, timeout=10) as answer:
                return answer.status, html.unescape(answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, html.unescape(error.read().decode())

    def tells(self, words: str) -> bool:
        """Return whether the desk says these words."""
        return words in self.get()[1]


def comes_true(is_so: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Return whether ``is_so`` becomes true within ``seconds``."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.2)
    return False
