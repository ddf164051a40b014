"""Amounts of money: whole cents in the record, with a point or a comma as people type them."""

from __future__ import annotations

import re

from ..errors import Usage
from ..messages import _

_TYPED = re.compile(r"(\d{1,9})(?:[.,](\d{1,2}))?", re.ASCII)


def cents(what: str, text: str) -> int:
    """An amount as people type it (`120`, `120.50`, `120,50`), in cents. Raises Usage; never repeats it."""
    match = _TYPED.fullmatch(text.strip())
    # What a column of the database holds.
    if match is None or (found := int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))) > 2_000_000_000:
        raise Usage(_("{what} is an amount such as 120 or 120.50.").format(what=what))
    return found


def shown(amount: int | None) -> str:
    """Cents as an amount; nothing where there is none."""
    return "" if amount is None else f"{amount // 100}.{amount % 100:02d}"
