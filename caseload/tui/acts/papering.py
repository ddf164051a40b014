"""A case on paper: the whole record for those outside, with what permits it said first; and the pack for whoever takes cases over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...messages import _, _n
from .. import days, paperwork
from ..paths import ask_new
from ..prompts import Words, yes_no
from ..talk import Left
from .masking import not_masked
from .speaking import letters, required, sure, words_about

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ...reports.casefile import Put, Wish
    from ..screens.page import Page


async def case_file(page: Page) -> None:
    """For whom, by which record it may go, as what kind of file, what for and where; then it is written, and on record as told."""
    from ...reports.casefile import case_file as write
    from ..screens.tally import Sentences

    key = page.targets("case_file")[0]
    not_masked(page)
    coded = (
        ("c", _("a court"), "court"),
        ("t", _("a body that takes it over"), "transfer"),
        ("a", _("the client"), "access"),
    )
    purpose = await page.ask(letters(_("The whole record, for"), coded))
    recipient = "" if purpose == "access" else await _recipient(page, key)
    found = await page.desk.read(paperwork.permit, key, recipient)
    if isinstance(found, str):
        page.say(_("No. {why}").format(why=found) + " " + _("C g records a consent."), "bad")
        raise Left
    record = days.worded(found.words, page.app.today)
    if not await page.ask(yes_no(_("It may go. {record}. Go on?").format(record=record))):
        raise Left
    wish, place = await _wish(page, "case-file", [key], purpose=purpose, recipient=recipient)
    put = await _written(page, "case_file", [key], place, lambda db: write(db, wish))
    said = [put.words, _("It is on record as told: {change}").format(change=put.change), "", *put.remarks]
    await page.visit(Sentences(_("The whole case on paper"), said))


async def handover(page: Page) -> None:
    """A page for each of the cases, in one file."""
    from ...reports.casefile import handovers as write

    keys = page.targets("handover")
    not_masked(page)
    await sure(page, keys, _("A handover pack of {n} cases, a page each?"))
    wish, place = await _wish(page, "handover", keys)
    put = await _written(page, "handover", keys, place, lambda db: write(db, wish))
    looked = _n("The look is on record.", "The looks are on record.", len(keys))
    page.say(f"{put.words}. {looked}", "good")


async def _recipient(page: Page, key: int) -> str:
    """Who gets it, as the consent or the exception names them."""
    known = await page.desk.read(paperwork.recipients, key)
    hint = (
        _("with a consent: {names}").format(names=", ".join(known[:4]))
        if known
        else _("as a consent names them; C g records one")
    )
    question: Words[str] = Words(_("Who gets it:"), reads=lambda text: required(text, _("To whom?")), hint=hint)
    if len(known) == 1:
        question.line.insert(known[0], question.limit)
    return await page.ask(question)


async def _wish(
    page: Page, form: str, keys: Sequence[int], purpose: str = "", recipient: str = ""
) -> tuple[Wish, tuple[str, str] | None]:
    """What kind of file, what for, and where. What for is kept while it is typed."""
    from ...reports.casefile import Wish, can_write

    coded = (("h", _("web page"), "html"), ("w", _("Word"), "docx"), ("p", _("pdf"), "pdf"))
    kind = await page.ask(letters(_("As"), coded))
    await page.desk.beside(lambda: can_write(kind))
    why, words = await words_about(
        page,
        Words(
            _("What for:"),
            reads=lambda text: required(text, _("Say why: it goes on record.")),
            hint=_("it goes on record"),
        ),
        form,
        keys,
    )
    path = await ask_new(page, _("Write it to:"), f"{form}-{page.app.today}", (f".{kind}", ".manifest.json"))
    return Wish(tuple(keys), kind, path, why, purpose, recipient), words


async def _written(
    page: Page, command: str, keys: Sequence[int], words: tuple[str, str] | None, write: Callable[[Any], Put]
) -> Put:
    """Writes it on the writing thread; what was typed for it is forgotten once it is there."""
    failed = True
    try:
        put = await page.desk.other(write)
        failed = False
    finally:
        if page.is_attached:
            await page.finished(command, keys, failed=failed)
    if words is not None:
        await page.app.jotter.flush(words[0], "")
    return put
