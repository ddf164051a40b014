"""What a case brings along beside contacts and notes (people, alerts, needs, goals, ...): as imports compare it, and set it right.

Each is made by the verb that makes it anywhere; here it is read and brought up to date, column by column.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, select

from ..models import alert, assessment, background, document, goal, need, person, plan, step
from . import bulk

if TYPE_CHECKING:
    from .apply import Job
    from .rows import Value


@dataclass(frozen=True, slots=True)
class Shape:
    """Where an entity stands, and the columns of each group. `drafted` stands as it was agreed once its plan was put forward."""

    table: Table
    groups: dict[str, tuple[str, ...]]
    drafted: bool = False


SHAPES = {
    "person": Shape(person, {"name": ("name",), "role": ("role", "relation")}),
    "alert": Shape(alert, {"text": ("text",), "level": ("kind", "level")}),
    # What was answered and said is never set right by a file (rows.SAID).
    "assessment": Shape(assessment, {}),
    "need": Shape(need, {"severity": ("severity",)}),
    "background": Shape(background, {}),
    "goal": Shape(goal, {"title": ("title",), "measure": ("measure",), "days": ("starts_on", "due_on")}, drafted=True),
    "step": Shape(step, {"title": ("title",), "days": ("starts_on", "due_on")}, drafted=True),
    "document": Shape(document, {}),
}


def here(entity: str, conn: Connection, _system: str, ids: list[int]) -> dict[int, dict[str, tuple[Value, ...]]]:
    """Each row's groups of values as they stand here, by row. What was put forward says so, and is no source's to change."""
    shape = SHAPES[entity]
    named = sorted({column for columns in shape.groups.values() for column in columns})
    asked = select(shape.table.c.id, *(shape.table.c[name] for name in named)).where(shape.table.c.id.in_(ids))
    fixed = _put_forward(conn, shape.table, ids) if shape.drafted else set()
    found: dict[int, dict[str, tuple[Value, ...]]] = {}
    for row in conn.execute(asked).mappings():
        found[row["id"]] = {
            group: ("put forward",) if row["id"] in fixed else tuple(_plain(row[name]) for name in columns)
            for group, columns in shape.groups.items()
        }
    return found


def _put_forward(conn: Connection, table: Table, ids: list[int]) -> set[int]:
    """Of these goals or steps, those whose plan is no draft any more."""
    asked = select(table.c.id).where(table.c.id.in_(ids))
    if table is step:
        asked = asked.join(goal, goal.c.id == step.c.goal_id)
    return set(conn.execute(asked.join(plan, plan.c.id == goal.c.plan_id).where(plan.c.state != "draft")).scalars())


def _plain(value: Any) -> Value:
    return value.isoformat() if isinstance(value, date) else value


def revise(entity: str, job: Job, some: list[Any]) -> None:
    """Write the groups that the source has changed since."""
    shape = SHAPES[entity]
    for group, columns in shape.groups.items():
        rows = [
            (row_id, *(_typed(shape.table, name, value) for name, value in zip(columns, fields[group], strict=True)))
            for row_id, take, fields, *_rest in some
            if group in take
        ]
        bulk.update(job.w.conn, shape.table, columns, rows)


def _typed(table: Table, name: str, value: Any) -> Any:
    return date.fromisoformat(value) if value is not None and name.endswith("_on") else value
