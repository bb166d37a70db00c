"""The search finds a text in every way that a file may write it, and says so where it cannot read."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from festival import traces

NAME = "欧阳建国"
PHONE = "13800138000"


def found(folder: Path, *texts: str) -> list[str]:
    return [Path(name).name for name in traces.search(texts or (NAME, PHONE), [folder]).found]


def packed(*members: tuple[str, bytes]) -> bytes:
    """Return a zip of these members, compressed."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return whole.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        NAME.encode(),
        NAME.encode("utf-16-le"),
        NAME.encode("utf-16-be"),
        json.dumps({"a": NAME}).encode(),
        json.dumps(NAME).upper().replace("\\U", "\\u").encode(),
        PHONE.encode(),
        PHONE.encode("utf-16-le"),
    ],
)
@pytest.mark.parametrize("before", [0, 1, 5000])
def test_a_text_is_found_however_it_is_written(tmp_path: Path, content: bytes, before: int) -> None:
    (tmp_path / "a file").write_bytes(b"\x00" * before + content + b"\x00" * 50)
    (tmp_path / "another").write_bytes(b"nothing of it")
    assert found(tmp_path) == ["a file"]


def test_a_text_is_found_across_the_edge_of_two_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "AT_ONCE", 100)
    for edge in range(90, 111):
        (tmp_path / "file").write_bytes(b"." * edge + NAME.encode() + b"." * 300)
        assert found(tmp_path) == ["file"]


def test_packed_files_are_searched_inside_also_when_packed_twice(tmp_path: Path) -> None:
    inner = packed(("festival.db", b"." * 3000 + NAME.encode()))
    (tmp_path / "backup.zip").write_bytes(packed(("data/old.zip", inner), ("fine", b"fine")))
    assert traces.search([NAME], [tmp_path]).found == [f"{tmp_path / 'backup.zip'} » data/old.zip » festival.db"]


def test_a_file_s_own_name_counts(tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.pdf").write_bytes(b"")
    assert found(tmp_path) == [f"{NAME}.pdf"]


def test_a_packed_file_that_cannot_be_read_is_no_proof(tmp_path: Path) -> None:
    whole = bytearray(packed(("festival.db", bytes(range(256)) * 40)))
    whole[60:90] = b"x" * 30
    (tmp_path / "broken.zip").write_bytes(whole)
    done = traces.search([NAME], [tmp_path])
    assert not done.is_clean
    assert "broken.zip" in done.unread[0]


def test_half_a_packed_file_is_no_proof(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "copy.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("names", "欧阳建国 " * 100)
    whole = (tmp_path / "copy.zip").read_bytes()
    (tmp_path / "copy.zip").write_bytes(whole[:-30])
    assert traces.search(["欧阳建国"], [tmp_path]).unread == [f"{tmp_path / 'copy.zip'} (half a zip)"]


def test_what_is_searched_is_counted_and_nothing_sought_is_nothing_found(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "file").write_bytes(b"x" * 1234)
    done = traces.search([], [tmp_path, tmp_path / "not there"])
    assert (done.files, done.size, done.is_clean) == (1, 1234, True)


def test_many_texts_are_looked_for_at_once(tmp_path: Path) -> None:
    names = [f"王{chr(0x4E00 + number)}{chr(0x5E00 + number)}" for number in range(3000)]
    (tmp_path / "file").write_bytes(b"\xe7\x8e\x8b" * 100_000)
    assert found(tmp_path, *names) == []
    (tmp_path / "file").write_bytes(b"." * 1000 + names[2999].encode())
    assert found(tmp_path, *names) == ["file"]


@pytest.mark.parametrize("text", ["张三", "Li Lei", NAME, "x" * 300 + "y"])
def test_a_text_is_found_at_every_place(text: str) -> None:
    finder = traces.Finder([text])
    for before in range(9):
        for after in range(9):
            assert finder.is_in(b"\xe5" * before + text.encode() + b"\xe5" * after)
            assert not finder.is_in(b"\xe5" * before + text.encode()[:-1] + b"\xe5" * after)
