"""Values as text that means the same in every format: ISO 8601 days, instants in UTC to the second."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime
from typing import Any

from caseload.text import block, defuse

_FORMULA = ("=", "+", "-", "@")


def day(value: date | str) -> str:
    return value if isinstance(value, str) else value.isoformat()


def instant(value: datetime | str) -> str:
    """`2026-11-16T08:30:00Z`."""
    if isinstance(value, str):
        return value
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


def joined(value: Any) -> str:
    """A list as one text; a text is a list already joined."""
    return value if isinstance(value, str) else ", ".join(value)
