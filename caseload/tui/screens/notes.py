"""All notes of one case at once: to read through, mark as read, and comment. Opening it is a look, and on record."""

from __future__ import annotations

from typing import ClassVar

from ...messages import _
from .. import asks, summaries
from ..commands import NOTES
from ..summaries import When
from .onecase import OneCase


class NotesPage(OneCase):
    """Every note whole, the oldest first."""

    PLACE = NOTES
    HINTS: ClassVar[tuple[str, ...]] = ("mark_read", "comment", "down", "page_down", "note", "back", "palette", "help")

    def unread(self) -> str:
        return _(" Notes")

    def beside(self, opened: asks.Opened) -> str:
        return _("{n} notes ").format(n=len(opened.page.notes))

    def show_body(self, opened: asks.Opened) -> None:
        at = self.sheet.at if self.sheet.value is not None else None
        items = summaries.all_notes(opened.page, When(opened.standing.today, opened.standing.zone))
        self.sheet.show(items, at=at, top=at is None)

    def do_open(self) -> None:
        """The whole case."""
        self.app.open_case(self.key)
