"""The plug is kicked out, again and again: what was answered is there, and nothing is there twice."""

import http.client
import json
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import websocket

from tests import recount
from tests.cast import new_nonce
from tests.faults.devices import Answer, all_at_once
from tests.faults.machine import Machine
from tests.running import ROOT, Server, free_port

pytestmark = pytest.mark.fault

CONNECTIONS = 16
KILLS = 5
MANY_KILLS = 200
BOOTHS = ("clinic", "repairs", "handouts", "lecture", "clay", "crafts", "tea", "chess", "barter", "stage")


class Crowd:
    """Sixteen devices that check in as fast as they are answered, and remember what they were told."""

    def __init__(self, machine: Machine) -> None:
        organiser = machine.device()
        self._machine = machine
        self._codes = [code for _ in range(2) for code in organiser.issue(250)]
        self._chance = random.Random(7)
        self._lock = threading.Lock()
        self.sent: dict[str, dict[str, Any]] = {}
        self.answered: dict[str, Answer] = {}

    def scan_until_the_server_is_gone(self) -> None:
        """Return once every connection is broken."""
        all_at_once([self._one_device] * CONNECTIONS)

    def _one_device(self) -> None:
        device = self._machine.device()
        try:
            while True:
                nonce, body = self._next()
                answer = device.check_in(nonce=nonce, **body)
                with self._lock:
                    self.answered[nonce] = answer
        except (OSError, http.client.HTTPException):
            device.close()

    def _next(self) -> tuple[str, dict[str, Any]]:
        with self._lock:
            scan = self._chance.choice([None, *self._chance.choices(self._codes, k=5)])
            body = {"scan": scan, "booth": self._chance.choice(BOOTHS), "party": self._chance.randint(1, 3)}
            self.sent[nonce := new_nonce()] = body
            return nonce, body

    def unanswered(self) -> list[str]:
        """Return the nonces that were sent and of which nobody knows."""
        return [nonce for nonce in self.sent if nonce not in self.answered]

    def again(self, nonces: list[str]) -> dict[str, Answer]:
        """Send these again, from sixteen connections, and return the answers."""

        def retry(mine: list[str]) -> dict[str, Answer]:
            device = self._machine.device()
            answers = {nonce: device.check_in(nonce=nonce, **self.sent[nonce]) for nonce in mine}
            device.close()
            return answers

        shares = [nonces[start::CONNECTIONS] for start in range(CONNECTIONS)]
        return {k: v for share in all_at_once([lambda s=s: retry(s) for s in shares]) for k, v in share.items()}


def survive(machine: Machine, crowd: Crowd, seconds: float) -> None:
    """Pull the plug after ``seconds`` of scans, start again, and hold the server to everything it has said."""
    before = set(crowd.answered)

    def pull() -> None:
        while len(crowd.answered) == len(before):
            time.sleep(0.005)
        time.sleep(seconds)
        machine.server.kill()

    plug = threading.Thread(target=pull)
    plug.start()
    crowd.scan_until_the_server_is_gone()
    plug.join()
    machine.server.start()
    hold_to_its_word(machine, crowd, [nonce for nonce in crowd.answered if nonce not in before])


def hold_to_its_word(machine: Machine, crowd: Crowd, acknowledged: list[str]) -> None:
    """Check that all that was answered is there, that unanswered scans count once, and that all figures agree."""
    assert acknowledged
    for nonce, replay in crowd.again(acknowledged).items():
        assert replay.is_replay_of(crowd.answered[nonce]), (crowd.answered[nonce], replay)
    crowd.answered |= {nonce: first_of(answer) for nonce, answer in crowd.again(crowd.unanswered()).items()}
    hold(machine, crowd)


def first_of(answer: Answer) -> Answer:
    """Return the answer as it was given first, whether or not this one is its replay."""
    return Answer(answer.status, answer.text.replace('"replayed":true', '"replayed":false', 1))


def hold(machine: Machine, crowd: Crowd) -> None:
    """Check that the visits are those that devices were told of, no more and no less, and that all figures agree."""
    told = [answer.body["visit"]["id"] for answer in crowd.answered.values() if answer.outcome == "welcome"]
    assert {answer.outcome for answer in crowd.answered.values()} <= {"welcome", "again already"}
    engine = recount.engine_of(machine.url)
    with engine.connect() as db:
        kept, counted = recount.kept(db), recount.counted(db)
        visits = [row[0] for row in db.exec_driver_sql("SELECT id FROM visits")]
    engine.dispose()
    assert len(told) == len(set(told))
    assert set(told) == set(visits)
    assert kept == counted


def pull_the_plug(machine: Machine, times: int) -> None:
    crowd = Crowd(machine)
    for _ in range(times):
        survive(machine, crowd, random.uniform(0.05, 0.8))
    nonces = random.sample(sorted(crowd.answered), min(len(crowd.answered), 1000))
    for nonce, replay in crowd.again(nonces).items():
        assert replay.is_replay_of(crowd.answered[nonce])
    hold(machine, crowd)


def test_whatever_was_answered_survives_a_pulled_plug_and_nothing_counts_twice(machine: Machine) -> None:
    pull_the_plug(machine, KILLS)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_whatever_was_answered_survives_two_hundred_pulled_plugs(machine: Machine) -> None:
    pull_the_plug(machine, MANY_KILLS)


def screen(machine: Machine) -> websocket.WebSocket:
    """Return a board's screen that has had its first snapshot."""
    socket = websocket.create_connection(
        f"ws://127.0.0.1:{machine.server.port}/socket.io/?EIO=4&transport=websocket", timeout=20
    )
    socket.recv()
    socket.send("40/board,")
    while not str(socket.recv()).startswith("42/board,"):
        pass
    return socket


def stopped_within_five_seconds(server: Server) -> int:
    """Ask the server to end; return its exit status."""
    began = time.monotonic()
    status = server.stop()
    assert time.monotonic() - began < 5
    return status


@pytest.mark.alone
def test_a_stop_with_twenty_open_screens_ends_within_five_seconds_and_loses_nothing(machine: Machine) -> None:
    crowd = Crowd(machine)
    screens = [screen(machine) for _ in range(20)]
    statuses: list[int] = []
    stop = threading.Timer(0.7, lambda: statuses.append(stopped_within_five_seconds(machine.server)))
    stop.start()
    crowd.scan_until_the_server_is_gone()
    stop.join()
    for socket in screens:
        socket.close()
    assert statuses == [0]
    machine.server.start()
    hold_to_its_word(machine, crowd, list(crowd.answered))


def test_an_interrupt_from_the_keyboard_ends_with_status_0(machine: Machine) -> None:
    process = machine.server.process
    assert process is not None
    process.send_signal(signal.SIGINT)
    assert process.wait(5) == 0


def test_a_second_server_on_the_folder_ends_with_status_1_and_one_line_that_names_it(machine: Machine) -> None:
    options = ["--data", str(machine.server.data), "--port", str(free_port()), "--no-browser"]
    ended = subprocess.run(
        [sys.executable, "serve.py", *options], cwd=ROOT, capture_output=True, text=True, timeout=20, check=False
    )
    lines = [line for line in (ended.stdout + ended.stderr).splitlines() if line.strip()]
    assert ended.returncode == 1
    assert len(lines) == 1
    assert str(machine.server.data) in lines[0]
    assert machine.device().get("/station")["station"]["kind"] == "organiser"


def test_pair_works_while_the_server_runs_and_while_it_does_not(tmp_path: Path) -> None:
    server = Server(tmp_path / "data").start()
    try:
        token = server.pair("booth", "clinic", "tea")
        shown = server.request("GET", "/api/v1/station", token=token)[1]
        assert (shown["station"]["kind"], sorted(shown["booths"])) == ("booth", ["clinic", "tea"])
        assert server.stop() == 0
        printed = server.manage("pair", "--kind", "kiosk", "--json").stdout
        server.start()
        enrolment = {"pairing_code": json.loads(printed.splitlines()[-1])["pairing_code"], "name": "门口"}
        status, enrolled = server.request("POST", "/api/v1/stations", enrolment)
        assert (status, enrolled["station"]["kind"]) == (201, "kiosk")
    finally:
        server.kill()


def test_pair_says_in_one_line_that_there_is_no_such_folder(tmp_path: Path) -> None:
    nowhere = Server(tmp_path / "nowhere")
    ended = nowhere.manage("pair", "--kind", "kiosk", "--json")
    assert (ended.returncode, ended.stdout, len(ended.stderr.splitlines())) == (1, "", 1)
    assert str(nowhere.data) in ended.stderr
    assert not nowhere.data.exists()


def test_pair_for_an_unknown_booth_ends_with_status_1(machine: Machine) -> None:
    ended = machine.server.manage("pair", "--kind", "booth", "--booth", "nowhere", "--json")
    assert (ended.returncode, ended.stdout, len(ended.stderr.splitlines())) == (1, "", 1)


def test_a_pair_that_is_killed_half_way_never_stops_the_server(machine: Machine) -> None:
    """The command takes the write lock of its own; its death must give it back."""
    device = machine.device()
    (code,) = device.issue(1)
    holding = (
        "import sqlite3,sys,time; db=sqlite3.connect(sys.argv[1],isolation_level=None);"
        "db.execute('BEGIN IMMEDIATE'); print('held',flush=True); time.sleep(60)"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", holding, str(machine.server.data / "festival.db")], stdout=subprocess.PIPE
    )
    assert other.stdout is not None
    assert other.stdout.readline().strip() == b"held"
    threading.Timer(0.5, other.kill).start()
    began = time.monotonic()
    assert device.check_in(code, "clinic").outcome == "welcome"
    assert time.monotonic() - began > 0.2
    other.wait(10)
    other.stdout.close()


def test_the_version_goes_on_growing_after_a_restart(machine: Machine) -> None:
    device = machine.device()
    codes = device.issue(2)
    device.check_in(codes[0], "clinic")
    before = device.get("/board")
    machine.restart()
    device = machine.device()
    after = device.get("/board")
    figures = ("version", "visits", "people", "walk_ins")
    assert [after[name] for name in figures] == [before[name] for name in figures]
    device.check_in(codes[1], "clinic")
    assert device.get("/board")["version"] > before["version"]
