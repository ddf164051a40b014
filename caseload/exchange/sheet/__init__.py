"""Lists of cases as agencies keep them: a workbook or a csv file of any shape, by a mapping that somebody said yes to."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from ...errors import Usage
from ...messages import _
from ...models import program
from ...text import line
from ..cells import Counted, Reckoning
from ..check import Wording
from ..convert import Bounds
from ..importer import Source
from ..rows import ENTITIES, GROUPS, Note
from . import mapping as mappings
from .propose import propose
from .source import Sheet, find, seen_on_the_way
from .understand import things

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ...store.database import Reading
    from ..importer import Again, Options
    from ..stage import Stage
    from .mapping import Mapping
    from .propose import Proposal

NAME_LIMIT = 60


@dataclass(frozen=True, slots=True)
class List:
    """One list of cases: where it lies, whose it is, and what its columns are."""

    sheet: Sheet
    system: str
    mapping: Mapping
    reckoning: Reckoning
    programs: tuple[str, ...]
    always: str = ""
    never: frozenset[str] = frozenset()

    def read(self, stage: Stage) -> Source:
        """Read the rows onto the workbench. Raises Usage when the sheet cannot be read as a whole."""
        with self.sheet.table() as table:
            mappings.check(self.mapping, table.header)
            taken = {column.lower() for column, target in self.mapping.columns.items() if target}
            rows = Counted(table, stage, unread=[name for name in table.header if name.lower() not in taken])
            for thing in things(table, self.mapping, self.reckoning):
                stage.add(thing)
            # The header once more is no row of anybody's.
            stage.count_file(table.name, rows.count + table.seen.empty, table.seen.empty)
            for note in seen_on_the_way(table):
                stage.add(note)
            if filled := rows.filled():
                reason = _("columns that are not taken: {columns}").format(columns=line(", ".join(filled)))
                stage.add(Note(table.name, rows.count, reason))
            for said in self._said(table.name):
                stage.add(said)
            stage.flush()
        return Source(f"sheet:{self.system}", self.system, self.sheet.sheet or self.sheet.name)

    def _said(self, file: str) -> Iterator[Note]:
        for target, text in self.mapping.defaults.items():
            if not self.mapping.of(target):
                yield Note(
                    file, 0, _("no column is {target}: {text} everywhere").format(target=target, text=line(text)[:60])
                )
        if not (self.mapping.of("client.id") or self.mapping.of("case.id")):
            yield Note(
                file,
                0,
                _(
                    "no column identifies a row: it is known by name, birth date and program, and is another when these change"
                ),
            )

    def wording(self) -> Wording:
        """The columns of this sheet for our nouns."""
        said = self.mapping.said
        columns_of = self.mapping.of
        name = ", ".join(column for column, target in self.mapping.columns.items() if target in mappings.NAMES)
        client = said("client.id") if columns_of("client.id") else name
        case = said("case.id") if columns_of("case.id") else client
        columns = dict.fromkeys(ENTITIES, case) | {"client": client}
        columns |= {"program": said("case.program"), "worker": said("case.worker")}
        columns |= {"contact": said("contact.day"), "task": said("task.title"), "note": said("note")}
        columns |= {
            "alias": said("client.known_as"),
            "channel": ", ".join(said(f"client.{kind}") for kind in ("phone", "email", "address")),
        }
        groups = {(entity, group): columns[entity] for entity, listed in GROUPS.items() for group in listed}
        groups |= {
            ("client", "name"): name, ("client", "birth"): said("client.born"), ("client", "language"): said("client.language"),
            ("client", "unanswered"): said("client.language"), ("channel", "safe"): said("client.phone_safe"),
            ("case", "program"): said("case.program"), ("case", "opened"): said("case.opened"), ("case", "stage"): said("case.stage"),
            ("case", "risk"): said("case.risk"), ("case", "source"): said("case.source"), ("closing", "day"): said("case.closed"),
            ("closing", "reason"): said("case.close_reason"), ("contact", "kind"): said("contact.kind"), ("task", "due"): said("task.due"),
        }  # fmt: skip
        things = {
            "client": _("client"), "case": _("case"),
            "program": _("a program's code or name: {known}").format(known=line(", ".join(self.programs[:20]))),
            "worker": _("the handle or name of somebody here who holds cases"),
        }  # fmt: skip
        return Wording(things, columns, groups, frozenset(("program", "worker")), whole=True)

    @contextmanager
    def again(self) -> Iterator[Again]:
        """The one file whose rows can be rejected, to be read a second time."""
        yield [(self.sheet.name, self.sheet.name, self.sheet.table)]


def prepare(r: Reading, path: Path, options: Options) -> List:
    """The list at a path by the mapping given, or else by the one that is proposed. Raises Usage where no row could be taken."""
    system = line(options.system)
    if not system or len(system) > NAME_LIMIT:
        raise Usage(
            _("Say whose list it is, in {n} letters at most, and the same the next time: --system NAME.").format(
                n=NAME_LIMIT
            )
        )
    mapping = options.mapping
    if mapping is None:
        mapping = offer(r, path, options).mapping
    if options.sheet:
        mapping = replace(mapping, sheet=options.sheet)
    mappings.check(mapping)
    reckoning = Reckoning(
        r.zone, options.order or mapping.order, Bounds(date(1950, 1, 1), r.today), Bounds(date(1900, 1, 1), r.today)
    )
    codes = tuple(
        r.conn.execute(select(program.c.code).where(program.c.closed_on.is_(None)).order_by(program.c.code)).scalars()
    )
    return List(find(path, mapping.sheet), system, mapping, reckoning, codes)


def offer(r: Reading, path: Path, options: Options) -> Proposal:
    """What the columns of a list are likely to be, with what stands in them."""
    return propose(r, find(path, options.sheet), options.order)
