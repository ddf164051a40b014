"""How a list that is brought reads on the screen: its columns, what each is here, how its days and words are understood. Pure functions over
the importer's frozen values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..messages import _, _n
from ..text import clip, fold, line
from . import days
from .draw import cells, run
from .widgets.sheet import BLANK, Item, heading

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from ..exchange.sheet.daying import Doubt
    from ..exchange.sheet.mapping import Mapping
    from .lists import Draft, Known, Looked

# So many letters of a header, and of a value, are shown in a line.
_HEADER, _VALUE = 22, 24


def kind_words(kind: str) -> str:
    """What a file is, as people say it."""
    return {
        "sheet": _("a list of cases"), "hmis": _("an HMIS export"), "fhir": _("a FHIR Bundle"), "ics": _("a calendar"),
        "hsds": _("a directory of services"),
    }.get(kind, kind)  # fmt: skip


def target_words(target: str) -> str:
    """What a column can be, as people say it."""
    return {
        "": _("left out"), "client.id": _("the client's number there"), "client.given": _("given name"), "client.family": _("family name"),
        "client.family_given": _("family and given name"), "client.given_family": _("given and family name"), "client.middle": _("middle name"),
        "client.known_as": _("known as"), "client.born": _("date of birth"), "client.birth_quality": _("how sure the birth date is"),
        "client.language": _("language"), "client.phone": _("phone"), "client.phone_safe": _("whether it is safe to call"),
        "client.email": _("mail address"), "client.address": _("address"), "case.id": _("the case's number there"),
        "case.program": _("program"), "case.worker": _("worker"), "case.opened": _("day the case opened"), "case.stage": _("stage"),
        "case.risk": _("risk"), "case.source": _("who referred them"), "case.status": _("open or closed"),
        "case.closed": _("day the case closed"), "case.close_reason": _("why it closed"), "contact.day": _("day of the last contact"),
        "contact.kind": _("how the last contact was made"), "task.title": _("next step"), "task.due": _("day the next step is due"),
        "note": _("a note"), "row.updated": _("day the row was changed"), "keep": _("kept in the draft note"),
    }.get(target, target)  # fmt: skip


def assign_words(way: str) -> str:
    """Who gets the open cases of a list, in words."""
    return {"by-user": _("the worker of the row"), "even": _("everybody alike"), "none": _("nobody")}.get(way, way)


def order_words(order: str) -> str:
    """An order of day, month and year in words."""
    return {"dmy": _("day first"), "mdy": _("month first"), "ymd": _("year first")}.get(order, order)


def unanswered_words(code: str) -> str:
    """Why there is no answer, in words."""
    return {"8": _("does not know"), "9": _("prefers not to say"), "99": _("not collected")}.get(code, code)


def understood(target: str, value: str, mapping: Mapping, known: Known) -> str | None:
    """What a word of a coded column is here; None where it is nothing that is known."""
    from ..exchange.sheet import terms

    listed = mapping.values.get(target, {})
    text = listed.get(fold(value) or value, value)
    here = {"case.program": known.programs, "case.worker": known.workers}.get(target)
    if here is not None:
        return next((code for code, name in here if fold(text) in (fold(code), fold(name))), None)
    return terms.values(target).get(fold(text)) or terms.unanswered().get(fold(text))


def coded(target: str) -> bool:
    """Whether what stands in such a column must be one of our words."""
    from ..exchange.sheet.mapping import CODES

    return target in CODES or target in ("case.program", "case.worker")


# -- the page ----------------------------------------------------------------------------------------


def intro() -> list[Item]:
    """What an empty page says, and what to do."""
    said = (
        _("A list of cases as your agency keeps it (xlsx or csv, any columns, a client's case a row): what each column is, is proposed, and "
          "you set it right. Nothing is taken before you have seen what it would do, and u takes it back whole."),
        _("Also an HMIS export (a folder or a zip), a calendar (.ics) and a directory of services (HSDS): which it is, is told by what is in it."),
        _("A list whose rows were not all taken: write these out, mend them there, and bring that file."),
    )  # fmt: skip
    return [
        *(one for words in said for one in (Item(body=words, prose=True), BLANK)),
        Item(((_("  o asks for the file."), "dim"),)),
    ]


def page(looked: Looked, doubt: Doubt | None) -> list[Item]:
    """What is chosen for the list, its columns, and what stands for those that are not there."""
    draft = looked.draft
    found = list(_about(draft, doubt))
    if draft.mapping is None:
        return [*found, BLANK, Item(((_("  p looks into it: nothing is taken before you say so."), "dim"),))]
    taken = sum(bool(target) for target in draft.mapping.columns.values())
    n = len(looked.header)
    found += [BLANK, heading(_n("{n} column, {m} taken", "{n} columns, {m} taken", n).format(n=n, m=taken))]
    found += [_column(name, looked) for name in looked.header]
    missing = list(_missing(draft.mapping, looked.known))
    return found + ([BLANK, heading(_("No column says it")), *missing] if missing else [])


def _fact(name: str, text: str, value: object, tone: str = "plain") -> Item:
    return Item((run(f"{cells(name, _HEADER)} ", "dim"), run(text, tone)), value=value)


def _about(draft: Draft, doubt: Doubt | None) -> Iterable[Item]:
    yield Item((run("  " + cells(_("It is"), _HEADER) + " ", "dim"), run(kind_words(draft.kind))))
    if draft.kind == "sheet":
        unsaid = _("not said yet: a name, the same each time")
        yield _fact(_("Whose list it is"), draft.system or unsaid, ("whose", ""), "strong" if draft.system else "warn")
    elif draft.kind == "hsds":
        yield _fact(_("Whose directory"), draft.system or _("one without a name"), ("whose", ""))
    elif draft.kind == "ics":
        yield Item(
            (
                run(
                    _("  Its coming events become appointments of yours, each of the case whose number it names."),
                    "dim",
                ),
            )
        )
    order = draft.mapping.order if draft.mapping is not None else draft.order
    if doubt is not None or order:
        yield _fact(_("Days are written"), *_days_said(doubt, order or ""))
    if draft.kind in ("sheet", "hmis"):
        yield _fact(_("Open cases go to"), assign_words(draft.assign), ("assign", ""))


def _days_said(doubt: Doubt | None, order: str) -> tuple[str, tuple[str, str], str]:
    if doubt is None:
        return order_words(order), ("days", ""), "plain"
    if order in doubt.readings:
        said = _("{order}: {cell} is {day}")
        return (
            said.format(order=order_words(order), cell=doubt.cell, day=day_words(doubt.readings[order])),
            ("days", ""),
            "plain",
        )
    return _("{cell} is {days}: d says which").format(cell=doubt.cell, days=readings(doubt)), ("days", ""), "warn"


def day_words(on: date) -> str:
    """A day of a list: `3 Apr 2026`. Which weekday it was is nobody's question here."""
    return f"{on.day} {days.months()[on.month - 1]} {on.year}"


def readings(doubt: Doubt) -> str:
    """Every day that it could be."""
    return _(" or ").join(day_words(on) for on in dict.fromkeys(doubt.readings.values()))


def _column(name: str, looked: Looked) -> Item:
    mapping = looked.draft.mapping
    assert mapping is not None
    target = mapping.columns.get(name, "")
    head = (
        run(f"{cells(name, _HEADER)} ", "strong" if target else "dim"),
        run(target_words(target), "plain" if target else "dim"),
    )
    body, tone = _shown(target, looked.values.get(name, ()), mapping, looked.known)
    return Item(head, body, value=("column", name), right=(run(f"{target} ", "dim"),), tone=tone, indent=4)


def _shown(target: str, values: tuple[str, ...], mapping: Mapping, known: Known) -> tuple[str, str]:
    """A few of its values, each as it is understood, what is not understood first."""
    from ..exchange.sheet import daying

    if not values:
        return _("(empty)"), "dim"
    if target in daying.DAYS:
        told = [(one, _day_shown(one, mapping.order)) for one in values]
    elif coded(target):
        told = [(one, understood(target, one, mapping, known)) for one in values]
    else:
        return " · ".join(_value(one) for one in values[:3]), "dim"
    told.sort(key=lambda one: one[1] is not None)
    unclear = sum(meant is None for _one, meant in told)
    said = " · ".join(f"{_value(one)} → {meant or '?'}" for one, meant in told[:3])
    if unclear:
        said += "  (" + (_("d says which day") if target in daying.DAYS else _("v says what it means")) + ")"
    return said, "warn" if unclear else "dim"


def _day_shown(cell: str, order: str | None) -> str | None:
    from ..exchange.sheet import daying

    on = daying.read(cell, order)
    return None if on is None else day_words(on)


def _value(text: str) -> str:
    return clip(line(text), _VALUE)


def _missing(mapping: Mapping, known: Known) -> Iterable[Item]:
    """What a list may leave unsaid and what then stands for it."""
    from ..exchange.sheet.mapping import DEFAULTS

    for target in DEFAULTS:
        if mapping.of(target) or (target == "contact.kind" and not mapping.of("contact.day")):
            continue
        needed = target in ("case.program", "case.opened", "contact.kind")
        text = mapping.defaults.get(target, "")
        unsaid = _("must be said, for all rows") if needed else _("nothing")
        said = _("{text} in all rows").format(text=text) if text else unsaid
        yield _fact(target_words(target), said, ("default", target), "warn" if needed and not text else "plain")
