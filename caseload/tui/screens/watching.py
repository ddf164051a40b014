"""Pages on which a file is read or taken in: how far it is, and Esc, which breaks it off also while nothing is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from textual import events

from ...messages import _
from .. import lists
from ..commands import IMPORT
from .page import Page

T = TypeVar("T")

# How often, in seconds, the line says anew how far it is.
_EVERY = 0.25


class Watching(Page):
    """What the pages of an import have in common."""

    PLACE = IMPORT

    def __init__(self) -> None:
        super().__init__()
        self._watch: lists.Watch | None = None
        self._doing = ""

    async def watched(self, doing: str, work: Callable[[lists.Watch], Awaitable[T]]) -> T:
        """What the work answers, told meanwhile how far it is. Raises BrokenOff where the person broke it off."""
        watch = self._watch = lists.Watch()
        self._doing = doing
        timer = self.set_interval(_EVERY, self.tell)
        self.tell()
        try:
            return await work(watch)
        finally:
            timer.stop()
            if self._watch is watch:
                self._watch = None
            self.tell()

    def tell(self) -> None:
        """Says how far it is in place of how long it takes."""
        super().tell()
        watch = self._watch
        if watch is None or not self.is_attached:
            return
        far = watch.words(self._doing) + "  ·  " + _("Esc breaks off")
        self.line.busy = _("Breaking off…") if watch.off.is_set() else far
        self.line.update()

    async def keyed(self, event: events.Key) -> None:
        """Esc while something is under way is for that; every other key waits for what comes after it."""
        if self._watch is not None and event.key in ("escape", "ctrl+c") and not self.talk.asking:
            self._watch.off.set()
            self.tell()
            return
        await super().keyed(event)

    def on_unmount(self) -> None:
        if self._watch is not None:
            self._watch.off.set()


async def let_go(turn: asyncio.Lock, close: Callable[[], object]) -> None:
    """Closes a workbench once nobody reads from it."""
    async with turn:
        await asyncio.to_thread(close)
