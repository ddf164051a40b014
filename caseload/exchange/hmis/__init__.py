"""HUD HMIS CSV, the export every homeless-services system in the United States can make (FY2024 and FY2026)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..importer import Source
from . import load, spec

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path

    from ...store.database import Reading
    from ..check import Wording
    from ..importer import Again, Options
    from ..stage import Stage


@dataclass(frozen=True, slots=True)
class Hmis:
    """One export: where it lies, and by which clock and in which order of dates it is read."""

    path: Path
    zone: tzinfo
    order: str | None
    # Without Export.csv the rows of a mended file could not be told from another system's.
    always: str = "Export.csv"
    never: frozenset[str] = load.NEVER_TAKEN

    def read(self, stage: Stage) -> Source:
        """Read the export onto the workbench. Raises Usage when it cannot be read as a whole."""
        about = load.read(self.path, self.zone, self.order, stage)
        return Source(about.system, about.source, about.edition)

    def wording(self) -> Wording:
        """HMIS's words for our nouns."""
        return spec.wording()

    def again(self) -> AbstractContextManager[Again]:
        """The files whose rows can be rejected, to be read a second time."""
        return load.again(self.path, self.zone, self.order)


def prepare(r: Reading, path: Path, options: Options) -> Hmis:
    """The export at a path, not yet opened."""
    return Hmis(path, r.zone, options.order)
