from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest

from launch import chromium
from launch.chromium import Machine
from launch.environment import Place
from launch.talk import Problem

PLAYWRIGHTS = "/home/a/.cache/ms-playwright/chromium/chrome"


@dataclass
class World:
    """What is on a machine, and what installing adds to it."""

    programs: dict[str, str] = field(default_factory=dict)
    apt_brings: dict[str, str] = field(default_factory=dict)
    playwright_brings: str = ""
    broken: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    commands: list[list[str]] = field(default_factory=list)

    def run(self, command: Sequence[str], extra: Mapping[str, str] | None) -> str | None:
        self.commands.append(list(command))
        if "install" in command and "chromium" in command and "apt-get" in command[0]:
            assert extra == {"DEBIAN_FRONTEND": "noninteractive"}
            self.programs |= self.apt_brings
        if command[1:3] == ["-m", "playwright"]:
            self.files.add(self.playwright_brings)
        if chromium.PLAYWRIGHTS_OWN in command:
            return self.playwright_brings or None
        return None if command[0] in self.broken else ""

    def machine(self) -> Machine:
        return Machine(
            platform="linux",
            environment={},
            which=lambda name: self.programs.get(name),
            exists=lambda path: path in self.programs.values() or path in self.files,
            run=self.run,
            is_root=lambda: True,
            is_debian=lambda: True,
        )


def test_the_one_that_is_there_is_taken(place: Place) -> None:
    world = World(programs={"google-chrome": "/usr/bin/google-chrome"})
    assert chromium.ensure(place, world.machine()) == "/usr/bin/google-chrome"
    assert world.commands == [["/usr/bin/google-chrome", "--version"]]


def test_the_one_that_is_named_goes_first(place: Place) -> None:
    world = World(programs={"chromium": "/usr/bin/chromium"})
    machine = replace(world.machine(), environment={chromium.VARIABLE: "/opt/mine"})
    assert chromium.ensure(place, machine) == "/opt/mine"


def test_root_on_debian_installs_debians(place: Place) -> None:
    world = World(programs={"apt-get": "/usr/bin/apt-get"}, apt_brings={"chromium": "/usr/bin/chromium"})
    assert chromium.ensure(place, world.machine()) == "/usr/bin/chromium"
    assert [command[1] for command in world.commands[:2]] == ["update", "install"]


@pytest.mark.parametrize("change", ["is_root", "is_debian"])
def test_elsewhere_playwright_brings_its_own(place: Place, change: str) -> None:
    world = World(
        programs={"apt-get": "/usr/bin/apt-get"},
        apt_brings={"chromium": "/usr/bin/chromium"},
        playwright_brings=PLAYWRIGHTS,
    )
    machine = replace(world.machine(), is_root=lambda: change != "is_root", is_debian=lambda: change != "is_debian")
    assert chromium.ensure(place, machine) == PLAYWRIGHTS
    assert not [command for command in world.commands if "apt-get" in command[0]]


def test_one_that_does_not_start_is_passed_over(place: Place) -> None:
    world = World(
        programs={"chromium": "/usr/bin/chromium"}, broken={"/usr/bin/chromium"}, playwright_brings=PLAYWRIGHTS
    )
    assert chromium.ensure(place, world.machine()) == PLAYWRIGHTS


def test_none_at_all_is_one_sentence_and_a_failure(place: Place) -> None:
    with pytest.raises(Problem, match="Install Chromium or Chrome") as raised:
        chromium.ensure(place, World().machine())
    assert raised.value.status == 1


def test_windows_browsers_are_not_asked_for_their_version() -> None:
    world = World()
    assert chromium.runs("C:\\chrome.exe", replace(world.machine(), platform="win32"))
    assert world.commands == []


APT = {"apt-get": "/usr/bin/apt-get"}


@pytest.mark.parametrize("own", [[], ["chromium"]])
def test_helpers_are_installed_where_one_is_missing(own: list[str]) -> None:
    there = APT | {name: f"/usr/bin/{name}" for name in [*chromium.DISPLAY, *own]}
    world = World(programs=dict(there))
    chromium.ensure_helpers(world.machine())
    assert [command[1] for command in world.commands] == ["update", "install"]
    asked = [word for word in world.commands[-1][2:] if not word.startswith("-")]
    assert asked == ["xvfb", "i3-wm", "xdotool", "chromium-headless-shell", *own]


@pytest.mark.parametrize("case", ["there", "not root", "no Debian", "no apt-get"])
def test_helpers_are_not_installed_where_they_are_or_cannot_be(case: str) -> None:
    programs = {name: f"/usr/bin/{name}" for name in chromium.HELPERS} if case == "there" else {}
    world = World(programs=programs | ({} if case == "no apt-get" else APT))
    machine = replace(world.machine(), is_root=lambda: case != "not root", is_debian=lambda: case != "no Debian")
    chromium.ensure_helpers(machine)
    assert world.commands == []
