"""The days by command: the agenda, the board by stage, and the tally at the end of a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .appointments import clash_words
from .frame import Family, session
from .inputs import day
from .options import Format, Identified, LookWhy, Query, said
from .output import Column, local
from .session import looked, names_shown
from .terminal import say

if TYPE_CHECKING:
    from datetime import tzinfo

    from caseload.casework.agenda import Entry

commands = Family()


@commands.command(
    "agenda",
    "caseload agenda",
    "caseload agenda --team north --from monday --days 7 --format json",
    help=_(
        "Appointments, tasks, contacts that fall due and cases that come back from snooze, day by day; late work first. Your "
        "own unless a worker, a team or everything is named. Appointments say with what they clash, of the same client or worker."
    ),
)
def agenda(
    ctx: typer.Context,
    first: Annotated[str, said("DATE", _("The first day."), "--from")] = "today",
    days: Annotated[int, typer.Option("--days", min=1, max=366, metavar="N", help=_("How many days."))] = 7,
    worker: Annotated[str | None, said("W", _("That worker's."), "--worker")] = None,
    team: Annotated[str | None, said("T", _("That team's."), "--team")] = None,
    everyone: Annotated[bool, typer.Option("--agency", help=_("Everything you may see."))] = False,
    identified: Identified = False,
    why: LookWhy = None,
    format: Format = None,
) -> None:
    if sum((worker is not None, team is not None, everyone)) > 1:
        raise Usage(_("Choose one of --worker, --team and --agency."))
    from caseload.casework import agenda as practice

    asked = session(ctx)
    looked(asked, "agenda", identified, why)
    named = names_shown(identified)
    with asked.read() as r:
        found = practice.read(r, practice.Wish(day(first, "--from", r.today), days, worker, team, everyone))
        shaped = [_entry(one, r.zone, named) for one in found.entries]
    columns = [
        Column("on", _("Day"), keep=9, whole=True),
        Column("time", _("Time"), keep=9, whole=True),
        Column("kind", _("What"), keep=8, whole=True),
        Column("title", _("Title"), keep=6, least=12),
        Column("case", _("Case"), keep=9, whole=True),
        Column("client", _("Client"), keep=7, least=12),
        Column("worker", _("Worker"), keep=5),
        Column("late", _("Late"), keep=4),
        Column("clash", _("Clash"), keep=6),
        Column("until", _("Until"), keep=2, whole=True),
        Column("place", _("Place"), keep=1),
        Column("state", _("State"), keep=2),
        Column("program", _("Program"), keep=0),
        Column("id", "ID", keep=3, right=True),
        Column("how", _("How"), keep=1),
        Column("travel_before", _("There"), keep=1, right=True),
        Column("travel_after", _("Back"), keep=1, right=True),
        Column("clashes", _("Clashes"), keep=5),
    ]
    output.rows(shaped, columns, format)
    if output.chosen(format) == "table":
        if not found.entries:
            say(_("Nothing stands in these days."))
        if found.clashes:
            say(_("{n} appointments overlap another of the same worker or client.").format(n=found.clashes))
    if not found.whole:
        say(_("Only the first {n} are shown; ask for fewer days, or one worker.").format(n=practice.MOST))


def _entry(one: Entry, zone: tzinfo, named: bool) -> dict[str, Any]:
    starts, ends = local(one.starts_at, zone), local(one.ends_at, zone)
    return {
        "on": one.on,
        "time": starts.strftime("%H:%M") if starts is not None else None,
        "until": ends.strftime("%H:%M") if ends is not None else None,
        "kind": one.kind,
        "title": one.title if named else None,
        "place": one.place if named else None,
        "case": one.case,
        "client": one.client if named else None,
        "program": one.program,
        "worker": one.worker,
        "state": one.state or None,
        "late": one.late,
        "clash": one.clash,
        "id": str(one.row) if one.row is not None else None,
        "how": one.mode or None,
        "travel_before": one.travel_before if one.mode else None,
        "travel_after": one.travel_after if one.mode else None,
        "clashes": "; ".join(clash_words(clash, zone) for clash in one.clashes) or None,
    }


@commands.command(
    "board",
    "caseload board",
    "caseload board 'worker:me -risk:low' --format json",
    help=_("How many cases stand at each stage, and how many of them wait; move one with `caseload stage`."),
)
def board(ctx: typer.Context, query: Query = None, format: Format = None) -> None:
    from caseload.casework import board as practice

    with session(ctx).read() as r:
        found = practice.counts(r, query or "")
    columns = [
        Column("stage", _("Stage"), keep=9, whole=True),
        Column("cases", _("Cases"), keep=9, right=True),
        Column("now", _("Now"), keep=8, right=True),
        Column("today", _("Today"), keep=7, right=True),
        Column("overdue", _("Overdue"), keep=6, right=True),
        Column("query", _("The rows: caseload cases …"), keep=5, least=16),
    ]
    output.rows(found, columns, format)


@commands.command(
    "tally",
    "caseload tally",
    "caseload tally --worker ben --date yesterday --format json",
    help=_(
        "What you did today: contacts, notes, tasks, cases cleared, and what is left. A supervisor may ask for a worker of "
        "theirs. What is left is told for today alone."
    ),
)
def tally(
    ctx: typer.Context,
    on: Annotated[str, said("DATE", _("Which day."), "--date")] = "today",
    worker: Annotated[str | None, said("W", _("Whose day."), "--worker")] = None,
    format: Format = None,
) -> None:
    from caseload.casework import tally as practice

    with session(ctx).read() as r:
        found = practice.tally(r, on=day(on, "--date", r.today, back=True), who=worker)
    shaped: dict[str, Any] = {
        "worker": found.worker,
        "date": found.on,
        "contacts": found.contacts,
        "made": found.made,
        "attempted": found.attempted,
        "minutes": found.minutes,
        "notes": found.notes,
        "signed": found.signed,
        "tasks": found.tasks,
        "cases": found.acted,
        "cleared": found.cleared,
        "left": {str(level): count for level, count in sorted(found.left.items())} or None,
        "visits_due": found.visits.due if found.visits is not None else None,
        "visits_made": found.visits.made if found.visits is not None else None,
        "visits_percent": found.visits.percent if found.visits is not None else None,
        "visits_to_go": found.visits.to_go if found.visits is not None else None,
    }
    output.thing(shaped, [Column(key) for key in shaped], format, lambda: practice.in_words(found))
