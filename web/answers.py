"""Answers: the API's, one shape for everything that is refused; and what is printed."""

import json
from typing import Any

from flask import Response

from festival import messages
from festival.check_in import Reply
from festival.check_in.attempt import refused
from festival.errors import Reason, Refusal
from web import languages

JSON = "application/json"


def of_reply(reply: Reply) -> Response:
    """Return the HTTP response of a check-in's answer."""
    response = Response(reply.text, reply.status, content_type=JSON)
    if reply.retry_after is not None:
        response.headers["Retry-After"] = str(reply.retry_after)
    if reply.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def of_refusal(refusal: Refusal) -> Response:
    """Return the HTTP response of a refusal, in the language that the device asks for."""
    message = messages.explain(refusal.reason, languages.of_device())
    return of_reply(refused(refusal.reason, message, **refusal.details))


def of_reason(reason: Reason, **details: Any) -> Response:
    """Return the HTTP response of a refusal for ``reason``."""
    return of_refusal(Refusal(reason, **details))


def of_value(value: object, status: int = 200) -> Response:
    """Return ``value`` as JSON."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, content_type=JSON)


def pdf(made: bytes, name: str, *, shown: bool) -> Response:
    """Return a PDF under a file's name: ``shown`` in the browser, else put away."""
    response = Response(made, content_type="application/pdf")
    how = "inline" if shown else "attachment"
    response.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    return response


def nothing() -> Response:
    """Return an empty answer: done."""
    return Response(status=204)
