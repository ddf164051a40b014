"""Other people's changes while one works: heard in the background, marked on the pages, never under the cursor's feet."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import suppress
from typing import TYPE_CHECKING

from ..errors import CaseloadError

if TYPE_CHECKING:
    from ..casework.live import Watch
    from .app import CaseloadApp

# Seconds between two questions where the database does not speak by itself, and where it does, for what it may have
# failed to say.
ASKING, LISTENING = 1.0, 15.0
# So long a line that does not answer holds up the end of the screen.
_FAREWELL = 1.0


class Live:
    """Asks what was changed elsewhere and tells every page. While an act of this screen is being written, what was heard
    waits: it may be that very act."""

    def __init__(self, app: CaseloadApp) -> None:
        self._app = app
        self._watch: Watch | None = None
        self._socket: int | None = None
        self._heard: dict[int, Collection[int]] = {}
        self._loop: asyncio.Task[None] | None = None
        self._hint = asyncio.Event()

    def begin(self) -> None:
        """Listens from now on, until `close`."""
        self._loop = asyncio.get_running_loop().create_task(self._listen())

    async def close(self) -> None:
        """Lets go of the line."""
        if self._loop is not None:
            self._loop.cancel()
        await self._hang_up()

    async def look(self, *, sure: bool = False) -> None:
        """Asks once, and tells the pages. Raises nothing: who watches the line says when it is lost."""
        app = self._app
        if app.away:
            await self._hang_up()
            return
        from . import asks

        try:
            if self._watch is None:
                self._watch = await app.desk.jot(asks.watch)
                self._socket = self._watch.socket
            watch = self._watch
            self._heard.update(await app.desk.jot(lambda _db: watch.news(sure=sure)))
        except CaseloadError:
            await self._hang_up()
            return
        if not app.desk.writing:
            await self._tell()

    async def _tell(self) -> None:
        """What others changed, to every page; what was done here is known already."""
        heard, self._heard = self._heard, {}
        cases = {case for change, some in heard.items() if change not in self._app.memory.changes for case in some}
        if not cases:
            return
        for page in self._app.pages():
            try:
                await page.changed_elsewhere(cases)
            except CaseloadError:
                return

    async def _listen(self) -> None:
        await self.look()
        while True:
            if self._socket is not None:
                asyncio.get_running_loop().add_reader(self._socket, self._hinted)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._hint.wait(), ASKING if self._socket is None else LISTENING)
            # Silence for so long may be a line that no longer speaks.
            await self.look(sure=self._socket is not None and not self._hint.is_set())
            self._hint.clear()

    def _hinted(self) -> None:
        # Until it has been read, the socket would call again and again.
        self._deafen()
        self._hint.set()

    def _deafen(self) -> None:
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)

    async def _hang_up(self) -> None:
        self._deafen()
        watch, self._watch, self._socket = self._watch, None, None
        if watch is not None:
            with suppress(CaseloadError, TimeoutError):
                await asyncio.wait_for(self._app.desk.jot(lambda _db: watch.close()), _FAREWELL)
