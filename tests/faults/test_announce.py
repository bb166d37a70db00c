"""The laptop's name on the network, asked for by a real mDNS client over the loopback's multicast."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from festival.whereabouts import Name
from launch.addresses import lan_addresses
from tests.running import ROOT, Server

pytestmark = pytest.mark.fault
HERE = "127.0.0.1"
PORT = 18000
WITHIN = 8.0


# A process of its own, as a phone is: zeroconf leaves its loop behind in the one that it was in.
ASKING = """
import sys
from zeroconf import AddressResolverIPv4, IPVersion, ServiceBrowser, Zeroconf
network = Zeroconf(interfaces=["127.0.0.1"], ip_version=IPVersion.V4Only)
wanted = AddressResolverIPv4(sys.argv[1] + ".")
wanted.request(network, 1000)
print(*wanted.parsed_addresses())
class Found:
    def add_service(self, network, kind, name):
        found = network.get_service_info(kind, name, 1000)
        if found and found.server == sys.argv[1] + ".":
            print(found.port)
    update_service = remove_service = add_service
if sys.argv[2:]:
    ServiceBrowser(network, "_http._tcp.local.", Found())
    import time; time.sleep(2)
network.close()
"""


def asks(name: str, *more: str) -> list[str]:
    """Ask the network for a name, as a phone does; return its addresses, and the ports of its pages where wanted."""
    said = subprocess.run([sys.executable, "-c", ASKING, name, *more], capture_output=True, text=True, check=True)
    return sorted(set(said.stdout.split()))


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """Return a name of this test's own: other tests may run beside it."""
    return f"lf-{abs(hash(request.node.nodeid)) % 10**8}.local"


class Child:
    """The process that tells the name, by its input and output."""

    def __init__(self, name: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "serving.announce", name, str(PORT)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def say(self, *addresses: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(addresses) + "\n")
        self.process.stdin.flush()

    def hear(self) -> Name:
        assert self.process.stdout is not None
        return Name(self.process.stdout.readline().strip())

    def stand(self, *addresses: str) -> Name:
        self.say(*addresses)
        return self.hear()

    def end(self) -> int:
        """Close its input, as the system does when the server dies; return its exit status."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        if not self.process.stdin.closed:
            self.process.stdin.close()
        status = self.process.wait(timeout=8)
        self.process.stdout.close()
        return status


@pytest.fixture
def start(name: str) -> Iterator[Callable[[], Child]]:
    with ExitStack() as stack:

        def begin() -> Child:
            child = Child(name)
            stack.callback(child.end)
            return child

        yield begin


def test_the_network_is_told_the_name_and_the_port_until_the_server_is_gone(
    name: str, start: Callable[[], Child]
) -> None:
    child = start()
    assert child.stand(HERE) is Name.TOLD
    assert asks(name, "and the port") == [HERE, str(PORT)]
    assert child.end() == 0
    assert asks(name) == []


def test_other_addresses_are_told_and_the_old_ones_no_more(name: str, start: Callable[[], Child]) -> None:
    child = start()
    assert child.stand(HERE) is Name.TOLD
    assert child.stand(HERE, "127.0.0.7") is Name.TOLD
    assert sorted(asks(name)) == [HERE, "127.0.0.7"]
    assert child.stand() is Name.SILENT
    assert asks(name) == []


def test_a_name_that_another_laptop_answers_to_is_left_to_it_until_it_is_gone(start: Callable[[], Child]) -> None:
    first, second = start(), start()
    assert first.stand(HERE, "127.0.0.2") is Name.TOLD
    assert second.stand(HERE) is Name.TAKEN
    first.end()
    assert second.stand(HERE) is Name.TOLD


def test_of_two_that_answer_at_once_one_stays(start: Callable[[], Child]) -> None:
    first, second = start(), start()
    for child, other in ((first, "127.0.0.2"), (second, "127.0.0.3")):
        child.say(HERE, other)
    assert sorted([first.hear(), second.hear()]) == [Name.TOLD, Name.TOLD]
    assert first.stand(HERE, "127.0.0.2") is Name.TAKEN
    assert second.stand(HERE, "127.0.0.3") is Name.TOLD


def test_an_address_that_this_laptop_does_not_have_is_no_trouble(start: Callable[[], Child]) -> None:
    child = start()
    assert child.stand("203.0.113.9") is Name.SILENT
    assert child.stand(HERE) is Name.TOLD


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="reads Linux' list of processes")
@pytest.mark.skipif(not lan_addresses(), reason="a machine on no network has nothing to tell")
@pytest.mark.parametrize("end", [Server.kill, Server.stop])
def test_a_server_has_the_name_told_and_takes_that_process_along(tmp_path: Path, end: Callable[[Server], int]) -> None:
    server = Server(tmp_path / "data", options=("--host", "0.0.0.0"))
    server.start()
    try:
        assert until(lambda: len(tellers(server.port)) == 1)
    finally:
        end(server)
    assert until(lambda: not tellers(server.port))


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="reads Linux' list of processes")
def test_a_teller_that_dies_is_followed_by_one_other(laptop: Server) -> None:
    assert until(lambda: len(tellers(laptop.port)) == 1)
    (died,) = tellers(laptop.port)
    os.kill(died, signal.SIGKILL)
    assert until(lambda: len(set(tellers(laptop.port)) - {died}) == 1)
    assert until(lambda: died not in tellers(laptop.port))
    # Several looks later it is still the same one.
    (other,) = tellers(laptop.port)
    time.sleep(3)
    assert tellers(laptop.port) == [other]
    assert "ended with -9" in laptop.output.read_text(encoding="utf-8")


def test_a_server_that_is_asked_not_to_tells_no_name(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", options=("--host", "0.0.0.0", "--no-mdns"))
    server.start()
    try:
        assert not until(lambda: bool(tellers(server.port)), seconds=2)
    finally:
        server.kill()


def tellers(port: int) -> list[int]:
    """Return the processes that tell a name for the server at a port."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found[int(path.parent.name)] = path.read_text(errors="replace")
    return [each for each, line in found.items() if "\0serving.announce\0" in line and f"\0{port}\0" in line]


def until(holds: Callable[[], bool], seconds: float = WITHIN) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not holds():
        time.sleep(0.1)
    return holds()
