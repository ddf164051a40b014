"""A list of single cases without anything that leads back to whom they are about: the exporter's own name for a case in place of
its number, days as how far they are, an age as a band; what people typed, keys and counters are left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from caseload.casework import pseudonyms, traces, veil
from caseload.messages import _
from caseload.models import case_file, identity

from .table import Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from caseload.store.database import Database, Reading

    from .table import ReportTable, Row

_AT_A_TIME = 400
_DROPPED = (
    "tags",
    "version",
    "task",
    "assessment",
    "corrected_by",
    "need",
    "plan",
    "goal",
    "step",
    "after",
    "referral",
)


def table(db: Database, r: Reading, found: ReportTable) -> ReportTable:
    """The table as it leaves without identity. Every row of it speaks of one case, in the column `case`."""
    kept = [at for at, column in enumerate(found.columns) if not column.private and column.key not in _DROPPED]
    columns = [_column(found.columns[at]) for at in kept]
    columns.insert(
        1, Column("age", _("Age"), "code", _("The client's age as a band of ten years; 90 and more in one."))
    )
    return replace(found, columns=tuple(columns), rows=_rows(db, r, found, kept))


def _column(column: Column) -> Column:
    if column.key == "case":
        return replace(column, describe=_("What the case is called for who made this file, and for nobody else."))
    far = column.kind in ("date", "instant")
    return replace(column, kind="code") if far else column


def _rows(db: Database, r: Reading, found: ReportTable, kept: Sequence[int]) -> Iterator[Row]:
    place = found.keys.index("case")
    waiting = iter(found.rows)
    while page := list(islice(waiting, _AT_A_TIME)):
        numbers = list(dict.fromkeys(row[place] for row in page))
        names, ages = pseudonyms.of_numbers(db, numbers), _ages(r, numbers)
        for row in page:
            number = row[place]
            values = [_value(found.columns[at], row[at], r.today) for at in kept if at != place]
            yield names.get(number, traces.tag(_("case"))), ages.get(number), *values


def _value(column: Column, value: Any, today: date) -> Any:
    if value is None or column.kind not in ("date", "instant"):
        return value
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    return traces.relative(value.date() if isinstance(value, datetime) else value, today)


def _ages(r: Reading, numbers: Iterable[str]) -> dict[str, str]:
    if not veil.lifted(r).me.sees_identity:
        return {}
    born = (
        select(case_file.c.number, identity.c.born_on)
        .join(identity, identity.c.client_id == case_file.c.client_id)
        .where(case_file.c.number.in_(list(numbers)), identity.c.born_on.is_not(None))
    )
    return {number: traces.age_band(day, r.today) for number, day in r.conn.execute(born)}
