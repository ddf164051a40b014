"""Made-up agencies of a size, built once and kept beside the checkout's other made things."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOME = Path(__file__).resolve().parents[1] / ".caseload" / "bench"
CASELOAD = [str(Path(sys.executable).with_name("caseload"))]


def agency(cases: int) -> Path:
    """The SQLite file of a made-up agency with that many cases."""
    file = HOME / f"demo-{cases}.db"
    if not file.exists():
        HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
        making = HOME / f"making-{cases}.db"
        for old in HOME.glob(f"making-{cases}.db*"):
            old.unlink()
        _build(str(making), cases)
        for made in HOME.glob(f"making-{cases}.db*"):
            made.rename(HOME / made.name.replace("making", "demo"))
    return file


def _build(database: str, cases: int) -> None:
    command = [*CASELOAD, "--database", database, "demo", "--cases", str(cases), "--no-open"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def to_work_in(cases: int) -> Iterator[str]:
    """A copy of that agency, for what writes."""
    with tempfile.TemporaryDirectory(dir=HOME) as folder:
        copy = Path(folder) / "copy.db"
        shutil.copy(agency(cases), copy)
        yield str(copy)


@contextmanager
def on_postgresql(cases: int) -> Iterator[str]:
    """The same agency on a PostgreSQL of its own, built anew each time and thrown away."""
    from tests.support.databases import Databases
    from tests.support.postgres import Server

    server = Server.start()
    with tempfile.TemporaryDirectory() as folder:
        databases = Databases(Path(folder), lambda: server)
        try:
            url = databases.empty("postgresql")
            _build(url, cases)
            yield url
        finally:
            server.stop()
