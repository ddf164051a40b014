"""What others did to somebody's cases while they were away, day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ...messages import _, _n
from ...text import line
from .. import days
from ..commands import SHEET
from ..draw import run
from ..widgets.sheet import Item, heading
from .reading import Reading

if TYPE_CHECKING:
    from ...casework.returning import WhileAway

# More lines than anyone reads at once; the number in the title is whole.
_SHOWN = 2_000


class ReturnedPage(Reading):
    """What happened while somebody was away. Esc goes back."""

    PLACE = SHEET
    HINTS: ClassVar[tuple[str, ...]] = ("back", "page_down")

    def __init__(self, told: WhileAway) -> None:
        super().__init__()
        self.told = told

    def on_mount(self) -> None:
        told = self.told
        span = f"{days.shown(told.from_on, self.app.today)} - {days.shown(told.to_on, self.app.today)}"
        n = len(told.events)
        count = _n("{n} event", "{n} events", n).format(n=n)
        title = _("While {who} was away, {span}").format(who=told.worker, span=span)
        self.head.show((run(f" {title}"),), (), (run(f"{count} "),))
        self.sheet.show(self._items())

    def _items(self) -> list[Item]:
        standing = self.app.standing
        found: list[Item] = []
        day = None
        for one in self.told.events[:_SHOWN]:
            at = one.at.astimezone(standing.zone) if standing is not None else one.at
            if at.date() != day:
                day = at.date()
                found.append(heading(days.shown(day, self.app.today)))
            said = f": {line(one.text)}" if one.text else ""
            found.append(Item(body=f"{at:%H:%M}  {one.case}  {one.kind}, {one.words} · {one.by or '-'}{said}"))
        if len(self.told.events) > _SHOWN:
            more = len(self.told.events) - _SHOWN
            found.append(Item(body=_n("and {n} more", "and {n} more", more).format(n=more), tone="dim"))
        return found or [Item(body=_("Nobody did anything to these cases meanwhile."), tone="dim")]

    async def do_accept(self) -> None:
        """Read: back to where it was asked."""
        self.dismiss(None)
