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
    """The same agency on a PostgreSQL of its own that commits for good, built anew each time and thrown away."""
    from .server import own

    with own() as server:
        # Nothing is lost with what can be built again; what is measured afterwards waits for the disk.
        server.restart(durable=False)
        _build(server.url, cases)
        server.restart()
        server.analyze()
        yield server.url
