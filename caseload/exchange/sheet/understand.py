"""From a row of a sheet to records in our nouns: a client and their case, and what stands beside them."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from typing import TYPE_CHECKING

from ...casework import languages
from ...errors import Usage
from ...messages import _
from ...text import LINE_LIMIT, NAME_LIMIT, PROSE_LIMIT, block, fold, line
from ..cells import Cells, Place, uneven
from ..convert import Bounds
from ..rows import Record, Value
from . import terms
from .book import Unworkable
from .mapping import CODES, Mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..cells import Reckoning
    from ..rows import Note, Reject
    from ..table import Row, Table

_AHEAD = Bounds(date(1950, 1, 1), date(2099, 12, 31))
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# Answers about the client that can be refused; of a case, such words stay in its note.
_ANSWERS = ("client.language", "client.phone", "client.email", "client.address", "client.known_as")


class SheetRow(Cells):
    """One row, asked by target. What has no place is gathered in `kept`, why there is no answer in `unanswered`."""

    def __init__(self, row: Row, place: Place, file: str, reckoning: Reckoning, mapping: Mapping) -> None:
        super().__init__(row, place, file, reckoning)
        self.mapping = mapping
        self.kept: list[str] = []
        self.unanswered: list[str] = []
        for column, target in mapping.columns.items():
            at = place[column]
            if target and at is not None and at < len(row.cells) and isinstance(cell := row.cells[at], Unworkable):
                self.fault(column, cell.why, _("a value: open the file in a spreadsheet program and save it there"))

    def column(self, target: str) -> str:
        """The one column that is this, or an empty string."""
        return next(iter(self.mapping.of(target)), "")

    def cell(self, target: str, column: str) -> str:
        """What a column says, by what the mapping says its words mean. A dash is nothing."""
        text = self.text(column)
        if not text or text in terms.NOTHING:
            return ""
        listed = self.mapping.values.get(target)
        return listed.get(fold(text) or text, text) if listed else text

    def said(self, target: str) -> str:
        column = self.column(target)
        return (self.cell(target, column) if column else "") or self.mapping.defaults.get(target, "")

    def keep(self, column: str, why: str) -> None:
        """Something that has no place: its words stay, in the note, and it is told."""
        self.kept.append(f"{column}: {self.text(column)}")
        self.note(why)

    def on(self, target: str, bounds: Bounds, *, needed: bool = False) -> str | None:
        """A day as ISO text; an answer that was not given is none, and no fault."""
        column = self.column(target)
        if not column or (self.text(column) in terms.NOTHING and not needed):
            return self.mapping.defaults.get(target)
        if not self.text(column) and target in self.mapping.defaults:
            return self.mapping.defaults[target]
        return self.day(column, bounds, needed=needed)

    def code(self, target: str) -> str | None:
        """A coded value in our words. One that no list has is kept as it stands; then the default stands, where there is one."""
        column, default = self.column(target), self.mapping.defaults.get(target)
        text = self.cell(target, column) if column else ""
        if not text:
            return default
        found = terms.values(target).get(fold(text))
        if found is None:
            self.keep(
                column,
                _("{column} holds something that is no {what} here: kept in the note").format(
                    column=column, what=target
                ),
            )
            return default
        return found

    def answer(self, target: str, column: str) -> str:
        """An answer of the client's; why there is none is kept apart from an empty cell."""
        text = self.cell(target, column)
        if text and (why := terms.unanswered().get(fold(text))) and not (target == "client.phone" and text.isdigit()):
            self.unanswered.append(f"{target}={why}")
            return ""
        return text

    def line_of(self, column: str, text: str, limit: int = LINE_LIMIT) -> str:
        if len(text) > limit:
            self.fault(
                column, _("is longer than {n} characters").format(n=limit), _("{n} characters at most").format(n=limit)
            )
        return text


def things(table: Table, mapping: Mapping, reckoning: Reckoning) -> Iterator[Record | Reject | Note]:
    """Every row as its records, or as everything that is wrong with it."""
    place, width = Place(table.place()), len(table.header)
    for row in table.rows:
        if len(row.cells) != width:
            yield uneven(row, width, table.name)
            continue
        cells = SheetRow(row, place, table.name, reckoning, mapping)
        records = list(_records(cells))
        if cells.faults:
            yield from cells.faults
        else:
            yield from records
            yield from cells.notes


def _records(row: SheetRow) -> Iterator[Record]:
    updated = row.stamp(row.column("row.updated")) if row.column("row.updated") else ""

    def record(entity: str, external: str, fields: dict[str, tuple[Value, ...]], **refs: str) -> Record:
        kept = {name: value for name, value in refs.items() if value}
        return Record(entity, external, row.file, row.row.number, fields, kept, updated)

    names, birth = _name(row), _birth(row)
    program, worker = row.said("case.program"), row.said("case.worker")
    if not program:
        row.fault(row.column("case.program"), _("is empty"), _("a program"))
    client_id, case_id = _keys(row, names, birth, program)
    # Gathered first: they say what was not answered, which is the client's.
    beside = [record(*one, client=client_id) for one in _beside_client(row, client_id)]
    fields: dict[str, tuple[Value, ...]] = {"name": names}
    if row.column("client.born") or row.column("client.birth_quality"):
        fields["birth"] = birth
    if row.mapping.has("client.language"):
        fields["language"] = (_language(row),)
    if any(row.column(target) for target in _ANSWERS):
        fields["unanswered"] = (sorted(row.unanswered),)
    yield record("client", client_id, fields)
    yield from beside
    case, closing = _case(row, client_id, program)
    yield record("case", case_id, case, client=client_id, program=program, worker=worker)
    if closing:
        yield record("closing", case_id, closing, case=case_id)
    for entity, key, more in _beside_case(row):
        yield record(entity, f"{case_id}|{key}", more, case=case_id, worker=worker)


def _name(row: SheetRow) -> tuple[Value, ...]:
    given = row.name(row.column("client.given")) if row.column("client.given") else ""
    family = row.name(row.column("client.family")) if row.column("client.family") else ""
    middle = row.name(row.column("client.middle")) if row.column("client.middle") else ""
    for target in ("client.family_given", "client.given_family"):
        if column := row.column(target):
            one, other = _parted(row.name(column), family_first=target == "client.family_given")
            given, family = given or one, family or other
    given, family = ("" if part in terms.NOTHING else part for part in (given, family))
    column = next(
        filter(None, map(row.column, ("client.family", "client.given", "client.family_given", "client.given_family")))
    )
    quality = terms.unanswered().get(fold(family or given)) if not (given and family) else None
    if quality:
        given = family = ""
    if not given and not family and not (quality and (row.column("client.id") or row.column("case.id"))):
        row.fault(column, _("is empty"), _("a name"))
    return (given, middle, family, "", int(quality) if quality else None)


def _parted(whole: str, *, family_first: bool) -> tuple[str, str]:
    """Given and family name of a name written in one: a comma parts them, else the first or last word is the family's."""
    before, comma, after = whole.partition(",")
    if comma:
        return after.strip(), before.strip()
    words = whole.split()
    if len(words) < 2:
        return "", whole
    return (" ".join(words[1:]), words[0]) if family_first else (" ".join(words[:-1]), words[-1])


def _birth(row: SheetRow) -> tuple[Value, ...]:
    column, quality = row.column("client.born"), row.code("client.birth_quality")
    if column and (why := terms.unanswered().get(fold(row.cell("client.born", column)))):
        return (None, int(why))
    return (row.on("client.born", row.reckoning.births), int(quality) if quality and quality.isdigit() else None)


def _keys(row: SheetRow, names: tuple[Value, ...], birth: tuple[Value, ...], program: str) -> tuple[str, str]:
    """What the sheet calls the client and the case. Without a column that says so, a client is a name and a birth date, and a case
    a client in a program."""
    case = row.key(row.column("case.id")) if row.column("case.id") else ""
    if row.column("client.id"):
        client = row.key(row.column("client.id"))
    elif case:
        client = f"case:{case}"
    else:
        told = "|".join((*(fold(str(part)) for part in names[:3]), str(birth[0] or "")))
        client = f"name:{_mark(told)}"
    return client, case or f"{client}|{fold(program)}"


def _mark(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def _language(row: SheetRow) -> str | None:
    column = row.column("client.language")
    text = row.answer("client.language", column) if column else ""
    try:
        return languages.code(text) if text else row.mapping.defaults.get("client.language")
    except Usage:
        row.keep(
            column,
            _("{column} holds something that is no language known by that name: kept in the note").format(
                column=column
            ),
        )
        return None


def _beside_client(row: SheetRow, client: str) -> Iterator[tuple[str, str, dict[str, tuple[Value, ...]]]]:
    column = row.column("client.known_as")
    if column and (known_as := row.line_of(column, row.answer("client.known_as", column), NAME_LIMIT)):
        yield "alias", f"{client}|known as", {"name": (known_as,)}
    safe = row.code("client.phone_safe") if row.column("client.phone_safe") else None
    for kind in ("phone", "email"):
        for n, column in enumerate(row.mapping.of(f"client.{kind}"), 1):
            text = row.line_of(column, row.answer(f"client.{kind}", column), NAME_LIMIT)
            wrong = not _MAIL.fullmatch(text) if kind == "email" else not any(c.isdigit() for c in text)
            if text and wrong:
                row.keep(column, _("{column} holds something that is none: kept in the note").format(column=column))
            elif text:
                fields: dict[str, tuple[Value, ...]] = {"value": (kind, text)}
                if kind == "phone" and n == 1 and safe:
                    fields["safe"] = (safe,)
                yield "channel", f"{client}|{kind}" + (f" {n}" if n > 1 else ""), fields
    columns = row.mapping.of("client.address")
    address = ", ".join(filter(None, (row.answer("client.address", column) for column in columns)))
    if address:
        yield "channel", f"{client}|address", {"value": ("address", row.line_of(columns[0], address, NAME_LIMIT))}


def _case(
    row: SheetRow, client: str, program: str
) -> tuple[dict[str, tuple[Value, ...]], dict[str, tuple[Value, ...]] | None]:
    """The case's own groups, and its closing where it is closed."""
    opened = row.on("case.opened", row.reckoning.events, needed="case.opened" not in row.mapping.defaults)
    fields: dict[str, tuple[Value, ...]] = {"client": (client,), "program": (fold(program),), "opened": (opened,)}
    stage, risk = row.code("case.stage"), row.code("case.risk")
    status, is_open = _status(row)
    closed_on = row.on("case.closed", row.reckoning.events)
    if "closed" in (stage, status) and not closed_on and not row.faults:
        column = row.column("case.closed") or row.column("case.status") or row.column("case.stage")
        row.fault(column, _("is closed, and no day of closing stands in the row"), _("the day of closing"))
    if closed_on and is_open:
        row.fault(
            row.column("case.closed"), _("is closed by its day and open by its status"), _("no day, or another status")
        )
    stage = stage if stage not in (None, "closed") else status
    if stage not in (None, "closed"):
        fields["stage"] = (stage,)
    if risk:
        fields["risk"] = (risk,)
    if column := row.column("case.source"):
        fields["source"] = (row.line_of(column, row.cell("case.source", column)),)
    reason = row.code("case.close_reason") if row.column("case.close_reason") else None
    if not closed_on:
        return fields, None
    closing: dict[str, tuple[Value, ...]] = {"day": (closed_on,), "where": (None,)}
    return fields, closing | {"reason": (reason,)}


def _status(row: SheetRow) -> tuple[str | None, bool]:
    """A stage that the status says, or `closed`; and whether it says that the case is open. One that says neither is a fault."""
    column = row.column("case.status")
    text = row.cell("case.status", column) if column else ""
    if not text:
        return None, False
    stage = terms.values("case.stage").get(fold(text))
    found = terms.values("case.status").get(fold(text), stage)
    if found is None:
        row.fault(column, _("says neither that it is open nor that it is closed"), ", ".join(CODES["case.status"]))
    return (stage if stage != "active" or found != "open" else None), found not in (None, "closed")


def _beside_case(row: SheetRow) -> Iterator[tuple[str, str, dict[str, tuple[Value, ...]]]]:
    if met := row.on("contact.day", row.reckoning.events):
        kind = row.code("contact.kind")
        if kind is None:
            row.fault(
                row.column("contact.kind"), _("does not say how the contact was made"), ", ".join(CODES["contact.kind"])
            )
        yield "contact", f"contact {met}", {"day": (met,), "kind": (kind,)}
    yield from _task(row)
    texts = [(column, block(row.raw(column)).strip()) for column in row.mapping.of("note")]
    texts = [(column, text) for column, text in texts if text and text not in terms.NOTHING]
    several = len(row.mapping.of("note")) > 1
    yield from _prose(row, "note", "\n\n".join(f"{column}: {text}" if several else text for column, text in texts))
    row.kept += [
        f"{column}: {text}"
        for column in row.mapping.of(terms.KEEP)
        if (text := row.text(column)) and text not in terms.NOTHING
    ]
    yield from _prose(row, "kept", "\n".join(row.kept))


def _prose(row: SheetRow, key: str, text: str) -> Iterator[tuple[str, str, dict[str, tuple[Value, ...]]]]:
    if len(text) > PROSE_LIMIT:
        row.fault(
            row.column("note"),
            _("is longer than {n} characters").format(n=PROSE_LIMIT),
            _("{n} characters at most").format(n=PROSE_LIMIT),
        )
    if text:
        yield "note", f"{key} {_mark(text)}", {"text": (text,)}


def _task(row: SheetRow) -> Iterator[tuple[str, str, dict[str, tuple[Value, ...]]]]:
    """What is to be done next, by its day. One without a day is kept in the note; a day alone is named by its column."""
    titled, dated = row.column("task.title"), row.column("task.due")
    title = row.line_of(titled, row.cell("task.title", titled)) if titled else ""
    due = row.on("task.due", _AHEAD)
    if due:
        title = title or line(dated)[:LINE_LIMIT]
        yield "task", f"task {_mark(fold(title) or title)}", {"title": (title,), "due": (due, False)}
    elif title and not row.faults:
        row.keep(titled, _("{column} has no day by which it is due: kept in the note").format(column=titled))
