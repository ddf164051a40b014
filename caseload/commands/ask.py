"""Asking before many cases change. Where there is nobody to ask, nothing happens without `--yes`."""

from __future__ import annotations

import sys
from collections.abc import Callable

from caseload.errors import Refused
from caseload.messages import _

from .terminal import can_ask


def agreed(question: str, yes: bool, preview: Callable[[bool], None]) -> None:
    """Return when the person agrees; raise Refused when they do not.

    `preview(asking)` prints what would happen: beside the question on standard error, or, where nobody can be asked,
    as the command's own output.
    """
    if yes:
        return
    if not can_ask():
        preview(False)
        sys.stdout.flush()
        raise Refused(_("Nothing was changed. Add --yes to do what the preview says."))
    preview(True)
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
