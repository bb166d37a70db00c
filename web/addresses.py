"""At which addresses phones reach these pages."""

from flask import request

from launch.addresses import lan_addresses
from web.house import house

HERE_ALONE = ("127.0.0.1", "localhost", "::1")


def of_phones() -> list[str]:
    """Return the addresses (``http://192.168.8.10:8000``) on the local network, best first; empty on none."""
    if house().settings.host in HERE_ALONE:
        return []
    port = request.environ["SERVER_PORT"]
    return [f"http://{address}:{port}" for address in lan_addresses()]
