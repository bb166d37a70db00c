"""The one place where errors become answers: JSON for devices, a sentence on a page for people."""

import logging
import secrets
from typing import Any

from flask import Flask, Response, current_app, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from festival.errors import TRY_AGAIN_SECONDS, CannotKeep, Reason, Refusal
from festival.messages import explain
from web import answers, languages

API = "/api/"
ADMIN = "/admin"
log = logging.getLogger(__name__)

_REASONS = {404: Reason.NOT_FOUND, 405: Reason.METHOD_NOT_ALLOWED, 413: Reason.TOO_LARGE, 429: Reason.SLOW_DOWN}


def init_app(app: Flask) -> None:
    """Answer every error of ``app``."""
    app.register_error_handler(CannotKeep, _cannot_keep)
    app.register_error_handler(Refusal, _refusal)
    app.register_error_handler(CSRFError, _outdated_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _bug)


def page(title: str, text: str, status: int, reference: str = "") -> tuple[str, int]:
    """Return a page with one sentence of what to do next."""
    in_admin = request.path.startswith(ADMIN) and status != 403
    return bare("error.html", title=title, text=text, reference=reference, in_admin=in_admin), status


def bare(template: str, **values: Any) -> str:
    """Return a page that is drawn without the database: it may be the very thing that failed."""
    page = current_app.jinja_env.get_template(template)
    return page.render(language=languages.of_page().value, **values)


def _is_device() -> bool:
    return request.path.startswith(API)


def _cannot_keep(stopped: CannotKeep) -> ResponseReturnValue:
    if _is_device() or request.is_json:
        return answers.of_refusal(stopped)
    text, status = page(_("现在记不下来"), _("请叫组织者，这一步没有做。"), stopped.status)
    return text, status, {"Retry-After": str(TRY_AGAIN_SECONDS)}


def _refusal(refusal: Refusal) -> ResponseReturnValue:
    if _is_device() or request.is_json:
        return answers.of_refusal(refusal)
    return page(_("这一步没有做"), explain(refusal.reason, languages.of_page()), refusal.status)


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return redirect(error.get_response().headers.get("Location", "/"), status)
    if _is_device():
        return _with_allow(answers.of_reason(_REASONS.get(status, Reason.INVALID)), error)
    if status == 404:
        return page(_("没有这一页"), _("看看地址有没有打错，或者回到首页。"), 404)
    if status == 429:
        return page(_("歇一会儿"), _("试得太多了，过一分钟再来。"), 429)
    return page(_("这一步没有做"), _("回到上一页，再试一次。"), status)


def _with_allow(response: Response, error: HTTPException) -> Response:
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _outdated_form(_error: CSRFError) -> ResponseReturnValue:
    return page(_("这一页放得太久了"), _("回到上一页，刷新以后再做一次。"), 400)


def _bug(error: Exception) -> ResponseReturnValue:
    """Log what broke under a reference, and show that alone."""
    reference = secrets.token_hex(4)
    log.error("reference %s: %s %s", reference, request.method, request.path, exc_info=error)
    if _is_device():
        return answers.of_reason(Reason.BROKEN, reference=reference)
    return page(_("出了点岔子"), _("请再试一次；不行就把这个号码告诉组织者。"), 500, reference)
