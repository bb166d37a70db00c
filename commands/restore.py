"""`start.py restore`: a backup back in place, or on a second laptop."""

import argparse
import getpass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from filelock import FileLock
from sqlalchemy.exc import SQLAlchemyError

from commands.backup import WHYS, add_places, failed, settings_of
from commands.place import ACTOR, NotDone, alone
from festival import data_folder
from festival.backup import archive, locked, postgres, restore, shelf, source, sticks
from festival.backup.archive import POSTGRESQL, Backup
from festival.backup.keeping import BEFORE_RESTORE
from festival.backup.locked import Key
from festival.backup.shelf import Placed
from festival.backup.trouble import BackupTrouble, Why, WrongPassphrase
from festival.clock import utc_now
from festival.data_folder import FolderTrouble
from festival.settings import Settings
from festival.storage.engine import Database
from festival.storage.migrate import NewerData, migrate

NEWER = "这一份是更新的版本做的，要用那个版本恢复 / made by a newer version, restore it with that one"


def add_to(commands: Any) -> argparse.ArgumentParser:
    """Add the command; return its parser."""
    command: argparse.ArgumentParser = commands.add_parser("restore", help="用备份恢复 / bring a backup back")
    command.add_argument(
        "file", nargs="?", default="", metavar="FILE", help="哪一份；不写就用最新的 / the newest otherwise"
    )
    command.add_argument("--list", action="store_true", help="只看有哪些 / only list them")
    command.add_argument(
        "--from", dest="folder", default="", metavar="FOLDER", help="还有这个文件夹里的 / look here too"
    )
    command.add_argument("--yes", action="store_true", help="不再问 / do not ask")
    add_places(command)
    command.set_defaults(command=run)
    return command


def run(chosen: argparse.Namespace) -> None:
    """List the backups, or bring one back into the data folder; raises NotDone."""
    settings = settings_of(chosen)
    also = [Path(chosen.folder), Path(chosen.folder) / sticks.FOLDER] if chosen.folder else []
    if also and not also[0].is_dir():
        raise NotDone(f"没有这个文件夹：{also[0]} / there is no such folder: {also[0]}")
    if chosen.list:
        for placed in found(settings, also):
            print(line(placed))
        return
    backup, data, key = readable(candidates(chosen.file, settings, also), settings)
    try:
        bring_back(backup, data, key, settings, ask=not chosen.yes)
    except NewerData as error:
        raise NotDone(NEWER) from error
    except BackupTrouble as error:
        raise NotDone(f"没恢复成 / not restored: {WHYS[error.why.value]} ({error})") from error


def found(settings: Settings, also: list[Path]) -> list[Placed]:
    """Return all backups; raises NotDone where there is none."""
    placed = shelf.all_backups(settings, also)
    if not placed:
        places = ", ".join(map(str, [settings.backups_folder, *also[:1]]))
        raise NotDone(
            f"没有找到备份：{places} 和 U 盘里都没有，在别处就加 --from 文件夹 / "
            f"no backup was found in {places}, nor on a stick; --from FOLDER names another place"
        )
    return placed


def candidates(file: str, settings: Settings, also: list[Path]) -> list[Placed]:
    """Return the backup that is asked for, or all of them in the order of trying; raises NotDone."""
    if file:
        path = Path(file)
        try:
            return [Placed(Backup(path, path.stat().st_size, archive.about_of(path)), "")]
        except (OSError, BackupTrouble) as error:
            if isinstance(error, BackupTrouble) and error.why is Why.NEWER:
                raise NotDone(NEWER) from error
            raise NotDone(f"这不是能用的备份：{file} / this is no backup that can be used: {file} ({error})") from error
    # Newest first. Only where nothing else is there comes what is hardly meant: a festival that nobody has used yet,
    # as the first start of a second laptop makes one, and what an earlier restore replaced.
    return sorted(found(settings, also), key=lambda placed: is_hardly_meant(placed.backup))


def is_hardly_meant(backup: Backup) -> bool:
    """Return whether a backup is taken by itself only where there is no other."""
    is_unused = backup.is_good and not any(backup.figures[name] for name in ("cards", "visits", "last_scan"))
    return is_unused or backup.reason == BEFORE_RESTORE


def readable(placed: list[Placed], settings: Settings) -> tuple[Backup, bytes, Key | None]:
    """Return the first backup that is whole, its database and its key, telling of each; raises NotDone."""
    for each in placed:
        backup = each.backup
        print(line(each))
        if not backup.is_good:
            continue
        if bool(settings.database) != (backup.about["kind"] == POSTGRESQL):
            raise NotDone(
                "这一份是另一种数据库的，看看 --database / this backup is of the other kind of database, see --database"
            )
        try:
            key = key_of(backup, settings)
            return backup, archive.verify(backup.path, key), key
        except (OSError, BackupTrouble, WrongPassphrase) as error:
            print(f"这一份坏了，不能用 / this one is damaged and cannot be used ({error})")
    raise NotDone("找到的备份都不能用，什么也没动 / no backup that was found can be used, nothing was changed")


def line(placed: Placed) -> str:
    """Return one backup in one line."""
    backup = placed.backup
    where = f"U 盘 stick {placed.stick}" if placed.stick else "文件夹 folder"
    if not backup.is_good:
        return f"{why_not(backup)}  {where}  {backup.path}"
    figures, lock = backup.figures, "  上锁 locked" if backup.is_locked else ""
    return (
        f"{local(backup)}  {backup.reason}  {backup.about['edition']}  {figures['people']} 人 people  "
        f"{figures['visits']} 人次 visits  {figures['cards']} 卡 cards  {figures['stations']} 设备 devices  "
        f"{where}{lock}  {backup.path}"
    )


def why_not(backup: Backup) -> str:
    """Return why a backup cannot be used."""
    try:
        archive.about_of(backup.path)
    except BackupTrouble as error:
        if error.why is Why.NEWER:
            return NEWER
    except OSError as error:
        return f"读不了 cannot be read ({error.strerror})"
    return "坏了 damaged"


def local(backup: Backup) -> str:
    """Return a backup's moment on the festival's clock."""
    return f"{backup.made_at.astimezone(ZoneInfo(backup.about['time_zone'])):%Y-%m-%d %H:%M:%S}"


def bring_back(backup: Backup, data: bytes, key: Key | None, settings: Settings, *, ask: bool) -> None:
    """Say what is lost, and put a backup in place.

    Raises NotDone, NewerData, and BackupTrouble of PostgreSQL's tools.
    """
    held = place_for(settings)
    try:
        print(f"这一份之后的都没有了：从 {local(backup)} 起 / all since then is lost: from {local(backup)} on")
        is_kept = tell_what_is_lost(data, settings)
        if ask and not is_wanted():
            raise NotDone("没有动 / nothing was changed")
        if is_kept:
            keep_what_is_there(settings)
        try:
            aside = put_in_place(data, backup, settings)
        except OSError as error:
            raise NotDone(
                f"没恢复成，原来的数据没动：{settings.data}（{error.strerror}） / "
                f"not restored, the data that were here are untouched: {settings.data} ({error.strerror})"
            ) from error
        if key is not None:
            locked.keep(settings.data, key)
    finally:
        held.release()
    if aside:
        print(f"原来的文件留在 The files that were there: {aside}")
    print("恢复好了，现在可以 start.py 了 / restored: run start.py now")


def place_for(settings: Settings) -> FileLock:
    """Make the data folder and take it; raises NotDone where it cannot be used, or a server runs."""
    try:
        data_folder.make(settings.data)
    except FolderTrouble as error:
        raise NotDone(str(error)) from error
    return alone(settings)


def is_wanted() -> bool:
    """Ask whether to go on."""
    print("不是这一份？先答 no，用 restore --list 看有哪些，再 restore 加上文件名 / another one: see restore --list")
    return input("恢复吗？yes / no  Restore? ").strip().lower() in ("y", "yes", "是")


def put_in_place(data: bytes, backup: Backup, settings: Settings) -> Path | None:
    """Replace what is there by a backup's database; return where the files that were there lie."""
    is_there = settings.database or (settings.data / restore.CURRENT).exists()
    replaced = restore.given_out_at(settings.database_url) if is_there else None
    if not settings.database:
        return restore.put_in_place(data, backup, settings.data, replaced, actor=ACTOR, now=utc_now())
    postgres.bring_back(settings.database_url, data)
    database = Database(settings.database_url)
    with database.writing() as db:
        migrate(db)
        restore.begin_anew(db, backup, replaced, actor=ACTOR, now=utc_now())
    database.dispose()
    return None


def tell_what_is_lost(then: bytes, settings: Settings) -> bool:
    """Say what is there now and not in the backup; return whether there is something that can be kept.

    Data that cannot be read are only moved aside, later.
    """
    if not (settings.database or (settings.data / restore.CURRENT).exists()):
        return False
    try:
        now, _told = source.of(settings).take()
        # Two dumps cannot be compared row by row: there the moment alone names what is lost.
        lost = None if settings.database else restore.lost(now, then)
    except (BackupTrouble, SQLAlchemyError) as error:
        print(f"原来的数据读不了，会挪到一边 / the data that are here cannot be read and are moved aside ({error})")
        return False
    if lost is not None:
        if lost.is_of_another and (lost.visits or lost.cards):
            print("注意：这一份是另一个社区的，这里现有的全都会换掉 / this backup is another festival's, all here goes")
        names = "、".join(lost.stations) or "0"
        print(f"其中 Of it: 签到 visits {lost.visits}, 卡 cards {lost.cards}, 设备 devices: {names}")
    return True


def keep_what_is_there(settings: Settings) -> None:
    """Back up what is there before it is replaced."""
    outcome = shelf.make(source.of(settings), settings, utc_now(), BEFORE_RESTORE)
    for failure in outcome.failures:
        print(failed(failure))
    for path in outcome.made:
        print(f"恢复前先备份了 Backed up before: {path}")


def key_of(backup: Backup, settings: Settings) -> Key | None:
    """Return the key of a locked backup: this laptop's, or of a passphrase that is asked for; raises NotDone."""
    if not backup.is_locked:
        return None
    lock = backup.about["lock"]
    own = locked.kept(settings.data)
    if own is not None and own.opens(lock):
        return own
    for _ in range(3):
        key = locked.made_of(getpass.getpass("这份备份的口令 The backup's passphrase: "), lock)
        try:
            archive.data_of(backup.path, key)
        except WrongPassphrase:
            print("口令不对 / that is not the passphrase")
        else:
            return key
    raise NotDone("口令不对，什么也没动 / not the passphrase, nothing was changed")
