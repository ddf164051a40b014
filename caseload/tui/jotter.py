"""Words being typed, kept at least once a second, so that a crash loses none. It writes through the desk, never here."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import CaseloadError, Refused

if TYPE_CHECKING:
    from .desk import Desk
    from .scribbles import Kept
    from .spool import Spool

# Well under a second, so that neither writing it nor a busy machine takes a word past the second.
EVERY = 0.3
# A database that takes longer than this to keep words (somebody else writes) is helped out by the spool.
PATIENCE = 0.3
# What could not be kept is tried again after this.
AGAIN = 2.0


class Typed(NamedTuple):
    """What stands in a place, and the version of the row that is edited there."""

    text: str
    seen: int | None = None


class Jotter:
    """Keeps the newest text of each place (`contact|case:17`): in the database, and while that is away or slow in the
    terminal's own spool. `failed` hears why something could not be kept in the database."""

    def __init__(
        self, desk: Desk, start: Callable[[Coroutine[Any, Any, None]], None], failed: Callable[[CaseloadError], None]
    ) -> None:
        self._desk, self._start, self._failed = desk, start, failed
        self._waiting: dict[str, Typed] = {}
        self._timer: asyncio.TimerHandle | None = None
        # The database's words are written by one at a time, and the file's too.
        self._turn, self._ink = asyncio.Lock(), asyncio.Lock()
        # What is being saved for good, and since when.
        self._saving: tuple[str, float] | None = None
        self._spooled: dict[str, Typed] = {}
        self._spool: Spool | None = None
        # Set once what earlier screens left has been taken up, or could not be.
        self._ready = asyncio.Event()
        # Told by whoever watches the line: there is no use in asking the database now.
        self.away = False
        self._closed = False

    @property
    def unkept(self) -> bool:
        """Whether words stand here that are kept nowhere else."""
        return any(typed.text and self._spooled.get(place) != typed for place, typed in self._waiting.items())

    @property
    def name(self) -> str:
        """What the terminal's files call this person; nothing before the spool is there."""
        return self._spool.name if self._spool is not None else ""

    async def begin(self) -> int:
        """Gets the key of the spool and takes up what screens that died left there. How many texts that were."""
        from . import scribbles

        try:
            spool = self._spool = await self._desk.jot(scribbles.spool)
            return await self._desk.jot(lambda db: scribbles.take_up(db, spool))
        except CaseloadError:
            return 0  # the next start tries again; nothing is wiped before it is kept
        finally:
            self._ready.set()

    def heard(self, place: str, text: str, seen: int | None = None) -> None:
        """What stands in that place now. Saved within the second, however long the typing goes on."""
        self._waiting[place] = Typed(text, seen)
        self._later(EVERY)

    @asynccontextmanager
    async def saving(self, place: str) -> AsyncIterator[None]:
        """That place is being saved for good: once it is, nothing brings its words back. If it fails, they wait here."""
        async with self._turn:
            self._saving = (place, time.time())
            try:
                yield
                # Whatever was heard meanwhile is the last letters of what was saved.
                self._waiting.pop(place, None)
                await self._unspool(place)
            finally:
                self._saving = None

    async def flush(self, place: str, text: str, seen: int | None = None) -> None:
        """Keeps that place now. Raises CaseloadError; the words are then kept here, and in the spool."""
        self._waiting[place] = Typed(text, seen)
        await self._keep(place, self._waiting[place])

    async def finish(self) -> None:
        """Keeps everything that waits."""
        for place, typed in list(self._waiting.items()):
            if self._waiting.get(place) != typed:
                continue  # saved for good, or typed on, while the ones before were kept
            try:
                await self._keep(place, typed)
            except CaseloadError as error:
                self._failed(error)
        if self._waiting and not self.away and not self._closed:
            self._later(AGAIN)

    async def recall(self, place: str) -> Kept | None:
        """What was being typed in that place and is not saved."""
        from . import scribbles, unnamed

        await self.ready()
        if self._saving is not None and self._saving[0] == place:
            async with self._turn:  # what is just being saved is no longer being typed
                pass
        if place in self._waiting:
            typed = self._waiting[place]
            if typed.text and self._desk.masked:
                raise Refused(unnamed.kept_words())
            return scribbles.Kept(typed.text, "", typed.seen) if typed.text else None
        return await self._desk.read(scribbles.recall, place)

    async def ready(self) -> None:
        """Waits until what earlier screens left has been taken up."""
        await self._ready.wait()

    async def close(self) -> None:
        """Keeps what waits, for the last time. What only the spool has stays there for the next start."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        await self.finish()
        # Whoever was keeping words when the screen was left is let finish: the desk closes after this.
        async with self._turn, self._ink:
            if self._spool is not None:
                self._spool.release()

    def _later(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        if self._timer is not None:
            if self._timer.when() <= loop.time() + seconds:
                return
            self._timer.cancel()  # what is typed now does not wait for what is tried again later
        self._timer = loop.call_later(seconds, self._fire)

    def _fire(self) -> None:
        self._timer = None
        if self._waiting:
            self._start(self.finish())

    async def _keep(self, place: str, typed: Typed) -> None:
        if self.away:
            await self._to_spool(place, typed)
            return
        from . import scribbles

        # One at a time: what is late must not write over what is newer, or over what was saved. Waiting for one's turn and
        # for the database is one waiting: both together stay under the second.
        loop = asyncio.get_running_loop()
        enough = loop.time() + PATIENCE
        try:
            await asyncio.wait_for(self._turn.acquire(), PATIENCE)
        except TimeoutError:
            await self._to_spool(place, typed)
            if self._saving is not None and self._saving[0] == place:
                return  # if that fails, they are kept the next time
            await self._turn.acquire()
        try:
            if self._waiting.get(place) != typed:
                return
            call = asyncio.ensure_future(self._desk.jot(lambda db: scribbles.keep(db, place, typed.text, typed.seen)))
            done, _slow = await asyncio.wait({call}, timeout=max(0.0, enough - loop.time()))
            if not done:
                await self._to_spool(place, typed)
            await call
        except CaseloadError:
            await self._to_spool(place, typed)
            raise
        finally:
            self._turn.release()
        if self._waiting.get(place) == typed:
            del self._waiting[place]
            await self._unspool(place)

    async def _to_spool(self, place: str, typed: Typed) -> None:
        spool = self._spool
        if spool is None:
            return
        async with self._ink:
            known = self._spooled.get(place) == typed or (not typed.text and place not in self._spooled)
            if known or self._waiting.get(place) != typed:
                return
            # What is being saved counts as typed before that: once it is saved, the file does not offer it again.
            saving = self._saving[1] if self._saving is not None and self._saving[0] == place else None
            with suppress(OSError):  # a full disk: they stay in memory, and the person is asked before the screen goes
                await self._desk.beside(lambda: spool.put(place, typed, saving))
                self._spooled[place] = typed

    async def _unspool(self, place: str) -> None:
        spool = self._spool
        async with self._ink:
            if spool is not None and self._spooled.pop(place, None) is not None:
                await self._desk.beside(lambda: spool.forget(place))
