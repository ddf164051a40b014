"""What Today and Cases share: a table of keys, marks, a filter, a preview, and rows that are fetched as they come in sight."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.widget import Widget

from ...errors import CaseloadError
from ...messages import _
from .. import days
from ..commands import get
from ..draw import run
from ..state import View, next_open
from ..widgets.case_table import CaseTable
from ..widgets.columns import Column
from ..widgets.preview import Preview
from ..widgets.told import SortBy, Wanted
from .marking import Marking
from .page import WIDE

if TYPE_CHECKING:
    from .. import asks
    from ..summaries import Preview as Facts

_FIRST = 60
_PREVIEWS = 50
# Lists of up to so many cases are counted again when others work.
_RECOUNTED = 20_000


class Listing(Marking):
    """A list of cases and, beside or below it, what there is to know of the one under the cursor."""

    # Commands after which the cursor is on the next case and the row is dimmed: the case has been dealt with.
    SETTLES: ClassVar[frozenset[str]] = frozenset(
        {"contact", "snooze", "reviewed", "acknowledge", "stage", "assign", "do", "sign"}
    )

    def __init__(self, view: View) -> None:
        super().__init__()
        self.view = view
        self.table = CaseTable(self.columns(), self.marks, self._moved, id="table")
        self.preview = Preview(id="preview")
        self.loaded = False
        self._arrived = 0
        self._previews: dict[int, Facts] = {}
        self._preview_wish: bool | None = None
        self.talk.closed_gate = True

    # -- what a list is ------------------------------------------------------

    @abstractmethod
    def columns(self) -> Sequence[Column]: ...

    @abstractmethod
    def listed(self) -> Callable[..., asks.Listed]:
        """The reading that gives the keys of this list and its first rows. Asked once the practice is imported."""

    @abstractmethod
    def called(self) -> str:
        """What the title says this is."""

    @abstractmethod
    def nothing_here(self) -> tuple[str, ...]:
        """What an empty list says, and what to do now."""

    def body(self) -> Iterable[Widget]:
        yield self.table
        yield self.preview

    def on_mount(self) -> None:
        self.table.focus()
        self.start(self.load(stay=False))

    def on_resize(self) -> None:
        self._sync_preview()
        self.titled()

    # -- reading ----------------------------------------------------------------

    async def load(self, *, stay: bool = True) -> None:
        """Reads the list anew. The cursor stays on its case, marks stay, what was dealt with leaves."""
        try:
            await self.app.opened()
            found = await self.desk.read(self.listed(), self.view, _FIRST, channel=f"list-{id(self)}")
            self.take(found, stay=stay)
        except CaseloadError as error:
            if self.loaded:
                raise
            self.table.empty = (error.message, *error.details, _("r tries again, q quits."))
            self.table.show((), {})
            self.say(error.message, "bad")
            self.app.heard(error)
        finally:
            if self.talk.closed_gate:
                self.talk.open_gate()

    async def anew(self) -> None:
        """Forgets all that was read, and what was looked for by name."""
        from ...store import query

        if self.view.query and query.mask_names(self.view.query) != self.view.query:
            self.view = self.view.filtered("")
        self.desk.forget(f"list-{id(self)}")
        self.table.show((), {}, stay=True)
        await self.load(stay=True)

    def take(self, found: asks.Listed, *, stay: bool) -> None:
        """Shows a list that has come."""
        self.loaded = True
        self._arrived = 0
        self.table.news.clear()
        self.app.standing = found.standing
        self._before_only = None
        self._previews.clear()
        self.preview.key = None  # what it shows was read before
        self.table.done.clear()
        self.table.sorted_by = self.view.sort
        self.table.empty = self.nothing_here()
        self.table.show(found.keys, found.rows, stay=stay)
        self.titled()
        self._sync_preview()
        self.tell()

    def on_wanted(self, event: Wanted) -> None:
        event.stop()
        self.start(self._fetch(list(event.keys)))

    async def _fetch(self, keys: list[int]) -> None:
        from .. import asks

        rows = await self.desk.read(asks.rows, keys)
        self.table.take(rows, keys)

    async def reread(self, keys: Collection[int]) -> None:
        """Reads these rows again, where they stand."""
        from .. import asks

        for key in keys:
            self._previews.pop(key, None)
            if self.preview.key == key:
                self.preview.key = None
        near = [key for key in keys if self.table.holds(key)]
        self.table.forget(set(keys) - set(near))
        if near:
            self.table.take(await self.desk.read(asks.rows, near), near)
        self._sync_preview()

    # -- title, preview ------------------------------------------------------------

    def titled(self) -> None:
        count = len(self.table.keys)
        far = _("{n} of {all}").format(n=self.table.cursor + 1, all=count) if count else ""
        left = [run(self.view.query, "key")] if self.view.query else []
        news = self.news()
        if news:
            left.append(run(("  " if left else "") + news, "warn"))
        self.head.show((run(f" {self.called()}  {far}  "),), left, (run(f"{self.aside()} "),))

    def news(self) -> str:
        """What others did since the list was read: `2 changed, 1 new · r`."""
        said = [_("{n} changed").format(n=len(self.table.news))] if self.table.news else []
        said += [_("{n} new").format(n=self._arrived)] if self._arrived else []
        return f"{', '.join(said)} · {self.app.keymap.first('refresh')}" if said else ""

    def aside(self) -> str:
        """What stands at the end of the title: whose screen and which day."""
        standing = self.app.standing
        if standing is None:
            return ""
        day = days.shown(standing.today)
        if standing.as_of:
            day = _("as of {day}, read only").format(day=day)
        return f"{standing.name or standing.handle} · {day}"

    def _moved(self) -> None:
        if not self.is_attached:
            return
        self.titled()
        self._sync_preview()
        if self.table.range_from is not None:
            self.tell()

    @property
    def previewing(self) -> bool:
        """Beside the list from 120 columns unless it was put away; below it only where it was asked for."""
        return self.app.size.width >= WIDE if self._preview_wish is None else self._preview_wish

    def _sync_preview(self) -> None:
        self.set_class(self.previewing, "with-preview")
        if not self.previewing or not self.loaded:
            return
        key = self.table.key
        if key is None:
            self.preview.clear()
        elif key in self._previews:
            self.preview.show_case(key, self._previews[key].items)
        elif self.preview.key != key:
            self.start(self._fetch_preview(key))

    async def _fetch_preview(self, key: int) -> None:
        from .. import asks

        await self.desk.rest(self.app.rest, f"preview-{id(self)}")
        found = await self.desk.read(asks.preview, key, channel=f"previewed-{id(self)}")
        while len(self._previews) >= _PREVIEWS:
            self._previews.pop(next(iter(self._previews)))
        if found is not None:
            self._previews[key] = found
            if self.table.key == key:
                self.preview.show_case(key, found.items)

    # -- acting -----------------------------------------------------------------------

    def row_of(self, key: int) -> Any:
        """The row of a case, where it has come."""
        return self.table.row_of(key)

    def begun(self, command: str, keys: Sequence[int]) -> None:
        """An act was handed over: its rows fly, and the cursor goes on to the next open case."""
        self.table.in_flight.update(keys)
        self._settle(command, keys)
        self.table.redraw(keys)

    async def finished(self, command: str, keys: Sequence[int], *, failed: bool) -> None:
        """The act has ended: its rows are read again; where it failed they stand as before."""
        self.table.in_flight.difference_update(keys)
        if failed:
            self.table.done.difference_update(keys)
        self.marks.drop(keys if not failed else ())
        self.table.redraw(keys)
        await self.reread(keys)
        self.titled()
        self.tell()

    async def changed_elsewhere(self, cases: Collection[int]) -> None:
        """Rows that others changed are read where they stand and marked; what came or went waits for `r`."""
        if not self.loaded:
            return
        near = [key for key in cases if self.table.holds(key)]
        self.table.news.update(near)
        await self.reread(near)
        if len(near) < len(set(cases)) and len(self.table.keys) <= _RECOUNTED:
            found = await self.desk.read(self.listed(), self.view, 0, channel=f"news-{id(self)}")
            self._arrived = len(set(found.keys) - set(self.table.keys))
        self.titled()

    async def came_back(self) -> None:
        if not self.loaded:
            await self.load(stay=False)
            return
        missing = {key for key in self.table.in_sight() if not self.table.holds(key)}
        await self.reread(missing | self.table.in_flight)

    async def undone(self, cases: Collection[str]) -> None:
        """An act was taken back: rows are read again, and what it had dealt with is open again."""
        shown = self.table.in_sight()
        self.table.forget(key for key in self.table.keys if key not in shown)
        await self.reread(shown)
        if any(self.table.holds(key) and self.table.row_of(key) is None for key in shown):
            await self.load(
                stay=True
            )  # what is no longer there leaves no empty lines: a list of a thousand may have been taken back
            return
        again = {key for key in self.table.done if (row := self.table.row_of(key)) is None or row.case in cases}
        self.table.done.difference_update(again)
        self.table.redraw(again)

    def touched(self, command: str, keys: Sequence[int]) -> None:
        """What was done on a page above counts here as well: the row is dimmed and the cursor goes on."""
        self._settle(command, keys)
        self.start(self.reread(keys))

    def _settle(self, command: str, keys: Sequence[int]) -> None:
        if command in self.SETTLES:
            self.table.done.update(keys)
            if self.table.key in keys:
                self.table.move_to(next_open(self.table.keys, self.table.cursor, self.table.done))

    def row_below(self, key: int) -> Any:
        place = self.table.cursor + 1
        ranked = not self.view.sort and key == self.table.key and place < len(self.table.keys)
        return self.table.row_of(self.table.keys[place]) if ranked else None

    # -- moving -------------------------------------------------------------------------

    def do_down(self) -> None:
        self.table.move(1)

    def do_up(self) -> None:
        self.table.move(-1)

    def do_page_down(self) -> None:
        self.table.turn(1)

    def do_page_up(self) -> None:
        self.table.turn(-1)

    def do_top(self) -> None:
        self.table.move_to(0)

    def do_bottom(self) -> None:
        self.table.move_to(len(self.table.keys) - 1)

    def do_open(self) -> None:
        if self.table.key is None:
            self.say(_("There is no case here to open."), "warn")
            self.tell()
            return
        self.app.open_case(self.table.key)

    # -- leaving ----------------------------------------------------------------------------

    def do_back(self) -> None:
        if not self.leave_marking():
            self.leave_list()
        self.tell()

    @abstractmethod
    def leave_list(self) -> None:
        """What Esc does when there is nothing smaller to leave."""

    # -- filter, sort, refresh ----------------------------------------------------------------

    def look(self, view: View) -> None:
        """Shows another view here."""
        self.view = view
        self.start(self.load(stay=True))

    async def do_filter(self) -> None:
        """Narrows while one types; Esc brings back the list as it was."""
        from .narrowing import narrow

        await narrow(self)

    def do_clear(self) -> None:
        if not self.view.query:
            self.say(_("There is no filter."), "dim")
            self.tell()
            return
        self.look(self.view.filtered(""))

    def do_refresh(self) -> None:
        self.start(self._refresh())

    async def _refresh(self) -> None:
        self.app.away.try_now()
        before = set(self.table.keys)
        await self.load(stay=True)
        new = len(set(self.table.keys) - before)
        left = len(before - set(self.table.keys))
        self.say(
            _("Fresh: {new} new, {left} gone.").format(new=new, left=left)
            if new or left
            else _("Fresh: nothing has changed."),
            "good",
        )
        self.tell()

    def do_preview(self) -> None:
        self._preview_wish = not self.previewing
        self.preview.key = None
        self._sync_preview()

    async def do_sort(self) -> None:
        from .. import terms
        from ..prompts import Choice, Letters

        choices = [Choice(letter, words, name) for letter, words, name in terms.sorts()]
        found = await self.ask(Letters(_("Sort by"), choices=choices))
        self._sort(found)

    def on_sort_by(self, event: SortBy) -> None:
        from .. import terms

        event.stop()
        known = {name for _letter, _words, name in terms.sorts()}
        if event.column in known and get("sort").where[0] == self.PLACE:
            self._sort(event.column)

    def _sort(self, column: str) -> None:
        self.view = self.view.sorted_by(column)
        self.start(self.load(stay=True))
