"""Which volumes are taken for sticks, on each system."""

from pathlib import Path

import pytest

from festival.backup import sticks


def test_linux_takes_what_is_mounted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("media/li/STICK", "run/media/li/OTHER", "mnt/usb", "mnt/empty", "media/li/folder"):
        (tmp_path / name).mkdir(parents=True)
    mounted = {tmp_path / "media/li/STICK", tmp_path / "run/media/li/OTHER", tmp_path / "mnt/usb"}
    monkeypatch.setattr("os.path.ismount", lambda path: path in mounted)
    assert set(sticks.of_linux(tmp_path)) == mounted


def test_a_mac_leaves_its_own_disk_out(tmp_path: Path) -> None:
    (tmp_path / "STICK").mkdir()
    (tmp_path / "Macintosh HD").symlink_to("/")
    assert sticks.of_mac(tmp_path) == [tmp_path / "STICK"]


def test_windows_takes_removable_drives_alone() -> None:
    kinds = {"D:\\": 3, "E:\\": sticks.REMOVABLE, "F:\\": 5}
    assert [str(drive) for drive in sticks.of_windows(lambda root: kinds.get(root, 1))] == ["E:\\"]


def test_a_mark_of_another_community_is_not_ours(tmp_path: Path) -> None:
    (stick,) = sticks.plugged_in([tmp_path], "a" * 32)
    assert not stick.is_ours
    sticks.prepare(stick, "b" * 32)
    assert [each.is_ours for each in sticks.plugged_in([tmp_path], "a" * 32)] == [False]
    assert [each.is_ours for each in sticks.plugged_in([tmp_path], "b" * 32)] == [True]
