"""The whole of an HMIS export laid on the workbench, file by file in the order of their references."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from ...messages import _
from ..cells import Counted
from ..convert import Unreadable, integer
from ..rows import Note
from . import map, spec
from .read import About, Export, open_export

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import tzinfo
    from pathlib import Path

    from ..stage import Stage
    from ..table import Table

NEVER_TAKEN = frozenset({"ssn", "ssndataquality"})


def read(path: Path, zone: tzinfo, order: str | None, stage: Stage) -> About:
    """Read an export onto the workbench. Raises Usage when the file as a whole cannot be read."""
    with open_export(path, zone, order) as export:
        context = map.context(export.about, zone, order)
        for note in export.about.notes:
            stage.add(note)
        for stem in map.FILES:
            if stem in export.headers:
                _lay(export, stem, context, stage)
            else:
                stage.add(Note(export.label(stem), 0, _("is not in this export")))
        _count_services(export, stage)
        for stem in export.others():
            _count_only(export, stem, stage)
        stage.flush()
        return export.about


def _lay(export: Export, stem: str, context: map.Context, stage: Stage) -> None:
    with export.table(stem) as table:
        read = {column.lower() for column in spec.FILES[stem].columns} | NEVER_TAKEN
        rows = Counted(table, stage, unread=[name for name in table.header if name and name.lower() not in read])
        for thing in map.things(table, map.FILES[stem], context):
            stage.add(thing)
        stage.count_file(table.name, rows.count + table.seen.empty, table.seen.empty)
        if table.seen.empty:
            stage.add(Note(table.name, table.seen.empty, _("rows are empty")))
        if "ssn" in table.place() and rows.count:
            stage.add(Note(table.name, rows.count, _("social security numbers are never taken")))
        if filled := rows.filled():
            reason = _("columns without a place here yet: {columns}").format(columns=", ".join(filled))
            stage.add(Note(table.name, rows.count, reason))


def _count_services(export: Export, stage: Stage) -> None:
    """Bed nights say where a client slept, not that a worker met anybody; other services wait for their place."""
    if "services" not in export.headers:
        return
    with export.table("services") as table:
        at = table.place().get("recordtype")
        nights = 0
        rows = Counted(table, stage, unread=[])
        for row in table.rows:
            try:
                nights += at is not None and at < len(row.cells) and integer(row.cells[at]) == spec.BED_NIGHT
            except Unreadable:
                continue
    if nights:
        stage.add(Note(table.name, nights, _("bed nights are no contacts: not taken")))
    if rows.count - nights:
        stage.add(Note(table.name, rows.count - nights, _("services have no place here yet: not taken")))
    stage.count_file(table.name, rows.count + table.seen.empty, rows.count + table.seen.empty)


def _count_only(export: Export, stem: str, stage: Stage) -> None:
    with export.table(stem) as table:
        rows = Counted(table, stage, unread=[])
        for _row in table.rows:
            pass
    whole = rows.count + table.seen.empty
    stage.count_file(table.name, whole, whole)
    if whole:
        stage.add(Note(table.name, whole, _("nothing of this file is kept yet")))


@contextmanager
def again(
    path: Path, zone: tzinfo, order: str | None
) -> Iterator[list[tuple[str, str, Callable[[], AbstractContextManager[Table]]]]]:
    """The files whose rows can be rejected, to be read a second time: (name, label, how)."""
    with open_export(path, zone, order) as export:

        def opener(stem: str) -> Callable[[], AbstractContextManager[Table]]:
            return lambda: export.table(stem)

        stems = ["export", *(stem for stem in map.FILES if stem in export.headers)]
        yield [(f"{spec.FILES[stem].name}.csv", export.label(stem), opener(stem)) for stem in stems]
