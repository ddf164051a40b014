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
    if amount is None:
        return ""
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}"


# Where an agency says nothing else.
USUAL_CURRENCY = "EUR"
# The currencies whose smallest part is no hundredth (ISO 4217, list one, minor unit other than 2): amounts here are in hundredths.
_OTHER_PARTS = (
    "BHD", "BIF", "CLF", "CLP", "DJF", "GNF", "IQD", "ISK", "JOD", "JPY", "KMF", "KRW", "KWD",
    "LYD", "OMR", "PYG", "RWF", "TND", "UGX", "UYI", "UYW", "VND", "VUV", "XAF", "XOF", "XPF",
)  # fmt: skip


def currency(code: str) -> str:
    """A currency by its code (ISO 4217). Raises Usage for what is none, or is not counted in hundredths."""
    found = code.strip().upper()
    if re.fullmatch("[A-Z]{3}", found) is None:
        raise Usage(_("A currency is three letters (ISO 4217), such as EUR."))
    if found in _OTHER_PARTS:
        raise Usage(_("Amounts are kept in hundredths, and {code} is not counted so.").format(code=found))
    return found
