"""The only door from the screen to the practice: four threads, so that no query ever runs where keys are read.

One thread reads, one writes, one makes reports, and one keeps words while they are typed, so a slow report or a large act
starves nobody. A call that was overtaken by a newer
one of the same channel raises Stale when it comes back: a thread cannot be stopped, but its answer can be dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from ..errors import CaseloadError, Lost, Unreachable
from ..messages import _

if TYPE_CHECKING:
    from datetime import date

    from ..settings import Settings

T = TypeVar("T")


class Stale(Exception):
    """The answer came after a newer question, or after the screen was left, and is of no use."""


class Surprise(CaseloadError):
    """A fault of ours. The sentence names its kind and place, never what a person wrote."""

    code = "surprise"


class Unsure(Lost):
    """The line broke while an act was written, and nobody can say yet whether it was done."""


class Desk:
    """Runs the practice's functions off the event loop. `connect` makes the database and runs on the reading thread,
    because importing the practice takes longer than the first frame may."""

    def __init__(self, settings: Settings, connect: Callable[[Settings], Any]) -> None:
        self._settings = settings
        self._connect = connect
        self._db: Any = None
        self._threads = {name: ThreadPoolExecutor(1, f"caseload-{name}") for name in ("read", "write", "report", "jot")}
        self._newest: dict[str, int] = {}
        self._token = 0
        self._waiting = 0
        self._quiet = asyncio.Event()
        self._quiet.set()
        self.reads = 0
        self.writing = 0
        # How many acts and readings are under way, and who is told when one begins or ends.
        self.working = 0
        self.heard: Callable[[], None] = lambda: None
        # Over every answer while the person looks without identity; and the agency's day, by which it says days.
        self._veil: Any = None
        self._today: date | None = None
        # Told when the database does not answer, once it had.
        self.lost: Callable[[], None] = lambda: None
        # Acts whose line broke while they were written: the change's own name, and the place of their words.
        self.unsure: dict[str, str] = {}
        self._closed = False

    async def open(self) -> None:
        """Imports the practice and connects. Raises CaseloadError."""
        await self._run("read", self._open, "")

    async def read(self, work: Callable[..., T], *args: Any, channel: str = "") -> T:
        """`work(reading, *args)`. Raises CaseloadError, or Stale when a newer read of the same channel was asked."""
        self.reads += 1
        return await self._run("read", lambda: self._read(work, args), channel)

    async def write(self, verb: str, work: Callable[..., T], *args: Any, why: str = "", place: str = "") -> T:
        """`work(work_unit, *args)` in one transaction that is one change. Raises CaseloadError; then nothing changed, unless
        it is Unsure: `turned_out` then says later what became of it. `place` is where its words are kept."""
        self.writing += 1
        uid = str(uuid4())
        try:
            return await self._run("write", lambda: self._work(verb, work, args, why, uid), "")
        except Unsure:
            self.unsure[uid] = place
            raise
        finally:
            self.writing -= 1

    async def fetch(self, work: Callable[[Any], T]) -> T:
        """`work(database)` on the reading thread, for what opens its own transactions (a case page and its look)."""
        self.reads += 1
        return await self._run("read", lambda: self._once_more(lambda: work(self._database())), "")

    async def lifted(self, work: Callable[[Any], T]) -> T:
        """`work(database)` past the mask: of one case that the person gave a reason for."""
        self.reads += 1
        return await self._run(
            "read", lambda: self._once_more(lambda: work(self._database().lifted())), "", veiled=False
        )

    @property
    def masked(self) -> bool:
        """Whether readings see no identity."""
        return self._veil is not None

    async def mask(self, on: bool) -> date | None:
        """From here on, no reading sees an identity, and no answer says a case number; or again as ever. The agency's day
        where it is on."""
        return await self._run("read", lambda: self._mask(on), "", veiled=False)

    async def report(self, work: Callable[..., T], *args: Any) -> T:
        """A long read, on a thread of its own."""
        return await self._run("report", lambda: self._read(work, args), "")

    async def jot(self, work: Callable[[Any], T]) -> T:
        """`work(database)` on the thread that keeps words, which waits for no act and no report."""
        return await self._run("jot", lambda: self._once_more(lambda: work(self._database())), "")

    async def beside(self, work: Callable[[], T]) -> T:
        """`work()` on a thread, for what needs no database: a file."""
        with self._counted():
            return await asyncio.to_thread(work)

    async def turned_out(self) -> list[tuple[str, Any]]:
        """What became of the acts that were cut off, now that the database answers: the place of their words and their
        receipt, or None where they were not done. Raises CaseloadError."""
        found = []
        for uid, place in list(self.unsure.items()):
            found.append((place, await self.jot(lambda db, uid=uid: db.committed(uid))))  # type: ignore[misc]
            del self.unsure[uid]
        return found

    async def other(self, work: Callable[[Any], T]) -> T:
        """`work(database)` on the writing thread, for writes that are no change (scratch)."""
        return await self._run("write", lambda: work(self._database()), "")

    async def rest(self, seconds: float, channel: str) -> None:
        """Waits, and raises Stale if the same channel was asked meanwhile: what follows a cursor or a typist."""
        token = self._next(channel)
        with self._counted():
            await asyncio.sleep(seconds)
        if self._newest[channel] != token:
            raise Stale

    @property
    def idle(self) -> bool:
        """Nothing is running and nothing is waiting to run."""
        return self._waiting == 0

    async def quiet(self) -> None:
        """Waits until the desk is idle."""
        await self._quiet.wait()

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._waiting += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._quiet.set()

    @contextmanager
    def _working(self, thread: str) -> Iterator[None]:
        if thread == "jot":  # what is kept as it is typed is nothing that anybody waits for
            yield
            return
        self.working += 1
        self.heard()
        try:
            yield
        finally:
            self.working -= 1
            self.heard()

    def forget(self, channel: str) -> None:
        """Whatever was asked on that channel is no longer wanted."""
        self._next(channel)

    def close(self) -> None:
        """Lets go of the threads and the database; what is being written is finished first. Whoever asks later is Stale."""
        self._closed = True
        for name in ("read", "report", "jot"):
            self._threads[name].shutdown(wait=False, cancel_futures=True)
        self._threads["write"].shutdown(wait=True)
        close = getattr(self._db, "close", None)
        if close is not None:
            close()

    # -- on the event loop ------------------------------------------------

    def _next(self, channel: str) -> int:
        self._token += 1
        self._newest[channel] = self._token
        return self._token

    async def _run(self, thread: str, call: Callable[[], T], channel: str, *, veiled: bool = True) -> T:
        if self._closed:
            raise Stale
        token = self._next(channel) if channel else 0

        def guarded() -> T:
            if channel and self._newest[channel] != token:
                raise Stale
            return self._covered(call) if veiled else call()

        with self._counted(), self._working(thread):
            try:
                found = await _hear(asyncio.get_running_loop().run_in_executor(self._threads[thread], guarded))
            except Lost:
                if self._db is not None:
                    self.lost()
                raise
        if channel and self._newest[channel] != token:
            raise Stale
        return found

    # -- on the threads -----------------------------------------------------

    def _open(self) -> None:
        self._db = self._connect(self._settings)

    def _mask(self, on: bool) -> date | None:
        from ..casework.veil import Veil

        database = self._database()
        with database.read() as r:
            self._today = r.today
        database.masked = on
        self._veil = Veil(database) if on else None
        return self._today if on else None

    def _covered(self, call: Callable[[], T]) -> T:
        """The answer, or the error, as it may be shown."""
        try:
            found = call()
        except CaseloadError as error:
            if self._veil is not None:
                raise self._veil.error(error, self._today) from error.__cause__
            raise
        return found if self._veil is None else self._veil.over(found, self._today)

    def _database(self) -> Any:
        if self._db is None:
            raise Unreachable(_("The database is not open yet. Wait a moment, or press q and start again."))
        return self._db

    @staticmethod
    def _once_more(call: Callable[[], T]) -> T:
        """A line may have broken while nobody used it: the second try has a new one."""
        try:
            return call()
        except Lost:
            return call()

    def _read(self, work: Callable[..., T], args: tuple[Any, ...]) -> T:
        def reading() -> T:
            with self._database().read() as r:
                self._today = r.today
                return work(r, *args)

        return self._once_more(reading)

    def _work(self, verb: str, work: Callable[..., Any], args: tuple[Any, ...], why: str, uid: str) -> Any:
        database, begun = self._database(), False

        def working() -> Any:
            nonlocal begun
            with database.work(verb, why=why, uid=uid) as unit:
                begun = True
                return work(unit, *args)

        try:
            return working()
        except Lost as error:
            if not begun:
                return working()
            # The line may have broken after the commit: then it is done, and must not be done again.
            try:
                done = database.committed(uid)
            except Unreachable:
                raise Unsure(error.message) from error
            return working() if done is None else done


async def _hear(answer: Awaitable[T]) -> T:
    """The answer; a fault that is no sentence for people becomes one."""
    try:
        return await answer
    except (CaseloadError, Stale, asyncio.CancelledError):
        raise
    except Exception as fault:
        raise Surprise(_fault(fault)) from fault


def _fault(fault: BaseException) -> str:
    """The kind of fault and where it arose: no text of people, which an exception's own words might carry."""
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}" if trace is not None else "?"
    said = _("Something is wrong in caseload itself ({kind} in {place}). Nothing was changed. Please report it.")
    return said.format(kind=type(fault).__name__, place=place)
