"""Output without identity: the option, and what is put over all that is printed under it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import is_dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from caseload.errors import Usage
from caseload.messages import _

from .session import Session
from .terminal import say

if TYPE_CHECKING:
    from datetime import date

_AT_A_TIME = 200

Deidentified = Annotated[
    bool,
    typer.Option(
        "--deidentified",
        help=_("Without identity: your own name for each case, days as how far they are, ages in bands, texts masked."),
    ),
]


class Cover:
    """What is put over rows on their way out. Under `--deidentified` readings see no identity from here on."""

    def __init__(self, asked: Session, wanted: bool, identified: bool) -> None:
        self.wanted = wanted
        if not wanted:
            return
        if identified:
            raise Usage(_("Choose one of --identified and --deidentified."))
        from caseload.casework.veil import Veil

        asked.db.masked = True
        self._veil = Veil(asked.db, dates=True)
        with asked.read() as r:
            self._today: date = r.today

    def thing(self, found: Any) -> Any:
        """One value as it may be printed."""
        return self._veil.over(found, self._today) if self.wanted else found

    def rows(self, found: Iterable[Any]) -> Iterator[Any]:
        """Rows as they may be printed, some at a time."""
        waiting = iter(found)
        while page := list(islice(waiting, _AT_A_TIME)):
            yield from without_keys(self.thing(page))

    def state(self) -> None:
        """Says what no masking can promise."""
        if self.wanted:
            from caseload.casework.masking import statement

            say(statement())


def without_keys(value: Any) -> Any:
    """A thing for JSON without the numbers that the database knows its rows by."""
    if isinstance(value, dict):
        return {
            key: None
            if key
            in (
                "id",
                "addendum_to",
                "assessment",
                "consent",
                "corrects",
                "corrected_by",
                "under",
                "version",
                "authorisation",
                "budget",
                "referral",
                "renews",
                "takes_back",
            )
            else without_keys(one)
            for key, one in value.items()
        }
    if is_dataclass(value) and not isinstance(value, type) and hasattr(value, "source"):
        return replace(value, source=None)
    return [without_keys(one) for one in value] if isinstance(value, (list, tuple)) else value
