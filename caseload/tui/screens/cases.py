"""Cases: everything the person may see, filtered as they type, sorted, marked, acted on in bulk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from ...messages import _
from ..commands import CASES
from ..naming import is_number
from ..widgets.columns import Column
from .cells import chosen_columns
from .listing import Listing

if TYPE_CHECKING:
    from .. import asks


class Cases(Listing):
    """The table of cases in scope."""

    PLACE = CASES
    HINTS: ClassVar[tuple[str, ...]] = ("filter", "sort", "mark", "assign", "open", "contact", "palette", "help")

    def columns(self) -> Sequence[Column]:
        return chosen_columns(lambda: self.app.today, self.view.columns)

    def listed(self) -> Callable[..., asks.Listed]:
        from .. import asks

        return asks.cases

    def take(self, found: asks.Listed, *, stay: bool) -> None:
        self.table.arrange_by(self.columns())
        super().take(found, stay=stay)

    def called(self) -> str:
        return self.view.name or _("Cases")

    def nothing_here(self) -> tuple[str, ...]:
        standing = self.app.standing
        if is_number(self.view.query) and standing is not None and standing.breaks and standing.names:
            key = self.app.keymap.first("palette")
            said = _(
                "In an emergency press {key} and type `emergency`: that opens a case by its number, with a reason."
            ).format(key=key)
            return (_("There is no case of that number that you may see."), said)
        if self.view.query:
            return (_("No case answers this filter."), _("\\ clears it, / changes it. Closed ones: stage:any"))
        return (_("There is no case you may see."), _("+ takes in a new client; g t goes back to Today."))

    def leave_list(self) -> None:
        self.app.pop_screen()

    def do_go_cases(self) -> None:
        if self.view.query:
            self.do_clear()
