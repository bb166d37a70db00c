"""At which addresses phones reach these pages."""

from urllib.parse import urlsplit

from flask import request

from launch.addresses import is_loopback, reached_from_outside
from web.house import house


def of_phones() -> list[str]:
    """Return the addresses (``http://192.168.8.10:8000``) on the local network, best first; empty on none."""
    port = request.environ["SERVER_PORT"]
    return [f"http://{address}:{port}" for address in reached_from_outside(house().settings.host)]


def as_called() -> str:
    """Return the address that whoever calls came by, for a phone beside it; on this laptop the one on the network."""
    came_by = request.host_url.rstrip("/")
    if not is_loopback(urlsplit(came_by).hostname or ""):
        return came_by
    return next(iter(of_phones()), came_by)
