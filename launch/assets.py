"""Copies what the pages need from node_modules/ to static/vendor/, with the licence of each."""

import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from launch.talk import Problem

SCRIPT = "socket.io-client/dist/socket.io.esm.min.js"
# Scripts made of several files, and the decoder: at the same relative addresses as in their packages, since they import
# each other by them.
TREES = {
    "idb": ("idb/build", ("index.js",)),
    "hashes": ("@noble/hashes", ("sha2.js", "_md.js", "_u64.js", "utils.js")),
    "zxing": ("zxing-wasm/dist", ("es/reader/index.js", "es/share.js", "reader/zxing_reader.wasm")),
}
FONTS = {"sans": "@fontsource-variable/noto-sans-sc", "serif": "@fontsource-variable/noto-serif-sc"}
ICON_FOLDER = "@tabler/icons/icons/outline"
BOOTH_ICONS = (
    "stethoscope eyeglass-2 scissors news flower horse-toy needle-thread teapot circle basket heart-handshake"
    " masks-theater"
)
TOOL_ICONS = (
    "bell-ringing users id-badge-2 id-badge-off language text-size contrast-2 volume-2 volume arrow-back-up"
    " user-plus keyboard printer printer-off inbox device-tablet device-mobile device-tv barcode player-play"
)
STATE_ICONS = "circle-check clock-check alert-triangle clock cloud-off plug-connected-x ban clock-pause"
OTHER_ICONS = (
    "map-pin refresh plus minus x check pencil player-pause arrow-up arrow-down arrow-left trash qrcode logout"
    " home download backspace chevrons-down lock world camera camera-off camera-rotate bolt bolt-off photo"
    " clipboard-list certificate scan wifi help-circle brand-windows brand-android brand-apple id trash-off"
    " wheelchair credit-card arrow-right door-exit"
    " microphone player-stop message-circle bell hand-stop"
)
ICONS = tuple(f"{BOOTH_ICONS} {TOOL_ICONS} {STATE_ICONS} {OTHER_ICONS}".split())
SYMBOL = (
    '<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
    ' stroke-linecap="round" stroke-linejoin="round">{body}</symbol>'
)
# Tabler starts each drawing with an invisible square; it says nothing that the viewBox does not.
BACKGROUND = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')
FONT_URL = re.compile(r"url\(\./(files/[^)]+)\)")


class AssetMissing(Problem):
    """Something that the pages need is not in node_modules."""


def _existing(path: Path, node_modules: Path) -> Path:
    if not path.is_file():
        name = path.relative_to(node_modules).as_posix()
        raise AssetMissing(
            f"npm 的包里没有 {name}，页面缺它不行。", f"{name} is not in the npm packages, and the pages need it."
        )
    return path


def sprite(node_modules: Path, names: Iterable[str] = ICONS) -> str:
    """One SVG text with a <symbol> for each name. Raises AssetMissing for a name that Tabler lacks."""
    symbols = [symbol(node_modules, name) for name in names]
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def symbol(node_modules: Path, name: str) -> str:
    """The icon NAME as a <symbol>, drawn with the text's colour."""
    source = _existing(node_modules / ICON_FOLDER / f"{name}.svg", node_modules).read_text(encoding="utf-8")
    drawing = source[source.index(">") + 1 : source.rindex("</svg>")]
    body = re.sub(r"\s*\n\s*", "", BACKGROUND.sub("", drawing))
    return SYMBOL.format(name=name, body=body)


def copy_font(node_modules: Path, package: str, name: str, target: Path) -> None:
    """Writes TARGET/fonts/NAME.css and the woff2 files it speaks of, at the same relative addresses."""
    css = _existing(node_modules / package / "wght.css", node_modules).read_text(encoding="utf-8")
    files = target / "fonts" / "files"
    files.mkdir(parents=True, exist_ok=True)
    for relative in sorted(set(FONT_URL.findall(css))):
        source = _existing(node_modules / package / relative, node_modules)
        shutil.copyfile(source, files / source.name)
    (target / "fonts" / f"{name}.css").write_text(css, encoding="utf-8", newline="\n")


def copy_tree(node_modules: Path, name: str, target: Path) -> None:
    """Copies the files of a script, or of the decoder, to TARGET/NAME/."""
    package, files = TREES[name]
    for file in files:
        source = _existing(node_modules / package / file, node_modules)
        (target / name / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target / name / file)


def shipped_packages(lock: Path) -> list[str]:
    """The packages of package-lock.json but for the development ones; socket.io's script holds several."""
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    shipped = [name for name, entry in packages.items() if name and not entry.get("dev")]
    return sorted(name.removeprefix("node_modules/") for name in shipped)


def copy_licenses(node_modules: Path, packages: Iterable[str], target: Path) -> None:
    """Writes each package's licence text to TARGET/licenses/."""
    folder = target / "licenses"
    folder.mkdir(parents=True, exist_ok=True)
    for package in packages:
        home = node_modules / package
        texts = sorted(home.glob("[Ll][Ii][Cc][Ee][Nn][SsCc][Ee]*"))
        text = texts[0] if texts else _existing(home / "LICENSE", node_modules)
        shutil.copyfile(text, folder / (package.replace("@", "").replace("/", "-") + ".txt"))


def make(root: Path) -> None:
    """Makes ROOT/static/vendor anew from ROOT/node_modules; what is half made never takes its place."""
    node_modules, vendor = root / "node_modules", root / "static" / "vendor"
    new = root / "static" / ".vendor-new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    shutil.copyfile(_existing(node_modules / SCRIPT, node_modules), new / Path(SCRIPT).name)
    for name in TREES:
        copy_tree(node_modules, name, new)
    for name, package in FONTS.items():
        copy_font(node_modules, package, name, new)
    (new / "icons.svg").write_text(sprite(node_modules), encoding="utf-8", newline="\n")
    copy_licenses(node_modules, shipped_packages(root / "package-lock.json"), new)
    if vendor.exists():
        shutil.rmtree(vendor)
    new.rename(vendor)
