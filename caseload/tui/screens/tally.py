"""The tally of the day: what one did, and what is left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from ...messages import _
from ..commands import SHEET
from ..draw import run
from ..widgets.sheet import BLANK, Item
from .reading import Reading


class TallyPage(Reading):
    """A few sentences; any step back leaves them."""

    PLACE = SHEET
    HINTS: ClassVar[tuple[str, ...]] = ("back", "go_today")

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__()
        self.lines = lines

    def on_mount(self) -> None:
        self.head.show((run(_(" The day so far")),))
        self.sheet.show([BLANK, *(Item(body=one) for one in self.lines)])

    def do_accept(self) -> None:
        self.dismiss(None)
