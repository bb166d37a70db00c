import ipaddress
import sys

import pytest

from launch import addresses


def test_only_addresses_that_a_phone_can_reach_are_kept_each_once_in_order() -> None:
    found = [
        "192.168.1.20",
        "127.0.0.1",
        "127.0.1.1",
        "169.254.3.4",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "10.0.0.7",
        "192.168.1.20",
        "fe80::1",
        "",
        "nonsense",
    ]
    assert addresses.usable(found) == ["192.168.1.20", "10.0.0.7"]


def test_no_network_is_no_address() -> None:
    assert addresses.usable([]) == []


def test_this_machines_own_are_addresses() -> None:
    for address in addresses.lan_addresses():
        assert not ipaddress.IPv4Address(address).is_loopback


def test_a_system_that_cannot_be_asked_for_its_cards_has_none() -> None:
    assert list(addresses.by_interface("win32")) == []
    assert list(addresses.by_interface("sunos5")) == []


@pytest.mark.parametrize(
    ("host", "own", "outside"),
    [
        ("0.0.0.0", "127.0.0.1", ["192.168.8.10"]),
        ("::", "127.0.0.1", ["192.168.8.10"]),
        ("127.0.0.1", "127.0.0.1", []),
        ("127.0.0.2", "127.0.0.2", []),
        ("localhost", "localhost", []),
        ("::1", "[::1]", []),
        ("192.168.1.5", "192.168.1.5", ["192.168.1.5"]),
        ("fd00::5", "[fd00::5]", ["[fd00::5]"]),
    ],
)
def test_addresses_follow_what_the_server_listens_on(
    host: str, own: str, outside: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "lan_addresses", lambda: ["192.168.8.10"])
    assert addresses.own(host) == own
    assert addresses.reached_from_outside(host) == outside


if sys.platform != "win32":

    @pytest.mark.parametrize(("platform", "request_number"), [("linux", 0x8915), ("darwin", 0xC0206921)])
    def test_each_systems_own_request_asks_the_network_cards(
        platform: str, request_number: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[tuple[int, bytes]] = []

        def ioctl(_probe: object, number: int, name: bytes) -> bytes:
            asked.append((number, name.rstrip(b"\0")))
            if name.startswith(b"lo"):
                raise OSError
            return b"\0" * 20 + bytes([192, 168, 8, 10]) + b"\0" * 232

        monkeypatch.setattr("fcntl.ioctl", ioctl)
        monkeypatch.setattr("socket.if_nameindex", lambda: [(1, "lo"), (2, "docker0"), (3, "en0")])
        assert list(addresses.by_interface(platform)) == ["192.168.8.10"]
        assert asked == [(request_number, b"lo"), (request_number, b"en0")]
