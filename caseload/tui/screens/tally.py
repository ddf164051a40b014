"""A few sentences on a page of their own, such as the tally of the day: what one did, and what is left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from ...messages import _
from ..commands import SHEET
from ..draw import run
from ..widgets.sheet import BLANK, Item
from .reading import Reading


class Sentences(Reading):
    """A title and a few sentences, or items; any step back leaves them."""

    PLACE = SHEET
    HINTS: ClassVar[tuple[str, ...]] = ("back", "go_today")

    def __init__(self, title: str, lines: Sequence[str | Item]) -> None:
        super().__init__()
        self.title_words, self.lines = title, lines

    def on_mount(self) -> None:
        self.head.show((run(f" {self.title_words}"),))
        self.sheet.show([BLANK, *(Item(body=one) if isinstance(one, str) else one for one in self.lines)])

    def do_accept(self) -> None:
        self.dismiss(None)


class TallyPage(Sentences):
    """The day so far."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__(_("The day so far"), lines)
