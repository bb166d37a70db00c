"""At which addresses phones reach these pages."""

from urllib.parse import urlsplit

from flask import request

from festival.certificates import may_vouch_for
from festival.whereabouts import Name
from launch.addresses import is_loopback, reached_from_outside
from web.hosts import ANNOUNCED
from web.house import house


def of_phones() -> list[str]:
    """Return the addresses (``http://192.168.8.10:8000``) on the local network, best first; empty on none."""
    return [f"http://{address}:{_port()}" for address in reached_from_outside(house().settings.host)]


def secure() -> list[str]:
    """Return the addresses over https, best first; empty where it is off, and where phones would warn of them all."""
    settings = house().settings
    if not settings.https:
        return []
    vouched_for = filter(may_vouch_for, reached_from_outside(settings.host))
    return [f"https://{address}:{settings.https_port}" for address in vouched_for]


def by_name() -> str | None:
    """Return the address by the laptop's name, None where the network is not told it."""
    return f"http://{ANNOUNCED}:{_port()}" if house().whereabouts.name is Name.TOLD else None


def _port() -> str:
    """Return the port of http, whichever this request came by."""
    return str(house().settings.port) if request.is_secure else request.environ["SERVER_PORT"]


def as_called() -> str:
    """Return the address that whoever calls came by, for a phone beside it; on this laptop the one on the network."""
    came_by = request.host_url.rstrip("/")
    if not is_loopback(urlsplit(came_by).hostname or ""):
        return came_by
    return next(iter(of_phones()), came_by)
