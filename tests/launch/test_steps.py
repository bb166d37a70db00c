import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from launch import environment, stamps, steps
from launch.children import Runner
from launch.environment import Place
from launch.steps import Step
from launch.talk import NetworkAway, Problem

from .conftest import put_python


def step(place: Place, name: str, do: Callable[[Runner], None], needs: Step | None = None, wanted: str = "1") -> Step:
    return Step("做", name, place.root / name, lambda: wanted, do, needs)


def test_a_second_set_up_does_nothing_and_says_nothing(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    done: list[str] = []
    wanted = [step(place, "a", lambda _: done.append("a")), step(place, "b", lambda _: done.append("b"))]
    steps.set_up(place, wanted)
    first = capsys.readouterr()
    steps.set_up(place, wanted)
    second = capsys.readouterr()
    assert done == ["a", "b"]
    assert first.out == ""
    assert [line[:5] for line in first.err.splitlines()] == ["[1/2]", "[2/2]"]
    assert (second.out, second.err) == ("", "")


def test_a_changed_lock_file_brings_its_step_again_and_no_other(place: Place) -> None:
    done: list[str] = []
    a = step(place, "a", lambda _: done.append("a"))
    steps.set_up(place, [a, step(place, "b", lambda _: done.append("b"))])
    steps.set_up(place, [a, step(place, "b", lambda _: done.append("b again"), wanted="2")])
    assert done == ["a", "b", "b again"]


def test_a_killed_step_has_no_stamp_and_is_done_again(place: Place) -> None:
    done: list[str] = []

    def killed(_: Runner) -> None:
        done.append("killed")
        raise KeyboardInterrupt

    a = step(place, "a", lambda _: done.append("a"))
    with pytest.raises(KeyboardInterrupt):
        steps.set_up(place, [a, step(place, "b", killed)])
    assert stamps.read(place.root / "b") is None
    steps.set_up(place, [a, step(place, "b", lambda _: done.append("b"))])
    assert done == ["a", "killed", "b"]


def test_what_stands_on_a_stale_step_is_stale(place: Place) -> None:
    a = step(place, "a", lambda _: None)
    b = step(place, "b", lambda _: None, needs=a)
    steps.set_up(place, [a, b])
    assert b.is_current()
    (place.root / "a").unlink()
    assert not b.is_current()


def test_a_failed_step_stops_the_next(place: Place) -> None:
    def fails(_: Runner) -> None:
        raise Problem("坏了", "broken")

    done: list[str] = []
    with pytest.raises(Problem, match="broken"):
        steps.set_up(place, [step(place, "a", fails), step(place, "b", lambda _: done.append("b"))])
    assert done == []


def no_network(_: Runner) -> None:
    raise NetworkAway("没有网", "no network")


def test_pages_go_on_with_older_assets_when_the_network_is_away(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    spare = place.root / "spare"
    spare.touch()
    away = Step("取", "fetch", place.root / "a", lambda: "1", no_network, spare=spare)
    steps.set_up(place, [away])
    assert "earlier version's fonts and icons" in capsys.readouterr().err
    assert not away.is_current()


def test_without_older_assets_a_missing_network_stops(place: Place) -> None:
    away = Step("取", "fetch", place.root / "a", lambda: "1", no_network, spare=place.root / "spare")
    with pytest.raises(NetworkAway):
        steps.set_up(place, [away])


def test_checks_never_run_on_older_assets(place: Place) -> None:
    assert all(one.spare is None for one in steps.to_test(place))
    assert any(one.spare is not None for one in steps.to_serve(place))


def test_the_environment_is_current_only_with_the_stamp_of_the_python_it_runs(place: Place) -> None:
    first = steps.environment_step(place)
    assert not first.is_current()
    put_python(place)
    assert not first.is_current()
    stamps.write(first.stamp, environment.own_fingerprint())
    assert first.is_current()
    stamps.write(first.stamp, environment.own_fingerprint().replace(sys.platform, "amiga"))
    assert not first.is_current()


def test_an_environment_in_which_pip_was_killed_is_made_anew(place: Place) -> None:
    put_python(place)
    first = steps.environment_step(place)
    stamps.write(first.stamp, environment.own_fingerprint())
    place.unfinished.touch()
    assert not first.is_current()


def test_an_environment_that_does_not_run_after_it_was_made_is_told(place: Place) -> None:
    broken = Step("做", "make", place.root / "a", lambda: None, lambda _: None)
    with pytest.raises(Problem, match="cannot make a virtual environment"):
        steps.set_up(place, [broken])


@pytest.fixture
def ready(place: Place) -> Place:
    """A checkout in which everything is done, its lock files real."""
    root = Path(steps.__file__).resolve().parent.parent
    for name in ("requirements.txt", "requirements-dev.txt", "package.json", "package-lock.json"):
        (place.root / name).write_bytes((root / name).read_bytes())
    put_python(place)
    for one in steps.to_test(place):
        one.stamp.parent.mkdir(parents=True, exist_ok=True)
        stamps.write(one.stamp, one.wanted() or "")
    return place


def test_all_stamps_current_means_nothing_is_run_or_locked(ready: Place) -> None:
    steps.set_up(ready, steps.to_test(ready))
    assert not (ready.root / ".setup.lock").exists()


@pytest.mark.parametrize(
    ("changed", "stale"),
    [
        ("requirements.txt", [".libraries", ".tools"]),
        ("requirements-dev.txt", [".tools"]),
        ("package-lock.json", ["node_modules", "vendor"]),
        ("package.json", ["node_modules", "vendor"]),
        (".venv/.made", [".made", ".libraries", ".tools"]),
        ("static/vendor/.made", ["vendor"]),
        ("node_modules/.made", ["node_modules", "vendor"]),
    ],
)
def test_each_file_brings_its_own_steps(ready: Place, changed: str, stale: list[str]) -> None:
    with (ready.root / changed).open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    names = {".venv": "", "node_modules": "node_modules", "vendor": "vendor"}
    found = [names[one.stamp.parent.name] or one.stamp.name for one in steps.to_test(ready) if not one.is_current()]
    assert sorted(found) == sorted(stale)
