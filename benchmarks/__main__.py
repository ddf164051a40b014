"""`make bench`: measure, print, and write the table into docs/performance.md."""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from . import commands, data, directory, exports, figures, imports, pages, peers, policies, practice, screen, writers

PARTS = ("start", "practice", "exports", "writers", "peers", "policies", "directory", "pages", "imports")
PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000, help="cases in the made-up agency (10 000)")
    parser.add_argument("--runs", type=int, default=9, help="counted runs of each start (9)")
    parser.add_argument(
        "--postgresql", action="store_true", help="the practice on PostgreSQL too (builds an agency there)"
    )
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="these parts (all of them)")
    parser.add_argument(
        "--enrolments",
        type=int,
        default=imports.ENROLMENTS,
        help="enrolments in the HMIS export that is imported (18 000)",
    )
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    args = parser.parse_args()
    # An installed program is compiled once; a shell that forbids it would charge every start for it.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    said = figures.said(_measured(args))
    if args.write:
        _write(said, args.cases)


def _measured(args: argparse.Namespace) -> Iterator[figures.Figure]:
    parts = args.only
    if "directory" in parts:
        yield from directory.measure(postgresql=args.postgresql)
    if "imports" in parts:
        yield from imports.measure(postgresql=args.postgresql, enrolments=args.enrolments)
    if set(parts) <= {"directory", "imports"}:
        return
    database = data.agency(args.cases)
    # Fifteen million contacts show nothing that a million and a half do not.
    exported = "exports" in parts and args.cases <= 100_000
    sheets = args.cases <= 10_000
    if "start" in parts:
        yield from commands.measure(database, args.cases)
        yield from screen.first(database, args.cases, args.runs)
        yield from screen.keys(database)
    if "practice" in parts:
        with data.to_work_in(args.cases) as url:
            yield from practice.measure(url)
    if "pages" in parts:
        yield from pages.measure(str(database))
    if exported:
        yield from exports.measure(str(database), sheets=sheets)
    if args.postgresql:
        with data.on_postgresql(args.cases) as url:
            if "practice" in parts:
                yield from practice.measure(url)
            if "pages" in parts:
                yield from pages.measure(url)
            if exported:
                yield from exports.measure(url, sheets=False)
            if "policies" in parts:
                yield from policies.measure(url)
    if "writers" in parts and args.cases <= 10_000:
        yield from writers.measure()
    if "peers" in parts:
        yield from peers.measure(database, args.cases)


def _write(said: str, cases: int) -> None:
    """Into the part of the page that is about agencies of this size."""
    machine = (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.machine()}, {cases:,} cases"
    )
    begin, end = f"<!-- measured {cases} -->", f"<!-- /measured {cases} -->"
    page = PAGE.read_text("utf-8")
    if begin not in page:
        raise SystemExit(f"{PAGE.name} has no part for {cases} cases: write {begin} and {end} where it belongs.")
    before, _begin, rest = page.partition(begin)
    _old, _end, after = rest.partition(end)
    PAGE.write_text(f"{before}{begin}\n{machine}\n\n{said}\n{end}{after}", "utf-8")


main()
