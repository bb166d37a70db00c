"""The names that this laptop answers to. A stranger's name that leads here (DNS rebinding) is none of them."""

import ipaddress
import re
import socket

from festival.settings import Settings

# Whatever else stands there would be read as another host by somebody: name:x@host, [::1].host.
_WRITTEN = re.compile(r"(\[(?P<figures>[^\]]+)\]|(?P<name>[^:@\[\]]+))(:[0-9]*)?")


# The name by which phones find the laptop where the network lets it tell one.
ANNOUNCED = "laojiefang.local"


def own_names(settings: Settings) -> frozenset[str]:
    """Return the host names that a request may come to, besides addresses in figures."""
    machine = socket.gethostname().lower().rstrip(".")
    own = {"localhost", ANNOUNCED, machine, machine.partition(".")[0] + ".local", machine + ".local"}
    return frozenset((own | given_names(settings)) - {""})


def given_names(settings: Settings) -> frozenset[str]:
    """Return the names that ``--name`` gives the laptop."""
    return frozenset({name.strip().lower().rstrip(".") for name in settings.name.split(",")} - {""})


def is_allowed(host: str | None, names: frozenset[str]) -> bool:
    """Return whether a request may come to ``host``, as its header writes it; tools of HTTP/1.0 send none."""
    if not host:
        return True
    written = _WRITTEN.fullmatch(host)
    if written is None:
        return False
    name = (written["figures"] or written["name"]).lower().rstrip(".")
    return name in names or _is_figures(name)


def _is_figures(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
