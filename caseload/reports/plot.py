"""Charts as lines of text, in block characters alone: a bar, a trend with its axis. Every number in them stands beside them in figures.

Pure. Our own few lines and no library: textual-plotext was last touched in 2024, costs 20 ms of import, and draws in colours of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

_LYING = " ▏▎▍▌▋▊▉█"
_STANDING = " ▁▂▃▄▅▆▇█"


def bar(number: int | None, most: int, width: int) -> str:
    """A bar of as many cells as the number is of the most, in eighths; the least there is for anything but nought."""
    if not number or most <= 0 or width <= 0:
        return ""
    eighths = max(1, round(min(number, most) * width * 8 / most))
    return "█" * (eighths // 8) + (_LYING[eighths % 8] if eighths % 8 else "")


def trend(numbers: Sequence[int | None], labels: Sequence[str], width: int, height: int) -> list[str]:
    """Columns over an axis, with the highest number and nought beside it and the labels below; as many of the last as there is room for.

    `height` counts the axis and the labels. A number that is not shown is a gap.
    """
    known = [one for one in numbers if one is not None]
    tall = height - 2
    if not known or tall < 1:
        return []
    most = max(known)
    side = len(str(most)) + 1
    each = max(len(one) for one in labels) + 1
    room = max(1, (width - side - 1) // each)
    shown, names = list(numbers)[-room:], list(labels)[-room:]
    each = max(each, min(6, (width - side - 1) // len(shown)))
    lines = []
    for level in range(tall, 0, -1):
        told = str(most) if level == tall else ""
        cells = "".join((_cell(one, most, level, tall) * (each - 1)).rjust(each) for one in shown)
        lines.append(f"{told:>{side - 1}} ┤{cells}" if told else f"{'':>{side}}│{cells}")
    lines.append(f"{0:>{side - 1}} └" + "─" * (each * len(shown)))
    lines.append(" " * (side + 1) + "".join(f"{one:>{each}}" for one in names))
    return [line.rstrip() for line in lines]


def _cell(number: int | None, most: int, level: int, tall: int) -> str:
    """What stands in one cell of a column: the level is counted from below, from 1."""
    if not number or not most:
        return " "
    eighths = max(1, round(number * tall * 8 / most))
    return _STANDING[max(0, min(8, eighths - (level - 1) * 8))]
