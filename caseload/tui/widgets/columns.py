"""Columns of a table and which of them fit: the less important leave a narrow screen first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..draw import Run

GAP = 1


class Column(NamedTuple):
    """One column: `priority` 1 stays longest; `grow` says how eagerly it takes what room is left, up to `most` cells."""

    name: str
    title: str
    width: int
    priority: int
    cell: Callable[[Any], Run]
    grow: int = 0
    most: int = 0


def arrange(columns: Sequence[Column], width: int) -> list[tuple[Column, int]]:
    """The columns that fit into `width` cells, in their order, each with its width."""
    chosen: set[str] = set()
    room = width + GAP
    for column in sorted(columns, key=lambda c: c.priority):
        if column.width + GAP <= room:
            chosen.add(column.name)
            room -= column.width + GAP
    widths = {c.name: c.width for c in columns if c.name in chosen}
    growing = [c for c in columns if c.name in chosen and c.grow]
    while room > 0 and growing:
        total = sum(c.grow for c in growing)
        before = room
        for column in list(growing):
            more = max(1, before * column.grow // total)
            more = min(more, room, column.most - widths[column.name] if column.most else room)
            widths[column.name] += max(0, more)
            room -= max(0, more)
            if column.most and widths[column.name] >= column.most:
                growing.remove(column)
    return [(c, widths[c.name]) for c in columns if c.name in chosen]
