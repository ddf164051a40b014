"""Asking before many cases change. Where there is nobody to ask, nothing happens without `--yes`."""

from __future__ import annotations

import sys
from collections.abc import Callable

from caseload.errors import Refused
from caseload.messages import _

from .output import FormatName
from .terminal import can_ask, to_standard_error


def agreed(question: str, yes: bool, format: FormatName | None, preview: Callable[[FormatName | None], None]) -> None:
    """Return when the person agrees; raise Refused when they do not.

    `preview` prints what would happen in that shape: a table beside the question on standard error, or, where nobody can be
    asked, the command's own output as it was asked for.
    """
    if yes:
        return
    if not can_ask():
        preview(format)
        sys.stdout.flush()
        raise Refused(_("Nothing was changed. Add --yes to do what the preview says."))
    with to_standard_error():
        preview("table")
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        sys.stderr.write("\n")
    if answer.strip().casefold() not in _yes_words():
        raise Refused(_("Nothing was changed."))


def _yes_words() -> tuple[str, ...]:
    # Translators: the answers that mean yes, apart by spaces; y and yes always do.
    return ("y", "yes", *_("y yes").split())
