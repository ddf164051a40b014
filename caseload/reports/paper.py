"""A record as it is put on paper: parts with entries, whatever format they leave in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from caseload.messages import _
from caseload.text import block, line

from .table import Column, ReportTable


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on record: the day it is of (ISO, or blank), what it is in one line, and what was said of it."""

    on: str
    head: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Entries under one title. `name` is for programs; `note` a sentence under the title."""

    name: str
    title: str
    entries: tuple[Entry, ...]
    note: str = ""


def entry(on: object, *head: object, text: str | None = None) -> Entry:
    """An entry, its words made inert; blank parts of the head are left out."""
    said = " · ".join(line(str(one)) for one in head if one not in (None, ""))
    return Entry("" if on is None else str(on), said, block(text or "").strip("\n"))


def joined(*texts: str | None) -> str:
    """Several texts below each other, without those that are blank."""
    return "\n".join(text for text in texts if text)


def table(part: Part) -> ReportTable:
    """The same for whatever writes tables."""
    columns = (
        Column("on", _("Day"), "code", _("The day it is of, where it has one."), identifying=True),
        Column("what", _("What"), "text", _("What it is: its kind, how it stands, who recorded it."), identifying=True),
        Column("text", _("In words"), "text", _("What was said or written of it."), narrative=True),
    )
    return ReportTable(part.name, part.title, columns, Rows(part), note=part.note)


class Rows:
    """The entries of a part as rows; they can be read more than once."""

    def __init__(self, part: Part) -> None:
        self.part = part

    def __iter__(self) -> Iterator[tuple[str | None, str, str | None]]:
        return ((one.on or None, one.head, one.text or None) for one in self.part.entries)


def kept(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts that have something in them."""
    return tuple(part for part in parts if part.entries)


def parts_of(tables: Iterable[ReportTable]) -> list[Part]:
    """The parts behind the tables of a record on its way out."""
    return [one.rows.part for one in tables if isinstance(one.rows, Rows)]
