"""`start.py password`: another password, for whoever sits at the laptop."""

import argparse
import getpass
from typing import Any

from commands.place import ACTOR, NotDone, open_existing, settings_of
from festival import accounts, passwords
from festival.clock import utc_now
from festival.passwords import WeakPassword


def add_to(commands: Any) -> argparse.ArgumentParser:
    """Add the command; return its parser."""
    password: argparse.ArgumentParser = commands.add_parser(
        "password", help="给组织者换一个密码 / set another organiser's password"
    )
    password.add_argument("--ask", action="store_true", help="自己打一个 / type one instead of having one made")
    password.add_argument("--name", default=accounts.FIRST_ACCOUNT, help="谁的密码 / whose password")
    password.set_defaults(command=run)
    return password


def run(chosen: argparse.Namespace) -> None:
    """Give an account another password; all its sign-ins end. Raises NotDone."""
    database = open_existing(settings_of(chosen))
    with database.reading() as db:
        if chosen.name != accounts.FIRST_ACCOUNT and accounts.by_name(db, accounts.tidy(chosen.name)) is None:
            raise NotDone(f"没有这个账号：{chosen.name} / there is no such account: {chosen.name}")
    try:
        password = asked_password() if chosen.ask else passwords.new()
        password_hash = passwords.hashed(password)
    except WeakPassword as error:
        raise NotDone("密码要 8 到 200 个字 / a password has 8 to 200 characters") from error
    with database.writing() as db:
        if chosen.name == accounts.FIRST_ACCOUNT:
            accounts.rescue(db, password_hash=password_hash, actor=ACTOR, now=utc_now())
        else:
            name = accounts.tidy(chosen.name)
            accounts.set_password(db, name=name, password_hash=password_hash, actor=ACTOR, now=utc_now())
    database.dispose()
    print("换好了 / done" if chosen.ask else f"{chosen.name} 的新密码 The new password of {chosen.name}: {password}")


def asked_password() -> str:
    """Return a password typed twice; raises NotDone where the two differ."""
    password = getpass.getpass("新密码 New password: ")
    if getpass.getpass("再打一遍 Once more: ") != password:
        raise NotDone("两次打的不一样，没有改 / the two differ, nothing was changed")
    return password
