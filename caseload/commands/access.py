"""`caseload access`: who sees a case, who is let in or kept out by name, and whether the database agrees."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from caseload.errors import Refused, Usage
from caseload.messages import _, _n

from . import output
from .frame import Family, session
from .inputs import day
from .options import Format, said
from .output import Column
from .receipts import done
from .session import names_shown
from .terminal import say
from .which import to_change

if TYPE_CHECKING:
    from datetime import tzinfo

    from caseload.store.database import Receipt, Work

commands = Family()


@commands.command(
    "access",
    "caseload access 2026-048212",
    "caseload access 2026-048212 deny ben --why 'His cousin'",
    help=_(
        "Who sees a case and by which right: work, cover, team, an emergency, a name. `allow` lets somebody in, `deny` keeps them from it "
        "whatever their role, `end` ends either. `break` opens a case out of your sight for four hours, where the agency allows that; "
        "its supervisor reads why (`access openings`) and marks it (`read`). `access check` lists what every worker sees and how they "
        "log in, and fails (exit 1) where the database lets anybody do more, or less, than that."
    ),
)
def access(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(metavar="CASE|openings|check", help=_("Which case."), show_default=False)],
    act: Annotated[
        str | None, typer.Argument(metavar="[allow|deny|end|break|read]", help=_("What to do."), show_default=False)
    ] = None,
    worker: Annotated[str | None, typer.Argument(metavar="[W]", help=_("To whom."), show_default=False)] = None,
    until: Annotated[str | None, said("DATE", _("The last day; without one until it is ended."), "--until")] = None,
    why: Annotated[str | None, said("TEXT", _("The reason, for the record."), "--why")] = None,
    format: Format = None,
) -> None:
    from caseload.casework import access as names

    asked = session(ctx)
    if what == "check":
        if act or until or why:
            raise Usage(_("check takes nothing else."))
        _check(ctx, format)
        return
    if what == "openings":
        if act or until or why:
            raise Usage(_("openings takes nothing else."))
        _openings(ctx, format)
        return
    if act in ("break", "read"):
        _glass(ctx, what, act, worker, until, why, format)
        return
    if act is None:
        with asked.read() as r:
            found = names.listed(r, what)
            zone = r.zone
        output.rows(
            [{"worker": one.worker, "ground": one.ground, "until": _until(one.until, zone)} for one in found],
            [Column("worker", _("Worker"), keep=9), Column("ground", _("By"), keep=8), Column("until", _("Until"))],
            format,
        )
        return
    if act not in ("allow", "deny", "end") or worker is None or not (why or "").strip() or (act == "end" and until):
        raise Usage(
            _("Write: caseload access CASE allow|deny W [--until DATE] --why TEXT, or: access CASE end W --why TEXT")
        )
    [number] = to_change(asked, what, one=True)

    def do(w: Work) -> Receipt:
        if act == "end":
            return names.end(w, number, worker, why or "")
        last = None if until is None else day(until, "--until", w.today)
        return names.name(w, number, worker, act, why or "", until=last)

    done(asked, f"access {act}", do, format, why=why or "")


def _until(until: date | None, zone: tzinfo) -> date | None:
    """A last day, or the hour at which an opening ends."""
    return output.local(until, zone) if isinstance(until, datetime) else until


def _glass(
    ctx: typer.Context,
    case: str,
    act: str,
    worker: str | None,
    until: str | None,
    why: str | None,
    format: output.FormatName | None,
) -> None:
    from caseload.casework import glass

    if worker or until or (act == "break") != bool((why or "").strip()):
        raise Usage(_("Write: caseload access CASE break --why TEXT, or: caseload access CASE read"))
    reason = why or ""
    if act == "break":
        done(session(ctx), "access break", lambda w: glass.break_glass(w, case, reason), format, why=reason)
    else:
        done(session(ctx), "access read", lambda w: glass.mark_read(w, case), format)


def _openings(ctx: typer.Context, format: output.FormatName | None) -> None:
    from caseload.casework import glass

    with session(ctx).read() as r:
        found = glass.openings(r, read=True)
    named = names_shown(False)
    columns = [
        Column("case", _("Case"), whole=True, keep=9),
        Column("worker", _("Worker"), keep=8),
        Column("at", _("Opened"), keep=7),
        Column("until", _("Until"), keep=5),
        Column("why", _("Why"), least=12, keep=6),
        Column("read_by", _("Read by"), keep=4),
    ]
    rows = ({column.key: getattr(row, column.key) for column in columns} for row in found)
    output.rows([row if named else row | {"why": None} for row in rows], columns, format)


def _check(ctx: typer.Context, format: output.FormatName | None) -> None:
    from caseload.store import boundary

    with session(ctx).read() as r:
        people, gaps = boundary.everybody(r), boundary.gaps(r)
    columns = [
        Column("worker", _("Worker"), keep=9),
        Column("role", _("Role"), keep=8),
        Column("login", _("Login"), keep=7),
        Column("ends", _("Password ends"), keep=3),
        Column("sees", _("Sees"), least=20, keep=6),
        Column("cases", _("Open cases"), right=True, keep=5),
    ]
    output.rows(people, columns, format)
    if gaps:
        said = _n("{n} gap between policy and database.", "{n} gaps between policy and database.", len(gaps)).format(
            n=len(gaps)
        )
        raise Refused(said, details=gaps)
    say(_("The database lets everybody do what the policy says, and nothing else."))
