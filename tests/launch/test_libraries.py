from collections.abc import Callable
from pathlib import Path

import pytest

from launch import libraries
from launch.children import Outcome
from launch.environment import Place
from launch.talk import NetworkAway, Problem

from .conftest import DONE, PIP_WITHOUT_NETWORK, FakeRunner

FAILED = Outcome(1, "building…\nERROR: Could not build wheels for x\n")
FULL = Outcome(1, "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n")


@pytest.fixture
def made(place: Place) -> Place:
    place.venv.mkdir()
    return place


def test_wheels_come_first_and_are_enough(made: Place, fake: Callable[..., FakeRunner]) -> None:
    run = fake()
    libraries.install(made, [Path("a"), Path("b")], run)
    assert len(run.commands) == 1
    assert run.commands[0][-6:] == ["--only-binary", ":all:", "-r", "a", "-r", "b"]
    assert not made.unfinished.exists()


def test_where_a_wheel_is_missing_the_source_is_tried(made: Place, fake: Callable[..., FakeRunner]) -> None:
    run = fake(FAILED, DONE)
    libraries.install(made, [Path("a")], run)
    assert "--only-binary" in run.commands[0]
    assert "--prefer-binary" in run.commands[1]
    assert not made.unfinished.exists()


def test_a_broken_network_is_told_at_once_and_leaves_the_environment_trusted(
    made: Place, fake: Callable[..., FakeRunner]
) -> None:
    run = fake(PIP_WITHOUT_NETWORK)
    with pytest.raises(NetworkAway, match=r"网络不通.*The network is away"):
        libraries.install(made, [Path("a")], run)
    assert len(run.commands) == 1
    assert not made.unfinished.exists()


@pytest.mark.parametrize(("answer", "told"), [(FAILED, "Could not build wheels for x"), (FULL, "disk is full")])
def test_a_failure_in_the_middle_leaves_the_environment_distrusted(
    made: Place, fake: Callable[..., FakeRunner], answer: Outcome, told: str
) -> None:
    with pytest.raises(Problem, match=told):
        libraries.install(made, [Path("a")], fake(answer))
    assert made.unfinished.exists()


def test_a_kill_in_the_middle_leaves_the_environment_distrusted(made: Place, fake: Callable[..., FakeRunner]) -> None:
    def killed() -> Outcome:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        libraries.install(made, [Path("a")], fake(killed))
    assert made.unfinished.exists()


def test_an_earlier_versions_libraries_are_not_gone_on_with(tmp_path: Path) -> None:
    away = NetworkAway("网络不通", "away")
    assert libraries.stay_safe(away, tmp_path / "no-stamp") is away
    (tmp_path / "stamp").touch()
    assert "go back to the version that you had" in str(libraries.stay_safe(away, tmp_path / "stamp"))
