"""Taking back, doing again, repeating elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...messages import _
from .. import acts, asks, commands, days, verbs
from ..prompts import yes_no
from ..talk import Left

if TYPE_CHECKING:
    from ..screens.page import Page


async def repeat(page: Page) -> None:
    """The last act on this case: its coded answers again, its words not."""
    last = page.app.memory.last
    if last is None:
        page.say(_("Nothing to repeat yet: act on a case first."), "warn")
        raise Left
    command, answers = last
    act = acts.find(command)
    if act is None or page.PLACE not in commands.get(command).where:
        page.say(_("{act} cannot be repeated here.").format(act=commands.get(command).words), "warn")
        raise Left
    page.app.memory.begin(answers)
    await act(page)


async def undo(page: Page) -> None:
    """Takes back the person's newest act, whole. One made elsewhere or before is named and asked about first."""
    await _turn(page, redo=False)


async def redo(page: Page) -> None:
    """Does again what was taken back last."""
    await _turn(page, redo=True)


async def _turn(page: Page, *, redo: bool) -> None:
    found = await page.desk.read(asks.last_change, redo)
    if found is None:
        page.say(_("There is nothing of yours to redo.") if redo else _("There is nothing of yours to undo."), "warn")
        raise Left
    if found.id not in page.app.memory.changes:
        today = page.app.today
        assert today is not None
        label = _("Redo") if redo else _("Undo")
        words = _("{what} {change} of {when}: {summary}?").format(
            what=label, change=found.number, when=days.ago(found.day, today), summary=found.summary
        )
        if not await page.ask(yes_no(words)):
            raise Left
    receipt = await page.write("redo" if redo else "undo", verbs.undo(found.id, redo))
    await page.app.all_undone(receipt.data.restored if receipt.data else receipt.cases)
