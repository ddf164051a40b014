"""What Reports asks of the practice. As in `asks`: on the desk's thread, frozen values back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from .asks import Standing, standing

if TYPE_CHECKING:
    from ..reports.dashboard import Page, Row
    from ..reports.overload import Warning
    from ..store.database import Database, Reading

# So many rows of a number are shown at once; a command lists them all.
MOST = 1_000


class Told(NamedTuple):
    """A page of numbers, and who looks on which day."""

    page: Page
    standing: Standing


class Counted(NamedTuple):
    """The rows of a number, and who looks on which day; and the page they are of, where showing them is a look at their cases."""

    rows: list[Row]
    standing: Standing
    telling: str = ""


def page(r: Reading, part: str, gone: Callable[[], bool]) -> Told:
    """One page of numbers, unless it is given up meanwhile."""
    from ..reports import dashboard

    return Told(dashboard.page(r, part, gone=gone), standing(r))


def rows(r: Reading, part: str, line: str, measure: str) -> Counted:
    """The rows of one number, the first of them where there are many."""
    from ..reports import dashboard

    telling = part if dashboard.telling(part) else ""
    return Counted(dashboard.rows(r, part, line, measure, limit=MOST), standing(r), telling)


def look(db: Database, part: str, rows: Sequence[Row]) -> None:
    """Puts on record that these rows of a page are shown."""
    from ..reports import dashboard

    dashboard.look(db, part, rows, surface="screen")


def warnings(r: Reading) -> list[Warning]:
    """Early warnings of overload among whom this person answers for."""
    from ..reports import overload

    return overload.listed(r)


def warned(r: Reading, rule: str, worker: str, week: str) -> Counted:
    """The rows of one figure of a warning, the first of them where there are many."""
    from ..reports import overload

    return Counted(overload.rows(r, rule, worker, week)[:MOST], standing(r))
