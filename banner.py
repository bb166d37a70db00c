"""What the terminal shows at the start: addresses, their QR, the data folder, the first password."""

import secrets
import sys
from dataclasses import dataclass

from festival.settings import Settings
from printing import qr

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


def addresses_text(lan: list[str], port: int, settings: Settings) -> str:
    """Return the addresses for this laptop and for phones, in both languages, with a QR of the phones'."""
    here = f"http://127.0.0.1:{port}"
    on_network = [] if settings.host in ("127.0.0.1", "localhost", "::1") else lan
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
        *([f"    http://{address}:{port}" for address in on_network] or ["    没有连上局域网 no network yet"]),
        "",
    ]
    if on_network:
        lines.append(qr_text(f"http://{on_network[0]}:{port}"))
    lines += [f"  数据 Data  {settings.data.resolve()}", "  停下 Stop  Ctrl-C", RULE]
    return "\n".join(lines)


def qr_text(address: str) -> str:
    """Return a QR for the terminal, in blocks where its encoding has them."""
    return qr.terminal(address, ansi=sys.stdout.isatty())


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
            "  忘了就运行 Forgotten? Run:  python3 start.py password",
            RULE,
        ]
    )
