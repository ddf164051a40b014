"""Two agencies held against each other, field by field: every row of every table, but for what is named here with its reason."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, select

from caseload import models
from caseload.clock import day_of
from caseload.store.database import Reading

from .office import ADMIN, Office

# Tables of which no row is compared.
TABLES_LEFT_OUT = {
    "acting": "who is at work at this moment; nothing of it stays",
    "change": "how it was done, act by act: a form of the screen may be several acts, and is told in the same words or not",
    "journal": "the same, row by row; `journal verify` holds it against what stands",
    "payload": "what a row of the journal says, with salt of its own",
    "seal": "hashes over the journal",
    "look": "who has opened which page: a screen opens more than a command does",
    "scratch_key": "a secret of chance",
}
# Columns that are no part of what is compared, in whichever table; an id is told by its place in its table instead.
COLUMNS_LEFT_OUT = {
    "uid": "of chance, for other programs",
    "made_in": "by which act, and acts are not compared",
    "touched_in": "by which act, and acts are not compared",
    "case_file.number": "drawn by chance; a case is told by its place",
}
# Words that were being typed, when nothing of them is left: a mark for terminals that come late, which commands do not need.
_MARKS = ("scratch", "body", "")
# What refers to a row of another table and is no foreign key, since it outlives it.
REFERS = {"narrative.case_id": "case_file", "pseudonym.case_id": "case_file"}

Row = dict[str, Any]


class Agency:
    """What one of the two has, as it can be compared: keys as places, texts by their words, moments by their day."""

    def __init__(self, r: Reading) -> None:
        self.zone = r.zone
        tables = [one for one in models.metadata.sorted_tables if one.name not in TABLES_LEFT_OUT]
        self.rows = {
            table.name: [dict(row._mapping) for row in r.conn.execute(select(table).order_by(table.c.id))]
            for table in tables
        }
        table, column, gone = _MARKS
        self.rows[table] = [row for row in self.rows[table] if row[column] != gone]
        self.places = {name: {row["id"]: n for n, row in enumerate(rows, 1)} for name, rows in self.rows.items()}
        self.bodies = {row["id"]: row["body"] for row in self.rows["narrative"]}

    def comparable(self, table: str) -> list[Row]:
        """The rows of a table in the order in which they were made; prose, of which the order says nothing, by its words."""
        columns = [one for one in models.metadata.tables[table].columns if not _left_out(one)]
        rows = [{one.name: self._value(one, row[one.name]) for one in columns} for row in self.rows[table]]
        return sorted(rows, key=lambda row: (row["body"], str(row["case_id"]))) if table == "narrative" else rows

    def _value(self, column: Column[Any], value: Any) -> Any:
        to = _refers(column)
        if value is None or to is None:
            # An hour is that at which it was played.
            return day_of(value, self.zone) if isinstance(value, datetime) else value
        if to == "narrative":
            return self.bodies[value]
        return f"{to} {self.places[to][value]}"


def _left_out(column: Column[Any]) -> bool:
    names = {column.name, f"{column.table.name}.{column.name}"}
    return column.name == "id" or not names.isdisjoint(COLUMNS_LEFT_OUT)


def _refers(column: Column[Any]) -> str | None:
    for key in column.foreign_keys:
        return str(key.column.table.name)
    return REFERS.get(f"{column.table.name}.{column.name}")


def read(office: Office) -> Agency:
    """Everything there, of one moment."""
    with office.as_(ADMIN).read(snapshot=True) as r:
        return Agency(r)


def differences(one: Agency, other: Agency) -> list[str]:
    """In words, each field in which the two are not the same; nothing where they are equal."""
    wrong = []
    for table in one.rows:
        mine, theirs = one.comparable(table), other.comparable(table)
        if len(mine) != len(theirs):
            wrong.append(f"{table}: {len(mine)} rows and {len(theirs)}")
        for place, (left, right) in enumerate(zip(mine, theirs, strict=False), 1):
            wrong += [
                f"{table} {place}: {name} is {_shown(left[name])} and {_shown(right[name])}"
                for name in left
                if left[name] != right[name]
            ]
    return wrong


def rows(one: Agency) -> int:
    """How many rows are compared."""
    return sum(len(found) for found in one.rows.values())


def fields(one: Agency) -> int:
    """How many fields are compared."""
    return sum(len(row) for table in one.rows for row in one.comparable(table))


def _shown(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else repr(value)
