"""Programs and the policy each runs by; and how much everyone carries."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .frame import Family, session
from .options import Format, said
from .output import Column
from .receipts import done
from .table import facts

commands = Family()

_program = commands.group("program", _("Programs and their policy: contact intervals, levels of the rules."))

Code = Annotated[
    str, typer.Argument(metavar="PROGRAM", help=_("A short name without spaces, such as housing."), show_default=False)
]
Settings = Annotated[
    list[str] | None,
    said("NAME=VALUE", _("A policy setting; `program show` lists them. May be repeated."), "--set"),
]


def _settings(typed: list[str] | None, contact_days: int | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in typed or ():
        name, equals, value = one.partition("=")
        if not equals:
            raise Usage(_("--set takes NAME=VALUE, such as --set contact_high_days=14."))
        found[name.strip()] = value.strip()
    if contact_days is not None:
        found |= {"contact_low_days": contact_days}
    return found


ContactDays = Annotated[
    int | None,
    said("N", _("Contact at least every N days at low risk."), "--contact-days", min=1, max=3660),
]


@_program(
    "add",
    "caseload program add housing --name 'Housing first' --contact-days 30",
    "caseload program add outreach --set contact_critical_days=3 --set contact_high_days=7",
    help=_("Add a program. Only an admin may."),
)
def add(
    ctx: typer.Context,
    code: Code,
    name: Annotated[str, said("NAME", _("Its full name."), "--name")] = "",
    contact_days: ContactDays = None,
    settings: Settings = None,
    format: Format = None,
) -> None:
    from caseload.casework import programs

    policy = _settings(settings, contact_days)
    done(
        session(ctx),
        "program add",
        lambda w: programs.add(w, code, name, policy),
        format,
        more=lambda _r: {"program": code},
    )


@_program(
    "edit",
    "caseload program edit housing --set contact_high_days=10 --set level_unassigned=2",
    "caseload program edit housing --name 'Housing first and after'",
    help=_("Rename a program or change its policy: a new version from today; every open case of it is ranked anew."),
)
def edit(
    ctx: typer.Context,
    code: Code,
    name: Annotated[str | None, said("NAME", _("Its full name."), "--name")] = None,
    contact_days: ContactDays = None,
    settings: Settings = None,
    format: Format = None,
) -> None:
    from caseload.casework import programs

    policy = _settings(settings, contact_days)
    done(
        session(ctx), "program edit", lambda w: programs.edit(w, code, name=name, settings=policy or None), format,
        more=lambda _r: {"program": code},
    )  # fmt: skip


@_program(
    "list",
    "caseload program list",
    "caseload program list --format json",
    help=_("List the programs, with their contact interval and open cases."),
)
def listed(ctx: typer.Context, format: Format = None) -> None:
    from caseload.casework import programs

    with session(ctx).read() as r:
        found = programs.listed(r)
    columns = [
        Column("program", _("Program"), keep=9),
        Column("name", _("Name"), keep=6),
        Column("contact_days", _("Contact days"), right=True),
        Column("cases", _("Cases"), right=True, keep=8),
    ]
    output.rows(found, columns, format)


@_program(
    "show",
    "caseload program show housing",
    "caseload program show housing --format json",
    help=_("Every setting of a program's policy as it is now."),
)
def show(ctx: typer.Context, code: Code, format: Format = None) -> None:
    from caseload.casework import programs

    with session(ctx).read() as r:
        policy = {"program": code, **programs.current_policy(r, code)}
    output.thing(policy, [Column(key) for key in policy], format, lambda: facts(policy.items()))


@commands.command(
    "workload",
    "caseload workload",
    "caseload workload --team north --format csv",
    help=_("How much each worker carries against their capacity. The model count: open cases."),
)
def workload(
    ctx: typer.Context,
    model: Annotated[Literal["count"], typer.Option("--model", help=_("How load is counted."))] = "count",
    team: Annotated[str | None, said("T", _("That team's workers."), "--team")] = None,
    worker: Annotated[str | None, said("W", _("That worker."), "--worker")] = None,
    format: Format = None,
) -> None:
    from caseload.casework import workload as loads

    with session(ctx).read() as r:
        found = loads.listed(r, model=model, team=team, worker=worker)
    columns = [
        Column("worker", _("Worker"), keep=9),
        Column("model", _("Model"), keep=1),
        Column("cases", _("Cases"), right=True, keep=8),
        Column("load", _("Load"), right=True, keep=3),
        Column("capacity", _("Capacity"), right=True, keep=6),
        Column("percent", "%", right=True, keep=7),
    ]
    output.rows(found, columns, format)
