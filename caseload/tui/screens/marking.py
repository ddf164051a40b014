"""Marks on a list of cases: one, a range, all of them; and what an act then takes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from ...messages import _
from ..commands import ONE, get
from ..draw import Run, run
from ..state import Marks
from ..talk import Left
from ..widgets.case_table import CaseTable
from .page import Page


class Marking(Page):
    """A page whose table of cases can be marked. Marks survive filter, sort and refresh."""

    table: CaseTable

    def __init__(self) -> None:
        super().__init__()
        self.marks = Marks()
        # The list as it was before only the marked were shown.
        self._before_only: Sequence[int] | None = None

    @abstractmethod
    def titled(self) -> None:
        """Brings the title up to date."""

    def standing(self) -> Sequence[Run]:
        if self.table.range_from is not None:
            size = abs(self.table.cursor - self.table.range_from) + 1
            return (run(_("range of {n} · v marks it · ").format(n=size), "mark"),)
        if not self.marks:
            return ()
        hidden = self.marks.hidden_from(self.table.keys)
        words = _("{n} marked").format(n=len(self.marks))
        if hidden:
            words += _(", {n} not shown").format(n=hidden)
        return (run(f"{words} · ", "mark"),)

    def targets(self, command: str) -> list[int]:
        """The cases a command acts on: all marked ones, else the one under the cursor. Says so where there is none."""
        needs = get(command).needs
        if self.marks and needs != ONE:
            return list(self.marks)
        if self.marks and len(self.marks) > 1 and command not in ("mark", "range", "open", "why", "copy"):
            self.say(
                _("{act} takes one case at a time. Take the marks away with * first.").format(act=get(command).words),
                "warn",
            )
            raise Left
        if self.table.key is None:
            self.say(_("There is no case here to act on."), "warn")
            raise Left
        return [self.table.key]

    def do_mark(self) -> None:
        if self.table.range_from is not None:
            self.do_range()
            return
        if self.table.key is None:
            self.say(_("There is no case here to mark."), "warn")
        else:
            self.marks.flip(self.table.key)
            self.table.redraw([self.table.key])
            self.table.move(1)
        self.tell()

    def do_range(self) -> None:
        if self.table.key is None:
            self.say(_("There is no case here to mark."), "warn")
        else:
            self.table.range_here()
        self.tell()

    def do_mark_all(self) -> None:
        self.marks.all_or_none(self.table.keys)
        self.table.redraw(self.table.in_sight())
        self.tell()

    def do_only_marked(self) -> None:
        if self._before_only is not None:
            keys, self._before_only = self._before_only, None
            self.table.show(keys, self.table.rows_near(keys))
        elif not self.marks:
            self.say(_("Nothing is marked. Space marks the case under the cursor."), "warn")
        else:
            self._before_only = self.table.keys
            keys = self.marks.beginning_with(self.table.keys)
            self.table.show(keys, self.table.rows_near(keys))
        self.titled()
        self.tell()

    def leave_marking(self) -> bool:
        """Ends a range that was begun, else shows the list as before; False where there was nothing to leave."""
        if self.table.range_from is not None:
            self.table.end_range()
        elif self._before_only is not None:
            self.do_only_marked()
        else:
            return False
        return True
