"""Where the festival of a command lies."""

import argparse

from filelock import FileLock

from festival import data_folder
from festival.data_folder import FolderTrouble
from festival.settings import Settings, from_values
from festival.storage.engine import Database
from festival.storage.migrate import is_current

ACTOR = "command"


class NotDone(Exception):
    """A command that could not be carried out; the text is one clear line."""


def settings_of(chosen: argparse.Namespace) -> Settings:
    """Return the settings that a command's words name; raises BadSetting."""
    return from_values({"data": chosen.data, "database": chosen.database})


def is_there(settings: Settings) -> bool:
    """Return whether a festival was ever kept in this folder."""
    return (settings.data if settings.database else settings.data / "festival.db").exists()


def open_existing(settings: Settings) -> Database:
    """Return the database of a festival that was made before; raises NotDone where there is none of this version."""
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


def alone(settings: Settings) -> FileLock:
    """Take the data folder for a command that no server may run beside; raises NotDone where one does."""
    try:
        return data_folder.lock(settings.data)
    except FolderTrouble as trouble:
        raise NotDone(
            f"服务还开着，先停下它：{settings.data} / the server is running, stop it first: {settings.data}"
        ) from trouble
