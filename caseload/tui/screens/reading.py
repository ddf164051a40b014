"""A page one reads: a sheet, and the keys that move through it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable

from textual.widget import Widget

from ...errors import CaseloadError
from ...messages import _
from ..draw import run
from ..widgets.sheet import Item, Sheet
from .page import Page


class Reading(Page):
    """A page whose body is one sheet."""

    def __init__(self) -> None:
        super().__init__()
        self.sheet = Sheet(id="sheet")

    def body(self) -> Iterable[Widget]:
        yield self.sheet

    def on_mount(self) -> None:
        self.sheet.focus()

    def do_down(self) -> None:
        self.sheet.move(1)

    def do_up(self) -> None:
        self.sheet.move(-1)

    def do_page_down(self) -> None:
        self.sheet.turn(1)

    def do_page_up(self) -> None:
        self.sheet.turn(-1)

    def do_top(self) -> None:
        self.sheet.edge(-1)

    def do_bottom(self) -> None:
        self.sheet.edge(1)


class Asked(Reading):
    """A sheet that is read as its page opens: keys wait for it, and where it cannot be read the page says why."""

    def __init__(self) -> None:
        super().__init__()
        self.talk.closed_gate = True

    @abstractmethod
    def heading(self) -> str:
        """What the page is called before anything is read."""

    @abstractmethod
    async def reread(self) -> None:
        """Reads it, and shows it."""

    def on_mount(self) -> None:
        self.head.show((run(self.heading()),))
        self.start(self._open())

    async def _open(self) -> None:
        try:
            await self.reread()
        except CaseloadError as error:
            self.sheet.show((Item(((" " + error.message, "bad"),)), Item(((_("  Esc goes back."), "dim"),))))
            raise
        finally:
            self.talk.open_gate()
