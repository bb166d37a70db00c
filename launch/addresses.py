"""The addresses at which phones on the same network can reach this machine."""

import ipaddress
import socket
import struct
import sys
import threading
from collections.abc import Iterable, Iterator

# What a server listens on that is to be reached from wherever it can be.
EVERYWHERE = ("0.0.0.0", "::")
# Never answered and never even sent to: connecting a datagram socket only asks the system which way it would go.
SOMEWHERE = ("192.0.2.1", "10.255.255.255", "172.31.255.255", "192.168.255.255")
# Networks that live inside this machine: no phone is there.
INSIDE = ("docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "podman", "cni", "lxc")
# The request that asks an interface for its address, and where in the answer it stands.
ASK_ADDRESS = {"linux": 0x8915, "darwin": 0xC0206921}
ADDRESS_AT = slice(20, 24)


def usable(found: Iterable[str]) -> list[str]:
    """The IPv4 addresses that another device can reach, each once, in the order found."""
    kept: dict[str, None] = {}
    for text in found:
        try:
            address = ipaddress.IPv4Address(text)
        except ValueError:
            continue
        useless = address.is_loopback or address.is_link_local or address.is_multicast or address.is_unspecified
        if not useless and not address.is_reserved:
            kept[str(address)] = None
    return list(kept)


def by_route() -> Iterator[str]:
    """The addresses from which this machine would send: the one with the way out comes first."""
    for target in SOMEWHERE:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((target, 9))
                yield probe.getsockname()[0]
            except OSError:
                continue


def by_interface(platform: str = sys.platform) -> Iterator[str]:
    """The addresses of the network cards; a laptop that is its own hotspot has no way out, but these."""
    request = ASK_ADDRESS.get(platform)
    if request is None or sys.platform == "win32":
        return
    import fcntl

    for _, name in socket.if_nameindex():
        if name.startswith(INSIDE):
            continue
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                answer = fcntl.ioctl(probe, request, struct.pack("256s", name.encode()[:15]))
            except OSError:
                continue
        yield socket.inet_ntoa(answer[ADDRESS_AT])


def by_name(seconds: float = 1) -> list[str]:
    """The addresses of this machine's own name, if the answer comes within the time (without a network it may not)."""
    found: list[str] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
        except (OSError, UnicodeError):
            return
        found.extend(str(answer[4][0]) for answer in answers)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(seconds)
    return list(found)


def lan_addresses() -> list[str]:
    """This machine's addresses on the local network, best first; empty when it is on none."""
    return usable([*by_route(), *by_interface(), *by_name()])


def reached_from_outside(host: str) -> list[str]:
    """The addresses at which phones reach a server that listens on the host; empty where only this machine can."""
    if host in EVERYWHERE:
        return lan_addresses()
    return [in_address(host)] if not is_loopback(host) else []


def own(host: str) -> str:
    """The address at which this machine itself reaches a server that listens on the host."""
    return "127.0.0.1" if host in EVERYWHERE else in_address(host)


def in_address(host: str) -> str:
    """The host as it stands in an http address."""
    return f"[{host}]" if ":" in host else host


def is_loopback(host: str) -> bool:
    """Whether the host is this machine and nothing else."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
