"""HSDS 3.1 as JSON: one page that lists every service whole (the API's `/services?full_service=true`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from . import PAGE, Written
from .json_text import encoded

if TYPE_CHECKING:
    from pathlib import Path

    from ..table import Report


def write(report: Report, target: BinaryIO, scratch: Path) -> Written:
    """The services, as `reports/directory.py` has them."""
    [table] = report.tables
    rows = list(table.rows)
    n = len(rows)
    head = {
        "total_items": n,
        "total_pages": 1,
        "page_number": 1,
        "size": n,
        "first_page": True,
        "last_page": True,
        "empty": not n,
    }
    target.write(encoded(head)[:-1] + b', "contents": [')
    for count, (one,) in enumerate(rows, 1):
        target.write((b",\n" if count > 1 else b"\n") + encoded(one))
        if count % PAGE == 0:
            report.tick(count, n)
    target.write(b"\n]}\n")
    return Written({table.name: n})
