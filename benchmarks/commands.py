"""What a command costs before it does anything, and a list of 40 cases of many."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from .data import CASELOAD
from .figures import Figure, median

ROUNDS = 15


def _once(argv: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(argv, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - start) * 1000


def measure(database: Path, cases: int, rounds: int = ROUNDS) -> list[Figure]:
    """Whole-process milliseconds, in turns with a bare interpreter."""
    listed = f"`cases --limit 40` of {cases:,}"
    shapes = {
        "bare Python": [sys.executable, "-c", "pass"],
        "`--version`": [*CASELOAD, "--version"],
        "`--help`": [*CASELOAD, "--help"],
        listed: [*CASELOAD, "--database", str(database), "cases", "--limit", "40"],
    }
    reach = {"`--version`": 20, "`--help`": 120, listed: 500}
    seen: dict[str, list[float]] = {name: [] for name in shapes}
    for turn in range(rounds + 1):
        for name, argv in shapes.items():
            took = _once(argv)
            if turn:
                seen[name].append(took)
    bare = median(seen["bare Python"])
    return [
        Figure(
            name, f"{median(seen[name]):.0f} ms", f"bare Python {bare:.0f} ms", f"{median(seen[name]) / bare:.1f}",
            f"≤ {most} ms beside 12 ms (≤ {most / 12:.1f})", median(seen[name]) / bare <= most / 12,
        )
        for name, most in reach.items()
    ]  # fmt: skip
