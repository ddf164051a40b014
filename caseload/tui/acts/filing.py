"""Files kept with a case: added by their path, opened as a private copy, written out, withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...messages import _
from .. import kept, viewing
from ..paths import ask_new, ask_path
from ..prompts import Option, Pick, Words
from ..talk import Left
from .masking import not_masked
from .speaking import letters, required, words_about

if TYPE_CHECKING:
    from ..screens.page import Page


def _kinds() -> tuple[tuple[str, str, str], ...]:
    return (
        ("i", _("identity paper"), "identity"), ("c", _("consent"), "consent"), ("o", _("court"), "court"),
        ("m", _("medical"), "medical"), ("s", _("school"), "school"), ("w", _("work"), "work"), ("b", _("benefits"), "benefits"),
        ("y", _("money"), "money"), ("h", _("housing"), "housing"), ("l", _("letter"), "letter"), ("p", _("photo"), "photo"),
        ("x", _("other"), "other"),
    )  # fmt: skip


async def document(page: Page) -> None:
    """The file by its path, its kind, and whose it is."""
    key = page.targets("document")[0]
    not_masked(page)
    path = await ask_path(page, _("Which file:"))
    kind = await page.ask(letters(_("Kind"), _kinds()))
    whose = (("c", _("this case's"), "case"), ("a", _("the client's, in all cases"), "client"))
    of_client = await page.ask(letters(_("It is"), whose)) == "client"
    page.commit("document", kept.add(key, path, kind, of_client), [key])


async def document_open(page: Page) -> None:
    """The document under the cursor, or one chosen, is shown."""
    key = page.targets("document_open")[0]
    not_masked(page)
    picked: tuple[str, Any] | None = getattr(page, "picked", None)
    if picked is not None and picked[0] == "document":
        await _show(page, picked[1].id)
        return
    found = await page.desk.read(kept.standing, key)
    if not found:
        page.say(_("No document is kept with this case. D a adds one."), "warn")
        raise Left
    options = [Option(one.name or f"#{one.id}", one.id, one.kind) for one in found]
    chosen: int = await page.ask(Pick(_("Which document:"), options=options, hint=_("type to find it")))
    await _show(page, chosen)


async def open_line(page: Page, row: Any) -> None:
    """What Enter does on a document of the case page."""
    key = page.targets("open")[0]
    if row.withdrawn:
        page.say(_("It was withdrawn, and is not opened any more. u takes back what you did last."), "dim")
        return
    not_masked(page)
    coded = [("o", _("open it"), "open"), ("w", _("write it out"), "write"), ("x", _("withdraw it"), "withdraw")]
    if not row.replaced:
        coded.insert(2, ("e", _("its next edition"), "edition"))
    what = await page.ask(letters(_("Document"), coded))
    if what == "open":
        await _show(page, row.id)
    elif what == "write":
        await _write_out(page, row)
    elif what == "edition":
        path = await ask_path(page, _("The file of the next edition:"))
        page.commit("document", kept.add(key, path, row.kind, row.of_client, row.id), [key])
    else:
        await withdraw(page, key, row.id)


async def withdraw(page: Page, key: int, document: int) -> None:
    """Takes a document out of the record, because of something; what it was stays on record."""
    question: Words[str] = Words(
        _("It is withdrawn, because:"), reads=lambda text: required(text, _("It needs a reason, for the record."))
    )
    why, words = await words_about(page, question, f"document-withdraw-{document}", [key])
    page.commit("document", kept.withdraw(document, why), [key], words=words)


async def _show(page: Page, document: int) -> None:
    path = await page.desk.fetch(lambda db: kept.open_into(db, document))
    viewing.show(page.app.suspend, path)
    page.say(_("Opened; that is on record. The copy is removed when caseload ends."), "good")


async def _write_out(page: Page, row: Any) -> None:
    path = await ask_new(page, _("Write it to:"), f"document-{row.id}", (kept.ending(row),))
    why = await page.ask(
        Words(
            _("What for:"),
            reads=lambda text: required(text, _("Say why: it goes on record.")),
            hint=_("it goes on record"),
        )
    )
    to: str = await page.ask(Words(_("Who gets it:"), hint=_("Enter alone: it stays in the house")))
    written = await page.desk.other(lambda db: kept.write_out(db, row.id, path, why, to.strip(), why))
    said = (
        _("Written out and on record.") if written.change is None else _("Written out; {change} records who was told.")
    )
    page.say(said.format(change=written.change), "good")
