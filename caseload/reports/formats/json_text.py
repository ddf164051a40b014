"""json: one part is an array of objects, several are an object of part → array. One row a line, text as it was typed.

Characters that a terminal would obey or hide stand as escapes inside the strings: nothing is lost, nothing acts.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, BinaryIO

from . import PAGE, Written
from .values import day, instant, words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ..table import Kind, Report, ReportTable

_VALUES: dict[Kind, Callable[[Any], Any]] = {
    "text": str,
    "code": str,
    "list": words,
    "int": int,
    "percent": lambda value: round(float(value), 1),
    "money": int,
    "flag": bool,
    "date": day,
    "instant": instant,
}
# C0 is escaped by json itself. The rest: DEL and C1, bidi and zero-width controls, line separators, lone surrogates.
_ACTING = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def write(report: Report, target: BinaryIO, scratch: Path) -> Written:
    written = Written()
    if len(report.tables) == 1:
        written.rows[report.tables[0].name] = _array(report, report.tables[0], target)
        target.write(b"\n")
        return written
    target.write(b"{")
    for place, table in enumerate(report.tables):
        target.write(b",\n" if place else b"\n")
        target.write(f"{_encode(table.name)}: ".encode())
        written.rows[table.name] = _array(report, table, target)
    target.write(b"\n}\n")
    return written


def _array(report: Report, table: ReportTable, target: BinaryIO) -> int:
    keys = table.keys
    turn = [_VALUES[column.kind] for column in table.columns]
    count = 0
    target.write(b"[")
    for row in table.rows:
        thing = {key: None if value is None else f(value) for key, f, value in zip(keys, turn, row, strict=True)}
        target.write((",\n" if count else "\n").encode() + encoded(thing))
        count += 1
        if count % PAGE == 0:
            report.tick(count, None)
    target.write(b"\n]" if count else b"]")
    return count


def encoded(thing: Any) -> bytes:
    """`thing` as JSON in UTF-8, inert on a terminal."""
    text = _encode(thing)
    if not text.isascii() or "\x7f" in text:
        text = _ACTING.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    return text.encode()
