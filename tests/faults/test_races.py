"""Many at the same moment, through real connections to the real server, on both databases."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests import recount
from tests.cast import new_nonce
from tests.faults.devices import Device, all_at_once
from tests.faults.machine import Machine, switched_on

pytestmark = pytest.mark.fault


@pytest.fixture(scope="module", params=["sqlite_template", "postgres_template"], ids=["sqlite", "postgresql"])
def machine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine with a running server, on each database; its tests use cards and booths of their own."""
    template = request.getfixturevalue(request.param)
    with switched_on(template, tmp_path_factory.mktemp("races")) as running:
        yield running


@pytest.fixture(autouse=True)
def _figures_agree(machine: Machine) -> Iterator[None]:
    """After each race the counters say what the visits table says."""
    yield
    engine = recount.engine_of(machine.url)
    with engine.connect() as db:
        assert recount.kept(db) == recount.counted(db)
    engine.dispose()


def connected(machine: Machine, count: int) -> list[Device]:
    """Return open connections, taking turns among the stations that may check in everywhere."""
    devices = [machine.device(("organiser", "kiosk")[number % 2]) for number in range(count)]
    for device in devices:
        device.connect()
    return devices


def new_booth(machine: Machine, slug: str, **fields: Any) -> str:
    """Add a booth of the test's own; return its slug."""
    answer = machine.device().ask("POST", "/booths", {"slug": slug, "name": slug, **fields})
    assert answer.status == 201, answer
    return slug


def stations(machine: Machine, count: int) -> list[Device]:
    """Enrol that many stations; return an open connection of each."""
    organiser, devices = machine.device(), []
    for number in range(count):
        code = organiser.ask("POST", "/pairing-codes", {"kind": "kiosk", "booths": []}).body["pairing_code"]
        enrolled = organiser.ask("POST", "/stations", {"pairing_code": code, "name": f"{number} 号"})
        devices.append(machine.device_of(enrolled.body["token"]))
        devices[-1].connect()
    return devices


def scan_log(machine: Machine, booth: str) -> Counter[str]:
    """Return how often each outcome stands in the scan log of a booth."""
    device, lines, after = machine.device(), [], 0
    while page := device.get(f"/scans?after={after}")["scans"]:
        lines += page
        after = page[-1]["id"]
    return Counter(
        " ".join(filter(None, (line["outcome"], line["reason"]))) for line in lines if line["booth"] == booth
    )


def test_card_scanned_by_fifty_stations_counts_once(machine: Machine) -> None:
    (code,) = machine.device().issue(1)
    devices = stations(machine, 50)
    answers = all_at_once([lambda d=d: d.check_in(code, "clinic") for d in devices])
    assert Counter(answer.outcome for answer in answers) == {"welcome": 1, "again already": 49}
    assert len({answer.body["visit"]["id"] for answer in answers}) == 1


def test_quota_of_twenty_takes_twenty_of_a_hundred(machine: Machine) -> None:
    booth = new_booth(machine, "twenty", quota=20)
    codes = machine.device().issue(100)
    pairs = zip(connected(machine, 100), codes, strict=True)
    answers = all_at_once([lambda d=d, c=c: d.check_in(c, booth) for d, c in pairs])
    assert Counter(answer.outcome for answer in answers) == {"welcome": 20, "refused full": 80}
    numbers = [answer.body["visit"]["number"] for answer in answers if answer.outcome == "welcome"]
    assert sorted(numbers) == list(range(1, 21))


def test_quota_holds_for_parties_too(machine: Machine) -> None:
    booth = new_booth(machine, "parties", quota=20)
    devices = connected(machine, 30)
    answers = all_at_once([lambda d=d: d.check_in(None, booth, party=3) for d in devices])
    assert Counter(answer.outcome for answer in answers) == {"welcome": 6, "refused full": 24}


def test_every_attempt_of_a_race_is_in_the_scan_log(machine: Machine) -> None:
    booth = new_booth(machine, "logged", quota=5)
    devices = connected(machine, 40)
    all_at_once([lambda d=d: d.check_in(None, booth) for d in devices])
    assert scan_log(machine, booth) == {"welcome": 5, "refused full": 35}


@pytest.mark.parametrize("with_card", [True, False], ids=["card", "walk-in"])
def test_one_nonce_from_twenty_connections_makes_one_visit(machine: Machine, *, with_card: bool) -> None:
    scan = machine.device().issue(1)[0] if with_card else None
    nonce = new_nonce()
    before = machine.device().get("/board")["visits"]
    devices = [machine.device() for _ in range(20)]
    answers = all_at_once([lambda d=d: d.check_in(scan, "tea", nonce) for d in devices])
    (first,) = [answer for answer in answers if not answer.body["replayed"]]
    assert (first.status, first.outcome) == (201, "welcome")
    assert all(answer.is_replay_of(first) for answer in answers if answer is not first)
    assert machine.device().get("/board")["visits"] == before + 1


def test_one_nonce_of_a_refusal_gives_all_the_same_answer(machine: Machine) -> None:
    booth = new_booth(machine, "shut", open=False)
    nonce = new_nonce()
    devices = [machine.device() for _ in range(20)]
    answers = all_at_once([lambda d=d: d.check_in(None, booth, nonce) for d in devices])
    (first,) = [answer for answer in answers if not answer.body["replayed"]]
    assert (first.status, first.outcome) == (409, "refused closed")
    assert all(answer.is_replay_of(first) for answer in answers if answer is not first)


def test_the_same_batch_sent_twice_at_once_counts_once(machine: Machine) -> None:
    codes = machine.device().issue(50)
    items = [{"scan": code, "booth": "chess", "nonce": new_nonce()} for code in codes]
    devices = [machine.device() for _ in range(4)]
    answers = all_at_once([lambda d=d: d.ask("POST", "/check-ins/batch", {"check_ins": items}) for d in devices])
    assert Counter(answer.status for answer in answers) == {200: 4}
    replayed = Counter(result["replayed"] for answer in answers for result in answer.body["results"])
    assert replayed == {False: 50, True: 150}


def test_undo_from_ten_connections_steps_back_once(machine: Machine) -> None:
    organiser = machine.device()
    codes = organiser.issue(2)
    visits = [organiser.check_in(code, "stage", party=2).body["visit"]["id"] for code in codes]
    before = organiser.get("/board")
    devices = [machine.device() for _ in range(10)]
    answers = all_at_once([lambda d=d: d.undo(visits[0]) for d in devices])
    assert Counter(answer.status for answer in answers) == {204: 10}
    after = organiser.get("/board")
    assert after["visits"] == before["visits"] - 2
    assert after["people"] == before["people"] - 1
    assert after["version"] == before["version"] + 1


def test_undo_against_new_scans_of_the_same_card_leaves_one_visit_or_none(machine: Machine) -> None:
    organiser = machine.device()
    (code,) = organiser.issue(1)
    visit = organiser.check_in(code, "barter").body["visit"]["id"]
    devices = connected(machine, 12)
    scans = [lambda d=d: d.check_in(code, "barter") for d in devices[2:]]
    answers = all_at_once([lambda: organiser.undo(visit), *scans])
    welcomed = [answer for answer in answers[1:] if answer.outcome == "welcome"]
    assert len(welcomed) <= 1
    assert organiser.get(f"/cards/{code}")["visits"] == len(welcomed)


def test_a_booth_closed_in_the_middle_counts_only_whom_it_welcomed(machine: Machine) -> None:
    """Every answer is a welcome or the refusal; the figures agree with the welcomes alone."""
    booth = new_booth(machine, "last")
    organiser = machine.device()
    devices = connected(machine, 30)
    acts = [lambda d=d: d.check_in(None, booth) for d in devices]
    acts.insert(15, lambda: organiser.ask("PATCH", f"/booths/{booth}", {"open": False}))
    answers = all_at_once(acts)
    outcomes = Counter(answer.outcome for at, answer in enumerate(answers) if at != 15)
    assert set(outcomes) <= {"welcome", "refused closed"}
    shown = next(line for line in organiser.get("/board")["booths"] if line["slug"] == booth)
    assert shown["visits"] == outcomes["welcome"]
    assert shown["open"] is False
