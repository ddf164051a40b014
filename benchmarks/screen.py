"""The screen: first frame, first useful screen, a cursor key, a page, an act; beside an empty Textual app."""

from __future__ import annotations

import sys
from pathlib import Path

from .data import CASELOAD
from .figures import Figure, median, p95
from .terminal import Terminal

DOWN, PAGE_DOWN = b"\x1b[B", b"\x1b[6~"


def first(database: Path, cases: int, runs: int = 9) -> list[Figure]:
    """Seconds to the first frame and the first rows at 120x40, in turns with the empty app."""
    empty, frame, rows, memory = [], [], [], []
    ours = [*CASELOAD, "--database", str(database)]
    for turn in range(runs + 1):
        with Terminal([sys.executable, str(Path(__file__).with_name("empty_app.py"))], columns=120, rows=40) as term:
            baseline = term.seconds_until("Quit")
        with Terminal(ours, columns=120, rows=40) as term:
            first_frame = term.seconds_until("Today")
            first_rows = term.seconds_until("20")  # a year: the first case numbers
            term.quiet()
            resident = term.resident()
        if turn:
            empty.append(baseline)
            frame.append(first_frame)
            rows.append(first_rows)
            memory.append(resident)
    base = median(empty)
    most = 70 if cases <= 10_000 else 85
    said = f"empty Textual app {base:.2f} s"
    return [
        Figure("first frame", f"{median(frame):.2f} s", said, f"{median(frame) / base:.2f}", "≤ 1.2", median(frame) / base <= 1.2),
        Figure(
            f"first useful screen, {cases:,} cases", f"{median(rows):.2f} s", said, f"{median(rows) / base:.2f}", "≤ 2.4",
            median(rows) / base <= 2.4,
        ),
        Figure(f"memory of the screen, {cases:,} cases", f"{median(memory):.0f} MiB", "", "", f"≤ {most} MiB", median(memory) <= most),
    ]  # fmt: skip


def keys(database: Path, presses: int = 80) -> list[Figure]:
    """Milliseconds and bytes of a cursor key and a page at 80x24, on the list of all cases."""
    with Terminal([*CASELOAD, "--database", str(database)], columns=80, rows=24) as term:
        term.seconds_until("20")
        term.quiet()
        for key in "ga":
            term.press(key)
        term.quiet(0.6)
        down = [term.press(DOWN) for _press in range(presses)]
        pages = [term.press(PAGE_DOWN) for _press in range(2 * presses)]
    moves = [ms for ms, _sent in down]
    # The cursor scrolls the list only now and then; most moves are two lines.
    sent = [float(count) for _ms, count in down]
    paged = [ms for ms, _sent in pages]
    return [
        Figure(
            "cursor key, p50 / p95", f"{median(moves):.1f} / {p95(moves):.1f} ms", "DataTable 7 / 30 ms (research)", "",
            "≤ 5 / 12 ms", median(moves) <= 5 and p95(moves) <= 12,
        ),
        Figure("bytes per move at 80x24", f"{median(sent):.0f}", "DataTable 1 091 (research)", "", "≤ 600", median(sent) <= 600),
        Figure("page, p95", f"{p95(paged):.1f} ms", "DataTable 50-89 ms (research)", "", "≤ 25 ms", p95(paged) <= 25),
    ]  # fmt: skip
