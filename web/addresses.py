"""At which addresses phones reach these pages."""

from flask import request

from launch.addresses import reached_from_outside
from web.house import house


def of_phones() -> list[str]:
    """Return the addresses (``http://192.168.8.10:8000``) on the local network, best first; empty on none."""
    port = request.environ["SERVER_PORT"]
    return [f"http://{address}:{port}" for address in reached_from_outside(house().settings.host)]
