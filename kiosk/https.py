"""The steps by which a phone learns to trust this laptop's https."""

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from festival import certificates
from printing import qr
from web import addresses
from web.house import house

SYSTEMS = ("android", "iphone", "windows")

pages = Blueprint("https", __name__)


@pages.get("/https")
def steps() -> ResponseReturnValue:
    """Show the steps, the visitor's own system first; where https is off, how an organiser turns it on."""
    trusted = _authority()
    if trusted is None:
        return render_template("https/off.html")
    host = request.host.rpartition(":")[0] if ":" in request.host.rpartition("]")[2] else request.host
    here = f"https://{host}:{house().settings.https_port}"
    is_fit = certificates.may_vouch_for(host)
    return render_template(
        "https/index.html",
        systems=sorted(SYSTEMS, key=lambda system: system != _system()),
        fingerprint=certificates.fingerprint(trusted),
        secure=here if is_fit else next(iter(addresses.secure()), ""),
        unfit="" if is_fit else host,
        code=Markup(qr.svg(f"{request.host_url}https", "M")),
    )


@pages.get("/https/ca.crt")
def authority() -> ResponseReturnValue:
    """Give what phones are to trust; the key stays here."""
    trusted = _authority()
    if trusted is None:
        abort(404)
    # Windows and iPhones open this form by a tap, Android finds it by its name.
    answer = Response(trusted.public_bytes(Encoding.DER), content_type="application/x-x509-ca-cert")
    answer.headers["Content-Disposition"] = "attachment; filename=laojiefang-ca.crt"
    return answer


def _authority() -> x509.Certificate | None:
    settings = house().settings
    return certificates.authority_certificate(settings.data) if settings.https else None


def _system() -> str:
    agent = request.user_agent.string.lower()
    if "iphone" in agent or "ipad" in agent or "mac os" in agent:
        return "iphone"
    return "windows" if "windows" in agent else "android"
