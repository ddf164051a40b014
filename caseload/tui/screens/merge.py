"""What merging two records would do, before it is done: both side by side, what stands afterwards, what moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ...messages import _
from ..acts.speaking import required, words_about
from ..commands import SHEET
from ..draw import cells, run
from ..prompts import Words
from ..widgets.sheet import BLANK, Item, heading
from .reading import Reading

if TYPE_CHECKING:
    from ...casework.merge import Field, Plan

# The names of the particulars, and what becomes of them; the two records share the rest of the line.
_NAME, _END = 13, 26


class MergePage(Reading):
    """The preview of a merge. Left with the reason and where its words are kept, or with None."""

    PLACE = SHEET
    HINTS: ClassVar[tuple[str, ...]] = ("accept", "back", "page_down")

    def __init__(self, plan: Plan, key: int) -> None:
        super().__init__()
        self.plan, self.key = plan, key

    def on_mount(self) -> None:
        plan = self.plan
        title = _(" Merge {goes} into {stays}").format(goes=plan.our_cases[0], stays=plan.their_cases[0])
        self.head.show((run(title),), (), (run(_("Enter goes on ")),))
        self.sheet.show(self._items())

    def on_resize(self) -> None:
        self.sheet.show(self._items())

    def _items(self) -> list[Item]:
        plan = self.plan
        told = Item(body=", ".join(plan.alike))
        if not plan.alike:
            told = Item(body=_("Nothing about these two looks alike. Be sure that they are one person."), tone="warn")
        found = [heading(_("Why they look like one person")), told, BLANK]
        wide = max(8, (self.app.size.width - _NAME - _END - 4) // 2)
        head = (cells("", _NAME), cells(_("goes"), wide), cells(_("stays"), wide), _("what stands"))
        found.append(heading("  " + " ".join(head)))
        found += [self._field(one, wide) for one in plan.fields if one.ours or one.theirs]
        found += [BLANK, heading(_("What moves to the record that stays")), Item(body=plan.moves)]
        found.append(Item(body=_("its cases: {numbers}").format(numbers=", ".join(plan.our_cases))))
        found.append(Item(body=_("What was written in them stays in them."), tone="dim"))
        return found

    def _field(self, one: Field, wide: int) -> Item:
        from ...casework.merge import label, outcome

        tone = "dim" if one.kept == "same" else "plain"
        ours, theirs = cells(one.ours or "-", wide), cells(one.theirs or "-", wide)
        words = run(outcome(one), "dim" if one.kept == "same" else "key")
        return Item(((f"  {cells(label(one.name), _NAME)} ", "dim"), (f"{ours} {theirs} ", tone), words))

    async def do_accept(self) -> None:
        """Asks why; then it is done."""
        question: Words[str] = Words(
            _("How is it known that they are one:"),
            reads=lambda text: required(text, _("A merge needs a reason.")),
            hint=_("the same papers, a married name"),
        )
        self.dismiss(await words_about(self, question, "merge", [self.key]))
