"""The front door: answers `--version`, opens the screen when there is no command, and only then imports Typer.

Every import here is paid before the first frame of the screen, so there are next to none at the top.
"""

from __future__ import annotations

import os
import sys

# Type checkers take the name for true; importing it would cost a third of `--version`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_TAKES_A_VALUE = ("--database", "--as", "--today", "--key-fd")
_ALONE = "--deidentified"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (without the program's name) and give its exit code."""
    args = list(sys.argv[1:] if argv is None else argv)
    if args == ["--version"]:
        from . import __version__

        sys.stdout.write(f"caseload {__version__}\n")
        return 0
    # A shell that asks what could be completed sends no arguments either.
    if "_CASELOAD_COMPLETE" not in os.environ and (given := _globals_alone(args)) is not None:
        from .commands.guard import guarded

        return guarded(lambda: _screen(given), args)
    from .commands.root import run

    return run(args)


def _globals_alone(args: list[str]) -> dict[str, str] | None:
    """The global options, when they are all there is; None when a command follows or anything is unusual."""
    given: dict[str, str] = {}
    rest = list(args)
    while rest:
        name, equals, value = rest.pop(0).partition("=")
        if name == _ALONE and not equals:
            given[name] = ""
            continue
        if name not in _TAKES_A_VALUE or not (equals or rest):
            return None
        given[name] = value if equals else rest.pop(0)
    return given


def _screen(given: dict[str, str]) -> int:
    from .commands.terminal import needs_screen
    from .commands.unlock import before_the_screen
    from .settings import load

    settings = load(
        database=given.get("--database"),
        as_worker=given.get("--as"),
        today=given.get("--today"),
        key_fd=given.get("--key-fd"),
    )
    needs_screen()
    before_the_screen(settings)
    from . import tui

    return tui.run(settings, masked=_ALONE in given) or 0
