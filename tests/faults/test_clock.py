"""The laptop's clock jumps: organisers are told, scans count once, and nothing old is worth anything again."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bench import shim
from tests.cast import new_nonce
from tests.databases import SqliteTemplate
from tests.faults.desk import Desk, comes_true
from tests.faults.machine import Machine, switched_on

pytestmark = [pytest.mark.fault, pytest.mark.skipif(not shim.has_compiler(), reason="no C compiler")]

HOUR = int(timedelta(hours=1).total_seconds())


def pairing_code(machine: Machine) -> str:
    """Return a pairing code that the server made by its own clock."""
    answer = machine.device().ask("POST", "/pairing-codes", {"kind": "kiosk", "booths": []})
    assert answer.status == 201
    return str(answer.body["pairing_code"])


def paired(machine: Machine, code: str) -> tuple[int, Any]:
    """Try to pair a device with this code."""
    return machine.server.request("POST", "/api/v1/stations", {"pairing_code": code, "name": "door"})


@pytest.mark.parametrize(("seconds", "words"), [(HOUR, "往前跳了 60 分钟"), (-HOUR, "往回跳了 60 分钟")])
def test_scans_on_both_sides_of_a_jump_count_once(
    seconds: int, words: str, sqlite_template: SqliteTemplate, tmp_path: Path
) -> None:
    wrong_by = tmp_path / "wrong"
    with switched_on(sqlite_template, tmp_path, shim.wrong_clock(tmp_path, wrong_by)) as machine:
        device = machine.device()
        codes = dict(zip((new_nonce() for _ in range(10)), device.issue(10), strict=True))
        before = {nonce: device.check_in(code, "clinic", nonce=nonce) for nonce, code in list(codes.items())[:5]}
        code = pairing_code(machine)
        wrong_by.write_text(str(seconds))
        # A sign-in from the future, as it looks once the clock was set back, is none: they sign in again.
        desk = Desk(machine.server)
        assert comes_true(lambda: desk.tells(words))
        assert paired(machine, code) == (403, paired(machine, "000000")[1])
        for nonce, first in before.items():
            assert device.check_in(codes[nonce], "clinic", nonce=nonce).is_replay_of(first)
            assert device.check_in(codes[nonce], "clinic").outcome == "again already"
        later = [device.check_in(code, "clinic", nonce=nonce) for nonce, code in list(codes.items())[5:]]
        assert {answer.status for answer in [*before.values(), *later]} == {201}
        assert paired(machine, pairing_code(machine))[0] == 201
        machine.restart()
        assert machine.device().get("/board")["visits"] == 10
        assert machine.server.request("GET", "/healthz")[0] == 200
        assert "时钟跳了" in desk.get("/admin/audit")[1]


def test_who_has_signed_in_too_long_ago_by_the_new_clock_signs_in_again(
    sqlite_template: SqliteTemplate, tmp_path: Path
) -> None:
    wrong_by = tmp_path / "wrong"
    with switched_on(sqlite_template, tmp_path, shim.wrong_clock(tmp_path, wrong_by)) as machine:
        desk = Desk(machine.server)
        assert 'name="password"' not in desk.get()[1]
        wrong_by.write_text(str(13 * HOUR))
        assert 'name="password"' in desk.get()[1]
        assert json.loads(machine.device().ask("POST", "/cards", {"count": 1}).text)["cards"]
