"""The settings, as one list: name, default, help. Anything not in it stops the start."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that the person who starts the server may choose, as ``--name``."""

    name: str
    default: str | int | bool
    help: str
    help_zh: str

    @property
    def attribute(self) -> str:
        """The name as Python writes it."""
        return self.name.replace("-", "_")


SETTINGS: tuple[Setting, ...] = (
    Setting("data", "data", "folder of the database, the keys and the lock", "数据文件夹"),
    Setting("port", 8000, "port of the pages; printed on posters, so never changed silently", "端口"),
    Setting("host", "0.0.0.0", "address to listen on; 127.0.0.1 for this laptop alone", "监听地址"),
    Setting(
        "name",
        "",
        "names that the router gives this laptop, comma-separated",
        "路由器给这台电脑的名字",
    ),
    Setting("database", "", "a PostgreSQL address instead of the file in the data folder", "数据库地址"),
    Setting("no-browser", False, "do not open a browser", "不打开浏览器"),
    Setting(
        "admin-on-lan",
        False,
        "let /admin answer to the network, not to this laptop alone",
        "后台对局域网开放",
    ),
    Setting(
        "https", False, "serve https too: cameras of phones need it; it opens /admin to the network", "同时开 https"
    ),
    Setting("https-port", 8443, "port of https", "https 的端口"),
    Setting("no-mdns", False, "do not tell the network the name laojiefang.local", "不报 laojiefang.local 这个名字"),
    Setting("kiosk", False, "open Chromium, Chrome or Edge full-screen on the kiosk", "全屏打开触摸屏页面"),
    Setting("styles", False, "show /styles, every part of the look, for whoever works on it", "打开 /styles 样式页"),
    Setting("access-log", False, "print a line for each request, codes hidden", "打印访问记录"),
    Setting("backups", "", "folder of the backups, otherwise the data folder's name with -backups", "备份放在哪里"),
    Setting("volumes", "", "folder whose sub-folders are taken for USB sticks", "把哪个文件夹里的当成 U 盘"),
)


class BadSetting(ValueError):
    """A setting that is unknown or cannot be; its text is one clear line."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run."""

    data: Path
    port: int = 8000
    host: str = "0.0.0.0"
    name: str = ""
    database: str = ""
    no_browser: bool = False
    admin_on_lan: bool = False
    https: bool = False
    https_port: int = 8443
    no_mdns: bool = False
    kiosk: bool = False
    styles: bool = False
    access_log: bool = False
    backups: str = ""
    volumes: str = ""

    @property
    def backups_folder(self) -> Path:
        """Where backups lie: beside the data folder, so that whoever deletes that one does not take them along."""
        data = self.data.absolute()
        return Path(self.backups) if self.backups else data.with_name(f"{data.name}-backups")

    @property
    def database_url(self) -> URL:
        """The address of the database: the file in the data folder, or what was asked for."""
        if not self.database:
            # Not a text to be taken apart again: a folder may be called "2026?" or "a%20b".
            return URL.create("sqlite", database=(self.data / "festival.db").as_posix())
        return make_url(self.database).set(drivername="postgresql+psycopg")

    @property
    def database_shown(self) -> str:
        """The address of another database, as anybody may see it; empty for the file in the data folder."""
        return make_url(self.database).render_as_string(hide_password=True) if self.database else ""


def from_values(values: Mapping[str, object]) -> Settings:
    """Return the settings of ``values`` (by attribute name), defaults where one is not given.

    Raises BadSetting, with one clear line, for an unknown name or a value that cannot be.
    """
    known = {setting.attribute: setting.default for setting in SETTINGS}
    unknown = set(values) - set(known)
    if unknown:
        raise BadSetting(f"没有这个设置 / unknown setting: {', '.join(sorted(unknown))}")
    chosen = known | dict(values)
    settings = Settings(**{**chosen, "data": Path(str(chosen["data"]))})  # type: ignore[arg-type]
    for port in (settings.port, settings.https_port):
        if not (isinstance(port, int) and 0 <= port <= 65535):
            raise BadSetting(f"端口要在 1 到 65535 之间 / the port must be between 1 and 65535: {port}")
    if settings.https and settings.port and settings.port == settings.https_port:
        raise BadSetting("--port 和 --https-port 不能一样 / --port and --https-port must differ")
    if settings.database and not _is_postgresql(settings.database):
        raise BadSetting("数据库只认 PostgreSQL 地址 / --database takes a PostgreSQL address: postgresql://…")
    return settings


def _is_postgresql(address: str) -> bool:
    try:
        return make_url(address).drivername in ("postgres", "postgresql", "postgresql+psycopg")
    except (ArgumentError, ValueError):
        return False
