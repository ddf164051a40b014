"""Choosing what a list is: whose, which sheet of a workbook, what a column is and what its words mean, how its days are written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ...errors import CaseloadError, Usage
from ...messages import _
from .. import column_words, days, lists
from ..prompts import Choice, Letters, Option, Pick, Words
from ..talk import Left
from .masking import not_masked
from .speaking import letters, required

if TYPE_CHECKING:
    from ...exchange.sheet.mapping import Mapping
    from ..screens.importing import ImportPage
    from ..screens.page import Page


async def go_import(page: Page) -> None:
    """The page for a list, on top of where one is; with what was chosen there before and not taken in."""
    from ..screens.importing import ImportPage

    not_masked(page)
    if any(isinstance(one, ImportPage) for one in page.app.pages()):
        page.app._go(ImportPage)
        return
    await page.app.opened()
    page.app.push_screen(ImportPage(await page.app.jotter.recall(lists.PLACE)))


async def which_sheet(page: Page, sheets: tuple[str, ...]) -> str:
    """Of a workbook with several that could be meant."""
    options = [Option(one, one) for one in sheets]
    found: str = await page.ask(Pick(_("Which sheet:"), options=options, hint=_("type to find it")))
    return found


async def whose(page: ImportPage) -> None:
    """Whose list it is: one that was brought before, or a new name. The columns come as they were kept for it."""
    from ...exchange.sheet import NAME_LIMIT

    draft = page.draft
    known = page.looked.known.systems if page.looked is not None and draft.kind == "sheet" else ()

    def read(text: str) -> str:
        name = required(text, _("Say whose list it is, and the same the next time."))
        if len(name) > NAME_LIMIT:
            raise Usage(_("At most {n} letters.").format(n=NAME_LIMIT))
        # The same list, however it was typed this time.
        return next((one for one in known if one.casefold() == name.casefold()), name)

    hint = _("as in: North list") if not known else _("before: {names}").format(names=", ".join(known[:4]))
    asked = _("Whose list is it:") if draft.kind == "sheet" else _("Whose directory is it:")
    question = Words(asked, reads=read, hint=hint)
    if draft.system:
        question.line.insert(draft.system, NAME_LIMIT)
    name = await page.ask(question)
    page.put(system=name)
    offered = page.looked.offered if page.looked is not None else None
    if draft.kind != "sheet" or offered is None:
        return
    try:
        mine = await page.desk.beside(lambda: lists.shelved(name, offered))
    except CaseloadError as error:
        page.say(_("What was kept for it cannot be read: {why}").format(why=error.message), "warn")
        return
    if mine is not None:
        page.put(mapping=mine)
        page.say(_("The columns are as you kept them for {name}.").format(name=name), "good")


async def change(page: ImportPage, what: str, name: str) -> None:
    """What Enter does on a line of the page."""
    if what == "whose":
        await whose(page)
    elif what == "assign":
        coded = (
            ("w", column_words.assign_words("by-user"), "by-user"), ("e", column_words.assign_words("even"), "even"),
            ("n", column_words.assign_words("none"), "none"),
        )  # fmt: skip
        page.put(assign=await page.ask(letters(_("Open cases go to"), coded)))
    elif what == "days":
        await days_written(page)
    elif what == "column":
        await target(page, name)
    else:
        await default(page, name)


async def target(page: ImportPage, name: str) -> None:
    """What a column is: one of all it can be."""
    from ...exchange.sheet import terms

    now = page.mapping.columns[name]
    options = [Option(column_words.target_words(""), "")]
    options += [
        Option(column_words.target_words(one), one, one, f"{one} {one.partition('.')[2]}") for one in terms.TARGETS
    ]
    question: Pick[str] = Pick(_("{column} is:").format(column=name[:30]), options=options, hint=_("type to find it"))
    question.at = next((at for at, one in enumerate(options) if one.value == now), 0)
    put_target(page, name, await page.ask(question))


def put_target(page: ImportPage, name: str, target: str) -> None:
    """The column is that from here on. Where only one column can be, the one that was is left out, and that is said."""
    from ...exchange.sheet import terms

    mapping = page.mapping
    other = [one for one in mapping.of(target) if one != name] if target and target not in terms.SEVERAL else []
    for one in other:
        mapping = mapping.with_column(one, "")
    page.put(mapping=mapping.with_column(name, target))
    if other:
        said = _("{column} is left out now: only one column can be {what}.")
        page.say(said.format(column=", ".join(other), what=column_words.target_words(target)), "warn")


async def values(page: ImportPage, name: str) -> None:
    """What a word of the column means here, one after another, until Esc."""
    target = page.mapping.columns[name]
    if not column_words.coded(target):
        page.say(_("What stands in this column is taken as it stands."), "dim")
        raise Left
    looked = page.looked
    assert looked is not None
    while True:
        told = [
            (one, column_words.understood(target, one, page.mapping, looked.known))
            for one in looked.values.get(name, ())
        ]
        told.sort(key=lambda one: one[1] is not None)
        if not told:
            page.say(_("Nothing stands in this column."), "dim")
            raise Left
        options = [Option(value, value, f"→ {meant or '?'}") for value, meant in told]
        value: str = await page.ask(
            Pick(_("Which word:"), options=options, hint=_("what is not known comes first; Esc ends"))
        )
        meaning: str = await page.ask(
            Pick(_("{word} means:").format(word=value[:30]), options=_meanings(page, target), hint=_("type to find it"))
        )
        page.put(mapping=_meaning(page.mapping, target, value, meaning))


def _meanings(page: ImportPage, target: str) -> list[Option[str]]:
    """Our words for a column of that kind."""
    from ...exchange.sheet import terms
    from ...exchange.sheet.mapping import CODES

    assert page.looked is not None
    here = {"case.program": page.looked.known.programs, "case.worker": page.looked.known.workers}.get(target)
    if here is not None:
        found = [Option(f"{code}  {name}" if name != code else code, code, also=name) for code, name in here]
    else:
        found = [Option(one.replace("_", " "), one) for one in CODES[target]]
        found += [Option(column_words.unanswered_words(one), one) for one in terms.UNANSWERED]
    return [*found, Option(_("(as it stands)"), "")]


def _meaning(mapping: Mapping, target: str, value: str, meant: str) -> Mapping:
    from ...text import fold

    listed = dict(mapping.values.get(target, {}))
    listed.pop(fold(value) or value, None)
    if meant:
        listed[fold(value) or value] = meant
    return replace(mapping, values={**mapping.values, target: listed})


async def days_written(page: ImportPage) -> None:
    """Day first or month first, with what a day of the list would then be."""
    doubt, draft = page.doubt, page.draft
    coded = {"dmy": "d", "mdy": "m", "ymd": "y"}
    if doubt is None:
        # What was looked at is clear; further down the list it may not be.
        choices = [Choice(letter, column_words.order_words(order), order) for order, letter in coded.items()]
        choices.append(Choice("n", _("in no way that must be said"), ""))
        said: str = await page.ask(Letters(_("Days by numbers are written"), choices=choices))
        if draft.mapping is None:
            page.put(order=said)
        else:
            page.put(mapping=replace(draft.mapping, order=said or None))
        return
    found = [
        Choice(coded[order], f"{column_words.order_words(order)}: {column_words.day_words(on)}", order)
        for order, on in doubt.readings.items()
    ]
    fits = [column_words.order_words(order) for order in doubt.fits]
    label = _("{cell} in {column} is").format(cell=doubt.cell, column=doubt.column[:20])
    if len(fits) == 1:
        label = _("The others can only be read {order}. {label}").format(order=fits[0], label=label)
    order: str = await page.ask(Letters(label, choices=found))
    page.put(mapping=replace(page.mapping, order=order))


async def default(page: ImportPage, target: str) -> None:
    """What stands in all rows for a column that is not there; nothing takes it away."""
    from ...casework import languages

    known = page.looked.known if page.looked is not None else None
    assert known is not None
    found: str
    label = _("{what} in all rows:").format(what=column_words.target_words(target))
    if target in ("case.program", "case.worker", "case.stage", "contact.kind"):
        options = [one for one in _meanings(page, target) if one.value and not one.value.isdigit()]
        found = await page.ask(Pick(label, options=[*options, Option(_("(nothing)"), "")], hint=_("type to find it")))
    elif target == "case.opened":
        found = await page.ask(Words(label, reads=_past, hint=_("a day such as 2026-01-31; Enter alone: nothing")))
    else:
        hint = _("as in: de, Italian; Enter alone: nothing")
        found = await page.ask(Words(label, reads=lambda text: languages.code(text) if text.strip() else "", hint=hint))
    kept = {name: text for name, text in page.mapping.defaults.items() if name != target}
    page.put(mapping=replace(page.mapping, defaults={**kept, target: found} if found else kept))


def _past(text: str) -> str:
    if not text.strip():
        return ""
    found = days.read_past_day(text)
    if found is None:
        raise Usage(_("A day such as 2026-01-31 or 31 jan 2026."))
    return found.isoformat()
