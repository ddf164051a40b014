"""The page of one case: sections, and on each the same keys as in the queue. Opening it is a look, and on record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from rich.cells import cell_len
from textual.widget import Widget

from ...messages import _
from .. import asks, summaries, terms
from ..commands import CASE
from ..draw import first_in_sight, run
from ..summaries import When
from ..widgets.title import Title
from ..widgets.told import Pressed
from .onecase import OneCase


class CasePage(OneCase):
    """Everything about one case, a section at a time."""

    PLACE = CASE
    HINTS: ClassVar[tuple[str, ...]] = ("contact", "note", "task", "next_part", "do", "back", "palette", "help")

    def __init__(self, key: int) -> None:
        super().__init__(key)
        self.parts = [name for name, _words in summaries.sections()]
        self.part = self.parts[0]
        self.tabs = Title(id="tabs")
        self._at: dict[str, int] = {}
        self._shown = ""

    def body(self) -> Iterable[Widget]:
        yield self.tabs
        yield self.sheet

    def on_resize(self) -> None:
        self.show_head()

    # -- reading ------------------------------------------------------------------

    def unread(self) -> str:
        return _(" Case")

    def beside(self, opened: asks.Opened) -> str:
        row = opened.page.row
        if row.closed is not None:
            return _("closed ")
        return _("level {level}, {words} ").format(level=row.level, words=terms.level_words(row.level))

    def show_body(self, opened: asks.Opened) -> None:
        before = None
        if self.part == self._shown:
            before, self._at[self.part] = self.sheet.value, self.sheet.at
        items = summaries.section(self.part, opened.page, When(opened.standing.today, opened.standing.zone))
        at = next((i for i, item in enumerate(items) if before is not None and _same(item.value, before)), None)
        last = self._at.get(self.part)
        if last is not None and last < len(items) and items[last].value is None:
            last = None  # nothing stood there to act on, and now there may be something
        self.sheet.show(items, at=last if at is None else at, top=at is None)
        self._shown = self.part

    def show_head(self) -> None:
        super().show_head()
        if self.opened is not None:
            self._tabs()

    def _tabs(self) -> None:
        """The sections; the present one in brackets, so that it shows without colour."""
        at, buttons, runs = 0, [], []
        found = summaries.sections()
        narrow = sum(cell_len(words) + 2 for _name, words in found) > self.app.size.width
        short = [words.split()[0] if narrow else words for _name, words in found]
        first = first_in_sight(
            [cell_len(words) + 2 for words in short], self.parts.index(self.part), self.app.size.width - 1
        )
        if first:
            runs.append(run("…"))
            at = 1
        for index, ((name, _words), words) in enumerate(zip(found, short, strict=True)):
            if index < first:
                continue
            words = f"[{words}]" if name == self.part else f" {words} "
            runs.append(run(words))
            buttons.append((at, at + cell_len(words), "next_part", index))
            at += cell_len(words)
        self.tabs.buttons = buttons
        self.tabs.show(runs)

    # -- sections -------------------------------------------------------------------

    def turn_to(self, part: str) -> None:
        """Shows that section, the cursor where it was there."""
        self._at[self.part] = self.sheet.at
        self.part = part
        self._show()

    def do_next_part(self) -> None:
        self.turn_to(self.parts[(self.parts.index(self.part) + 1) % len(self.parts)])

    def do_previous_part(self) -> None:
        self.turn_to(self.parts[(self.parts.index(self.part) - 1) % len(self.parts)])

    def on_pressed(self, event: Pressed) -> None:
        if event.command == "next_part" and not self.talk.asking:
            event.stop()
            event.prevent_default()
            self.turn_to(self.parts[event.number])

    async def do_open(self) -> None:
        """What there is to do with the line under the cursor."""
        from ..acts import clearing

        await clearing.open_picked(self)


def _same(one: tuple[str, Any] | None, other: tuple[str, Any]) -> bool:
    """Whether two lines are about the same task, note, appointment or alert."""
    return one is not None and one[0] == other[0] and getattr(one[1], "id", None) == getattr(other[1], "id", 0)
