"""Reassigning: to whom, what it would do, why, and only then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...messages import _, _n
from .. import asks, verbs
from ..prompts import Option, Pick, Words
from ..talk import Left
from .speaking import required, words_about

if TYPE_CHECKING:
    from ...casework.assign import Plan
    from ...casework.loads import Load
    from ..screens.page import Page


async def assign(page: Page) -> None:
    """Type to find who receives, look at the preview, say why."""
    keys = page.targets("assign")
    options = await offered(page, of=keys)
    question: Pick[tuple[str, ...]] = Pick(
        _n("Reassign to:", "Reassign {n} cases to:", len(keys)).format(n=len(keys)),
        name="to",
        options=options,
        several=True,
        hint=_("type a name; a comma shares among several"),
    )
    to = await page.ask(question)
    plan = await page.desk.read(asks.plan, keys, to)
    if len(keys) == 1 and not plan.moved:
        page.say(_("It stays: {why}.").format(why=(plan.blocked or plan.skipped)[0].why), "warn")
        raise Left
    if len(keys) == 1:
        text, words = await words_about(page, why_moved(plan, to, effect(plan)), "assign", keys)
    else:
        from ..screens.plan import PlanPage

        found: tuple[str, tuple[str, str] | None] | None = await page.visit(PlanPage(plan, to))
        if found is None:
            page.say(_("Nothing was moved."), "dim")
            raise Left
        text, words = found
    page.commit("assign", verbs.reassign(plan, text, words), [move.id for move in plan.moved], words=words)


async def offered(page: Page, *, of: Sequence[int] = (), me_first: bool = False) -> list[Option[str]]:
    """Everyone who can hold cases, with their load, save who holds all of these cases; who is away last, unless the person
    themselves comes first."""
    rows = [page.row_of(key) for key in of]
    holders = {row.worker if row is not None else None for row in rows}
    holder = holders.pop() if len(holders) == 1 else None
    people = [one for one in await page.desk.read(asks.receivers) if one.handle != holder]
    me = page.app.standing.handle if me_first and page.app.standing is not None else ""
    return [
        Option(one.handle, one.handle, _load(one), one.name)
        for one in sorted(people, key=lambda p: (p.handle != me, p.away, p.handle))
    ]


def why_moved(plan: Plan, to: Sequence[str], hint: str) -> Words[str]:
    """The question that every move ends with."""
    label = _n("Why to {to}:", "Why {n} cases to {to}:", len(plan.moved)).format(n=len(plan.moved), to=", ".join(to))
    return Words(label, reads=lambda text: required(text, _("A move needs a reason.")), hint=hint)


def effect(plan: Plan) -> str:
    """What a move does to loads, in a line: `ana 31 → 30, ben 12 → 13 of 40`."""
    return ", ".join(load_words(one) for one in plan.load)


def load_words(one: Load) -> str:
    words = f"{one.worker} {one.cases_before} → {one.cases_after}"
    words = _("{words} of {most}").format(words=words, most=one.capacity) if one.capacity else words
    if one.by_model is None:
        return words
    before, after = one.by_model
    told = _("{before:.1f} → {after:.1f} % by {model}").format(
        before=before.percent, after=after.percent, model=after.model
    )
    return f"{words} ({told})"


def _load(one: asks.Receiver) -> str:
    words = (
        _("{n} of {most} cases").format(n=one.cases, most=one.capacity)
        if one.capacity
        else _("{n} cases").format(n=one.cases)
    )
    return f"{one.name} · {words}" + (_(" · away") if one.away else "")
