"""`make bench`: measure, print, and write the table into docs/performance.md."""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
from pathlib import Path

from . import commands, data, figures, screen

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000, help="cases in the made-up agency (10 000)")
    parser.add_argument("--runs", type=int, default=9, help="counted runs of each start (9)")
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    args = parser.parse_args()
    # An installed program is compiled once; a shell that forbids it would charge every start for it.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    database = data.agency(args.cases)
    found = [*commands.measure(database), *screen.first(database, args.runs), *screen.keys(database)]
    said = figures.table(found)
    print(said)
    if args.write:
        _write(said, args.cases)


def _write(said: str, cases: int) -> None:
    machine = (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.machine()}, {cases:,} cases"
    )
    before, _begin, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _old, _end, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{machine}\n\n{said}\n{END}{after}", "utf-8")


main()
