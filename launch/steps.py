"""Set-up: four steps, each skipped when its stamp says that nothing has changed since it was done."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from launch import assets, environment, libraries, node, stamps
from launch.children import Runner
from launch.environment import Place
from launch.lock import alone
from launch.talk import NetworkAway, Progress, say


@dataclass(frozen=True)
class Step:
    """One step of set-up.

    `wanted` returns what the stamp must hold, None when that cannot be told yet. `spare` is a file that is there when
    what an earlier version of the lock file brought may serve as well, should the network be away.
    """

    zh: str
    en: str
    stamp: Path
    wanted: Callable[[], str | None]
    do: Callable[[Runner], None]
    needs: "Step | None" = None
    spare: Path | None = None

    def is_current(self) -> bool:
        """Whether the step, and the one that it stands on, need not be done."""
        if self.needs is not None and not self.needs.is_current():
            return False
        wanted = self.wanted()
        return wanted is not None and stamps.read(self.stamp) == wanted


def environment_step(place: Place) -> Step:
    """.venv, for as long as it runs the Python that it was made with. Killed in the middle of pip: made anew."""

    def wanted() -> str | None:
        return None if place.unfinished.exists() else environment.fingerprint(place)

    return Step(
        "准备 Python 环境",
        "making the Python environment",
        place.venv / ".made",
        wanted,
        lambda run: environment.make(place, run),
    )


def libraries_step(place: Place, needs: Step) -> Step:
    """What Laojiefang runs on."""
    files = [place.root / "requirements.txt"]
    stamp = place.venv / ".libraries"
    return Step(
        "安装程序用的库",
        "installing the libraries",
        stamp,
        lambda: stamps.digest(["libraries"], files),
        lambda run: install_or_stop(place, files, stamp, run),
        needs,
    )


def tools_step(place: Place, needs: Step) -> Step:
    """What the tests and checks need besides."""
    files = [place.root / "requirements.txt", place.root / "requirements-dev.txt"]
    stamp = place.venv / ".tools"
    return Step(
        "安装检查用的工具",
        "installing the tools for the checks",
        stamp,
        lambda: stamps.digest(["tools"], files),
        lambda run: install_or_stop(place, files, stamp, run),
        needs,
    )


def install_or_stop(place: Place, files: Sequence[Path], stamp: Path, run: Runner) -> None:
    """Installs, or says what a missing network means: that depends on whether libraries are there already."""
    try:
        libraries.install(place, files, run)
    except NetworkAway as away:
        raise libraries.stay_safe(away, stamp) from away


def packages_step(place: Place) -> Step:
    """node_modules. Without a network the assets of an earlier version serve on: only the pages' look hangs on them."""
    files = [place.root / "package.json", place.root / "package-lock.json"]
    return Step(
        "取页面用的字体和图标",
        "fetching the pages' fonts and icons",
        place.root / "node_modules" / ".made",
        lambda: stamps.digest(["packages"], files),
        lambda run: node.bring(place, run),
        spare=place.root / "static" / "vendor" / ".made",
    )


def assets_step(place: Place, needs: Step) -> Step:
    """static/vendor."""
    files = [place.root / "package-lock.json", Path(assets.__file__)]
    return Step(
        "摆好页面的材料",
        "laying out the pages' assets",
        place.root / "static" / "vendor" / ".made",
        lambda: stamps.digest(["assets"], files),
        lambda _: assets.make(place.root),
        needs,
    )


def to_serve(place: Place) -> list[Step]:
    """The steps before Laojiefang can run, in order."""
    first = environment_step(place)
    packages = packages_step(place)
    return [first, libraries_step(place, first), packages, assets_step(place, packages)]


def to_test(place: Place) -> list[Step]:
    """The steps before the checks can run, in order."""
    first, installed, packages, laid_out = to_serve(place)
    # Checks that pass on another version's assets would say nothing.
    return [first, installed, tools_step(place, first), replace(packages, spare=None), laid_out]


def set_up(place: Place, steps: Sequence[Step]) -> None:
    """Does the steps that are not current. Raises Problem; the next call goes on where this one stopped."""
    if all(step.is_current() for step in steps):
        return
    with alone(place.root / ".setup.lock") as hold:
        stale = [step for step in steps if not step.is_current()]
        progress = Progress(len(stale), sys.stderr)
        for step in stale:
            try:
                perform(step, progress, place.root / ".setup.log", hold)
            except NetworkAway:
                if step.spare is None or not step.spare.exists():
                    raise
                say_old_assets()
                return


def perform(step: Step, progress: Progress, log: Path, hold: int) -> None:
    """Does one step with its line on the screen, and stamps it last of all."""
    with progress.step(step.zh, step.en) as tick:
        step.do(Runner(log, hold, tick))
        wanted = step.wanted()
        if wanted is None:
            raise environment.no_way("")
        stamps.write(step.stamp, wanted)


def say_old_assets() -> None:
    """Tells that the pages go on with what an earlier version brought."""
    say(
        "没有网，页面先用上一版的字体和图标；下次有网再开会补上。",
        "The network is away: the pages go on with the earlier version's fonts and icons until a start with network.",
    )
