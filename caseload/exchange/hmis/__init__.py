"""HUD HMIS CSV, the export every homeless-services system in the United States can make (FY2024 and FY2026)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...messages import _n
from ..importer import Source
from . import load
from .load import NEVER_TAKEN, again
from .spec import wording

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path

    from ..stage import Stage

# Without Export.csv the rows of a mended file could not be told from another system's.
ALWAYS = "Export.csv"
NEVER = NEVER_TAKEN

__all__ = ["ALWAYS", "NEVER", "again", "read", "said", "wording"]


def said(source: str, totals: dict[str, int]) -> str:
    """What was taken, in a sentence."""
    n = totals["cases"]
    return _n("Imported from {source}: {n} new case", "Imported from {source}: {n} new cases", n).format(
        source=source, n=n
    )


def read(path: Path, zone: tzinfo, order: str | None, stage: Stage) -> Source:
    """Read an export onto the workbench. Raises Usage when it cannot be read as a whole."""
    about = load.read(path, zone, order, stage)
    return Source(about.system, about.source, about.edition)
