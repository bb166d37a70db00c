"""`start.py wipe`: takes what is personal out of an edition that is over, and proves that it is gone."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from commands.backup import add_places, failed, settings_of
from commands.place import ACTOR, NotDone, alone, open_existing
from festival import editions, wipe
from festival.backup import shelf, source
from festival.backup.shelf import Outcome
from festival.clock import utc_now
from festival.editions import EditionLine
from festival.settings import Settings
from festival.storage.engine import Database
from festival.wipe import Wiped

MEGABYTE = 1_000_000


def add_to(commands: Any) -> argparse.ArgumentParser:
    """Add the command; return its parser."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "wipe", help="抹掉一届里的个人信息，数字留着 / wipe what is personal in an edition, keep its figures"
    )
    parser.add_argument("--edition", default="", help="第几个，或者名字；不写就是最近收摊的 / its number or name")
    parser.add_argument(
        "--from",
        dest="folders",
        action="append",
        default=[],
        type=Path,
        metavar="FOLDER",
        help="备份还放过这里，可以写几个 / another folder of backups, may be repeated",
    )
    add_places(parser)
    parser.add_argument("--yes", action="store_true", help="不再问 / do not ask")
    parser.set_defaults(command=run)
    return parser


def run(chosen: argparse.Namespace) -> None:
    """Wipe one edition and print the proof. Raises NotDone, also where something was found."""
    settings = settings_of(chosen)
    database = open_existing(settings)
    held = alone(settings)
    edition = _edition(database, chosen.edition)
    folders = _folders(database, settings, chosen.folders)
    backups = [file for folder in folders for file in wipe.backups_in(folder)]
    _ask(edition, backups, chosen.yes)
    done = wipe.wipe(
        database, settings.data, edition_id=edition.id, backups=backups, folders=folders, actor=ACTOR, now=utc_now()
    )
    database.dispose()
    # The old ones are gone, and with them those of the edition that goes on.
    _tell_backup(shelf.make(source.of(settings), settings, utc_now(), "wipe"))
    held.release()
    _tell(done, is_sqlite=database.is_sqlite)


def _tell_backup(outcome: Outcome) -> None:
    """Say where the first backup after the wiping lies, and where there is none."""
    for path in outcome.made:
        print(f"新备份了一份 a new backup: {path}")
    for failure in outcome.failures:
        print(failed(failure))


def _folders(database: Database, settings: Settings, named: Sequence[Path]) -> list[Path]:
    """Return where backups lie: beside the data, on the sticks of ours that are plugged in, and where somebody says."""
    for folder in named:
        if not folder.is_dir():
            raise NotDone(f"没有这个文件夹：{folder} / there is no such folder: {folder}")
    with database.reading() as db:
        community = editions.data(db).community
    sticks = [stick.folder for stick in shelf.sticks_of(settings, community) if stick.is_ours]
    for stick in sticks:
        print(f"U 盘也一起 / the stick too: {stick}")
    return list(dict.fromkeys([settings.backups_folder, *sticks, *named]))


def _edition(database: Database, wanted: str) -> EditionLine:
    """Return the edition of that number or name; without one the newest that is closed."""
    with database.reading() as db:
        lines = editions.listed(db)
    found = [line for line in lines if wanted in (str(line.id), line.name, line.name_en)] if wanted else lines
    closed = [line for line in found if line.closed_at is not None]
    if closed:
        return closed[0]
    if found:
        raise NotDone(f"{found[0].name}还没收摊，先收摊再抹 / {found[0].name} is not closed down yet, do that first")
    raise NotDone(f"没有这一届：{wanted} / there is no such edition: {wanted}")


def _ask(edition: EditionLine, backups: Sequence[Path], is_sure: bool) -> None:
    """Say what will be lost; raises NotDone unless whoever sits here wants it."""
    print(
        f"{edition.name}：要抹掉这一届的称呼、回答、扫到的原文和留着的答复，还有 {len(backups)} 份备份。"
        f"{edition.people} 人、{edition.visits} 人次这些数字都留着。抹了就找不回来。\n"
        f"{edition.name_en or edition.name}: names, answers, scanned texts and kept replies of this edition will be "
        f"wiped, and its backups deleted ({len(backups)}). The figures stay. It cannot be undone."
    )
    if not is_sure and input("写 yes 再按回车，就抹掉 / type yes to wipe: ").strip().lower() != "yes":
        raise NotDone("没有改 / nothing was changed")


def _tell(done: Wiped, *, is_sqlite: bool) -> None:
    """Print what went and what the search says; raises NotDone where something is left."""
    gone, sought, searched = done.cleared, done.sought, done.searched
    print(
        f"抹掉了：称呼 {gone.names}，回答 {gone.answers}，原文 {gone.texts}，答复 {gone.replies}，"
        f"备份 {done.backups} / "
        f"wiped: names {gone.names}, answers {gone.answers}, texts {gone.texts}, replies {gone.replies}, "
        f"backups {done.backups}"
    )
    if gone.kept:
        print(
            f"还留着 {gone.kept} 个称呼：别的届也要用，抹那一届时再抹 / "
            f"names that stay: {gone.kept}; another edition has them too, they go with that one"
        )
    if not is_sqlite:
        print(
            "PostgreSQL 自己的日志（WAL）和它的备份，这里够不着 / "
            "PostgreSQL's own log (WAL) and its backups are out of reach here"
        )
    print(
        f"找的是 {len(sought.texts)} 个词；太短的 {sought.too_short} 个、"
        f"别处本来就有的 {sought.also_elsewhere} 个没有找 / "
        f"texts searched for: {len(sought.texts)}; left out: {sought.too_short} too short to tell, "
        f"{sought.also_elsewhere} elsewhere with reason"
    )
    size = f"{searched.size / MEGABYTE:.1f} MB"
    if not searched.is_clean:
        left = "; ".join([*searched.found, *(f"? {name}" for name in searched.unread)])
        raise NotDone(f"这里还有，或者没法看：{left} / something is still in here, or could not be read: {left}")
    if not sought.texts:
        print(
            "没有东西可找：这一届没有能找的个人信息，或者已经抹过了，所以什么也没证明 / "
            "nothing to search for: nothing in this edition can be searched for, or it was wiped before; proves nothing"
        )
        return
    print(
        f"找遍了 {searched.files} 个文件，{size}，什么也没找到 / "
        f"files searched: {searched.files}, {size}, nothing found"
    )
