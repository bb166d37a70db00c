import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from launch import assets

SVG = """<svg
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  class="icon"
>
  <path stroke="none" d="M0 0h24v24H0z" fill="none" />
  <path d="M1 1" />
  <path d="M2 2" />
</svg>"""
CSS = (
    "@font-face {src: url(./files/a.woff2) format('woff2-variations');}\n"
    "@font-face {src: url(./files/b.woff2) format('woff2-variations');}\n"
)
PACKAGES = {
    "": {"name": "laojiefang"},
    "node_modules/@tabler/icons": {},
    "node_modules/axe-core": {"dev": True},
    "node_modules/@fontsource-variable/noto-sans-sc": {},
    "node_modules/@fontsource-variable/noto-serif-sc": {},
    "node_modules/socket.io-client": {},
    "node_modules/idb": {},
    "node_modules/@noble/hashes": {},
    "node_modules/zxing-wasm": {},
}


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout after npm ci, with small files of the right names."""
    node_modules = tmp_path / "node_modules"
    put(tmp_path / "package-lock.json", json.dumps({"packages": PACKAGES}))
    for name in PACKAGES:
        if name:
            put(tmp_path / name / "LICENSE", f"licence of {name}")
    put(node_modules / assets.SCRIPT, "export {}")
    for package, files in assets.TREES.values():
        for name in files:
            put(node_modules / package / name, "export {}")
    for icon in assets.ICONS:
        put(node_modules / assets.ICON_FOLDER / f"{icon}.svg", SVG)
    for package in assets.FONTS.values():
        put(node_modules / package / "wght.css", CSS)
        for name in "ab":
            put(node_modules / package / "files" / f"{name}.woff2", package)
    return tmp_path


def test_everything_is_laid_out(root: Path) -> None:
    assets.make(root)
    vendor = root / "static" / "vendor"
    found = {path.relative_to(vendor).as_posix() for path in vendor.rglob("*") if path.is_file()}
    assert found == {
        "socket.io.esm.min.js",
        "icons.svg",
        "fonts/sans.css",
        "fonts/serif.css",
        "fonts/files/a.woff2",
        "fonts/files/b.woff2",
        "licenses/tabler-icons.txt",
        "licenses/fontsource-variable-noto-sans-sc.txt",
        "licenses/fontsource-variable-noto-serif-sc.txt",
        "licenses/socket.io-client.txt",
        "licenses/idb.txt",
        "licenses/noble-hashes.txt",
        "licenses/zxing-wasm.txt",
        *(f"{name}/{file}" for name, (_, files) in assets.TREES.items() for file in files),
    }


def test_the_sprite_has_each_icon_once_drawn_with_the_texts_colour(root: Path) -> None:
    sprite = ElementTree.fromstring(assets.sprite(root / "node_modules"))
    names = [symbol.get("id") for symbol in sprite]
    assert names == list(assets.ICONS)
    assert len(set(names)) == len(names)
    first = sprite[0]
    assert (first.get("viewBox"), first.get("stroke"), first.get("fill")) == ("0 0 24 24", "currentColor", "none")
    assert [path.get("d") for path in first] == ["M1 1", "M2 2"]


@pytest.mark.parametrize(
    "missing",
    [
        "@tabler/icons/icons/outline/teapot.svg",
        "socket.io-client/dist/socket.io.esm.min.js",
        "@fontsource-variable/noto-serif-sc/files/b.woff2",
        "@fontsource-variable/noto-sans-sc/wght.css",
        "socket.io-client/LICENSE",
        "zxing-wasm/dist/reader/zxing_reader.wasm",
    ],
)
def test_what_is_missing_is_named_and_the_old_folder_stays(root: Path, missing: str) -> None:
    put(root / "static" / "vendor" / "old", "")
    (root / "node_modules" / missing).unlink()
    with pytest.raises(assets.AssetMissing) as raised:
        assets.make(root)
    assert missing in str(raised.value)
    assert "\n" not in str(raised.value)
    assert (root / "static" / "vendor" / "old").exists()


def test_a_new_layout_leaves_nothing_of_the_old(root: Path) -> None:
    put(root / "static" / "vendor" / "old", "")
    put(root / "static" / ".vendor-new" / "half", "")
    assets.make(root)
    assert not (root / "static" / "vendor" / "old").exists()
    assert not (root / "static" / "vendor" / "half").exists()


def test_the_real_lock_file_names_no_place_of_download() -> None:
    lock = Path(assets.__file__).resolve().parent.parent / "package-lock.json"
    assert '"resolved"' not in lock.read_text(encoding="utf-8")
