"""What every page is guarded by: headers, cookies, form tokens, and who may see the admin."""

import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Flask, Response, g, request, session
from flask.sessions import SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFProtect

from festival.errors import Reason
from web import answers, errors, hosts
from web.house import house

P = ParamSpec("P")

POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def policy(**more: str) -> str:
    """Return what a page may load; ``script="…"`` gives its scripts more sources, ``connect="…"`` its requests."""
    added = {f"{kind}-src": f" {sources}" for kind, sources in more.items()}
    return "; ".join(f"{name} {sources}{added.get(name, '')}" for name, sources in POLICY.items())


HEADERS = {
    "Content-Security-Policy": policy(),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), midi=()",
}
MICROPHONE = HEADERS["Permissions-Policy"].replace("microphone=()", "microphone=(self)")

# What a page needs to start the camera's decoder.
DECODER = "'wasm-unsafe-eval'"

COOKIE = "laojiefang"
# Browsers take it from https alone, and never let plain http write over it.
SECURE_COOKIE = "__Host-laojiefang"
LARGEST_FORM = 1_000_000

csrf = CSRFProtect()


class Sessions(SecureCookieSessionInterface):
    """Two cookies for one laptop: what was signed in over https is nowhere seen on plain http, and the other way."""

    def get_cookie_name(self, app: Flask) -> str:  # noqa: ARG002
        """Return the name for this request's scheme."""
        return SECURE_COOKIE if request.is_secure else COOKIE

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002
        """Return whether it may go over https alone."""
        return request.is_secure


def init_app(app: Flask, secret_key: bytes) -> None:
    """Set up cookies, form tokens and headers."""
    app.config.update(
        SECRET_KEY=secret_key,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=12 * 3600,
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        WTF_CSRF_SSL_STRICT=False,
        MAX_CONTENT_LENGTH=LARGEST_FORM,
    )
    app.session_interface = Sessions()
    # Before the form tokens: nothing is done for a stranger's name.
    app.before_request(_only_by_own_names)
    csrf.init_app(app)
    app.after_request(_with_headers)


def _with_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers[name] = value
    if "policy" in g:
        response.headers["Content-Security-Policy"] = g.policy
    if "permissions" in g:
        response.headers["Permissions-Policy"] = g.permissions
    personal = request.path.startswith(errors.ADMIN) or session.accessed or "Set-Cookie" in response.headers
    if personal and request.endpoint != "static":
        # What is one person's must lie in no cache.
        response.headers["Cache-Control"] = "no-store"
    return response


def also(**more: str) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Let the page of a view do what no other page may: ``@also(script="'wasm-unsafe-eval'")``, as in ``policy``."""

    def extended(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def answer(*args: P.args, **arguments: P.kwargs) -> ResponseReturnValue:
            g.policy = policy(**more)
            return view(*args, **arguments)

        return answer

    return extended


def may_record(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Let the page of a view use the microphone, which no other page may."""

    @wraps(view)
    def answer(*args: P.args, **arguments: P.kwargs) -> ResponseReturnValue:
        g.permissions = MICROPHONE
        return view(*args, **arguments)

    return answer


def comes_by_own_name(host: str | None) -> bool:
    """Return whether a request with this Host header was meant for this laptop."""
    return hosts.is_allowed(host, hosts.own_names(house().settings))


def _only_by_own_names() -> ResponseReturnValue | None:
    """Refuse a request that came here by a stranger's name; for ``before_request``."""
    if comes_by_own_name(request.environ.get("HTTP_HOST")):
        return None
    if request.path.startswith(errors.API):
        return answers.of_reason(Reason.NOT_ALLOWED)
    return errors.page(_("这个地址不对"), _("请用海报上的地址打开这一页。"), 403)


def is_on_this_laptop() -> bool:
    """Return whether the request comes from the laptop itself: from a loopback address, or to the one it comes from.

    A neighbour cannot pretend to the latter: the answers to his handshake would go to the laptop, not to him.
    """
    remote = _address(request.remote_addr)
    if remote is None:
        return False
    return remote.is_loopback or remote == _address(request.environ.get("SERVER_NAME"))


def _address(written: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(written or "")
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def only_on_this_laptop() -> ResponseReturnValue | None:
    """Refuse an admin's page to the network, unless the organiser has opened it; for ``before_request``."""
    if sees_admin():
        return None
    return errors.page(_("后台只在那台电脑上"), _("请到管着活动的那台电脑上打开这一页。"), 403)


def own_path(wanted: str | None, otherwise: str) -> str:
    """Return ``wanted`` where it is a path on this site, else ``otherwise``: nobody is sent to a stranger's page.

    Browsers drop tabs and line ends, and read ``\\`` as ``/``: ``/<tab>/host`` would be another site.
    """
    if not wanted or not wanted.startswith("/") or wanted.startswith("//"):
        return otherwise
    return wanted if wanted.isprintable() and "\\" not in wanted else otherwise


def sees_admin() -> bool:
    """Return whether the admin would answer this request."""
    return house().settings.admin_on_lan or request.is_secure or is_on_this_laptop()
