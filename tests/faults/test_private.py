"""What the server makes on the disk is its owner's alone."""

import os
import stat

import pytest

from tests.running import Server

pytestmark = [pytest.mark.fault, pytest.mark.skipif(os.name == "nt", reason="Windows has no such figures")]


def open_to_others(server: Server) -> list[str]:
    paths = [server.data, *server.data.rglob("*")]
    return [path.name for path in paths if stat.S_IMODE(path.stat().st_mode) & 0o077]


def test_a_first_start_makes_everything_for_its_owner_alone(server: Server) -> None:
    assert (server.data / "keys" / "cookies").exists()
    assert (server.data / "festival.db").exists()
    assert open_to_others(server) == []


def test_the_keys_of_https_are_for_their_owner_alone(secure: Server) -> None:
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (secure.data / "keys").glob("*.pem")}
    assert modes == {"authority.pem": 0o600, "https.pem": 0o600}
    assert open_to_others(secure) == []


def test_keys_and_database_of_an_earlier_version_are_closed_at_the_start(server: Server) -> None:
    server.stop()
    for path in (server.data / "keys", server.data / "keys" / "cookies", server.data / "festival.db"):
        path.chmod(0o755)
    server.start()
    assert open_to_others(server) == []
