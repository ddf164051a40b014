"""Printing rows or one thing as table, json, csv or tsv. What people typed is made safe on the way."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, tzinfo
from typing import Any, Literal

from caseload.text import block, defuse, line, steady

from .terminal import shown

FormatName = Literal["table", "json", "csv", "tsv"]

# Harmless to a JSON parser, harmful to the terminal it is read in: C1 controls, DEL, bidi and invisible characters.
_LOUD = re.compile("[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list: its key in JSON, its head in a table, and how its value reads as text."""

    key: str
    title: str = ""
    right: bool = False
    # The narrower the terminal, the more of these go; the lowest first.
    keep: int = 5
    # Never cut: half a case number or a date is worse than none.
    whole: bool = False
    # Fewer cells than this and the column is not worth its place.
    least: int = 6
    show: Callable[[Any], str] | None = None
    # How a table words it, where a person wants more than csv does; `below` gives it lines of its own.
    table: Callable[[Any], str] | None = None
    below: bool = False

    @property
    def head(self) -> str:
        """What the table writes above the column."""
        return self.title or self.key

    def text(self, value: Any) -> str:
        """The value as one cell of csv or tsv, not yet made safe."""
        return self.show(value) if self.show and value is not None else for_machines(value)

    def words(self, value: Any) -> str:
        """The value as a table shows it, not yet made safe."""
        told = self.table or self.show
        return told(value) if told and value is not None else as_text(value)


def chosen(asked: FormatName | None) -> FormatName:
    """The shape asked for; a table for a person, tsv for another program."""
    return asked or ("table" if shown() else "tsv")


def as_text(value: Any) -> str:
    """A value as a person reads it in a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        if all(isinstance(one, (str, int, float)) for one in value):
            return ",".join(str(one) for one in value)
        return as_json(value)
    if isinstance(value, Mapping) or is_dataclass(value):
        return as_json(value)
    return str(value)


def for_machines(value: Any) -> str:
    """A value in a cell of csv or tsv: as `as_text`, with moments whole and truth as JSON writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else as_text(value)


def plain(value: Any) -> Any:
    """A value as JSON knows it: dates in ISO 8601, rows as objects."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value


def as_json(value: Any, indent: int | None = None) -> str:
    """JSON that is safe to look at in a terminal; any parser reads the same values from it."""
    return inert_json(json.dumps(plain(value), ensure_ascii=False, indent=indent))


def inert_json(text: str) -> str:
    """JSON text with what a terminal might obey written as escapes."""
    return _LOUD.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def local(moment: datetime | None, zone: tzinfo) -> datetime | None:
    """An instant on the agency's clock."""
    return None if moment is None else moment.astimezone(zone)


def rows(found: Iterable[Any], columns: Sequence[Column], asked: FormatName | None) -> None:
    """Print a list. An empty one is `[]`, or the head alone."""
    match chosen(asked):
        case "json":
            _json_rows(found)
        case "table":
            from .table import draw

            draw(found, columns)
        case form:
            _delimited(found, columns, form)


def thing(found: Any, columns: Sequence[Column], asked: FormatName | None, page: Callable[[], Iterable[str]]) -> None:
    """Print one thing: an object in JSON, a head and one row in csv and tsv, and `page` for a person."""
    match chosen(asked):
        case "json":
            _out(as_json(found, indent=2) + "\n")
        case "table":
            for text in page():
                _out(steady(block(text)) + "\n")
        case form:
            _delimited([found], columns, form)


def _json_rows(found: Iterable[Any]) -> None:
    first = True
    _out("[")
    for row in found:
        _out(("\n " if first else ",\n ") + as_json(row))
        first = False
    _out("]\n" if first else "\n]\n")


def _delimited(found: Iterable[Any], columns: Sequence[Column], form: str) -> None:
    encode = _csv_cell if form == "csv" else _tsv_cell
    between = "," if form == "csv" else "\t"
    _out(between.join(column.key for column in columns) + "\n")
    for row in found:
        values = (value_of(row, column.key) for column in columns)
        _out(between.join(encode(column, value) for column, value in zip(columns, values, strict=True)) + "\n")


def value_of(row: Any, key: str) -> Any:
    """The value of that key in a mapping or a frozen row."""
    return row[key] if isinstance(row, Mapping) else getattr(row, key)


def _cell(column: Column, value: Any) -> str:
    """Inert text that starts no formula. Numbers are numbers: a minus before one is not an attack."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    text = column.text(value)
    return defuse((text if _harmless(text) else block(text)).strip())


def _harmless(text: str) -> bool:
    """Printable ASCII needs no cleaning; most cells of a long list are that."""
    return text.isascii() and text.isprintable()


def _csv_cell(column: Column, value: Any) -> str:
    text = _cell(column, value)
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\n') else text


def _tsv_cell(column: Column, value: Any) -> str:
    return _cell(column, value).replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def _out(text: str) -> None:
    sys.stdout.write(text)


def one_line(text: str) -> str:
    """Text as one inert line."""
    return text.strip() if _harmless(text) else line(text)


def say_line(text: str) -> None:
    """One inert line of the output itself."""
    _out(one_line(text) + "\n")
