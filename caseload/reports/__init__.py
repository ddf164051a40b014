"""Reports: from scope, period and policy to named tables, and through one door to a file.

`from caseload import reports` costs nothing; what a report needs is imported when one is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .exporting import ExportRequest, ExportResult, export, names

__all__ = ["ExportRequest", "ExportResult", "export", "names"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from . import exporting

        return getattr(exporting, name)
    raise AttributeError(name)
