"""Notes and intake: what opens a form, with the words that were kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...messages import _
from .. import asks, days, scribbles, terms, verbs
from ..prompts import yes_no
from ..screens.intake import PLACE, Intake
from ..screens.note import NotePage, Subject
from ..talk import Left
from .masking import not_masked
from .speaking import letters

if TYPE_CHECKING:
    from ..screens.page import Page


async def note(page: Page) -> None:
    """Goes on with unsaved words or a draft, or asks for the form of a new note."""
    await _note(page, in_editor=False)


async def note_editor(page: Page) -> None:
    """The same, in the person's own editor."""
    await _note(page, in_editor=True)


async def _note(page: Page, *, in_editor: bool) -> None:
    key = page.targets("note")[0]
    await page.app.jotter.ready()
    start = await page.desk.read(scribbles.note_start, key)
    today = page.app.today
    assert today is not None
    coded = [(letter, words, code) for letter, words, code in terms.forms()]
    if start.kept:
        # Unsaved words come first: they are what was being done.
        form, kept = start.kept[0]
        await _new(page, key, form, kept, in_editor)
        return
    if start.drafts:
        coded = [
            ("o", _("go on with the draft of {day}").format(day=days.shown(start.drafts[0][3], today)), "draft"),
            *coded,
        ]
    form = await page.ask(letters(_("Note"), coded))
    if form == "draft":
        await open_draft(page, key, start.drafts[0][0], in_editor=in_editor)
        return
    await _new(page, key, form, None, in_editor)


async def go_on(page: Page, key: int, form: str) -> None:
    """A new note in that form, with the words that were typed in it."""
    await _new(page, key, form, await page.app.jotter.recall(f"note:{form}|case:{key}"), False)


async def _new(page: Page, key: int, form: str, kept: scribbles.Kept | None, in_editor: bool) -> None:
    subject = Subject(key, _number(page, key), form, f"note:{form}|case:{key}")
    text, when = (kept.body, kept.when) if kept is not None else ("", "")
    await _open(page, subject, text, when, in_editor)


async def _open(page: Page, subject: Subject, text: str, kept: str, in_editor: bool) -> None:
    await page.visit(NotePage(subject, text, kept, in_editor=in_editor))


async def open_draft(page: Page, key: int, note_id: int, *, in_editor: bool = False) -> None:
    """Opens a draft to go on with it; reading its text is a look, and on record."""
    not_masked(page)
    opened = await page.desk.fetch(lambda db: asks.case_page(db, key))
    row = next((one for one in opened.page.notes if one.id == note_id), None)
    place = f"note|note:{note_id}"
    kept = await page.app.jotter.recall(place)
    if row is None or row.state != "draft":
        if kept is None:
            page.say(_("That draft is no longer there."), "warn")
            raise Left
        await _without_draft(page, opened, row, place, kept)
        return
    # Words typed over an earlier version stay words over that version: saving them says so.
    version = row.version if kept is None or kept.seen is None else kept.seen
    base = row.text or "" if version == row.version else None
    subject = Subject(key, opened.page.row.case, row.form, place, note=row.id, version=version, base=base)
    text, when = (kept.body, kept.when) if kept is not None else (row.text or "", "")
    await _open(page, subject, text, when, in_editor)


async def _without_draft(page: Page, opened: asks.Opened, row: Any, place: str, kept: scribbles.Kept) -> None:
    """Words typed over a draft that was signed or thrown away meanwhile go on as an addendum to it, or as a note."""
    signed = row is not None
    ask = _("This note was signed meanwhile. Go on with your words as an addendum to it?")
    if not signed:
        ask = _("This draft was thrown away meanwhile. Go on with your words as a new note?")
    if not await page.ask(yes_no(ask)):
        raise Left
    number, key = opened.page.row.case, opened.page.row.id
    subject = Subject(key, number, "narrative", place, addendum_to=row.id if signed else None)
    await _open(page, subject, kept.body, kept.when, False)


async def particulars(page: Page, key: int) -> None:
    """The client's name, birth date and ways to be reached, to be set right."""
    from ..screens.client import ClientForm

    now = await page.desk.read(asks.particulars, key)
    kept = await page.app.jotter.recall(f"client|client:{now.client}")
    await page.visit(ClientForm(key, _number(page, key), now, kept))


async def addendum(page: Page) -> None:
    """Writes beside a signed note what is to be added to it."""
    key = page.targets("addendum")[0]
    picked: tuple[str, Any] | None = getattr(page, "picked", None)
    if picked is None or picked[0] != "note" or picked[1].state != "signed":
        page.say(_("Put the cursor on a signed note, under Contacts and notes."), "warn")
        raise Left
    await add_to(page, key, picked[1].id)


async def add_to(page: Page, key: int, note: int) -> None:
    """An addendum to that signed note."""
    place = f"addendum|note:{note}"
    kept = await page.app.jotter.recall(place)
    subject = Subject(key, _number(page, key), "narrative", place, addendum_to=note)
    await _open(page, subject, kept.body if kept is not None else "", kept.when if kept is not None else "", False)


async def sign(page: Page) -> None:
    """Signs the draft under the cursor, or co-signs a colleague's note that asks for it; from a list, opens the person's draft
    of that case to be read and signed."""
    key = page.targets("sign")[0]
    picked: tuple[str, Any] | None = getattr(page, "picked", None)
    if picked is not None and picked[0] == "note" and picked[1].state == "draft":
        if not await page.ask(yes_no(_("Sign and lock this note?"))):
            raise Left
        page.commit("sign", verbs.sign_note(picked[1].id), [key])
        return
    if picked is not None and picked[0] == "note" and picked[1].waits and not picked[1].mine:
        if not await page.ask(yes_no(_("Co-sign this note by {who}?").format(who=picked[1].by))):
            raise Left
        page.commit("sign", verbs.cosign(key, picked[1].id), [key])
        return
    start = await page.desk.read(scribbles.note_start, key)
    if not start.drafts:
        page.say(_("You have no draft in this case. n writes a note."), "warn")
        raise Left
    await open_draft(page, key, start.drafts[-1][0])


async def intake(page: Page) -> None:
    """The intake form; afterwards the new case is open."""
    not_masked(page)
    programs = await page.desk.read(asks.programs)
    if not programs:
        page.say(_("There is no program yet. An admin makes one: caseload program add CODE"), "warn")
        raise Left
    receivers = await page.desk.read(asks.receivers)
    kept = await page.app.jotter.recall(PLACE)
    standing = page.app.standing
    me = standing.handle if standing is not None else ""
    receipt = await page.visit(Intake(programs, [one.handle for one in receivers], me, kept))
    if receipt is not None:
        if receipt.data is not None:  # a lost answer left it unknown
            page.app.open_case(receipt.data["id"])
        page.app.announce_done(receipt)


def _number(page: Page, key: int) -> str:
    row = page.row_of(key)
    return row.case if row is not None else ""
