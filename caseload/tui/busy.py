"""Work that takes longer than a blink is shown to be under way, and after a while for how long."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ..messages import _

if TYPE_CHECKING:
    from .app import CaseloadApp

# Seconds after which it is seen that an act is being written, or rows are being read; and after which they are counted.
_PATIENCE, _READING, _LONG = 0.15, 0.5, 2


class Busy:
    """What the bottom line says while an act is being written or rows are being read."""

    def __init__(self, app: CaseloadApp) -> None:
        self._app = app
        self.words = ""
        self._next: asyncio.TimerHandle | None = None
        self._since = 0.0

    def heard(self) -> None:
        """Something was handed to the desk, or has come back from it; where it was the last, nothing is said any more."""
        desk = self._app.desk
        if desk.working and self._next is None:
            loop = asyncio.get_running_loop()
            self._since = loop.time()
            self._next = loop.call_later(_PATIENCE if desk.writing else _READING, self._show)
        elif self._next is not None and not desk.working:
            self._next.cancel()
            self._next, said, self.words = None, bool(self.words), ""
            if said:
                self._tell()

    def _show(self) -> None:
        loop = asyncio.get_running_loop()
        seconds = int(loop.time() - self._since)
        self.words = _("Working… {n} s").format(n=seconds) if seconds >= _LONG else _("Working…")
        self._next = loop.call_later(1.0, self._show)
        self._tell()

    def _tell(self) -> None:
        page = self._app.page
        if page is not None:
            page.tell()
