"""`start.py backup`: one backup now, beside a running server; and the passphrase of all that follow."""

import argparse
import getpass
from pathlib import Path
from typing import Any

from commands.place import NotDone, is_there
from festival.backup import archive, locked, shelf, source
from festival.clock import utc_now
from festival.settings import Settings, from_values


def add_to(commands: Any) -> argparse.ArgumentParser:
    """Add the command; return its parser."""
    backup: argparse.ArgumentParser = commands.add_parser("backup", help="马上备份一次 / make a backup now")
    which = backup.add_mutually_exclusive_group()
    which.add_argument("--passphrase", action="store_true", help="从今以后备份都上锁 / lock all backups from now on")
    which.add_argument("--no-passphrase", action="store_true", help="以后不上锁 / lock them no more")
    add_places(backup)
    backup.set_defaults(command=run)
    return backup


def add_places(command: argparse.ArgumentParser) -> None:
    """Add the options that say where backups lie."""
    command.add_argument("--backups", default="", help="备份的文件夹 / folder of the backups")
    command.add_argument("--volumes", default="", help="这里面的当成 U 盘 / its sub-folders are taken for sticks")


def settings_of(chosen: argparse.Namespace) -> Settings:
    """Return the settings that the command's words name; raises BadSetting."""
    return from_values({name: getattr(chosen, name) for name in ("data", "database", "backups", "volumes")})


def run(chosen: argparse.Namespace) -> None:
    """Make a backup in each place and print the files; raises NotDone where one place has none."""
    settings = settings_of(chosen)
    if not is_there(settings):
        raise NotDone(f"这里还没有数据：{settings.data} / there is no data here yet: {settings.data}")
    if chosen.passphrase:
        locked.keep(settings.data, locked.made_of(asked_passphrase()))
    elif chosen.no_passphrase:
        locked.keep(settings.data, None)
    outcome = shelf.make(source.of(settings), settings, utc_now(), "asked")
    for path in outcome.made:
        print(f"备份好了，也查过了 Made and checked: {path}")
    if chosen.passphrase and outcome.made:
        lock_older(outcome.made[0], settings)
    if outcome.failures:
        raise NotDone("；".join(failed(failure) for failure in outcome.failures))


def lock_older(made: Path, settings: Settings) -> None:
    """Lock the backups from before too, and name those that stay as they were."""
    key = locked.kept(settings.data)
    if key is None:
        return
    done, left = shelf.lock_older(settings, archive.about_of(made)["community"], key)
    if done:
        print(f"以前的 {done} 份也锁上了 Older backups locked now, too: {done}")
    for path in left:
        print(f"这一份锁不上，也许坏了，自己删掉 Could not be locked, may be damaged, delete it yourself: {path}")


def asked_passphrase() -> str:
    """Return a passphrase typed twice; raises NotDone."""
    passphrase = getpass.getpass("备份的口令，至少八个字 Passphrase, eight characters at least: ")
    if len(passphrase) < 8:
        raise NotDone("口令太短，没有改 / too short, nothing was changed")
    if getpass.getpass("再打一遍 Once more: ") != passphrase:
        raise NotDone("两次打的不一样，没有改 / the two differ, nothing was changed")
    return passphrase


WHYS = {
    "full": "放不下了 it is full",
    "gone": "不在了 it is gone",
    "readonly": "写不进去 it cannot be written",
    "damaged": "坏了 damaged",
    "newer": "是更新的版本做的 made by a newer version",
    "no_pg_dump": "找不到 pg_dump，请装 PostgreSQL 的客户端 pg_dump is not there, install PostgreSQL's client",
    "other": "没成 it failed",
}

PLACES = {shelf.FOLDER: "备份文件夹 the folder", shelf.STICK: "U 盘 the stick", shelf.DATA: "数据 the data"}


def failed(failure: shelf.Failure) -> str:
    """Return one line for a place that has no backup."""
    place = PLACES[failure.where]
    first = (failure.text.splitlines() or [""])[0]
    return f"{place}: {WHYS[failure.why.value]} ({first})"
