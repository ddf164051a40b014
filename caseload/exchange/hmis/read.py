"""Opening an HMIS export: which system it comes from, which edition it is, and whether it can be read as a whole."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING

from ...errors import Usage
from ...messages import _
from ...text import line
from ..archive import Delivery, open_delivery
from ..convert import Bounds, Unreadable, instant, showable
from ..rejects import FILE_COLUMN, OWN_COLUMNS, unguard
from ..rows import Note
from ..table import Reading, Row, Table, open_table
from .spec import FILES, HASHED, OTHER_FILES, TELLING, VERSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_STAMPED = Bounds(date(1950, 1, 1), date(2049, 12, 31))


@dataclass(frozen=True, slots=True)
class About:
    """What Export.csv and the headers say. `system` names the source database in `external_id`."""

    system: str
    source: str
    exported_at: datetime
    edition: str
    hashed: bool
    notes: tuple[Note, ...]


class Export:
    """An export opened and found whole: every needed file and column is there."""

    def __init__(self, delivery: Delivery, zone: tzinfo, order: str | None = None) -> None:
        self._delivery = delivery
        self._returned = self._rejects_file()
        self.headers = self._headers()
        self.about = self._about(zone, order)

    def _rejects_file(self) -> str | None:
        """The stem of a mended file of rejected rows, which holds the rows of several files."""
        names = self._delivery.names()
        if len(names) != 1:
            return None
        (stem,) = names
        if stem in FILES:
            return None
        with self._delivery.open(stem) as stream:
            header = open_table(stream, names[stem], OWN_COLUMNS).header
        return stem if FILE_COLUMN in header else None

    def label(self, stem: str) -> str:
        """What messages call a file."""
        name = self._delivery.names().get(stem) or (FILES[stem].name if stem in FILES else stem) + ".csv"
        return f"{self._delivery.names()[self._returned]} ({name})" if self._returned else name

    @contextmanager
    def table(self, stem: str) -> Iterator[Table]:
        """One file of the export, from its first row."""
        known = FILES[stem].columns if stem in FILES else ()
        if self._returned is None:
            with self._delivery.open(stem) as stream:
                yield open_table(stream, self.label(stem), known)
            return
        with self._delivery.open(self._returned) as stream:
            whole = open_table(stream, self.label(stem), (*OWN_COLUMNS, *known))
            at = whole.place()[FILE_COLUMN.lower()]
            keep = [n for n, name in enumerate(whole.header) if name not in OWN_COLUMNS]
            header = tuple(whole.header[n] for n in keep)
            yield Table(self.label(stem), header, _returned(whole, stem, at, keep), Reading())

    def _headers(self) -> dict[str, tuple[str, ...]]:
        """The header of every file of the standard that is there. Raises Usage when one of the needed ones is not."""
        names = self._delivery.names()
        headers: dict[str, tuple[str, ...]] = {}
        for stem, spec in FILES.items():
            if self._returned is None and stem not in names:
                if spec.required:
                    raise Usage(
                        _("{source} has no {file}, which every HMIS export must have. It holds: {found}.").format(
                            source=self._delivery.name,
                            file=f"{spec.name}.csv",
                            found=line(", ".join(sorted(names.values())[:30])),
                        )
                    )
                continue
            with self.table(stem) as table:
                headers[stem] = table.header
                place = table.place()
            missing = [column for column in spec.needed if column.lower() not in place]
            if missing and self._returned is None:
                raise Usage(
                    _("{file} has no column {column}. Expected an HMIS CSV export of FY2024 or FY2026.").format(
                        file=self.label(stem), column=", ".join(missing)
                    )
                )
        return headers

    def others(self) -> list[str]:
        """The stems of the files whose rows are only counted: the rest of the standard, then what is not of it."""
        rest = [stem for stem in self._delivery.names() if stem not in FILES and stem != self._returned]
        order = [name.lower() for name in OTHER_FILES]
        return sorted(rest, key=lambda stem: (order.index(stem) if stem in order else len(order), stem))

    def _about(self, zone: tzinfo, order: str | None) -> About:
        """Export.csv, which should be one row; of several the newest stands, if all come from one system."""
        found: list[tuple[datetime, dict[str, str]]] = []
        with self.table("export") as table:
            place = table.place()
            for row in table.rows:
                cells = {name: line(row.cells[at]) for name, at in place.items() if at < len(row.cells)}
                try:
                    at = instant(cells.get("exportdate", ""), zone, _STAMPED, order)
                    if at is None:
                        raise Unreadable(_("is empty"), _("a date such as 2024-10-31"))
                except Unreadable as bad:
                    raise Usage(
                        _("{file}, row {row}, column ExportDate {shown}: {why}. Expected {expected}.").format(
                            file=self.label("export"), row=row.number, why=bad.reason, expected=bad.expected,
                            shown=showable(cells.get("exportdate", "")),
                        )
                    ) from None  # fmt: skip
                found.append((at, cells))
        if not found:
            raise Usage(
                _("{file} has no row, so it does not say which system this export comes from.").format(
                    file=self.label("export")
                )
            )
        systems = {_system(cells) for _at, cells in found}
        if "" in systems:
            raise Usage(
                _(
                    "{file}: ImplementationID, SourceID and SourceName are empty. One must say which system this is."
                ).format(file=self.label("export"))
            )
        if len(systems) > 1:
            raise Usage(
                _("{file} names {n} systems. Import one export at a time.").format(
                    file=self.label("export"), n=len(systems)
                )
            )
        newest, cells = max(found, key=lambda one: one[0])
        notes: list[Note] = []
        if len(found) > 1:
            notes.append(
                Note(self.label("export"), len(found), _("several rows: the newest says when the export was made"))
            )
        edition = self._edition(cells.get("csvversion", ""), notes)
        status = cells.get("hashstatus", "").removesuffix(".0")
        hashed = status.isascii() and status.isdigit() and int(status) in HASHED
        source = cells.get("sourcename") or cells.get("sourceid") or _system(cells)
        return About("hmis:" + _system(cells), source[:200], newest, edition, hashed, tuple(notes))

    def _edition(self, label: str, notes: list[Note]) -> str:
        """The edition by its columns; what the label claims is only compared. Raises Usage for an older one."""
        claimed = next(iter(re.findall(r"20[0-9]{2}", label)), "")
        columns = {column.lower() for column in self.headers.get("client", ())}
        told = next((edition for edition, telling in TELLING.items() if columns & {c.lower() for c in telling}), "")
        if "2024" in (told, claimed) and columns & {c.lower() for c in TELLING["2024"]}:
            told = "2024"
        edition = told or claimed or VERSIONS[0]
        if edition not in VERSIONS:
            raise Usage(
                _(
                    "{source} is an HMIS export of FY{edition}, which is not read. Export it again as FY2024 or FY2026."
                ).format(source=self._delivery.name, edition=edition)
            )
        if told and claimed and told != claimed:
            notes.append(
                Note(
                    self.label("export"), 1,
                    _("CSVVersion says {claimed}, the columns are those of {told}: read by the columns").format(
                        claimed=claimed, told=told
                    ),
                )
            )  # fmt: skip
        return edition


def _system(cells: dict[str, str]) -> str:
    return next((cells[name] for name in ("implementationid", "sourceid", "sourcename") if cells.get(name)), "")


def _returned(whole: Table, stem: str, at: int, keep: list[int]) -> Iterator[Row]:
    for row in whole.rows:
        if len(row.cells) > at and row.cells[at].strip().lower() == f"{stem}.csv":
            cells = [unguard(row.cells[n]) for n in keep if n < len(row.cells)]
            yield Row(row.number, cells, row.lines)


@contextmanager
def open_export(path: Path, zone: tzinfo, order: str | None = None) -> Iterator[Export]:
    """Open a folder, a zip, or a mended file of rejected rows. Raises Usage: file, column and what was expected."""
    with open_delivery(path, "export") as delivery:
        yield Export(delivery, zone, order)
