"""Reading what was written, marking it as read, and saying something about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...messages import _
from .. import verbs
from ..prompts import Words
from ..talk import Left
from .speaking import required, words_about

if TYPE_CHECKING:
    from ..screens.page import Page


async def read_notes(page: Page) -> None:
    """All notes of the case at once."""
    from ..screens.notes import NotesPage

    page.app.push_screen(NotesPage(page.targets("read_notes")[0]))


def _picked(page: Page) -> tuple[int | None, int | None]:
    """The signed note or the contact under the cursor, as note and contact. Raises Left, having said what to do."""
    picked: tuple[str, Any] | None = getattr(page, "picked", None)
    if picked is not None and picked[0] == "contact":
        return None, picked[1].id
    if picked is not None and picked[0] == "note" and picked[1].state == "signed":
        return picked[1].id, None
    page.say(_("Put the cursor on a signed note or a contact; Tab leads to them, R to all notes."), "warn")
    raise Left


async def comment(page: Page) -> None:
    """A sentence or two about the note or contact under the cursor."""
    key = page.targets("comment")[0]
    await comment_on(page, key, *_picked(page))


async def comment_on(page: Page, key: int, note: int | None, contact: int | None) -> None:
    """What is to be said about that note or contact."""
    question: Words[str] = Words(
        _("Comment:"), reads=lambda text: required(text, _("What is to be said about it?")), limit=20_000
    )
    text, words = await words_about(page, question, f"comment-{note or f'c{contact}'}", [key])
    page.commit("comment", verbs.comment(key, note, contact, text, words), [key], words=words)


async def mark_read(page: Page) -> None:
    """The note or contact under the cursor, and the comments about it, are marked as read."""
    key = page.targets("mark_read")[0]
    note, contact = _picked(page)
    page.commit("mark_read", verbs.mark_read(key, note, contact), [key])
