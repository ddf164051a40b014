"""The screen: first frame, first useful screen, a cursor key, a page, an act; beside an empty Textual app."""

from __future__ import annotations

import sys
from pathlib import Path

from .data import CASELOAD, agency
from .figures import Figure, median, p95
from .terminal import Terminal

DOWN, PAGE_DOWN = b"\x1b[B", b"\x1b[6~"


# What a screen over more cases than this is held against: ours over this many.
USUAL = 10_000


def first(database: Path, cases: int, runs: int = 9) -> list[Figure]:
    """Seconds to the first frame and the first rows at 120x40, in turns with the empty app; of an agency bigger than usual
    also with the usual one."""
    empty: list[float] = []
    sizes = {cases: database} | ({USUAL: agency(USUAL)} if cases > USUAL else {})
    seen: dict[int, list[tuple[float, float, float]]] = {size: [] for size in sizes}
    for turn in range(runs + 1):
        with Terminal([sys.executable, str(Path(__file__).with_name("empty_app.py"))], columns=120, rows=40) as term:
            baseline = term.seconds_until("Quit")
        if turn:
            empty.append(baseline)
        for size, file in sizes.items():
            with Terminal([*CASELOAD, "--database", str(file)], columns=120, rows=40) as term:
                first_frame = term.seconds_until("Today")
                first_rows = term.seconds_until("20")  # a year: the first case numbers
                term.quiet()
                if turn:
                    seen[size].append((first_frame, first_rows, term.resident()))
    base = median(empty)
    frame, rows, memory = (median([one[part] for one in seen[cases]]) for part in range(3))
    said, most = f"empty Textual app {base:.2f} s", 70 if cases <= USUAL else 85
    found = [
        Figure("first frame", f"{frame:.2f} s", said, f"{frame / base:.2f}", "≤ 1.2", frame / base <= 1.2),
        Figure(f"first useful screen, {cases:,} cases", f"{rows:.2f} s", said, f"{rows / base:.2f}", "≤ 2.4", rows / base <= 2.4),
        Figure(f"memory of the screen, {cases:,} cases", f"{memory:.0f} MiB", "", "", f"≤ {most} MiB", memory <= most),
    ]  # fmt: skip
    if cases > USUAL:
        usual = median([one[1] for one in seen[USUAL]])
        found.append(
            Figure(
                f"the same beside {USUAL:,} cases", f"{rows:.2f} s", f"{USUAL:,} cases {usual:.2f} s", f"{rows / usual:.2f}",
                "≤ 1.3", rows / usual <= 1.3,
            )
        )  # fmt: skip
    return found


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
