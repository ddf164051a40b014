"""The page of one case: sections, and on each the same keys as in the queue. Opening it is a look, and on record."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, ClassVar

from rich.cells import cell_len
from textual.widget import Widget

from ...errors import CaseloadError
from ...messages import _
from .. import asks, summaries, terms
from ..commands import CASE
from ..draw import Run, run
from ..summaries import When
from ..widgets.sheet import Item
from ..widgets.title import Title
from ..widgets.told import Pressed
from .reading import Reading


class CasePage(Reading):
    """Everything about one case, a section at a time."""

    PLACE = CASE
    HINTS: ClassVar[tuple[str, ...]] = ("contact", "note", "task", "next_part", "do", "back", "palette", "help")

    def __init__(self, key: int) -> None:
        super().__init__()
        self.key = key
        self.opened: asks.Opened | None = None
        self.parts = [name for name, _words in summaries.sections()]
        self.part = self.parts[0]
        self.tabs = Title(id="tabs")
        self._at: dict[str, int] = {}
        self._stale = False
        self._shown = ""
        self.talk.closed_gate = True

    def body(self) -> Iterable[Widget]:
        yield self.tabs
        yield self.sheet

    def on_mount(self) -> None:
        self._head()
        self.start(self._open())

    def on_resize(self) -> None:
        self._head()

    # -- reading ------------------------------------------------------------------

    async def _open(self) -> None:
        try:
            self.opened = await self.desk.fetch(lambda db: asks.case_page(db, self.key))
        except CaseloadError as error:
            self.sheet.show((Item(((" " + error.message, "bad"),)), Item(((_("  Esc goes back."), "dim"),))))
            raise
        finally:
            self.talk.open_gate()
        self.app.standing = self.opened.standing
        self._show()

    async def reread(self) -> None:
        """Reads the page again; the look of this opening is on record already."""
        self.opened = await self.desk.read(asks.case_again, self.key, channel=f"case-{id(self)}")
        self._stale = False
        if self.opened is not None:
            self._show()
        elif self.is_current:
            self.dismiss(None)
            self.app.announce(_("That case is no longer there, or no longer yours to see."), "warn")

    def _show(self) -> None:
        self._head()
        opened = self.opened
        if opened is None:
            return
        when = When(opened.standing.today, opened.standing.zone)
        before = self.sheet.value if self.part == self._shown else None
        items = summaries.section(self.part, opened.page, opened.row, when)
        at = next((i for i, item in enumerate(items) if before is not None and _same(item.value, before)), None)
        self.sheet.show(items, at=self._at.get(self.part) if at is None else at, top=at is None)
        self._shown = self.part
        self.tell()

    def _head(self) -> None:
        page = self.opened.page if self.opened is not None else None
        row = page.row if page is not None else None
        if row is None:
            self.head.show((run(_(" Case")),))
            return
        name = f" {row.case}  {row.client}" if row.client else f" {row.case}"
        level = _("level {level}, {words} ").format(level=row.level, words=terms.level_words(row.level))
        if self._stale:
            name += _("  changed meanwhile · {key}").format(key=self.app.keymap.first("refresh"))
        self.head.show((run(name),), (), (run(level if row.closed is None else _("closed ")),))
        self._tabs()

    def _tabs(self) -> None:
        """The sections; the present one in brackets, so that it shows without colour."""
        at, buttons, runs = 1, [], [run(" ")]
        narrow = self.app.size.width < 80
        for index, (name, words) in enumerate(summaries.sections()):
            words = words.split()[0] if narrow else words
            words = f"[{words}]" if name == self.part else f" {words} "
            runs.append(run(words))
            buttons.append((at, at + cell_len(words), "next_part", index))
            at += cell_len(words) + 1
            runs.append(run(" "))
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

    # -- acting -----------------------------------------------------------------------

    def targets(self, command: str) -> list[int]:
        return [self.key]

    def row_of(self, key: int) -> Any:
        return self.opened.row if self.opened is not None else None

    @property
    def picked(self) -> tuple[str, Any] | None:
        """The task, note, appointment or alert under the cursor."""
        value: tuple[str, Any] | None = self.sheet.value
        return value

    async def finished(self, command: str, keys: Sequence[int], *, failed: bool) -> None:
        if not failed:
            self.app.touched(command, keys, self)
        if self.is_attached:
            self._at[self.part] = self.sheet.at
            await self.reread()

    async def changed_elsewhere(self, cases: Collection[int]) -> None:
        """The page is read again with the cursor on its line; while something is asked here, it waits for `r`."""
        if self.key not in cases or self.opened is None:
            return
        if self.talk.asking or self.talk.thinking:
            self._stale = True
            self._head()
            return
        await self.reread()
        if self.is_current and self.opened is not None:
            self.say(_("Someone else has just changed this case."), "dim")
            self.tell()

    async def came_back(self) -> None:
        if self.opened is None:
            await self._open()

    async def undone(self, cases: Collection[str]) -> None:
        await self.reread()

    def touched(self, command: str, keys: Sequence[int]) -> None:
        if self.key in keys:
            self.start(self.reread())

    def standing(self) -> Sequence[Run]:
        return ()

    async def do_open(self) -> None:
        """What there is to do with the line under the cursor."""
        from ..acts import clearing

        await clearing.open_picked(self)

    def do_refresh(self) -> None:
        self.start(self.reread())


def _same(one: tuple[str, Any] | None, other: tuple[str, Any]) -> bool:
    """Whether two lines are about the same task, note, appointment or alert."""
    return one is not None and one[0] == other[0] and getattr(one[1], "id", None) == getattr(other[1], "id", 0)
