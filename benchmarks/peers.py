"""The same cases in other programs, where they are installed: a plain Textual DataTable, visidata, taskwarrior."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .data import CASELOAD
from .figures import Figure, median, p95
from .terminal import Terminal

ROUNDS, PRESSES = 5, 60
DOWN = b"\x1b[B"
# Beyond this a DataTable takes minutes and gigabytes.
MOST = 100_000


def measure(database: Path, cases: int) -> list[Figure]:
    """First rows, a cursor key and memory of each, beside ours; and a list of 40 by command."""
    if cases > MOST:
        return []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cases.csv"
        asked = ["--database", str(database), "export", "cases", "--format", "csv", "--output", str(file)]
        subprocess.run([*CASELOAD, *asked], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        ours = _screen([*CASELOAD, "--database", str(database)], "20", keys="ga")
        found = [_beside("plain Textual DataTable", _screen([sys.executable, _PLAIN, str(file)], "20"), ours, cases)]
        if visidata := shutil.which("vd"):
            found.append(_beside("visidata", _screen([visidata, "-N", str(file)], "20"), ours, cases))
        if task := shutil.which("task"):
            found.append(_tasks(task, database, file, Path(folder), cases))
        return found


_PLAIN = str(Path(__file__).with_name("plain_table.py"))


def _screen(argv: list[str], words: str, *, keys: str = "") -> tuple[float, float, float, float]:
    """Seconds to the first rows, milliseconds of a cursor key (median and 95th percentile), mebibytes."""
    rows = []
    for _turn in range(ROUNDS):
        with Terminal(argv, columns=120, rows=40) as term:
            rows.append(term.seconds_until(words))
            term.quiet()
            for key in keys:
                term.press(key)
            term.quiet(0.6)
            moves = [term.press(DOWN)[0] for _press in range(PRESSES)]
            resident = term.resident()
    return median(rows), median(moves), p95(moves), resident


def _beside(name: str, theirs: tuple[float, ...], ours: tuple[float, ...], cases: int) -> Figure:
    said, us = (f"{f:.2f} s; {k:.1f} / {p:.1f} ms; {m:.0f} MiB" for f, k, p, m in (theirs, ours))
    ratio = " / ".join(
        f"{mine / yours:.2f}" for mine, yours in ((ours[0], theirs[0]), (ours[1], theirs[1]), (ours[3], theirs[3]))
    )
    what = f"first rows; cursor key p50 / p95; memory, beside {name}, {cases:,} cases"
    return Figure(what, us, f"{name} {said}", ratio, "", None)


def _tasks(task: str, database: Path, file: Path, folder: Path, cases: int) -> Figure:
    """A list of 40, the most pressing first, by command."""
    rc, data = folder / "taskrc", folder / "tasks"
    rc.write_text(f"data.location={data}\nconfirmation=off\nverbose=nothing\n", "utf-8")
    env = {**os.environ, "TASKRC": str(rc), "TASKDATA": str(data)}
    with file.open(encoding="utf-8", newline="") as source:
        rows = [
            {"description": f"{row['case']} {row['program']} {row['stage']}", "project": row["worker"] or "none",
             **({"due": row["next_due"].replace("-", "") + "T000000Z"} if row["next_due"] else {})}
            for row in csv.DictReader(source)
        ]  # fmt: skip
    subprocess.run([task, "import"], input=json.dumps(rows).encode(), env=env, check=True, capture_output=True)
    theirs = _took([task, "rc.defaultwidth=120", "next", "limit:40"], env)
    mine = _took([*CASELOAD, "--database", str(database), "queue", "--agency", "--limit", "40"], dict(os.environ))
    return Figure(
        f"the 40 most pressing by command, beside taskwarrior, {cases:,} cases", f"{mine * 1000:.0f} ms",
        f"`task next limit:40` {theirs * 1000:.0f} ms", f"{mine / theirs:.2f}", "", None,
    )  # fmt: skip


def _took(command: list[str], env: dict[str, str]) -> float:
    seen = []
    for turn in range(ROUNDS + 1):
        start = time.perf_counter()
        subprocess.run(
            command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env
        )
        if turn:
            seen.append(time.perf_counter() - start)
    return median(seen)
