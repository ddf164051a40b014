"""All notes of one case at once: to read through, mark as read, and comment. Opening it is a look, and on record."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from ...errors import CaseloadError
from ...messages import _
from .. import asks, summaries
from ..commands import NOTES
from ..draw import run
from ..summaries import When
from ..widgets.sheet import Item
from .reading import Reading


class NotesPage(Reading):
    """Every note whole, the oldest first."""

    PLACE = NOTES
    HINTS: ClassVar[tuple[str, ...]] = ("mark_read", "comment", "down", "page_down", "note", "back", "palette", "help")

    def __init__(self, key: int) -> None:
        super().__init__()
        self.key = key
        self.opened: asks.Opened | None = None
        self.talk.closed_gate = True

    def on_mount(self) -> None:
        self.head.show((run(_(" Notes")),))
        self.start(self._open())

    async def _open(self) -> None:
        try:
            self.opened = await self.desk.fetch(lambda db: asks.case_page(db, self.key))
        except CaseloadError as error:
            self.sheet.show((Item(((" " + error.message, "bad"),)), Item(((_("  Esc goes back."), "dim"),))))
            raise
        finally:
            self.talk.open_gate()
        self.app.standing = self.opened.standing
        self._show(None)

    async def reread(self) -> None:
        """Reads the notes again; the look of this opening is on record already."""
        self.opened = await self.desk.read(asks.case_again, self.key, channel=f"notes-{id(self)}")
        if self.opened is not None:
            self._show(self.sheet.at)
        elif self.is_current:
            self.dismiss(None)
            self.app.announce(_("That case is no longer there, or no longer yours to see."), "warn")

    def _show(self, at: int | None) -> None:
        opened = self.opened
        if opened is None:
            return
        row = opened.page.row
        self.sheet.show(
            summaries.all_notes(opened.page, When(opened.standing.today, opened.standing.zone)), at=at, top=at is None
        )
        count = _("{n} notes ").format(n=len(opened.page.notes))
        self.head.show((run(f" {row.case}  {row.client or ''}"),), (), (run(count),))
        self.tell()

    # -- acting -----------------------------------------------------------------------

    def targets(self, command: str) -> list[int]:
        return [self.key]

    def row_of(self, key: int) -> Any:
        return self.opened.row if self.opened is not None else None

    @property
    def picked(self) -> tuple[str, Any] | None:
        """The note under the cursor."""
        value: tuple[str, Any] | None = self.sheet.value
        return value

    async def finished(self, command: str, keys: Sequence[int], *, failed: bool) -> None:
        if not failed:
            self.app.touched(command, keys, self)
        if self.is_attached:
            await self.reread()

    async def changed_elsewhere(self, cases: Collection[int]) -> None:
        if self.key in cases and self.opened is not None and not self.talk.asking:
            await self.reread()

    async def undone(self, cases: Collection[str]) -> None:
        await self.reread()

    async def came_back(self) -> None:
        if self.opened is None:
            await self._open()

    def touched(self, command: str, keys: Sequence[int]) -> None:
        if self.key in keys:
            self.start(self.reread())

    def do_open(self) -> None:
        """The whole case."""
        self.app.open_case(self.key)

    def do_refresh(self) -> None:
        self.start(self.reread())
