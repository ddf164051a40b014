"""The database does not answer: a banner says so, it is tried again after ever longer waits, and work goes on by itself."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from ..clock import now
from ..errors import CaseloadError, Unreachable
from ..messages import _

if TYPE_CHECKING:
    from datetime import datetime

    from .app import CaseloadApp


class Away:
    """True while the database is away. Nothing else decides it: one call that was not answered begins it, one that was
    ends it."""

    # Seconds between tries; the last counts for all that follow.
    waits: Sequence[float] = (1, 2, 4, 8, 15, 30)

    def __init__(self, app: CaseloadApp) -> None:
        self._app = app
        self._since: datetime | None = None
        self._trying: asyncio.Task[None] | None = None
        self._at_once = asyncio.Event()

    def __bool__(self) -> bool:
        return self._since is not None

    @property
    def words(self) -> str:
        """What the banner says; nothing while all is well."""
        if self._since is None:
            return ""
        standing = self._app.standing
        at = self._since.astimezone(standing.zone) if standing is not None else self._since
        return _(" The database does not answer since {time}. What you type is kept here; it is tried again.").format(
            time=f"{at:%H:%M}"
        )

    def lost(self) -> None:
        """A call was not answered."""
        if self._since is None:
            self._since = now()
            self._app.jotter.away = True
            self._tell()
            if self._trying is None:
                self._trying = asyncio.get_running_loop().create_task(self._try())

    async def over(self) -> None:
        """Waits until the database answers again."""
        if self._trying is not None:
            await asyncio.shield(self._trying)

    def try_now(self) -> None:
        """Tries without waiting any longer."""
        self._at_once.set()

    def close(self) -> None:
        """The screen goes: nothing is tried any more, but for the words that wait."""
        if self._trying is not None:
            self._trying.cancel()
        self._app.jotter.away = False

    async def _try(self) -> None:
        for wait in itertools.chain(self.waits, itertools.repeat(self.waits[-1])):
            self._at_once.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._at_once.wait(), wait)
            try:
                await self._app.desk.jot(_answers)
                await self._back()
                break
            except Unreachable:
                continue  # still away, or away again
            except CaseloadError:
                break  # it answers, if only to refuse
        self._since, self._trying = None, None
        self._app.jotter.away = False
        self._tell()

    async def _back(self) -> None:
        """Brings in what waited. Raises CaseloadError."""
        app = self._app
        words, tone = _("The database answers again; what you typed is kept."), "good"
        for place, receipt in await app.desk.turned_out():
            if receipt is None:
                words, tone = _("Your last act was not done: the line broke first. Your words are kept."), "warn"
                continue
            words = _("Your last act was done after all: {words}.").format(words=receipt.words)
            await app.settled(place, receipt)
        self._since, app.jotter.away = None, False
        await app.jotter.finish()
        for page in app.pages():
            await page.came_back()
        app.announce(words, tone)

    def _tell(self) -> None:
        page = self._app.page
        if page is not None:
            page.tell()


def _answers(db: object) -> None:
    """Asks the least there is to ask."""
    from . import asks

    asks.answers(db)
