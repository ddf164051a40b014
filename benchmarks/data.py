"""Made-up agencies of a size, built once and kept beside the checkout's other made things."""

from __future__ import annotations

import subprocess
import sys
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
        subprocess.run(
            [*CASELOAD, "--database", str(making), "demo", "--cases", str(cases), "--no-open"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        for made in HOME.glob(f"making-{cases}.db*"):
            made.rename(HOME / made.name.replace("making", "demo"))
    return file
