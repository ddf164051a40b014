"""The board: a list for each stage side by side. The one under the cursor is a case table and has most of the room; the
others show case numbers and names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from textual import events
from textual.cache import LRUCache
from textual.strip import Strip

from ..draw import Run, cells
from ..state import Marks, top_for
from .case_table import GONE, CaseTable
from .columns import Column, arrange
from .lines import CLASSES
from .told import Pressed, Wanted

# A stage away from the cursor is as wide as a case number at least.
_SLIM = 11
_WIDE = 28
_GUTTER = 2


class BoardTable(CaseTable):
    """A case table whose keys are those of one stage, between the heads of the others."""

    COMPONENT_CLASSES = CLASSES

    def __init__(
        self, columns: Sequence[Column], marks: Marks, moved: Callable[[], None], *, id: str | None = None
    ) -> None:
        super().__init__(columns, marks, moved, id=id)
        self.stages: Sequence[str] = ()
        self.titles: Mapping[str, str] = {}
        self.stage = ""
        self._all: dict[str, Sequence[int]] = {}
        self._places: dict[str, int] = {}
        self._tops: dict[str, int] = {}
        self._heads: LRUCache[tuple[int, int, bool, bool], Strip] = LRUCache(600)

    def set_out(self, stages: Mapping[str, Sequence[int]], titles: Mapping[str, str], stage: str) -> None:
        """The keys of every stage, what each is called, and which one the cursor is in."""
        self._all, self.stages, self.titles, self.stage = dict(stages), tuple(stages), titles, stage
        self._heads.clear()

    def across(self, step: int) -> None:
        """To a neighbouring stage; each remembers where its cursor was."""
        place = self.stages.index(self.stage) + step if self.stages else -1
        if not 0 <= place < len(self.stages):
            return
        self._places[self.stage], self._tops[self.stage] = self.cursor, self.scroll_offset.y
        self.end_range()
        self.stage = self.stages[place]
        self.keys = self._all[self.stage]
        self.cursor = max(0, min(self._places.get(self.stage, 0), len(self.keys) - 1))
        self._strips.clear()
        self._heads.clear()
        self._arranged_for = -1
        self._asked = (-1, -1)
        self.virtual_size = self.virtual_size.with_height(len(self.keys) + 1)
        self._to(top_for(self.cursor, self._tops.get(self.stage, 0), self.page, len(self.keys)))
        self.refresh()
        self._moved()

    # -- how the room is shared ---------------------------------------------------

    def _widths(self, width: int) -> dict[str, int]:
        """Cells of each stage. On a narrow screen the far ones give way: their heads are not lost on anybody."""
        others = len(self.stages) - 1
        if others < 1:
            return {self.stage: width}
        slim = min(max(_SLIM, (width - 2 * _WIDE) // (others + 1)), max(1, (width - _WIDE) // others - 1))
        own = width - others * (slim + 1)
        return {stage: own if stage == self.stage else slim for stage in self.stages}

    def _layout(self, width: int) -> list[tuple[Column, int]]:
        own = self._widths(width).get(self.stage, width)
        if self._arranged_for != own:
            self._arranged, self._arranged_for = arrange(self._columns, own - _GUTTER), own
        return self._arranged

    # -- drawing ---------------------------------------------------------------------

    def _want(self) -> None:
        super()._want()
        far = [
            key for stage in self.stages if stage != self.stage for key in self._seen(stage) if key not in self._rows
        ]
        if far:
            self.post_message(Wanted(far))

    def _seen(self, stage: str) -> Sequence[int]:
        top = self._tops.get(stage, 0)
        return self._all[stage][top : top + self.page]

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if not self.stages:
            return super().render_line(y)
        widths = self._widths(width)
        index = self.scroll_offset.y + y - 1
        parts = []
        for stage in self.stages:
            size = widths[stage]
            if y == 0:
                parts.append(self._head(stage, size))
            elif stage == self.stage:
                parts.append(self._own(index, y, size))
            else:
                parts.append(self._far(stage, y - 1, size))
            if stage != self.stages[-1]:
                parts.append(self.strip([("│" if y else " ", "dim")], 1, "head" if y == 0 else ""))
        return Strip.join(parts)

    def _head(self, stage: str, size: int) -> Strip:
        mark = "›" if stage == self.stage else " "
        count = f" {len(self._all[stage])}"
        return self.strip(
            [(mark + cells(self.titles[stage], max(1, size - 1 - len(count))) + count, "head")], size, "head"
        )

    def _own(self, index: int, y: int, size: int) -> Strip:
        if index >= len(self.keys):
            return self.instead(() if self.keys else self.empty, y - 1, size)
        return self._line(index, size)

    def _far(self, stage: str, line: int, size: int) -> Strip:
        keys, at = self._all[stage], self._tops.get(stage, 0) + line
        if at >= len(keys):
            return Strip.blank(size, self.tone("plain"))
        key = keys[at]
        marked, done, row = key in self.marks, key in self.done, self._rows.get(key)
        strip = self._heads.get((key, size, marked, done))
        if strip is None:
            strip = self.strip(_slim(row, size, marked, done), size)
            if row is not None:
                self._heads[key, size, marked, done] = strip
        return strip

    def take(self, rows: Mapping[int, Any], asked: Any) -> None:
        before = set(self.keys)
        super().take(rows, asked)
        if any(key not in before for key in asked):
            self.refresh()

    def forget(self, keys: Any) -> None:
        self._heads.clear()
        super().forget(keys)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._heads.clear()

    # -- mouse --------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        event.stop()
        event.prevent_default()
        at = 0
        for stage, size in self._widths(self.size.width).items():
            if at <= event.x < at + size:
                self.across(self.stages.index(stage) - self.stages.index(self.stage))
                index = self.scroll_offset.y + event.y - 1
                if 0 <= index < len(self.keys) and event.y:
                    self.move_to(index)
                    if event.chain == 2:
                        self.post_message(Pressed("open_row"))
                return
            at += size + 1


def _slim(row: Any, size: int, marked: bool, done: bool) -> list[Run]:
    if row is None or row is GONE:
        return [("…", "dim")]
    sign = "●" if marked else "✓" if done else ""
    words = row.client or row.case
    return [(sign, "mark"), (cells(words, size - len(sign)), "dim" if done else "bad" if row.level == 1 else "plain")]
