"""Moving cases along the board."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...messages import _
from .. import terms, verbs
from ..prompts import Words
from ..talk import Left
from .speaking import about, required, words_about

if TYPE_CHECKING:
    from ..screens.page import Page


async def stage_on(page: Page) -> None:
    """One stage on."""
    await _step(page, "stage_on", 1)


async def stage_back(page: Page) -> None:
    """One stage back."""
    await _step(page, "stage_back", -1)


async def _step(page: Page, command: str, step: int) -> None:
    keys = page.targets(command)
    rows = [page.row_of(key) for key in keys]
    stages = {row.stage for row in rows if row is not None}
    if len(stages) != 1 or None in rows:
        page.say(_("The marked cases stand at several stages. s moves them all to one."), "warn")
        raise Left
    order = [code for _letter, _words, code in terms.stages()]
    place = order.index(stages.pop()) + step
    if place < 0:
        page.say(_("There is no stage before this one."), "warn")
        raise Left
    if order[place] == "closed" and len(keys) == 1:
        from .quick import close

        await close(page, keys[0])
        return
    label = about(keys) + _("To {stage}, because:").format(stage=terms.stage_words(order[place]))
    question: Words[str] = Words(label, reads=lambda text: required(text, _("A move to another stage needs a reason.")))
    why, words = await words_about(page, question, "stage", keys)
    page.commit("stage", verbs.move_stage(keys, order[place], why, words), keys, words=words)
