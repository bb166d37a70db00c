"""What the terminal shows at the start: addresses, their QR, the data folder, the first password."""

import os
import secrets
import shlex
import sys
from dataclasses import dataclass

from festival.certificates import may_vouch_for
from festival.settings import Settings
from launch import addresses
from launch.addresses import EVERYWHERE
from printing import qr
from web.hosts import ANNOUNCED, given_names

RULE = "─" * 60


@dataclass
class FirstStart:
    """The first password, shown on one page to whoever has the token, once."""

    token: str
    password: str
    shown: bool = False

    @classmethod
    def of(cls, password: str | None) -> "FirstStart | None":
        """Return the first start of data that was made just now, None for older data."""
        return None if password is None else cls(secrets.token_urlsafe(24), password)


def addresses_text(on_network: list[str], port: int, settings: Settings) -> str:
    """Return the addresses for this laptop and for phones, in both languages, with a QR of the phones'."""
    here = own_address(settings, port)
    nowhere = "没有连上局域网 no network yet"
    if settings.host not in EVERYWHERE:
        nowhere = "只在上面这个地址 only at the address above"
    lines = [
        "",
        RULE,
        "  老街坊 · Laojiefang",
        RULE,
        "  这台电脑 This laptop",
        f"    后台 Admin    {here}/admin",
        f"    触摸屏 Kiosk  {here}/kiosk",
        f"    大屏 Board    {here}/board",
        "",
        "  手机和平板 Phones and tablets",
        *([f"    http://{address}:{port}" for address in on_network] or [f"    {nowhere}"]),
        *name_lines(on_network, port, settings),
        *secure_lines(on_network, port, settings),
        "",
    ]
    if on_network:
        lines.append(qr_text(f"http://{on_network[0]}:{port}"))
    lines += [
        f"  数据 Data  {settings.database_shown or settings.data.resolve()}",
        f"  忘了密码 Forgotten password  {password_command(settings)}",
        "  停下 Stop  Ctrl-C",
        RULE,
    ]
    return "\n".join(lines)


def name_lines(on_network: list[str], port: int, settings: Settings) -> list[str]:
    """Return the address by name, which not every network lets through; nothing where it is not told."""
    if settings.no_mdns or not on_network:
        return []
    return [f"    http://{ANNOUNCED}:{port}  （有的网络不通 not on every network）"]


def secure_lines(on_network: list[str], port: int, settings: Settings) -> list[str]:
    """Return where https is, and where its steps are shown; nothing where it is off."""
    if not settings.https:
        return []
    hosts = on_network or [addresses.own(settings.host)]
    unfit = [name for name in (*hosts, *sorted(given_names(settings))) if not may_vouch_for(name)]
    return [
        "",
        "  手机摄像头、别处的后台 Phones' cameras, the admin from elsewhere",
        *[f"    https://{host}:{settings.https_port}" for host in hosts if host not in unfit],
        f"    先让手机认得它 first make the phone trust it: http://{hosts[0]}:{port}/https",
        *([f"    不能用 https，不是局域网里的 no https, not of a local network: {', '.join(unfit)}"] if unfit else []),
    ]


def own_address(settings: Settings, port: int) -> str:
    """Return the address at which this laptop's own browser finds the pages."""
    return f"http://{addresses.own(settings.host)}:{port}"


def password_command(settings: Settings, platform: str = sys.platform) -> str:
    """Return the command that sets another password for these data; a database's own password is not shown."""

    def quoted(word: str) -> str:
        return f'"{word}"' if platform == "win32" else shlex.quote(word)

    python = "py" if platform == "win32" else "python3"
    command = f"{python} start.py password --data {quoted(str(settings.data.resolve()))}"
    return command + (f" --database {quoted(settings.database_shown)}" if settings.database else "")


def qr_text(address: str) -> str:
    """Return a QR for the terminal, in blocks where its encoding has them."""
    return qr.terminal(address, ansi=takes_colours(sys.platform))


def takes_colours(platform: str) -> bool:
    """Return whether the terminal understands colours: the old Windows console would print their codes."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and platform != "win32"


def first_password_text(password: str) -> str:
    """Return the organiser's first password, large; it is printed once."""
    return "\n".join(
        [
            "",
            "  ★ 组织者的密码，只显示这一次，请抄下来：",
            "  ★ The organiser's password, shown only now, please write it down:",
            "",
            f"        {password}",
            "",
            RULE,
        ]
    )
