from pathlib import Path

from launch import stamps


def test_no_stamp_reads_as_none(tmp_path: Path) -> None:
    assert stamps.read(tmp_path / "none") is None


def test_a_broken_stamp_reads_as_none(tmp_path: Path) -> None:
    (tmp_path / "stamp").write_bytes(b"\xff\xfe\x00")
    assert stamps.read(tmp_path / "stamp") is None


def test_a_stamp_is_read_as_written_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    stamps.write(tmp_path / "stamp", "one")
    stamps.write(tmp_path / "stamp", "two")
    assert stamps.read(tmp_path / "stamp") == "two"
    assert [path.name for path in tmp_path.iterdir()] == ["stamp"]


def test_a_changed_file_changes_the_digest_and_line_ends_do_not(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.write_bytes(b"a==1\nb==2\n")
    before = stamps.digest(["x"], [lock])
    lock.write_bytes(b"a==1\r\nb==2\r\n")
    assert stamps.digest(["x"], [lock]) == before
    lock.write_bytes(b"a==1\nb==3\n")
    assert stamps.digest(["x"], [lock]) != before


def test_words_do_not_run_together() -> None:
    assert stamps.digest(["ab", "c"]) != stamps.digest(["a", "bc"])
