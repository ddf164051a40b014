"""The plan of one case: goals and steps, each changed by one key, and the same in time. Opening it is a look, and on record."""

from __future__ import annotations

from typing import Any, ClassVar

from ...messages import _
from .. import agreed, asks
from ..commands import PLAN
from ..draw import run
from ..summaries import When
from ..widgets.sheet import BLANK, Item, heading
from .onecase import OneCase

# What the page shows, in the order in which Tab turns: the plan in words, then in time.
_VIEWS = ("words", "week", "month")


class CarePlanPage(OneCase):
    """What runs and what is being written; Tab turns to the timeline of what stands first, by week and by month."""

    PLACE = PLAN
    HINTS: ClassVar[tuple[str, ...]] = (
        "plan_done",
        "goal_add",
        "step_add",
        "plan_edit",
        "plan_move",
        "plan_view",
        "back",
        "help",
    )

    def __init__(self, key: int) -> None:
        super().__init__(key)
        self.view = _VIEWS[0]

    def unread(self) -> str:
        return _(" Plan")

    def beside(self, opened: asks.Opened) -> str:
        return {"words": _("plan "), "week": _("by week "), "month": _("by month ")}[self.view]

    def show_body(self, opened: asks.Opened) -> None:
        before, at = self.sheet.value, self.sheet.at if self.sheet.value is not None else None
        when = When(opened.standing.today, opened.standing.zone)
        items = agreed.section(opened.page.plans, when, opened=True) if self.view == "words" else self._timeline(opened)
        same = next((i for i, item in enumerate(items) if _same(item.value, before)), None)
        self.sheet.show(items, at=at if same is None else same, top=before is None)

    def _timeline(self, opened: asks.Opened) -> list[Item]:
        from ...casework import timeline
        from ...casework.care_plan import kind_words

        if self.desk.masked:
            # Days are not shown as such, and on a line of weeks they would be.
            return [
                Item(((_("  The timeline shows days, and these are not shown now. I shows identity again."), "dim"),))
            ]
        live = [one for one in opened.page.plans if one.state in ("approved", "draft", "submitted")]
        if not live:
            return [Item(((_("  There is no plan to draw yet. s begins one."), "dim"),))]
        items: list[Item] = []
        for one in live:
            title = _("{kind}, version {n}, {state}").format(
                kind=kind_words(one.kind), n=one.number, state=agreed.state_words(one.state)
            )
            width = max(40, self.app.size.width - 4)
            drawn = timeline.draw(timeline.bars(one), opened.standing.today, zoom=self.view, width=width)
            items += [heading(title), *(Item((run(f"  {row}"),)) for row in drawn), BLANK]
        return [*items, Item(((_("  = open  # done  ~ slipped  * due  | today"), "dim"),))]

    def on_resize(self) -> None:
        if self.opened is not None and self.view != "words":
            self.show_body(self.opened)

    def do_plan_view(self) -> None:
        self.view = _VIEWS[(_VIEWS.index(self.view) + 1) % len(_VIEWS)]
        self._show()

    async def do_open(self) -> None:
        """What is nearest: a step is done, a goal is settled, a plan moves on."""
        from ..acts import planning

        kind = self.picked[0] if self.picked is not None else ""
        await (planning.plan_move(self) if kind in ("plan", "") else planning.plan_done(self))


def _same(value: Any, before: Any) -> bool:
    return value is not None and before is not None and (value[0], value[1].id) == (before[0], before[1].id)
