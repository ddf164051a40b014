"""Filtering a list while one types: the list narrows at each rest, and Esc brings it back as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import CaseloadError
from ...messages import _
from ..prompts import Words
from ..talk import Left

if TYPE_CHECKING:
    from .listing import Listing

_FIRST = 60


async def narrow(page: Listing) -> None:
    """Asks for the filter of a list. Raises nothing: Esc leaves the list as it was."""
    before = page.view
    keys, cursor = page.table.keys, page.table.cursor

    def heard(text: str) -> None:
        page.start(_narrowed(page, question, text))

    question: Words[str] = Words(
        _("Filter:"), hint=_("a name, worker:me, due:<=7d, -tag:rent …"), limit=2000, heard=heard
    )
    question.line.insert(before.query + (" " if before.query else ""), 2000)
    try:
        await page.ask(question)
    except Left:
        page.desk.forget(f"list-{id(page)}")
        page.desk.forget(f"typist-{id(page)}")
        if page.view != before or page.table.keys is not keys:
            page.view = before
            page.table.show(keys, page.table.rows_near(keys), stay=False)
            page.table.empty = page.nothing_here()
            page.table.move_to(cursor)
        page.titled()
        return
    text = question.line.text.strip()
    if text != page.view.query:
        page.view = page.view.filtered(text)
        await page.load(stay=True)
    page.titled()


async def _narrowed(page: Listing, question: Words[str], text: str) -> None:
    await page.desk.rest(page.app.rest, f"typist-{id(page)}")
    view = page.view.filtered(text.strip())
    try:
        found = await page.desk.read(page.listed(), view, _FIRST, channel=f"list-{id(page)}")
    except CaseloadError as error:
        # Half-typed words are no mistake to be scolded for: the list stays, the line says what is not understood.
        question.said = error.message
        page.tell()
        return
    page.view = view
    page.take(found, stay=False)
