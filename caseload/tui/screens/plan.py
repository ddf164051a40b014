"""What a bulk move would do, before it is done: who moves, who stays and why, what it does to loads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from ...messages import _, _n
from ..acts.moving import load_words, why_moved
from ..acts.speaking import words_about
from ..commands import SHEET
from ..draw import run
from ..prompts import yes_no
from ..widgets.sheet import BLANK, Item, heading
from .reading import Reading

if TYPE_CHECKING:
    from ...casework.assign import Kept, Plan
    from ...casework.handover import Move

# More lines than anyone reads before deciding; the numbers above them are whole.
_SHOWN = 500


class PlanPage(Reading):
    """The preview of a reassignment. Left with the reason and where its words are kept, or with
    None.

    `title` and `more` say what else it is about; with `sure` the reason is known, and the page is left with True."""

    PLACE = SHEET
    HINTS: ClassVar[tuple[str, ...]] = ("accept", "back", "page_down")

    def __init__(
        self, plan: Plan, to: Sequence[str], *, title: str = "", more: Sequence[str] = (), sure: str = ""
    ) -> None:
        super().__init__()
        self.plan, self.to = plan, to
        self.title_words = title or _("Reassign to {to}").format(to=", ".join(to))
        self.more, self.sure = more, sure

    def on_mount(self) -> None:
        plan = self.plan
        counts = _("{m} move · {s} stay · {b} blocked").format(
            m=len(plan.moved), s=len(plan.skipped), b=len(plan.blocked)
        )
        self.head.show((run(f" {self.title_words}"),), (), (run(f"{counts} "),))
        self.sheet.show(self._items())

    def _items(self) -> list[Item]:
        plan = self.plan
        found = [Item(body=words) for words in self.more]
        found += [BLANK, heading(_("Loads"))] if found else [heading(_("Loads"))]
        found += [Item(body=f"{load_words(one)}{_percent(one.percent_after)}") for one in plan.load]
        if plan.blocked:
            found += [BLANK, Item((run(_("Blocked: these stay"), "bad"),)), *_kept(plan.blocked, "warn")]
        if plan.moved:
            found += [BLANK, heading(_("Moved"))]
            found += [
                Item(body=f"{one.case}  {one.holder or _('nobody')} → {one.to}{_why(one)}")
                for one in plan.moved[:_SHOWN]
            ]
            found += _rest(len(plan.moved))
        if plan.skipped:
            found += [BLANK, heading(_("Skipped")), *_kept(plan.skipped, "dim")]
        return found

    async def do_accept(self) -> None:
        """Asks why; then the move is made."""
        if self.sure:
            if await self.ask(yes_no(self.sure)):
                self.dismiss(True)
            return
        if not self.plan.moved:
            self.say(_("No case can move. Esc goes back."), "warn")
            return
        blocked = len(self.plan.blocked)
        hint = _n("{n} blocked case stays", "{n} blocked cases stay", blocked).format(n=blocked) if blocked else ""
        question = why_moved(self.plan, self.to, hint)
        self.dismiss(await words_about(self, question, "assign", [one.id for one in self.plan.moved]))


def _why(move: Move) -> str:
    return f"  {move.why}" if move.why else ""


def _kept(kept: Sequence[Kept], tone: str) -> list[Item]:
    return [Item(body=f"{one.case}  {one.why}", tone=tone) for one in kept[:_SHOWN]] + _rest(len(kept))


def _rest(count: int) -> list[Item]:
    more = count - _SHOWN
    return [Item(body=_n("and {n} more", "and {n} more", more).format(n=more), tone="dim")] if more > 0 else []


def _percent(share: float | None) -> str:
    return _(" ({n} %)").format(n=f"{share:g}") if share is not None else ""
