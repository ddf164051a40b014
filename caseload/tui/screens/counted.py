"""The rows that a number counts, and the figures of a warning: what Reports and Team open."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, ClassVar

from ...messages import _, _n
from .. import counting, days
from ..commands import REPORTS
from ..draw import run
from ..widgets.sheet import Item
from .reading import Asked

if TYPE_CHECKING:
    from ...reports.dashboard import Row
    from ...reports.overload import Figure, Warning


class Opening(Asked):
    """A sheet of numbers or rows, each of which opens what is behind it."""

    PLACE = REPORTS

    def targets(self, command: str) -> list[int]:
        return []

    @abstractmethod
    def do_open_row(self) -> None:
        """Opens what is behind the line under the cursor."""

    def do_right(self) -> None:
        self.do_open_row()

    def do_back_out(self) -> None:
        self.do_back()

    def do_left(self) -> None:
        self.do_back()

    async def do_refresh(self) -> None:
        await self.reread()


class RowsPage(Opening):
    """The rows that a number counts: a case a line, with what of it is counted and when. Enter opens the case."""

    HINTS: ClassVar[tuple[str, ...]] = ("open_row", "down", "page_down", "refresh", "back_out", "palette", "help")

    def __init__(self, asked: tuple[Callable[..., counting.Counted], str, str, str], name: str, count: int) -> None:
        super().__init__()
        self.asked = asked
        self.called, self.count = name, count
        self.rows: Sequence[Row] = ()
        # The cases of the rows whose showing is on record.
        self._looked: set[int] = set()

    def heading(self) -> str:
        return f" {self.called}"

    async def reread(self) -> None:
        """Reads the rows of the number, as they are now."""
        found = await self.desk.report(*self.asked)
        new = [one for one in found.rows if one.id not in self._looked]
        if found.telling and new:
            await self.desk.fetch(lambda db: counting.look(db, found.telling, new))
            self._looked.update(one.id for one in new)
        self.rows, self.app.standing = found.rows, found.standing
        n = len(self.rows)
        whole = n < counting.MOST
        told = (
            _n("{n} row ", "{n} rows ", n).format(n=n)
            if whole
            else _("the first {n} of {all} ").format(n=n, all=self.count)
        )
        self.head.show((run(self.heading()),), (), (run(told),))
        items = [_item(one, found.standing.today) for one in self.rows]
        at = min(self.sheet.at, n - 1) if n and self.sheet.items else None
        self.sheet.show(items or [Item(((_("  Nothing is counted here."), "dim"),))], at=at, top=at is None)
        self.tell()

    def do_open_row(self) -> None:
        """The case of the row."""
        one: Row | None = self.sheet.value
        if one is None:
            self.say(_("There is no case here to open."), "warn")
            self.tell()
            return
        self.app.open_case(one.id)

    async def came_back(self) -> None:
        await self.reread()

    async def undone(self, cases: Collection[str]) -> None:
        await self.reread()

    async def changed_elsewhere(self, cases: Collection[int]) -> None:
        await self.reread()


def _item(one: Row, today: object) -> Item:
    said = " · ".join(part for part in (one.program, one.what, one.worker or _("nobody")) if part)
    day = days.shown(one.on, today) if one.on is not None else ""  # type: ignore[arg-type]
    head = (run(f"{one.case}  ", "strong"), run(f"{one.client}  " if one.client else ""), run(said, "dim"))
    return Item(head, value=one, right=(run(f"{day} ", "dim"),))


class WarningPage(Opening):
    """One warning of overload: its rule in words, and its figures, each of which opens its rows."""

    HINTS: ClassVar[tuple[str, ...]] = ("open_row", "down", "back_out", "palette", "help")

    def __init__(self, told: Warning) -> None:
        super().__init__()
        self.told = told

    def heading(self) -> str:
        return f" {_title(self.told)}"

    async def reread(self) -> None:
        """Shows it as it was told: its weeks have ended."""
        self.head.show((run(self.heading()),))
        items = [Item((), self.told.words), Item((), _rule_of(self.told.rule)), Item()]
        items += [
            Item(
                (run(f"{one.week}  ", "strong"), run(str(one.count))),
                value=one,
                right=(run(_("Enter opens them "), "dim"),),
            )
            for one in self.told.figures
        ]
        self.sheet.show(items)
        self.tell()

    def do_open_row(self) -> None:
        """The rows of the figure under the cursor."""
        one: Figure | None = self.sheet.value
        if one is None:
            self.say(_("There is nothing here to open."), "warn")
            self.tell()
            return
        asked = (counting.warned, self.told.rule, self.told.worker, one.week)
        self.app.push_screen(RowsPage(asked, f"{_title(self.told)}, {one.week}", one.count))


def _title(told: Warning) -> str:
    from ...reports.overload import rule_words

    return f"{told.name or told.worker}: {rule_words(told.rule)}"


def _rule_of(rule: str) -> str:
    """What the rule says, and whose it is."""
    return {
        "load_rising": _("Warned of where open cases rise every week, from 70 % of the capacity on where one is set."),
        "overdue_rising": _("Warned of where the cases overdue at the end of the week rise every week."),
        "no_free_day": _("Warned of where a contact or a note stands on every single day, weekends too, without an absence."),
    }[rule] + " " + _("The agency says after how many weeks: caseload agency.")  # fmt: skip
