"""Exports of contacts beside the engine's own tool: csv, xlsx and parquet; seconds of the whole command and peak memory."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from sqlalchemy import make_url

from .data import CASELOAD
from .figures import Figure, median

ROUNDS = 3
# From the first day anybody may have written down to the last: everything there is.
_PERIOD = ("--from", "2000-01-01", "--to", "2099-12-31")
# The same rows in the same order, as one who knows the tables would ask for them.
_PLAIN = """
SELECT f.number, NULL AS client, p.code, l.on_date, c.at, l.kind, l.outcome, c.with_whom, l.met, c.place, c.minutes, w.handle,
       c.recorded_at, NULL AS note
FROM contact_line l JOIN contact c ON c.id = l.contact_id JOIN case_file f ON f.id = l.case_id
JOIN program p ON p.id = f.program_id JOIN worker w ON w.id = c.worker_id
WHERE l.on_date BETWEEN '2000-01-01' AND '2099-12-31' ORDER BY l.on_date, c.at, l.contact_id, l.case_id
"""


def measure(url: str, *, sheets: bool) -> list[Figure]:
    """Everything as csv and parquet; with `sheets` as xlsx too, which nobody wants of more than a hundred thousand rows."""
    engine = "PostgreSQL" if "://" in url and not url.startswith("sqlite") else "SQLite"
    plain = _plain(url, engine)
    if plain is None:
        return []
    with tempfile.TemporaryDirectory() as folder:
        took: dict[str, list[float]] = {"plain": [], "csv": [], "parquet": [], **({"xlsx": []} if sheets else {})}
        peak: dict[str, float] = {}
        for _turn in range(ROUNDS):
            for kind, seen in took.items():
                file = Path(folder) / f"contacts.{kind}"
                for old in Path(folder).iterdir():
                    old.unlink()
                seconds, peak[kind] = _run(_export(url, kind, file) if kind != "plain" else plain, file)
                seen.append(seconds)
                if kind == "csv":
                    rows = sum(chunk.count(b"\n") for chunk in _chunks(file)) - 1
    seconds = {kind: median(seen) for kind, seen in took.items()}
    tool = "`sqlite3 -csv`" if engine == "SQLite" else "`psql \\copy`"
    said, count = f"{tool} {seconds['plain']:.1f} s", f"{rows:,} contacts, {engine}"
    most = 3 if engine == "SQLite" else 1.5
    ratio = {kind: seconds[kind] / seconds["plain"] for kind in seconds}
    found = [
        Figure(
            f"csv of {count}", f"{seconds['csv']:.1f} s, {peak['csv']:.0f} MB", said, f"{ratio['csv']:.2f}",
            f"≤ {most}; ≤ 80 MB", ratio["csv"] <= most and peak["csv"] <= 80,
        ),
        Figure(
            f"parquet of {count}", f"{seconds['parquet']:.1f} s, {peak['parquet']:.0f} MB", said, f"{ratio['parquet']:.2f}",
            "≤ 2", ratio["parquet"] <= 2,
        ),
    ]  # fmt: skip
    if sheets:
        beside = seconds["xlsx"] / seconds["csv"]
        found.append(
            Figure(
                f"xlsx of {count}", f"{seconds['xlsx']:.1f} s, {peak['xlsx']:.0f} MB", f"our csv {seconds['csv']:.1f} s",
                f"{beside:.1f}", "≤ 16", beside <= 16,
            )
        )  # fmt: skip
    return found


def _export(url: str, kind: str, file: Path) -> list[str]:
    asked = ["export", "contacts", *_PERIOD, "--format", kind, "--output", str(file)]
    return [*CASELOAD, "--database", url, *asked]


def _plain(url: str, engine: str) -> list[str] | None:
    """The engine's own tool at the same work, or None where it is not installed."""
    statement = " ".join(_PLAIN.split())
    if engine == "SQLite":
        tool = shutil.which("sqlite3")
        file = make_url(url).database if url.startswith("sqlite:") else url
        return [tool, "-csv", "-header", str(file), statement] if tool else None
    tool = shutil.which("psql")
    return [tool, "-X", "-q", "-d", url, "-c", f"\\copy ({statement}) TO STDOUT CSV HEADER"] if tool else None


def _run(command: list[str], file: Path) -> tuple[float, float]:
    """Seconds, and the most memory it had (MB)."""
    start = time.perf_counter()
    with file.open("wb") if CASELOAD[0] not in command else open(os.devnull, "wb") as out:
        running = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL)
        peak = 0.0
        while running.poll() is None:
            peak = _peak(running.pid) or peak
            time.sleep(0.01)
    if running.returncode:
        raise SystemExit(f"{command[0]} ended with {running.returncode}")
    return time.perf_counter() - start, peak


def _peak(pid: int) -> float:
    """The most memory a running process has had (MB); what wait4 says counts its parent's from before the exec."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(found[0]) * 1.024 / 1000 if found else 0.0


def _chunks(file: Path) -> list[bytes]:
    with file.open("rb") as source:
        return list(iter(lambda: source.read(1 << 24), b""))
