"""The pins: complete, agreeing with each other, and to be had as wheels everywhere."""

import re
from collections.abc import Sequence

import pytest

from launch import wheels
from launch.wheels import SYSTEMS, TARGETS, Requirement, Target

PINNED = re.compile(r"^==[0-9][^,]*$")
LINUX, MAC, WINDOWS = SYSTEMS[0], SYSTEMS[2], SYSTEMS[4]
FIRST_AND_LAST = [target for target in TARGETS if target.python in (wheels.PYTHONS[0], wheels.PYTHONS[-1])]


def all_requirements() -> list[Requirement]:
    return wheels.read([*wheels.FILES, wheels.ROOT / "requirements-dev.txt"])


def test_everything_is_pinned_exactly() -> None:
    assert [it.name for it in all_requirements() if not PINNED.match(it.version)] == []


def test_both_files_pin_the_same_versions() -> None:
    for target in TARGETS:
        versions: dict[str, set[str]] = {}
        for it in wheels.wanted_on(target, all_requirements()):
            versions.setdefault(it.name, set()).add(it.version)
        assert {name: found for name, found in versions.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    ("marker", "target", "truth"),
    [
        ("", Target(LINUX, "3.11"), True),
        ("sys_platform == 'win32'", Target(WINDOWS, "3.11"), True),
        ("sys_platform == 'win32'", Target(LINUX, "3.11"), False),
        ("python_full_version < '3.12'", Target(LINUX, "3.11"), True),
        ("python_full_version < '3.12'", Target(LINUX, "3.12"), False),
        ("python_version >= '3.9'", Target(LINUX, "3.14"), True),
        ("python_version == '3.11.0'", Target(LINUX, "3.11"), True),
        ("platform_machine == 'arm64' and sys_platform == 'darwin'", Target(MAC, "3.13"), True),
        ("(os_name == 'nt' or sys_platform == 'darwin') and extra == 'x'", Target(MAC, "3.13"), False),
        ("platform_machine in 'x86_64 AMD64'", Target(LINUX, "3.13"), True),
        ("platform_machine not in 'x86_64 AMD64'", Target(LINUX, "3.13"), False),
        ("'linux' in sys_platform", Target(LINUX, "3.13"), True),
        ("implementation_name != 'pypy'", Target(LINUX, "3.13"), True),
    ],
)
def test_markers_are_judged_for_the_target(marker: str, target: Target, truth: bool) -> None:
    assert wheels.holds(marker, target.markers()) is truth


@pytest.mark.parametrize("marker", ["__import__('os')", "unknown == '1'", "1 < 2", "a == 'b' == 'c'"])
def test_what_is_no_marker_is_refused(marker: str) -> None:
    with pytest.raises(ValueError, match="not a marker"):
        wheels.holds(marker, Target(LINUX, "3.11").markers())


def test_a_line_is_read_with_extras_and_marker() -> None:
    read = wheels.parse("Psycopg[binary, pool]==3.3.9 ; sys_platform == 'win32'")
    assert read == Requirement("psycopg", ("binary", "pool"), "==3.3.9", "sys_platform == 'win32'")


def test_an_address_is_no_plain_requirement() -> None:
    with pytest.raises(ValueError, match="not a plain requirement"):
        wheels.parse("https://example.org/x.whl")


def report(*needs: str) -> list[dict[str, object]]:
    return [{"metadata": {"name": "A", "requires_dist": list(needs)}}]


@pytest.mark.parametrize(
    ("need", "target", "missing"),
    [
        ("b>=1", Target(LINUX, "3.11"), True),
        ("a-friend", Target(LINUX, "3.11"), False),
        ("b; sys_platform == 'win32'", Target(LINUX, "3.11"), False),
        ("b; sys_platform == 'win32'", Target(WINDOWS, "3.11"), True),
        ('b; extra == "binary"', Target(LINUX, "3.11"), True),
        ('b; extra == "test"', Target(LINUX, "3.11"), False),
    ],
)
def test_what_a_library_needs_on_the_target_must_be_pinned(need: str, target: Target, missing: bool) -> None:
    pinned = [wheels.parse("a[binary]==1"), wheels.parse("a.friend==2")]
    assert bool(list(wheels.unpinned(target, report(need), pinned))) is missing


def test_a_library_without_a_wheel_is_noticed() -> None:
    # uvloop has wheels for Linux and macOS alone.
    wrong = dict(wheels.check([wheels.parse("uvloop==0.21.0")], [Target(WINDOWS, "3.12"), Target(LINUX, "3.12")]))
    assert "uvloop" in wrong[Target(WINDOWS, "3.12")][0]
    assert wrong[Target(LINUX, "3.12")] == []


def missing_on(targets: Sequence[Target]) -> dict[str, list[str]]:
    """What is wrong on which target, from the index itself: these tests need the network."""
    return {str(target): wrong for target, wrong in wheels.check(wheels.read(wheels.FILES), targets) if wrong}


def test_every_pin_is_a_wheel_on_the_oldest_and_the_newest_python() -> None:
    assert missing_on(FIRST_AND_LAST) == {}


@pytest.mark.long
def test_every_pin_is_a_wheel_on_every_python() -> None:
    assert missing_on(TARGETS) == {}
