"""Tasks of a case; and what a list of what is dated in it has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .frame import Family, session
from .inputs import day, key_number, text_of
from .options import Case, Format, Identified, LookWhy, said
from .output import Column, local
from .receipts import done, key_of
from .session import Session, looked, names_shown
from .which import to_change, to_read

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from caseload.casework.entries import TaskRow
    from caseload.casework.page import CasePage
    from caseload.store.database import Receipt, Work

commands = Family()

TaskAct = Literal["list", "add", "done", "change"]


@commands.command(
    "task",
    "caseload task 2026-048212 add 'Ask the landlord for the receipt' --due friday",
    "caseload task 2026-048212 list --format json",
    help=_("Tasks of a case: add TITLE --due DATE, done ID, change ID, or list them."),
)
def task(
    ctx: typer.Context,
    case: Case,
    act: Annotated[TaskAct, typer.Argument(metavar="add|done|change|list", help=_("What to do."))] = "list",
    what: Annotated[
        str | None,
        typer.Argument(metavar="TITLE|ID", help=_("The title of a new task, or which one."), show_default=False),
    ] = None,
    due: Annotated[str | None, said("DATE", _("By which day: friday, +3d, 2026-12-01."), "--due")] = None,
    title: Annotated[str | None, said("TEXT|-|@FILE", _("With change: the new title."), "--title")] = None,
    worker: Annotated[str | None, said("W", _("Whose task it is; the case's holder unless given."), "--worker")] = None,
    seen: Annotated[int | None, said("VERSION", _("With change: the version you read."), "--seen")] = None,
    everything: Annotated[bool, typer.Option("--all", help=_("With list: finished ones too."))] = False,
    identified: Identified = False,
    why: LookWhy = None,
    format: Format = None,
) -> None:
    asked = session(ctx)
    if act == "list":
        only_list(what)
        listed(
            asked,
            case,
            "task",
            identified,
            why,
            format,
            lambda page, zone, named: _tasks(page, zone, named, everything),
        )
        return
    no_look(identified, why)
    [number] = to_change(asked, case, one=True)
    do: Callable[[Work], Receipt]
    if act == "add":
        if what is None or due is None:
            raise Usage(_("Write: caseload task CASE add TITLE --due DATE"))
        words = text_of(what, "TITLE") or ""

        def do(w: Work) -> Receipt:
            from caseload.casework import tasks

            return tasks.add(w, number, words, day(due, "--due", w.today), worker=worker)

    else:
        task_id = key_number(what, "ID")
        if act == "change" and seen is None:
            raise Usage(_("change needs --seen VERSION; `caseload task CASE list` says which."))
        new = text_of(title, "--title")

        def do(w: Work) -> Receipt:
            from caseload.casework import tasks

            if act == "done" or seen is None:
                return tasks.done(w, task_id, case=number)
            when = day(due, "--due", w.today) if due else None
            return tasks.change(w, task_id, seen=seen, title=new, due=when)

    done(asked, f"task {act}", do, format, more=lambda receipt: key_of(receipt, "task"))


def _tasks(page: CasePage, zone: tzinfo, named: bool, everything: bool) -> tuple[list[dict[str, Any]], list[Column]]:
    found = [task_shape(row, zone, named) for row in page.tasks if everything or row.done_at is None]
    columns = [
        Column("id", "ID", keep=9, whole=True, right=True),
        Column("due", _("Due"), keep=8, whole=True),
        Column("title", _("Title"), keep=7, least=20),
        Column("worker", _("Worker"), keep=5),
        Column("done", _("Done"), keep=4),
        Column("done_by", _("By"), keep=2),
        Column("version", _("Version"), right=True, keep=1),
    ]
    return found, columns


def task_shape(row: TaskRow, zone: tzinfo, named: bool) -> dict[str, Any]:
    """A task as JSON has it."""
    return {
        "id": str(row.id),
        "due": row.due,
        "title": row.title if named else None,
        "worker": row.worker,
        "done": local(row.done_at, zone),
        "done_by": row.done_by,
        "version": row.version,
    }


def listed(
    asked: Session,
    case: str,
    surface: str,
    identified: bool,
    why: str | None,
    format: output.FormatName | None,
    shape: Callable[[CasePage, tzinfo, bool], tuple[list[dict[str, Any]], list[Column]]],
) -> None:
    from caseload.casework import find
    from caseload.casework.page import read

    looked(asked, surface, identified, why)
    with asked.read() as r:
        page = read(r, find.case(r, to_read(r, case)).id, narrative_too=False)
        found, columns = shape(page, r.zone, names_shown(identified))
    output.rows(found, columns, format)


def only_list(what: str | None) -> None:
    if what is not None:
        raise Usage(_("list takes no further words."))


def no_look(identified: bool, why: str | None) -> None:
    if identified or why is not None:
        raise Usage(_("--identified and --why go with list."))
