"""Lines of toned text, measured in terminal cells. What reaches a line here has been through `caseload.text`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rich.cells import cell_len, set_cell_size

from ..text import block, clip, line, steady

# A piece of a line and its tone: one of TONES. Tones are styled in styles.tcss; meaning never rests on them alone.
Run = tuple[str, str]
Runs = tuple[Run, ...]
TONES = ("plain", "dim", "strong", "bad", "warn", "good", "key", "mark", "title")


def run(text: str, tone: str = "plain") -> Run:
    """A piece of one line, made inert whoever wrote it."""
    return steady(line_keep(text)), tone


def line_keep(text: str) -> str:
    """One line made inert, its blanks at both ends kept: what is being typed may end with a space."""
    return " ".join(block(text, tab=1).split("\n"))


def cells(text: str, width: int) -> str:
    """Exactly `width` cells: clipped with an ellipsis or filled with blanks."""
    text = text.strip() if text.isascii() and text.isprintable() else steady(line(text))
    text = clip(text, width)
    return text + " " * (width - cell_len(text))


# A character with what changes its shape: selectors, skin tones, tags, and what is joined to it.
_CLUSTER = re.compile("(?s).(?:[\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0000-\U000e01ff]|\u200d.?)*")


def level(text: str) -> str:
    """Text that a widget of the library has measured already, made steady in exactly as many cells."""
    if text.isascii():
        return text
    drawn, size = steady(text), cell_len(text)
    if cell_len(drawn) == size:
        return drawn
    return "".join(set_cell_size(steady(one), cell_len(one)) for one in _CLUSTER.findall(text))


def length(runs: Iterable[Run]) -> int:
    """Terminal cells of a line."""
    return sum(cell_len(text) for text, _tone in runs)


def fit(runs: Iterable[Run], width: int) -> list[Run]:
    """The line cut to `width` cells, with an ellipsis where something is missing."""
    kept: list[Run] = []
    left = width
    pieces = [r for r in runs if r[0]]
    for index, (text, tone) in enumerate(pieces):
        size = cell_len(text)
        if size > left or (size == left and index + 1 < len(pieces)):
            if left > 0:
                kept.append((clip(text, left) if size > left else set_cell_size(text, left - 1) + "…", tone))
            return kept
        kept.append((text, tone))
        left -= size
    return kept


def beside(left: Sequence[Run], right: Sequence[Run], width: int) -> list[Run]:
    """`left` and `right` at the two ends of a line; the right end gives way last, but never leaves less than a third."""
    end = fit(right, max(width * 2 // 3, width - length(left) - 1))
    room = width - length(end)
    start = fit(left, max(0, room - 1))
    return [*start, (" " * (room - length(start)), "plain"), *end]


def wrap(text: str, width: int) -> list[str]:
    """Inert lines of at most `width` cells, broken at blanks where there are any; line breaks are kept."""
    width = max(1, width)
    found: list[str] = []
    for paragraph in steady(block(text)).split("\n"):
        if not paragraph.strip():
            found.append("")
            continue
        indent = paragraph[: len(paragraph) - len(paragraph.lstrip(" "))][: width // 2]
        current, used, blank = indent, len(indent), ""
        for word in re.findall(r"\s+|\S+", paragraph[len(indent) :]):
            if word.isspace():
                blank = word
                continue
            size = cell_len(word)
            if used + len(blank) + size <= width:
                current, used, blank = current + blank + word, used + len(blank) + size, ""
                continue
            blank = ""
            if current.strip():
                found.append(current)
            while cell_len(word) > width:
                head = _head(word, width)
                found.append(head)
                word = word[len(head) :]
            current, used = word, cell_len(word)
        found.append(current)
    return found


def _head(word: str, width: int) -> str:
    """As many whole characters as fit, at least one."""
    used = 0
    for index, character in enumerate(word):
        used += cell_len(character)
        if used > width:
            return word[: max(1, index)]
    return word


def first_in_sight(widths: Sequence[int], at: int, room: int) -> int:
    """How many names at the left give way, where there is no room for all, so that the one at `at` is whole in sight."""
    first = 0
    while first < at:
        # A sign at either end for those that are not.
        signs = (first > 0) + (at < len(widths) - 1)
        if sum(widths[first : at + 1]) + signs <= room:
            break
        first += 1
    return first
