"""Two records of one person become one: who it is, whose record stays, both side by side, why, and only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import Usage
from ...messages import _
from ...text import clip
from .. import twins, verbs
from ..prompts import Option, Pick, Words
from ..talk import Left
from .speaking import letters

if TYPE_CHECKING:
    from ..screens.page import Page


async def merge(page: Page) -> None:
    """Picks the other record, shows both, asks why."""
    from ..screens.merge import MergePage

    key = page.targets("merge")[0]
    row = page.row_of(key)
    if row is None:
        raise Left
    other = await _other(page, key)
    both = (
        ("t", _("this one, {number}").format(number=row.case), "this"),
        ("o", _("the other, {number}").format(number=other), "other"),
    )
    kept = await page.ask(letters(_("Which record stays?"), both))
    goes, stays = (other, row.case) if kept == "this" else (row.case, other)
    found = await page.desk.fetch(lambda db: twins.merging(db, goes, stays))
    answer: tuple[str, tuple[str, str] | None] | None = await page.visit(MergePage(found.plan, key))
    if answer is None:
        page.say(_("Nothing was merged."), "dim")
        raise Left
    why, words = answer
    page.commit("merge", verbs.merge(found.plan, why, words), found.keys, words=words)


async def _other(page: Page, key: int) -> str:
    """The number of a case of the other record: from those who look alike, or typed."""
    alike = await page.desk.read(twins.alike, key)
    # The reasons stand whole on the next page; here the name must have room.
    options = [Option(f"{one.name}  {one.number}", one.number, clip(one.why, 38)) for one in alike.candidates]
    if options:
        hint = alike.ask[0] if alike.ask else _("Enter takes it, Esc leaves")
        options.append(Option(_("another case, by its number"), ""))
        picked: str = await page.ask(Pick(_("The same person as:"), options=options, hint=hint))
        if picked:
            return picked
    told = alike.ask[0] if alike.ask else "" if options else _("nobody looks alike; type a number, 2026-048212")
    question: Words[str] = Words(_("The same person as in case:"), reads=_number, hint=told, limit=20)
    return await page.ask(question)


def _number(text: str) -> str:
    from ...casework import numbers

    if not text.strip():
        raise Usage(_("The number of one of their cases, such as 2026-048212."))
    return numbers.parse(text.strip())
