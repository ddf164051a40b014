"""Values as text that means the same in every format: ISO 8601 days, instants in UTC to the second."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime
from typing import Any

from caseload.text import block, defuse

from ..table import SEPARATOR

# The zip format knows no earlier day; a fixed one keeps the bytes the same from run to run.
STAMP = (1980, 1, 1, 0, 0, 0)
_FORMULA = ("=", "+", "-", "@")
# A sign at the start of a cell; within quotes a comma before one means nothing, and costs a closer look.
_STARTS = re.compile(r"[,\n\"][=+\-@]")


def day(value: date | str) -> str:
    return value if isinstance(value, str) else value.isoformat()


def instant(value: datetime | str) -> str:
    """`2026-11-16T08:30:00Z`."""
    if isinstance(value, str):  # 2026-11-16 08:30:00.000000, as SQLite keeps it
        return f"{value[:10]}T{value[11:19]}Z"
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def safe(value: str) -> str:
    """Text typed by people made inert: nothing a terminal obeys, newlines kept."""
    # What is printable and composed has nothing to lose in `block`, which is far slower.
    if value.isprintable() and (value.isascii() or unicodedata.is_normalized("NFC", value)):
        return value
    return block(value)


def cell(value: str) -> str:
    """Text for a csv cell: inert, and no formula for the spreadsheet that opens it."""
    value = safe(value)
    return defuse(value) if value.startswith(_FORMULA) else value


def words(value: Any) -> list[str]:
    """The words of a list."""
    return value.split(SEPARATOR) if isinstance(value, str) else list(value)


def clean(lines: str) -> bool:
    """Whether lines of csv are inert as they stand: nothing a terminal obeys, and no cell that may start a formula."""
    composed = lines.isascii() or unicodedata.is_normalized("NFC", lines)
    return composed and lines.replace("\n", "").isprintable() and not _STARTS.search(lines) and lines[0] not in _FORMULA
