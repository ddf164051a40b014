"""A table for a person: no boxes, fitted to the terminal, cut by cells and never by letters."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import Any

from caseload.text import clip, steady

from .output import Column, as_text, one_line, value_of
from .terminal import shown, width

GAP = "  "
# Column widths are taken from this many rows, so that a million rows start to appear at once.
_MEASURED = 500


def cells(text: str) -> int:
    """How many terminal cells a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def draw(found: Iterable[Any], columns: Sequence[Column]) -> None:
    """Print rows under a head; a column that is `below` stands under its row."""
    across = [column for column in columns if not column.below]
    under = [column for column in columns if column.below]
    rest = ((row, [_cell(row, column) for column in across]) for row in found)
    first = list(islice(rest, _MEASURED))
    natural = [
        max([cells(column.head), *(cells(texts[i]) for _row, texts in first)]) for i, column in enumerate(across)
    ]
    kept, widths = fit(across, natural, width())
    chosen = [across[i] for i in kept]
    sys.stdout.write(_strong(_line([column.head for column in chosen], widths, chosen)) + "\n")
    for row, texts in chain(first, rest):
        sys.stdout.write(_line([texts[i] for i in kept], widths, chosen) + "\n")
        for column in under:
            if text := _cell(row, column):
                sys.stdout.write("\n".join(paragraph(text, "    ")) + "\n")


def fit(columns: Sequence[Column], natural: Sequence[int], room: int) -> tuple[list[int], list[int]]:
    """Which columns are kept and how wide: first the widest give way, then the least wanted go."""
    kept = list(range(len(columns)))
    least = [wide if column.whole else min(wide, column.least) for column, wide in zip(columns, natural, strict=True)]

    def space() -> int:
        return max(1, room - len(GAP) * (len(kept) - 1))

    while len(kept) > 1 and sum(least[i] for i in kept) > space():
        kept.remove(min(reversed(kept), key=lambda i: columns[i].keep))
    widths = {i: natural[i] for i in kept}
    while (surplus := sum(widths.values()) - space()) > 0:
        giving = [i for i in kept if widths[i] > least[i]]
        if not giving:
            widths = dict.fromkeys(kept, space())
            break
        widest = max(giving, key=lambda i: widths[i])
        others = max((widths[i] for i in giving if i != widest), default=0)
        widths[widest] -= max(1, min(surplus, widths[widest] - max(others, least[widest])))
    return kept, [widths[i] for i in kept]


def _cell(row: Any, column: Column) -> str:
    return steady(one_line(column.words(value_of(row, column.key))))


def _line(texts: Sequence[str], widths: Sequence[int], columns: Sequence[Column]) -> str:
    drawn = []
    for text, wide, column in zip(texts, widths, columns, strict=True):
        cut = text if cells(text) <= wide else clip(text, wide)
        space = " " * (wide - cells(cut))
        drawn.append(space + cut if column.right else cut + space)
    return GAP.join(drawn).rstrip()


def _strong(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m" if shown() and os.environ.get("TERM", "dumb") not in ("", "dumb") else text


def facts(pairs: Iterable[tuple[str, Any]]) -> list[str]:
    """A thing's fields under each other, names to the left; empty ones are left out."""
    told = [(name, steady(one_line(text))) for name, value in pairs if (text := as_text(value))]
    wide = max((cells(name) for name, _text in told), default=0)
    return [name + " " * (wide - cells(name)) + GAP + text for name, text in told]


def paragraph(text: str, indent: str = "") -> list[str]:
    """Prose wrapped to the terminal, its own line breaks kept."""
    import textwrap

    from caseload.text import block

    room = max(20, min(width(), 100) - len(indent))
    lines = []
    for part in steady(block(text)).split("\n"):
        lines += [indent + piece for piece in textwrap.wrap(part, room)] or [""]
    return lines
