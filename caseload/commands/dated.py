"""Tasks and appointments of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .frame import Family, session
from .inputs import day, key_number, moment, text_of
from .options import Case, Format, Identified, LookWhy, said
from .output import Column, local
from .receipts import done, key_of
from .session import Session, looked, names_shown
from .which import to_change, to_read

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from caseload.casework.entries import AppointmentRow, TaskRow
    from caseload.casework.page import CasePage
    from caseload.store.database import Receipt, Work

commands = Family()

TaskAct = Literal["list", "add", "done", "change"]
AppointmentAct = Literal["list", "add", "move", "kept", "missed", "cancel", "again"]


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
        _only_list(what)
        _list(
            asked,
            case,
            "task",
            identified,
            why,
            format,
            lambda page, zone, named: _tasks(page, zone, named, everything),
        )
        return
    _no_look(identified, why)
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


@commands.command(
    "appointment",
    "caseload appointment 2026-048212 add --at 'friday 14:30' --minutes 45 --title 'Review at the office'",
    "caseload appointment 2026-048212 list --format json",
    help=_(
        "Appointments of a case: add --at DATETIME; move ID --at DATETIME; kept, missed, cancel or again (scheduled) ID; or "
        "list them."
    ),
)
def appointment(
    ctx: typer.Context,
    case: Case,
    act: Annotated[
        AppointmentAct, typer.Argument(metavar="add|move|kept|missed|cancel|again|list", help=_("What to do."))
    ] = "list",
    what: Annotated[str | None, typer.Argument(metavar="ID", help=_("Which appointment."), show_default=False)] = None,
    at: Annotated[str | None, said("DATETIME", _("When it begins: 'friday 14:30', 2026-12-01T09:00."), "--at")] = None,
    minutes: Annotated[
        int | None,
        said("N", _("How long it lasts: 60 unless given; moved, as before."), "--minutes", min=1, max=1440),
    ] = None,
    seen: Annotated[
        int | None, said("VERSION", _("With move: the version you read; another is left alone."), "--seen")
    ] = None,
    title: Annotated[str, said("TEXT|-|@FILE", _("What for."), "--title")] = "",
    place: Annotated[str, said("TEXT", _("Where."), "--place")] = "",
    worker: Annotated[str | None, said("W", _("Whose; the case's holder unless given."), "--worker")] = None,
    everything: Annotated[bool, typer.Option("--all", help=_("With list: past ones too."))] = False,
    identified: Identified = False,
    why: LookWhy = None,
    format: Format = None,
) -> None:
    asked = session(ctx)
    if act == "list":
        _only_list(what)
        _list(
            asked,
            case,
            "appointment",
            identified,
            why,
            format,
            lambda page, zone, named: _appointments(page, zone, named, everything),
        )
        return
    _no_look(identified, why)
    [number] = to_change(asked, case, one=True)
    do: Callable[[Work], Receipt]
    if act == "add":
        if at is None or what is not None:
            raise Usage(_("Write: caseload appointment CASE add --at DATETIME [--title TEXT]"))
        words = text_of(title, "--title") or ""

        def do(w: Work) -> Receipt:
            from caseload.casework.tasks import NewAppointment, appoint

            return appoint(
                w, NewAppointment(number, moment(at, "--at", w, ahead=True), minutes or 60, words, place, worker)
            )

    elif act == "move":
        if at is None:
            raise Usage(_("Write: caseload appointment CASE move ID --at DATETIME [--minutes N]"))
        moved_id = key_number(what, "ID")

        def do(w: Work) -> Receipt:
            from caseload.casework.tasks import move

            return move(w, moved_id, moment(at, "--at", w, ahead=True), minutes=minutes, seen=seen, case=number)

    else:
        appointment_id = key_number(what, "ID")
        state = {"cancel": "cancelled", "again": "scheduled"}.get(act, act)

        def do(w: Work) -> Receipt:
            from caseload.casework.tasks import settle

            return settle(w, appointment_id, state)

    def more(receipt: Receipt) -> dict[str, Any]:
        overlaps = (receipt.data or {}).get("overlaps")
        return key_of(receipt, "appointment") | ({"overlaps": overlaps} if act in ("add", "move") else {})

    done(asked, f"appointment {act}", do, format, more=more)


def _appointments(
    page: CasePage, zone: tzinfo, named: bool, everything: bool
) -> tuple[list[dict[str, Any]], list[Column]]:
    found = [appointment_shape(row, zone, named) for row in page.appointments if everything or row.state == "scheduled"]
    columns = [
        Column("id", "ID", keep=9, whole=True, right=True),
        Column("starts", _("Starts"), keep=8, whole=True),
        Column("ends", _("Ends"), keep=3, whole=True),
        Column("title", _("Title"), keep=7, least=16),
        Column("place", _("Place"), keep=4),
        Column("worker", _("Worker"), keep=5),
        Column("state", _("State"), keep=6, whole=True),
        Column("version", _("Version"), right=True, keep=1),
    ]
    return found, columns


def appointment_shape(row: AppointmentRow, zone: tzinfo, named: bool) -> dict[str, Any]:
    """An appointment as JSON has it."""
    return {
        "id": str(row.id),
        "starts": local(row.starts_at, zone),
        "ends": local(row.ends_at, zone),
        "title": row.title if named else None,
        "place": row.place if named else None,
        "worker": row.worker,
        "state": row.state,
        "version": row.version,
    }


def _list(
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


def _only_list(what: str | None) -> None:
    if what is not None:
        raise Usage(_("list takes no further words."))


def _no_look(identified: bool, why: str | None) -> None:
    if identified or why is not None:
        raise Usage(_("--identified and --why go with list."))
