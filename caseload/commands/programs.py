"""Programs and the policy each runs by; and how much everyone carries."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .frame import Family, session
from .options import Format, said
from .output import Column, FormatName
from .receipts import done
from .table import facts
from .terminal import say
from .which import to_change

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


HmisType = Annotated[
    str | None,
    said(
        "TYPE|none",
        _("As which type of project it is reported to HMIS (2.02.6), such as 13; none: it is not."),
        "--hmis-type",
    ),
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
    hmis_type: HmisType = None,
    format: Format = None,
) -> None:
    from caseload.casework import programs

    policy = _settings(settings, contact_days)
    done(
        session(ctx),
        "program add",
        lambda w: programs.add(w, code, name, policy, hmis=hmis_type),
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
    hmis_type: HmisType = None,
    format: Format = None,
) -> None:
    from caseload.casework import programs

    policy = _settings(settings, contact_days)
    done(
        session(ctx), "program edit",
        lambda w: programs.edit(w, code, name=name, settings=policy or None, hmis=hmis_type), format,
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
        Column("hmis_type", _("HMIS"), right=True, keep=3),
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


@_program(
    "kind",
    "caseload program kind housing sb2030 family-maintenance",
    "caseload program kind housing wmt none",
    help=_(
        "Of what kind the cases of a program are, for a load model: cwla (investigation, ongoing, foster-care), sb2030 "
        "(emergency-response, family-maintenance, ...) or wmt (community B2, licence A3 young, ...). none says nothing. Only an admin may."
    ),
)
def kind(
    ctx: typer.Context,
    code: Code,
    model: Annotated[Literal["cwla", "sb2030", "wmt"], typer.Argument(help=_("Which load model."), show_default=False)],
    of_kind: Annotated[str, typer.Argument(metavar="KIND|none", help=_("Which kind."), show_default=False)],
    format: Format = None,
) -> None:
    from caseload.casework import load_kinds

    wanted = None if of_kind == "none" else of_kind
    done(session(ctx), "program kind", lambda w: load_kinds.set_program(w, code, model, wanted), format)


@commands.command(
    "weigh",
    "caseload weigh 2026-048212 wmt 'community B2'",
    "caseload weigh 2026-048212,2026-115038 sb2030 none",
    help=_("Of what kind cases are for a load model, where they are not as their program's; none takes that back."),
)
def weigh(
    ctx: typer.Context,
    cases: Annotated[str, typer.Argument(metavar="CASE[,CASE...]", help=_("Which cases."), show_default=False)],
    model: Annotated[Literal["cwla", "sb2030", "wmt"], typer.Argument(help=_("Which load model."), show_default=False)],
    of_kind: Annotated[str, typer.Argument(metavar="KIND|none", help=_("Which kind."), show_default=False)],
    format: Format = None,
) -> None:
    from caseload.casework import load_kinds

    asked, wanted = session(ctx), None if of_kind == "none" else of_kind
    chosen = to_change(asked, cases)
    done(asked, "weigh", lambda w: load_kinds.set_cases(w, chosen, model, wanted), format)


@commands.command(
    "workload",
    "caseload workload",
    "caseload workload --model sb2030-minimal --team north --format csv",
    help=_(
        "How much each worker carries, by a named model: count (open cases against their capacity), cwla, sb2030 (its minimal "
        "standard; also sb2030-optimal, sb2030-1984) or wmt (points against those their hours give). What kind a case is says its "
        "program (`program kind`) or the case (`weigh`); those without a kind are counted apart. --warnings lists early warnings of "
        "overload instead, each with its figures; --rows RULE/WEEK the cases behind one of them."
    ),
)
def workload(
    ctx: typer.Context,
    model: Annotated[
        Literal["count", "cwla", "sb2030", "sb2030-1984", "sb2030-minimal", "sb2030-optimal", "wmt"],
        typer.Option("--model", help=_("How load is counted.")),
    ] = "count",
    team: Annotated[str | None, said("T", _("That team's workers."), "--team")] = None,
    worker: Annotated[str | None, said("W", _("That worker."), "--worker")] = None,
    warnings: Annotated[
        bool,
        typer.Option(
            "--warnings", help=_("Load or overdue work that rises week by week, and weeks without a free day.")
        ),
    ] = False,
    rows: Annotated[
        str | None, said("RULE/WEEK", _("The rows behind one figure of a warning, with --worker."), "--rows")
    ] = None,
    format: Format = None,
) -> None:
    if warnings or rows is not None:
        _warnings(ctx, team, worker, rows, format)
        return
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
        Column("version", _("Version")),
        Column("unknown", _("No kind"), right=True),
        Column("over_combined", _("Over mixed limit")),
    ]
    output.rows(found, columns if model != "count" else columns[:-3], format)


def _warnings(
    ctx: typer.Context, team: str | None, worker: str | None, rows: str | None, format: FormatName | None
) -> None:
    from caseload.reports import overload

    asked = session(ctx)
    if rows is not None:
        rule, slash, week = rows.partition("/")
        if worker is None or not slash:
            raise Usage(_("Say whose and which: --worker W --rows load_rising/2026-W46."))
        with asked.read() as r:
            counted = overload.rows(r, rule, worker, week)
        shapes = [
            {"case": one.case, "program": one.program, "worker": one.worker, "on": one.on, "what": one.what}
            for one in counted
        ]
        columns = [
            Column("case", _("Case"), keep=9, whole=True),
            Column("program", _("Program"), keep=5),
            Column("worker", _("Worker"), keep=5),
            Column("on", _("Day"), keep=8, whole=True),
            Column("what", _("What"), keep=8),
        ]
        output.rows(shapes, columns, format)
        return
    with asked.read() as r:
        found = overload.listed(r, team=team, worker=worker)
    told = [
        {
            "worker": one.worker, "team": one.team, "rule": one.rule, "weeks": [figure.week for figure in one.figures],
            "figures": [figure.count for figure in one.figures], "capacity": one.capacity, "words": one.words,
        }
        for one in found
    ]  # fmt: skip
    output.rows(
        told,
        [
            Column("worker", _("Worker"), keep=9),
            Column("team", _("Team"), keep=2),
            Column("rule", _("Warning"), keep=8, whole=True, table=overload.rule_words),
            Column("weeks", _("Weeks"), keep=0),
            Column("figures", _("Figures"), keep=5),
            Column("capacity", _("Capacity"), keep=3, right=True),
            Column("words", below=True),
        ],
        format,
    )
    if not found and output.chosen(format) == "table":
        say(_("Nothing to warn of."))
