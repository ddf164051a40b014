"""How far a long job is, on standard error, where a person watches; nothing when piped."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .terminal import is_terminal, width

Step = Callable[[int, int | None], None]

# Shown only once a job has taken this long, and redrawn no oftener than this, in seconds.
_PATIENCE = 0.5
_EVERY = 0.1


@contextmanager
def progress(words: str) -> Iterator[Step]:
    """Gives a function to call with how many are done, and of how many (None where nobody knows)."""
    watched = is_terminal(sys.stderr)
    started = last = time.monotonic()
    drawn = False

    def step(done: int, total: int | None = None) -> None:
        nonlocal last, drawn
        moment = time.monotonic()
        if not watched or moment - started < _PATIENCE or moment - last < _EVERY:
            return
        last, drawn = moment, True
        sys.stderr.write("\r" + line_of(words, done, total, width() - 1) + "\x1b[K")
        sys.stderr.flush()

    try:
        yield step
    finally:
        if drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def line_of(words: str, done: int, total: int | None, room: int) -> str:
    """`words ####.... 420/1000`, at most `room` cells."""
    if not total:
        return f"{words} {done}"[:room]
    tail = f" {min(done, total)}/{total}"
    bar = max(0, min(40, room - len(words) - len(tail) - 1))
    full = bar * min(done, total) // total
    return f"{words} {'#' * full}{'.' * (bar - full)}{tail}"[:room]
