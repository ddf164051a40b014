"""An HSDS directory as it comes (v3 JSON or tables, the tables of v1.1 and v2, Ohana's), read into one set of tables by our names.

Which edition it is, is told by what is in it, never by what it is called. A directory is read whole into memory, up to `LIMIT`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import Usage
from ...messages import _
from ...text import line
from ..archive import Delivery, open_delivery
from ..table import open_table

if TYPE_CHECKING:
    from ..table import Table

# In bytes, of all files together: a county's directory has a few megabytes.
LIMIT = 128 * 1024 * 1024

# What each table is called, in every edition.
STEMS = {
    "organizations": "organizations", "organization": "organizations", "services": "services", "service": "services",
    "locations": "locations", "location": "locations", "service_at_location": "service_at_location",
    "service_at_locations": "service_at_location", "services_at_location": "service_at_location",
    "services_at_locations": "service_at_location", "phones": "phones", "phone": "phones", "addresses": "addresses",
    "address": "addresses", "physical_addresses": "addresses", "physical_address": "addresses",
    "postal_addresses": "postal_addresses", "postal_address": "postal_addresses", "mail_addresses": "postal_addresses",
    "schedules": "schedules", "schedule": "schedules", "regular_schedules": "schedules", "regular_schedule": "schedules",
    "languages": "languages", "language": "languages", "cost_options": "cost_options", "cost_option": "cost_options",
    "eligibility": "eligibility", "required_documents": "required_documents", "required_document": "required_documents",
    "taxonomy": "taxonomy_terms", "taxonomy_terms": "taxonomy_terms", "taxonomy_term": "taxonomy_terms",
    "services_taxonomy": "attributes", "service_taxonomy": "attributes", "attributes": "attributes", "attribute": "attributes",
    "service_areas": "service_areas", "service_area": "service_areas", "service_capacity": "service_capacity",
    "capacities": "service_capacity",
}  # fmt: skip
# The keys under which one object holds others (JSON), beside the names of the tables.
_INSIDE = {name: STEMS[name] for name in STEMS if not name.startswith(("regular", "mail"))}
_PARENT = {
    "services": "service_id", "locations": "location_id", "organizations": "organization_id",
    "service_at_location": "service_at_location_id",
}  # fmt: skip
# So many objects stand within each other at the most.
_DEEPEST = 12
_KEPT_BY_LINK = {"services", "locations", "organizations"}


@dataclass(slots=True)
class Row:
    """One row or object: its file, its number in it, and its values as text by column (lower case)."""

    file: str
    number: int
    cells: dict[str, str]

    def get(self, *names: str) -> str:
        """The first of these columns with something in it."""
        return next(
            (value for name in names if (value := self.cells.get(name, "").strip()) not in ("", "{}", "[]")), ""
        )


@dataclass(slots=True)
class Directory:
    """All tables of a directory. `whole`: what is not in it, its source has no more."""

    name: str
    edition: str = ""
    whole: bool = False
    tables: dict[str, list[Row]] = field(default_factory=dict)
    # (file, rows, rows that are empty or ragged)
    files: list[tuple[str, int, int]] = field(default_factory=list)
    # Rows with more cells than their header: they would be read in the wrong columns.
    ragged: list[tuple[str, int]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def rows(self, table: str) -> list[Row]:
        return self.tables.get(table, [])


def read(path: Path) -> Directory:
    """Read a folder, a zip, a csv or a JSON file. Raises Usage where it is no HSDS directory, too large or damaged."""
    pages = _json_files(path)
    found = _from_json(path.name, pages) if pages else _from_tables(path)
    if not found.rows("services") and not found.rows("organizations"):
        said = _(
            "{file} holds no organisation and no service. Expected a service directory as HSDS has it, version 1.1 to 3.1."
        )
        raise Usage(said.format(file=line(path.name)))
    return found


def _json_files(path: Path) -> list[Path]:
    if path.is_dir() and not any(path.rglob("*.csv")):
        return sorted(one for one in path.iterdir() if one.suffix.lower() == ".json" and one.is_file())
    return [path] if path.suffix.lower() == ".json" and path.is_file() else []


def _too_large(name: str) -> Usage:
    said = _("{file} is larger than {n} MB, which is more than one directory has. Export a part of it.")
    return Usage(said.format(file=line(name), n=LIMIT // 1024 // 1024))


# -- tables ------------------------------------------------------------------------------------------


def _from_tables(path: Path) -> Directory:
    with open_delivery(path, "services") as delivery:
        names = delivery.names()
        found = Directory(delivery.name, whole="services" in (STEMS.get(stem) for stem in names))
        left = LIMIT
        headers: dict[str, set[str]] = {}
        for stem in sorted(names, key=lambda one: (list(STEMS).index(one) if one in STEMS else len(STEMS), one)):
            if STEMS.get(stem) is None:
                found.unread.append(names[stem])
                continue
            left = _table(delivery, stem, names[stem], found, left)
            headers[stem] = {name for row in found.rows(STEMS[stem])[:1] for name in row.cells}
    found.edition = _edition(headers)
    return found


def _table(delivery: Delivery, stem: str, name: str, found: Directory, left: int) -> int:
    rows = found.tables.setdefault(STEMS[stem], [])
    with delivery.open(stem) as stream:
        table: Table = open_table(stream, name, ("id", "name", "service_id", "location_id", "organization_id"))
        header = [one.lower() for one in table.header]
        count = 0
        for row in table.rows:
            count += 1
            left -= sum(map(len, row.cells)) + len(row.cells)
            if left < 0:
                raise _too_large(found.name)
            if len(row.cells) > len(header):
                found.ragged.append((name, row.number))
                continue
            cells = {key: sound(cell) for key, cell in zip(header, row.cells, strict=False) if key}
            rows.append(Row(name, row.number, cells))
    found.files.append((name, count + table.seen.empty, table.seen.empty))
    return left


def _edition(headers: dict[str, set[str]]) -> str:
    services = headers.get("services", set()) | headers.get("service", set())
    if {"service_capacity", "capacities", "unit", "units"} & headers.keys() or "additional_urls" in services:
        return "HSDS 3.1"
    if {"schedules", "addresses", "cost_options"} & headers.keys() and "location_id" not in services:
        return "HSDS 3"
    if "eligibility_description" in services or "assured_date" in services:
        return "HSDS 3"
    if "location_id" in services and "organization_id" not in services:
        return "HSDS 1 (Ohana)"
    return "HSDS 1–2"


# -- JSON --------------------------------------------------------------------------------------------


def _from_json(name: str, pages: list[Path]) -> Directory:
    found = Directory(line(name), "HSDS 3")
    reader = _Objects(found)
    left, told, several = LIMIT, set[int](), False
    total = 0
    for page in pages:
        left -= page.stat().st_size
        if left < 0:
            raise _too_large(name)
        thing = _load(page)
        if isinstance(thing, dict) and any(key.endswith(".csv") for key in thing):
            several = True
            for key, rows in thing.items():
                if (table := STEMS.get(key.removesuffix(".csv").lower())) and isinstance(rows, list):
                    for item in rows:
                        reader.take(item, table, page.name, (), flat=True)
            told.add(1)
            continue
        listed = thing.get("contents") if isinstance(thing, dict) else thing if isinstance(thing, list) else None
        if isinstance(listed, list):
            several = True
            total = max(total, _count(thing, "total_pages")) if isinstance(thing, dict) else 1
            told.add(_count(thing, "page_number") if isinstance(thing, dict) else 1)
            for item in listed:
                reader.top(item, page.name)
        else:
            reader.top(thing, page.name)
    found.files += [(file, n, 0) for file, n in reader.counts.items()]
    found.whole = several and len(told) >= max(total, 1)
    if reader.newest:
        found.edition = "HSDS 3.1"
    return found


def _count(thing: dict[str, Any], name: str) -> int:
    value = thing.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else 1


def _load(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except OSError as bad:
        raise Usage(_("{path} cannot be read: {why}.").format(path=path, why=bad.strerror or bad)) from None
    except json.JSONDecodeError as bad:
        said = _("{file} is no whole JSON file: it goes wrong on line {row}. Export or copy it again.")
        raise Usage(said.format(file=line(path.name), row=bad.lineno)) from None
    except (ValueError, RecursionError):
        # Letters of no kind, a number of thousands of digits, brackets without end.
        said = _("{file} is no JSON that can be read. Export or copy it again.")
        raise Usage(said.format(file=line(path.name))) from None


class _Objects:
    """Objects within objects laid out as rows, each with the keys of what it stands in."""

    def __init__(self, found: Directory) -> None:
        self._found = found
        self._known: dict[tuple[str, str], Row] = {}
        self._number = 0
        self.counts: dict[str, int] = {}
        self.newest = False

    def top(self, item: Any, file: str) -> None:
        if isinstance(item, dict) and (table := _kind(item)):
            self.take(item, table, file, ())

    def take(
        self, item: Any, table: str, file: str, within: tuple[tuple[str, str], ...], *, flat: bool = False, depth: int = 0
    ) -> str:  # fmt: skip
        """Lay out an object and what is in it; its id."""
        if not isinstance(item, dict) or depth > _DEEPEST:
            return ""
        self._number += 1
        cells = {
            sound(str(name).lower()): _text(value)
            for name, value in item.items()
            if not isinstance(value, (dict, list))
        }
        key = cells.get("id", "")
        if not key and table in ("locations", "service_at_location"):
            key = cells["id"] = f"#{self._number}"
        for column, parent in within[-2:]:
            if not cells.get(column):
                cells[column] = parent
        row = Row(file, self._number, cells)
        before = self._known.get((table, key)) if key and not flat else None
        if before is None:
            self._found.tables.setdefault(table, []).append(row)
            self._known[table, key] = row
            if table in ("services", "organizations"):
                row.number = self.counts[file] = self.counts.get(file, 0) + 1
            elif file not in self.counts:
                self.counts[file] = 0
        else:
            # Met again elsewhere: what was said shorter the first time.
            before.cells |= {name: value for name, value in cells.items() if value and not before.cells.get(name)}
            row = before
        deeper = within
        if table in _PARENT and key:
            link = (_PARENT[table], key)
            deeper = (*within, link) if table == "service_at_location" else (link,)
        for name, value in item.items():
            inner = _INSIDE.get(str(name).lower())
            if name in ("capacities", "additional_urls", "additional_websites"):
                self.newest = True
            if inner is None or table in ("phones", "languages"):
                continue
            for one in value if isinstance(value, list) else [value]:
                made = self.take(one, inner, file, deeper, depth=depth + 1)
                if made and inner in _KEPT_BY_LINK and not isinstance(value, list):
                    row.cells[_PARENT[inner]] = made
                if made and inner == "taxonomy_terms":
                    row.cells["taxonomy_term_id"] = made
        return key


def _kind(item: dict[str, Any]) -> str | None:
    keys = {str(name).lower() for name in item}
    if isinstance(item.get("service"), dict) or ("location" in keys and "service_id" in keys):
        return "service_at_location"
    if (
        "location_type" in keys
        or "name" not in keys
        or {"properties", "$schema", "term_uri", "taxonomy", "version"} & keys
    ):
        return None
    if {"status", "application_process", "service_at_locations", "eligibility_description", "organization"} & keys:
        return "services"
    told = {
        "legal_status",
        "tax_status",
        "website",
        "services",
        "programs",
        "organization_identifiers",
        "email",
        "locations",
    }
    return "organizations" if told & keys else None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return sound(str(value))


def sound(text: str) -> str:
    """A text without what no database keeps: signs of nothing, and halves of letters."""
    text = text.replace("\x00", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def by(rows: list[Row], *columns: str) -> dict[str, list[Row]]:
    """Rows by what the first of these columns with something in it says."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if key := row.get(*columns):
            found.setdefault(key, []).append(row)
    return found


def each(directory: Directory) -> Iterator[str]:
    """The files whose rows are told with what they belong to, and become no row of their own."""
    own = {row.file for table in ("organizations", "services") for row in directory.rows(table)}
    for file, _rows, _empty in directory.files:
        if file not in own:
            yield file
