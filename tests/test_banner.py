"""What the terminal shows at the start."""

from pathlib import Path

import pytest

import banner
from festival.settings import Settings


def test_the_addresses_of_this_laptop_and_of_phones_stand_there_with_a_qr(tmp_path: Path) -> None:
    text = banner.addresses_text(["192.168.8.10", "10.0.0.3"], 8000, Settings(data=tmp_path))
    assert "http://127.0.0.1:8000/admin" in text
    assert text.index("http://192.168.8.10:8000") < text.index("http://10.0.0.3:8000")
    assert "█" in text or "▀" in text or "##" in text
    assert str(tmp_path) in text


@pytest.mark.parametrize(("host", "told"), [("0.0.0.0", "no network yet"), ("127.0.0.2", "only at the address above")])
def test_where_no_phone_can_reach_it_that_is_said(tmp_path: Path, host: str, told: str) -> None:
    text = banner.addresses_text([], 8000, Settings(data=tmp_path, host=host))
    assert told in text


def test_what_https_cannot_be_used_by_is_told_where_it_is_switched_on(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, https=True, name="street.example,street.lan")
    text = banner.addresses_text(["192.168.8.10", "203.0.113.5"], 8000, settings)
    assert "https://192.168.8.10:8443" in text
    assert "https://203.0.113.5" not in text
    assert "no https, not of a local network: 203.0.113.5, street.example\n" in text
    assert "no https" not in banner.addresses_text(["192.168.8.10"], 8000, Settings(data=tmp_path, https=True))


@pytest.mark.parametrize(
    ("platform", "folder", "command"),
    [
        ("linux", "/srv/festival", "python3 start.py password --data /srv/festival"),
        ("linux", "/srv/old street", "python3 start.py password --data '/srv/old street'"),
        ("win32", "/srv/old street", 'py start.py password --data "/srv/old street"'),
    ],
)
def test_the_command_for_another_password_names_these_data(platform: str, folder: str, command: str) -> None:
    assert banner.password_command(Settings(data=Path(folder)), platform) == command


def test_another_database_is_named_without_its_password(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, database="postgresql://street:geheim@db/festival")
    text = banner.addresses_text([], 8000, settings)
    assert "Data  postgresql://street:***@db/festival" in text
    assert "geheim" not in text
    assert banner.password_command(settings, "linux").endswith("--database 'postgresql://street:***@db/festival'")


@pytest.mark.parametrize(
    ("terminal", "term", "platform", "colours"),
    [
        (True, "xterm", "linux", True),
        (True, None, "darwin", True),
        (False, "xterm", "linux", False),
        (True, "dumb", "linux", False),
        (True, None, "win32", False),
    ],
)
def test_colours_go_only_to_terminals_that_know_them(
    terminal: bool, term: str | None, platform: str, colours: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
    monkeypatch.delenv("TERM", raising=False)
    if term is not None:
        monkeypatch.setenv("TERM", term)
    assert banner.takes_colours(platform) is colours
