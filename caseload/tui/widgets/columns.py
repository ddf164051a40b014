"""Columns of a table and which of them fit: the less important leave a narrow screen first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..draw import Run

GAP = 1
_ESSENTIAL = 3


class Column(NamedTuple):
    """One column: `priority` 1 stays longest. It needs `width` cells and is at ease with `want`; `grow` says how eagerly it
    takes what room is left, up to `most`."""

    name: str
    title: str
    width: int
    priority: int
    cell: Callable[[Any], Run]
    grow: int = 0
    most: int = 0
    want: int = 0


def arrange(columns: Sequence[Column], width: int) -> list[tuple[Column, int]]:
    """The columns that fit into `width` cells, in their order, each with its width. One that matters less comes in only
    where those before it are at ease; the first three are squeezed rather than lost."""
    chosen: list[Column] = []
    for column in sorted(columns, key=lambda c: c.priority):
        taken = [c.width if column.priority <= _ESSENTIAL else max(c.width, c.want) for c in chosen]
        if sum(taken) + column.width + GAP * len(taken) <= width:
            chosen.append(column)
    widths = {c.name: c.width for c in columns if c in chosen}
    room = width - sum(widths.values()) - GAP * (len(widths) - 1)
    for column in chosen:
        more = max(0, min(room, column.want - column.width))
        widths[column.name] += more
        room -= more
    growing = [c for c in columns if c in chosen and c.grow and widths[c.name] < (c.most or width)]
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
    return [(c, widths[c.name]) for c in columns if c in chosen]
