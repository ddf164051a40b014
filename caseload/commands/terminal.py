"""What is at the other end of the three streams: a person at a terminal, or another program."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from caseload.errors import Refused
from caseload.messages import _


def is_terminal(stream: object) -> bool:
    """Whether a person sees what this stream carries. A closed or replaced stream is no terminal."""
    try:
        return bool(stream.isatty())  # type: ignore[attr-defined]
    except (AttributeError, ValueError):
        return False


def shown() -> bool:
    """Whether standard output is a terminal: the line between names shown and names withheld."""
    return is_terminal(sys.stdout)


def can_ask() -> bool:
    """Whether there is somebody to answer a question."""
    return is_terminal(sys.stdin) and is_terminal(sys.stderr)


def width() -> int:
    """Columns of the terminal; `COLUMNS` wins, as everywhere."""
    return max(20, shutil.get_terminal_size().columns)


def has_screen() -> bool:
    """Whether the full screen can be drawn here."""
    return is_terminal(sys.stdin) and is_terminal(sys.stdout) and os.environ.get("TERM", "") not in ("", "dumb")


def needs_screen() -> None:
    """Raises Refused where the full screen cannot be drawn."""
    if not has_screen():
        raise Refused(
            _(
                "There is no terminal here to open the screen in. `caseload queue` prints the queue as text; "
                "`caseload --help` lists every command."
            )
        )


def say(text: str) -> None:
    """Talk goes to standard error, data to standard output."""
    from caseload.text import block

    sys.stderr.write(block(text) + "\n")


def speak_utf8() -> None:
    """Files and pipes are UTF-8 whatever the locale; a terminal shows a mark for what it cannot draw."""
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            if is_terminal(stream):
                reconfigure(errors="replace")
            else:
                reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


@contextmanager
def to_standard_error() -> Iterator[None]:
    """What is printed meanwhile is talk: a preview beside a question must not stand in the output."""
    sys.stdout.flush()
    kept, sys.stdout = sys.stdout, sys.stderr
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stdout = kept
