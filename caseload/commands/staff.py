"""The agency's people: workers, teams, cover, and everyone's load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import leaving, output, passwords
from .frame import Family, session
from .options import Format, said
from .output import Column
from .receipts import done

if TYPE_CHECKING:
    from caseload.casework.staff import WorkerRow

commands = Family()

Role = Literal["case_manager", "supervisor", "admin", "analyst", "auditor"]
Seniority = Literal["junior", "standard", "senior"]


Handle = Annotated[
    str, typer.Argument(metavar="HANDLE", help=_("A short name without spaces, such as ana."), show_default=False)
]
Login = Annotated[str | None, said("LOGIN", _("Their database login; on SQLite the system's user."), "--login")]
Name = Annotated[str | None, said("NAME", _("Full name."), "--name")]
TeamCode = Annotated[str | None, said("T", _("The team they work in."), "--team")]
RoleOf = Annotated[Role | None, typer.Option("--role", help=_("What they may do."), show_default=False)]
SeniorityOf = Annotated[
    Seniority | None, typer.Option("--seniority", help=_("Notes of juniors are co-signed."), show_default=False)
]
Capacity = Annotated[
    int | None,
    said("N", _("Cases they can hold."), "--capacity", min=0, max=10_000),
]
Hours = Annotated[int | None, said("N", _("Hours a week."), "--weekly-hours", min=0, max=100)]
Languages = Annotated[str | None, said("A,B", _("Languages spoken, such as it,ar."), "--languages")]
Supervises = Annotated[str | None, said("T,T", _("Teams they supervise; all of them, '' for none."), "--supervises")]

_worker = commands.group("worker", _("Staff: add, edit, list, leave, password."))
_team = commands.group("team", _("Teams and who supervises them."))


def codes(typed: str | None) -> tuple[str, ...] | None:
    """`a,b` as codes; an empty text is none of them, nothing typed leaves them as they are."""
    return None if typed is None else tuple(one.strip() for one in typed.split(",") if one.strip())


def _sets(act: str, *examples: str, help: str) -> None:
    """Declare one of the two commands that set what is known of a worker."""

    @_worker(act, *examples, help=help)
    def sets(
        ctx: typer.Context,
        handle: Handle,
        name: Name = None,
        role: RoleOf = None,
        team: TeamCode = None,
        login: Login = None,
        seniority: SeniorityOf = None,
        capacity: Capacity = None,
        weekly_hours: Hours = None,
        languages: Languages = None,
        supervises: Supervises = None,
        format: Format = None,
    ) -> None:
        from caseload.casework import staff

        verb = staff.add_worker if act == "add" else staff.edit_worker
        minutes = None if weekly_hours is None else weekly_hours * 60
        fields = staff.WorkerFields(name, role, team, login, seniority, capacity, minutes, languages, codes(supervises))
        done(
            session(ctx), f"worker {act}", lambda w: verb(w, handle, fields), format, more=lambda _r: {"worker": handle}
        )


_sets(
    "add",
    "caseload worker add ben --name 'Ben Okafor' --team north --capacity 30",
    "caseload worker add chloe --name 'Chloe Dubois' --role supervisor --team north --supervises north --login chloe",
    help=_("Add a worker. Only an admin may."),
)
_sets(
    "edit",
    "caseload worker edit ben --capacity 24 --languages it,fr",
    "caseload worker edit ben --team south --supervises ''",
    help=_("Change what is set about a worker; earlier teams and capacities stay on record with their dates."),
)
leaving.declare(_worker)
passwords.declare(_worker)


@_worker(
    "list",
    "caseload worker list",
    "caseload worker list --team north --format json",
    help=_("List the staff, with how many open cases each holds."),
)
def list_workers(ctx: typer.Context, team: TeamCode = None, format: Format = None) -> None:
    from caseload.casework import staff

    with session(ctx).read() as r:
        found = staff.workers(r, team_code=team)
    columns = [
        Column("worker", _("Worker"), keep=9),
        Column("name", _("Name"), keep=6),
        Column("role", _("Role"), keep=5),
        Column("team", _("Team"), keep=4),
        Column("status", _("Status"), keep=7, whole=True),
        Column("capacity", _("Capacity"), right=True),
        Column("cases", _("Cases"), right=True, keep=8),
    ]
    output.rows([_listed(row, columns) for row in found], columns, format)


def _listed(row: WorkerRow, columns: list[Column]) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in columns}


@_team(
    "add",
    "caseload team add north --name 'North shore' --supervisor chloe",
    "caseload team add south",
    help=_("Add a team. Only an admin may."),
)
def add_team(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="TEAM", help=_("A short name without spaces."), show_default=False)],
    name: Annotated[str, said("NAME", _("Its full name."), "--name")] = "",
    supervisor: Annotated[str | None, said("W,W", _("Who supervises it."), "--supervisor")] = None,
    format: Format = None,
) -> None:
    from caseload.casework import staff

    done(
        session(ctx), "team add", lambda w: staff.add_team(w, code, name, codes(supervisor) or ()), format,
        more=lambda _r: {"team": code},
    )  # fmt: skip


@_team(
    "edit",
    "caseload team edit north --supervisor chloe,ana",
    "caseload team edit north --name 'North and harbour'",
    help=_("Rename a team or say who supervises it."),
)
def edit_team(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="TEAM", help=_("Which team."), show_default=False)],
    name: Annotated[str | None, said("NAME", _("Its full name."), "--name")] = None,
    supervisor: Annotated[str | None, said("W,W", _("Who supervises it: all of them."), "--supervisor")] = None,
    format: Format = None,
) -> None:
    from caseload.casework import staff

    if name is None and supervisor is None:
        raise Usage(_("Say what to change: --name or --supervisor."))
    done(
        session(ctx), "team edit", lambda w: staff.edit_team(w, code, name, codes(supervisor)), format,
        more=lambda _r: {"team": code},
    )  # fmt: skip


@_team(
    "list",
    "caseload team list",
    "caseload team list --format csv",
    help=_("List the teams, who supervises them, and how much they hold."),
)
def list_teams(ctx: typer.Context, format: Format = None) -> None:
    from caseload.casework import staff

    with session(ctx).read() as r:
        found = staff.teams(r)
    columns = [
        Column("team", _("Team"), keep=9),
        Column("name", _("Name")),
        Column("supervisor", _("Supervisor"), keep=6),
        Column("workers", _("Workers"), right=True),
        Column("cases", _("Cases"), right=True, keep=8),
    ]
    output.rows(found, columns, format)
