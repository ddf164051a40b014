"""Driving the screen as a person would: keys in, text out; never a wait for time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from textual import events
from textual.keys import _character_to_key

from caseload.casework import cases, page
from caseload.store.connect import connect
from caseload.store.database import Database
from caseload.tui.app import CaseloadApp
from caseload.tui.screens.page import Page

from .world import Made, boss, settings_for

_NAMED = {
    "enter", "escape", "tab", "shift+tab", "space", "up", "down", "left", "right", "home", "end", "pageup", "pagedown",
    "backspace", "delete",
}  # fmt: skip


class Drive:
    """A person at the screen, and the database they look into afterwards."""

    def __init__(self, app: CaseloadApp, made: Made, db: Database) -> None:
        self.app, self.made, self.db = app, made, db

    # -- keys --------------------------------------------------------------------

    async def press(self, *keys: str) -> None:
        """Keys by name, one after another, each answered before the next."""
        for key in keys:
            self.post(key)
            await self.settle()

    async def rush(self, *keys: str) -> None:
        """Keys all at once, as a fast typist or a paste sends them."""
        for key in keys:
            self.post(key)
        await self.settle()

    async def type(self, text: str) -> None:
        await self.rush(*text)

    async def paste(self, text: str) -> None:
        self.app.post_message(events.Paste(text))
        await self.settle()

    def post(self, key: str) -> None:
        self.app.post_message(self.key(key))

    def key(self, key: str) -> events.Key:
        """What the terminal says of a key."""
        if len(key) == 1:
            return events.Key("space" if key == " " else _character_to_key(key), key)
        assert key in _NAMED or key.startswith("ctrl+"), key
        return events.Key(key, " " if key == "space" else "\r" if key == "enter" else None)

    async def settle(self) -> None:
        """Until nothing runs: no call at the desk, no message unread by any widget."""
        await self._first(self.app.arrived.wait())
        calm = 0
        while calm < 3:
            before = self.app.desk.reads, self.app.desk.writing
            await self._read_all()
            await self.app.desk.quiet()
            page = self.app.screen
            thinking = isinstance(page, Page) and page.talk.thinking and page.is_current
            # Widgets that were shown or hidden have found their places.
            if page._scroll_required or any(one._layout_required for one in page.walk_children(with_self=True)):
                await asyncio.sleep(0.002)
                thinking = True
            same = before == (self.app.desk.reads, self.app.desk.writing)
            calm = calm + 1 if same and self.app.desk.idle and not thinking else 0
            if not self.app.is_running:
                return

    async def _read_all(self) -> None:
        """Every widget has read what was sent to it."""
        waiting = [self.app, *self.app.screen.walk_children(with_self=True)]
        left = asyncio.Semaphore(0)
        asked = sum(bool(one.call_later(left.release)) for one in waiting)
        for _one in range(asked):
            await self._first(left.acquire())

    async def _first(self, awaited: Coroutine[Any, Any, Any]) -> None:
        """Waits for something, unless the screen breaks before."""
        done, broken = asyncio.ensure_future(awaited), asyncio.ensure_future(self.app._exception_event.wait())
        try:
            await asyncio.wait([done, broken], timeout=60, return_when=asyncio.FIRST_COMPLETED)
            assert done.done(), "the screen broke, or a widget never read its messages"
        finally:
            done.cancel()
            broken.cancel()

    # -- what is seen ----------------------------------------------------------------

    def lines(self) -> list[str]:
        """The screen as text."""
        screen = self.app.screen
        screen._compositor.update_widgets(set())
        strips = screen._compositor.render_strips(self.app.size)
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]

    def screen(self) -> str:
        return "\n".join(self.lines())

    @property
    def bottom(self) -> str:
        """What the bottom line says; a long message may take several lines."""
        line = self.page.line
        return " ".join("".join(text for text, _tone in one).strip() for one in line._drawn)

    @property
    def title(self) -> str:
        return self.lines()[0].strip()

    @property
    def page(self) -> Any:
        return self.app.screen

    @property
    def here(self) -> str:
        """The name of the case under the cursor."""
        return self.named(self.page.table.key)

    def named(self, key: int) -> str:
        return next(name for name, one in self.made.case.items() if one == key)

    def signs(self) -> dict[str, str]:
        """The sign before each case in sight: marked, dealt with, in flight."""
        table = self.page.table
        found = {}
        for y, text in enumerate(self.lines()):
            index = y - table.region.y - 1 + table.scroll_offset.y
            if y > table.region.y and 0 <= index < len(table.keys) and y < table.region.bottom:
                found[self.named(table.keys[index])] = text[1:2]
        return found

    # -- what is so ------------------------------------------------------------------------

    def case(self, name: str) -> page.CasePage:
        """The whole case, as it stands in the database."""
        with self.db.read() as r:
            return page.read(r, self.made.case[name])

    def row(self, name: str) -> cases.CaseRow:
        with self.db.read() as r:
            return cases.rows(r, [self.made.case[name]])[self.made.case[name]]


@asynccontextmanager
async def driving(
    made: Made, *, who: str | None = "ana", size: tuple[int, int] = (80, 24), **wishes: Any
) -> AsyncIterator[Drive]:
    """The screen on a database, as one worker. Leaving it checks that nothing went wrong behind the person's back."""
    app = CaseloadApp(settings_for(made.url, who), wishes=wishes)
    app.rest = 0.0
    app.listening = False
    db = connect(settings_for(made.url, boss(made.url)))
    try:
        async with app.run_test(size=size):
            drive = Drive(app, made, db)
            await drive.settle()
            yield drive
            if app.is_running:
                await drive.settle()
        assert not app.surprises, app.surprises
    finally:
        db.close()
