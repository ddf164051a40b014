"""A terminal that went away without a word: a line that broke behind `make`, `nohup` or a wrapper that keeps the signal to
itself. Nobody can type any more, and the library's reading thread would read nothing as fast as it can, for ever.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import termios
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .jotter import Jotter

# Seconds between two looks, and how long the last words may take.
_EVERY, _PATIENCE = 1.0, 3.0


def gone() -> bool:
    """Whether the terminal at standard input has been hung up."""
    try:
        termios.tcgetattr(sys.__stdin__)  # type: ignore[arg-type]
    except (termios.error, OSError, ValueError):
        return True
    return False


async def watch(jotter: Jotter) -> None:
    """Ends the program as a hang-up would have, once the terminal is gone and what was typed is kept."""
    while not gone():
        await asyncio.sleep(_EVERY)
    with suppress(Exception):
        await asyncio.wait_for(jotter.close(), _PATIENCE)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGHUP)
