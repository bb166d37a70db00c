"""Puts pinned libraries into .venv with pip, wheels first."""

from collections.abc import Sequence
from pathlib import Path

from launch.children import Outcome, Runner
from launch.environment import Place
from launch.talk import NetworkAway, Problem


def pip_command(place: Place, files: Sequence[Path], *how: str) -> list[str]:
    """The pip command that installs what the requirement files name."""
    named = [word for file in files for word in ("-r", str(file))]
    return [str(place.python), "-m", "pip", "install", "--quiet", *how, *named]


def install(place: Place, files: Sequence[Path], run: Runner) -> None:
    """Installs the files' libraries. Raises Problem, or NetworkAway when they could not be fetched.

    pip fetches everything before it changes anything: where the network is away, .venv is as it was. Where pip was
    killed or failed later on, `unfinished` stays behind and the next start makes .venv anew.
    """
    place.unfinished.touch()
    outcome = run(pip_command(place, files, "--only-binary", ":all:"))
    if outcome.status != 0 and not outcome.hindered:
        outcome = run(pip_command(place, files, "--prefer-binary"))
    if outcome.status == 0 or outcome.network_away:
        place.unfinished.unlink()
    judge(outcome, run.log)


def judge(outcome: Outcome, log: Path) -> None:
    """Raises the Problem that fits when pip or npm failed."""
    outcome.raise_if_hindered()
    if outcome.status != 0:
        raise Problem(
            f"没装成：{outcome.last_words}。全部经过在 {log.name} 里。",
            f"Installing failed: {outcome.last_words}. The whole story is in {log.name}.",
        )


def stay_safe(away: NetworkAway, installed: Path) -> Problem:
    """What to say when libraries could not be fetched and `installed` may be the stamp of an earlier set.

    Going on with an earlier version's libraries is refused: they decide what is written to the database, and no test
    has seen this version run on them.
    """
    if not installed.exists():
        return away
    return Problem(
        "这个版本要用的库和装好的不一样，现在又没有网。连上网再开一次，或者退回原来的版本。",
        "This version needs other libraries than those that are here, and the network is away."
        " Connect and start again, or go back to the version that you had.",
    )
