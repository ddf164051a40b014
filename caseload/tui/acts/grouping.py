"""Group activities: logged of marked cases, one line set right; and what a contact was about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...messages import _
from .. import grouped, terms
from ..prompts import Toggles, Words, lettered
from ..talk import Left
from .masking import not_masked
from .speaking import letters, subject_of, words_about

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...casework.entries import ContactRow
    from ..screens.page import Page


async def group(page: Page) -> None:
    """The page of an activity of the marked cases, with the words that were kept."""
    from ..screens.grouping import GroupPage

    keys = page.targets("group")
    not_masked(page)
    place = f"group|{subject_of(keys)}"
    kept = await page.app.jotter.recall(place)
    people = await page.desk.read(grouped.expected, keys)
    topics = await page.desk.read(grouped.topics)
    if not people:
        page.say(_("Those cases are gone, or no longer yours to see."), "warn")
        raise Left
    await page.visit(GroupPage(people, topics, place, kept))


async def advice(page: Page) -> None:
    """What the contact under the cursor was about, or the person's latest in this case."""
    key = page.targets("advice")[0]
    picked: tuple[str, Any] | None = getattr(page, "picked", None)
    if picked is not None and picked[0] == "contact":
        await file(page, key, picked[1].id, picked[1].topics)
        return
    found = await page.desk.read(grouped.latest, key)
    if found is None:
        page.say(_("You have no contact in this case yet. c logs one."), "warn")
        raise Left
    await file(page, key, found.id, found.topics)


async def file(page: Page, key: int, contact: int, filed: Sequence[str]) -> None:
    """A letter for each topic; Enter files the contact under those that are on."""
    page.commit("advice", grouped.refile(key, contact, await choose(page, filed)), [key])


async def choose(page: Page, filed: Sequence[str]) -> tuple[str, ...]:
    """The topics that are meant, beginning with those that stand there; a closed one that stands there stays to be chosen."""
    offered = list(await page.desk.read(grouped.topics))
    known = {code for code, _name in offered}
    offered += [(code, code.replace("_", " ")) for code in filed if code not in known and ":" not in code]
    options = lettered(offered)
    taken = [one for one in options if one.value in filed]
    hint = _("a letter each; Enter takes those that are on")
    question: Toggles[tuple[str, ...]] = Toggles(_("About:"), options=options, taken=taken, hint=hint)
    return await page.ask(question)


async def open_line(page: Page, row: ContactRow) -> None:
    """What Enter does on a contact, on the case page."""
    key = page.targets("open")[0]
    if row.kind != "group":
        page.say(_("A contact is on record as it stands. T says what it was about, n writes a note about it."), "dim")
        return
    coded = [one for one in terms.presences() if one[2] != row.presence]
    what = await page.ask(letters(_("This client"), [*coded, ("w", _("in other words"), "words")]))
    if what == "words":
        await reword(page, key, row)
    else:
        page.commit("group", grouped.correct(key, row.id, row.version, what, None), [key])


async def reword(page: Page, key: int, row: ContactRow) -> None:
    """What is said of this client alone, in other words."""
    not_masked(page)
    again: Words[str] = Words(_("Of this client alone:"), reads=str.strip, limit=20_000, hint=_("empty takes it away"))
    again.line.insert(row.own or "", 20_000)
    text, words = await words_about(page, again, f"group-own-{row.id}", [key])
    place = words[0] if words is not None else None
    page.commit("group", grouped.correct(key, row.id, row.version, None, text, place), [key], words=words)
