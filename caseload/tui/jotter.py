"""Words being typed, kept at least once a second, so that a crash loses none. It writes through the desk, never here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from ..errors import CaseloadError

if TYPE_CHECKING:
    from .asks import Kept
    from .desk import Desk

# Well under a second, so that writing it takes no word past the second.
EVERY = 0.8


class Jotter:
    """Keeps the newest text of each place (`contact|case:17`). While the database is away they stay here, and are
    tried again with the next; `failed` hears why something could not be kept."""

    def __init__(
        self, desk: Desk, start: Callable[[Coroutine[Any, Any, None]], None], failed: Callable[[CaseloadError], None]
    ) -> None:
        self._desk, self._start, self._failed = desk, start, failed
        self._waiting: dict[str, str] = {}
        self._timer: asyncio.TimerHandle | None = None

    @property
    def unkept(self) -> bool:
        """Whether words stand here that are not in the database."""
        return any(self._waiting.values())

    def heard(self, place: str, text: str) -> None:
        """What stands in that place now. Saved within the second, however long the typing goes on."""
        self._waiting[place] = text
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(EVERY, self._fire)

    def drop(self, place: str) -> None:
        """That place is being saved for good: nothing may bring its words back afterwards."""
        self._waiting.pop(place, None)

    async def flush(self, place: str, text: str) -> None:
        """Keeps that place now. Raises CaseloadError; the words are then kept here."""
        self._waiting[place] = text
        await self._keep(place, text)

    async def finish(self) -> None:
        """Keeps everything that waits."""
        for place, text in list(self._waiting.items()):
            try:
                await self._keep(place, text)
            except CaseloadError as error:
                self._failed(error)
                return

    async def recall(self, place: str) -> Kept | None:
        """What was being typed in that place and is not saved."""
        from . import asks

        if self._waiting.get(place):
            return asks.Kept(self._waiting[place], "")
        return await self._desk.read(asks.recall, place)

    async def close(self) -> None:
        """Keeps what waits, for the last time."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        await self.finish()

    def _fire(self) -> None:
        self._timer = None
        if self._waiting:
            self._start(self.finish())

    async def _keep(self, place: str, text: str) -> None:
        from . import asks

        await self._desk.other(lambda db: asks.keep(db, place, text))
        if self._waiting.get(place) == text:
            del self._waiting[place]
