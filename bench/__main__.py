"""`python3 start.py bench [--full]`: the table of ratios."""

import argparse
import statistics
import tempfile
from pathlib import Path

from bench import boards, camera, disk, paint, shim
from bench.fill import fill
from bench.load import Measured, Requests, forever, request, run
from bench.server import Server, running

ROUNDS = 5
SECONDS = 3.0
SLOWED = 0.005
SIZES = (1_000, 100_000, 1_000_000)
CARDS = 4000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="start.py bench")
    parser.add_argument("--full", action="store_true", help="also with 1,000, 100,000 and 1,000,000 visits")
    full = parser.parse_args().full
    print("| measured | figure | aim |\n|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="laojiefang-bench-") as folder:
        rates = against_health(Path(folder) / "plain")
        against_disk(Path(folder), rates)
        with_boards(Path(folder) / "boards")
        memory(Path(folder) / "memory")
        with_cameras(Path(folder))
        with_pages(Path(folder) / "pages")
        if full:
            growth(Path(folder))


def with_pages(data: Path) -> None:
    """Compare when pages are of use on this processor and on one four times slower."""
    with running(data) as server, paint.browser() as browser:
        address = f"http://127.0.0.1:{server.port}"
        for name, page in paint.PAGES.items():
            usual, slow = list[float](), list[float]()
            for _ in range(ROUNDS):
                usual.append(paint.usable_after(browser, address, page))
                slow.append(paint.usable_after(browser, address, page, slower=4))
            row(f"/{name} usable after, ms", spread(usual, ".0f"), "< 1000")
            row(f"/{name} usable after, ms, processor 4 × slower", spread(slow, ".0f"))
            row(f"/{name}, slower / usual", spread([b / a for a, b in zip(usual, slow, strict=True)]), "≤ 4")


def row(measured: str, figure: str, aim: str = "") -> None:
    """Print one row of the table."""
    print(f"| {measured} | {figure} | {aim} |", flush=True)


def spread(values: list[float], form: str = ".2f") -> str:
    """Return the median with the least and the most."""
    return f"{statistics.median(values):{form}} [{min(values):{form}}–{max(values):{form}}]"


def against_health(data: Path) -> list[float]:
    """Compare check-ins with the same server's ``/healthz``, in turns; return the rates at 16 connections."""
    rates: list[float] = []
    with running(data) as server:
        check_ins = server.check_ins(server.issue(CARDS))
        run(server.port, check_ins, connections=16, seconds=1)
        for connections, aim in ((16, "≥ 0.5"), (1, "≥ 0.3")):
            health, counted = in_turns(server, check_ins, connections)
            ratios = [b.rate / a.rate for a, b in zip(health, counted, strict=True)]
            where = f"{connections} connection{'s' if connections > 1 else ''}"
            row(f"/healthz a second, {where}", spread([one.rate for one in health], ".0f"))
            row(f"check-ins a second, {where}", spread([one.rate for one in counted], ".0f"))
            row(f"check-ins / healthz, {where}", spread(ratios), aim)
            p99 = [one.percentile(0.99) for one in counted]
            row(f"check-in p99, ms, {where}", spread(p99, ".1f"), "≤ 40" if connections == 16 else "")
            assert all(set(one.statuses) == {201} for one in counted)
            rates = rates or [one.rate for one in counted]
    return rates


def in_turns(server: Server, check_ins: Requests, connections: int) -> tuple[list[Measured], list[Measured]]:
    """Load ``/healthz`` and check-ins by turns, so that a noisy machine harms both alike."""
    health: list[Measured] = []
    counted: list[Measured] = []
    for _ in range(ROUNDS):
        health.append(run(server.port, server.health(), connections=connections, seconds=SECONDS))
        counted.append(run(server.port, check_ins, connections=connections, seconds=SECONDS))
    return health, counted


def against_disk(folder: Path, rates: list[float]) -> None:
    """Compare with one-by-one commits of this disk, and with a disk whose fsync takes 5 ms longer."""
    alone = [disk.commits_a_second(folder, seconds=1) for _ in range(ROUNDS)]
    row("one-by-one commits of this disk a second", spread(alone, ".0f"))
    row("check-ins / one-by-one commits", f"{statistics.median(rates) / statistics.median(alone):.2f}")
    slowed = shim.environment(folder, milliseconds=1000 * SLOWED)
    with (
        running(folder / "plain") as quick,
        running(folder / "slow", environment=slowed) as slow,
    ):
        ratios, slow_rates = _slow_against_quick(quick, slow)
    row("check-ins with 5 ms added to each fsync / without", spread(ratios), "≥ 0.5")
    crawling = [disk.commits_a_second(folder, seconds=1, slowed=SLOWED) for _ in range(3)]
    ratio = statistics.median(slow_rates) / statistics.median(crawling)
    row("with 5 ms added: check-ins / one-by-one commits", f"{ratio:.2f}")


def _slow_against_quick(quick: Server, slow: Server) -> tuple[list[float], list[float]]:
    loads = [(server, server.check_ins(server.issue(CARDS))) for server in (quick, slow)]
    ratios, slow_rates = [], []
    for _ in range(ROUNDS):
        quick_rate, slow_rate = [run(server.port, load, connections=16, seconds=SECONDS).rate for server, load in loads]
        ratios.append(slow_rate / quick_rate)
        slow_rates.append(slow_rate)
    return ratios, slow_rates


def with_boards(data: Path) -> None:
    """Measure from scan to board with 60 screens connected, quiet and under 200 check-ins a second."""
    with running(data) as server, boards.watching(server, 60) as screens:
        for rate in (0, 200):
            load = boards.paced_load(server, rate=rate, seconds=15) if rate else None
            times = boards.scan_to_board(server, screens, probes=30, gap=0.37)
            if load:
                load.join()
            where = f"60 boards, {rate} check-ins a second"
            row(f"scan → board, ms, {where}: median", f"{statistics.median(times):.0f}", "≤ 150")
            row(f"scan → board, ms, {where}: p99", f"{times[int(0.99 * len(times))]:.0f}", "≤ 400")


def with_cameras(folder: Path) -> None:
    """Measure how long a frame of 720p takes to decode, and compare well and badly held cards."""
    frames = camera.decoded(folder, camera.pictures())
    clean = frames.pop("clean")
    row("decode a 720p frame with a card, ms", spread(clean.times, ".1f"))
    for name, frame in frames.items():
        ratios = [b / a for a, b in zip(clean.times, frame.times, strict=True)]
        row(f"decode, {name} / clean", spread(ratios), "≤ 2")
        assert frame.texts == ([] if name == "none" else [camera.TEXT])


def memory(data: Path) -> None:
    """Measure the server's memory before and after 100,000 check-ins."""
    with running(data) as server:
        check_ins = server.check_ins(server.issue(CARDS))
        run(server.port, check_ins, connections=16, seconds=1)
        before = server.memory()
        done = 0
        while done < 100_000:
            done += len(run(server.port, check_ins, connections=16, seconds=10).times)
        row(f"memory, MiB, before and after {done:,} check-ins", f"{before:.0f} → {server.memory():.0f}")


def growth(folder: Path) -> None:
    """Compare rates with 1,000, 100,000 and 1,000,000 visits already there, by turns, each with new cards."""
    folders = {size: folder / f"with-{size}" for size in SIZES}
    for size, data in folders.items():
        fill(data, size)
    rates: dict[int, list[float]] = {size: [] for size in SIZES}
    snapshots: dict[int, list[float]] = {size: [] for size in SIZES}
    for _ in range(ROUNDS):
        for size, data in folders.items():
            with running(data) as server:
                load = server.check_ins(server.issue(CARDS))
                run(server.port, load, connections=16, seconds=1)
                rates[size].append(run(server.port, load, connections=16, seconds=SECONDS).rate)
                snapshots[size].append(_board(server).median)
    for name, figures in (("check-ins a second", rates), ("board snapshot, ms", snapshots)):
        base = statistics.median(figures[SIZES[0]])
        for size in SIZES:
            ratio = statistics.median(figures[size]) / base
            row(f"{name}, {size:,} visits there", f"{spread(figures[size], '.1f')} = {ratio:.2f}", "within 1.15")


def _board(server: Server) -> Measured:
    asked = request("GET", "/api/v1/board", token=server.token)
    return run(server.port, forever(lambda: asked), connections=1, seconds=1)


if __name__ == "__main__":
    main()
