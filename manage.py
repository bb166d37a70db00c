"""Commands beside a running server: `pair` and `password`. They write in one short transaction of their own."""

import argparse
import getpass
import json
import sys

from sqlalchemy.exc import SQLAlchemyError

from festival import accounts, data_folder, stations
from festival.accounts import WeakPassword
from festival.clock import to_text, utc_now
from festival.errors import Reason, Refusal
from festival.settings import BadSetting, Settings, from_values
from festival.storage.engine import Database
from festival.storage.migrate import is_current

ACTOR = "command"


class NotDone(Exception):
    """A command that could not be carried out; the text is one clear line."""


def main(arguments: list[str]) -> int:
    """Carry one command out; return the exit status."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    chosen = parser().parse_args(arguments)
    try:
        database = open_existing(chosen)
        chosen.command(database, chosen)
    except (NotDone, BadSetting) as error:
        print(error, file=sys.stderr)
    except (SQLAlchemyError, OSError) as error:
        print(data_folder.why_not_opened(error, chosen.data), file=sys.stderr)
    except (KeyboardInterrupt, EOFError):
        print("没有改 / nothing was changed", file=sys.stderr)
    else:
        database.dispose()
        return 0
    return 1


def parser() -> argparse.ArgumentParser:
    """Return the parser of both commands."""
    top = argparse.ArgumentParser(prog="start.py", allow_abbrev=False)
    commands = top.add_subparsers(required=True)
    pair = commands.add_parser("pair", help="给一台设备一个配对码 / make a pairing code for a device")
    pair.add_argument("--kind", choices=[kind.value for kind in stations.PAIRABLE], default="booth")
    pair.add_argument("--booth", action="append", default=[], help="摊位 slug，可以写几个 / may be repeated")
    pair.add_argument("--json", action="store_true")
    pair.set_defaults(command=make_pairing_code)
    password = commands.add_parser("password", help="给组织者换一个密码 / set another organiser's password")
    password.add_argument("--ask", action="store_true", help="自己打一个 / type one instead of having one made")
    password.set_defaults(command=set_password)
    for command in (pair, password):
        command.add_argument("--data", default="data")
        command.add_argument("--database", default="")
    return top


def open_existing(chosen: argparse.Namespace) -> Database:
    """Return the database of a festival that was made before; raises NotDone where there is none of this version."""
    settings = from_values({"data": chosen.data, "database": chosen.database})
    if not is_there(settings):
        raise NotDone(
            f"这里还没有数据：{settings.data}，先运行 start.py / "
            f"there is no data here yet, run start.py first: {settings.data}"
        )
    database = Database(settings.database_url)
    with database.reading() as db:
        if not is_current(db):
            raise NotDone(
                f"这里的数据是别的版本做的，先用这个版本的 start.py 打开：{settings.data} / "
                f"these data are of another version, open them with this version's start.py first: {settings.data}"
            )
    return database


def is_there(settings: Settings) -> bool:
    """Return whether a festival was ever kept in this folder."""
    return (settings.data if settings.database else settings.data / "festival.db").exists()


def make_pairing_code(database: Database, chosen: argparse.Namespace) -> None:
    """Print a new pairing code."""
    try:
        with database.writing() as db:
            invitation = stations.invite(db, kind=chosen.kind, slugs=chosen.booth, actor=ACTOR, now=utc_now())
    except Refusal as refusal:
        raise NotDone(why_not(refusal.reason)) from refusal
    if chosen.json:
        print(json.dumps({"pairing_code": invitation.code, "expires_at": to_text(invitation.expires_at)}))
    else:
        print(f"配对码 Pairing code: {invitation.code}  （十分钟内用一次 once, within ten minutes）")


def why_not(reason: Reason) -> str:
    """Return the sentence for a pairing code that could not be made."""
    if reason is Reason.UNKNOWN_BOOTH:
        return "没有这个摊位 / there is no such booth"
    return "给摊位的设备要写明摊位：--booth clinic / a booth's device needs its booth: --booth clinic"


def set_password(database: Database, chosen: argparse.Namespace) -> None:
    """Give the organiser another password; all sign-ins end."""
    try:
        password = asked_password() if chosen.ask else accounts.new_password()
        password_hash = accounts.hash_password(password)
    except WeakPassword as error:
        raise NotDone("密码要 8 到 200 个字 / a password has 8 to 200 characters") from error
    with database.writing() as db:
        accounts.set_password(db, name=accounts.FIRST_ACCOUNT, password_hash=password_hash, actor=ACTOR, now=utc_now())
    if not chosen.ask:
        print(f"组织者的新密码 The organiser's new password: {password}")


def asked_password() -> str:
    """Return a password typed twice; raises NotDone where the two differ."""
    password = getpass.getpass("新密码 New password: ")
    if getpass.getpass("再打一遍 Once more: ") != password:
        raise NotDone("两次打的不一样，没有改 / the two differ, nothing was changed")
    return password


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
