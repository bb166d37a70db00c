"""Devices that speak to a real server over sockets of their own, many at once."""

import http.client
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.cast import new_nonce

R = TypeVar("R")


@dataclass(frozen=True)
class Answer:
    """What the server said, word for word."""

    status: int
    text: str

    @property
    def body(self) -> Any:
        """The text as JSON."""
        return json.loads(self.text)

    @property
    def outcome(self) -> str:
        """The outcome that the body names, with its reason where it has one."""
        body = self.body
        return body["outcome"] if body["reason"] is None else f"{body['outcome']} {body['reason']}"

    def is_replay_of(self, first: "Answer") -> bool:
        """Return whether this is the first answer word for word, marked as replayed."""
        marked = first.text.replace('"replayed":false', '"replayed":true', 1)
        return (self.status, self.text) == (first.status, marked)


class Device:
    """One keep-alive connection of an enrolled station."""

    def __init__(self, port: int, token: str) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}", "Accept-Language": "zh-CN"}

    def ask(self, method: str, path: str, body: object = None) -> Answer:
        """Send one request and return its answer; raises OSError or HTTPException where the server goes away."""
        data = None if body is None else json.dumps(body)
        self._http.request(method, f"/api/v1{path}", data, self._headers)
        answer = self._http.getresponse()
        return Answer(answer.status, answer.read().decode())

    def get(self, path: str) -> Any:
        """Return what the API shows there."""
        return self.ask("GET", path).body

    def check_in(self, scan: str | None, booth: str, nonce: str | None = None, **others: Any) -> Answer:
        """Send one check-in, with a new nonce unless one is given."""
        return self.ask("POST", "/check-ins", {"scan": scan, "booth": booth, "nonce": nonce or new_nonce(), **others})

    def undo(self, visit_id: int) -> Answer:
        """Undo a visit."""
        return self.ask("DELETE", f"/check-ins/{visit_id}")

    def issue(self, count: int) -> list[str]:
        """Issue cards; return their codes."""
        return [card["code"] for card in self.ask("POST", "/cards", {"count": count}).body["cards"]]

    def connect(self) -> None:
        """Open the connection now, so that the first request need not."""
        self._http.connect()

    def close(self) -> None:
        """Hang up."""
        self._http.close()


def all_at_once(functions: list[Callable[[], R]]) -> list[R]:
    """Call all functions, each in a thread, let go at the same moment; return what they return, in order."""
    gate = threading.Barrier(len(functions))

    def wait_and_call(function: Callable[[], R]) -> R:
        gate.wait(30)
        return function()

    with ThreadPoolExecutor(len(functions)) as pool:
        return list(pool.map(wait_and_call, functions))
