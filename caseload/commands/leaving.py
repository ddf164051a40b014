"""`caseload worker leave`: somebody goes, with a proposal for everything they hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from caseload.errors import Refused, Usage
from caseload.messages import _, _n

from . import output
from .ask import agreed
from .frame import session
from .inputs import day
from .options import DryRun, Format, Yes, said
from .output import FormatName
from .plans import page, plan_shape, print_plan
from .receipts import done
from .session import Session

if TYPE_CHECKING:
    from caseload.casework.leavers import LeaverPlan
    from caseload.store.database import Receipt, Work


def declare(worker: Callable[..., Callable[[Any], Any]]) -> None:
    """Declare `leave` in the group of the commands about workers."""
    worker(
        "leave",
        "caseload worker leave dora --balance south --why 'Moves to Lyon' --dry-run",
        "caseload worker leave dora --on +14d --why 'Moves to Lyon' --yes",
        help=_(
            "A worker leaves: their cases go to the workers named, or are shared in a team (their own unless named), each "
            "with its reason; restricted ones go to their custodians; everything else they have is said and wound up. With "
            "a day ahead it is set: after that day they may do nothing more, their cases go as set, and the first admin who "
            "comes winds up the rest. One undo takes all of it back. With --on alone, "
            "or without options, it records that somebody who holds nothing has left."
        ),
    )(leave)


def leave(
    ctx: typer.Context,
    handle: Annotated[
        str, typer.Argument(metavar="HANDLE", help=_("A short name without spaces, such as ana."), show_default=False)
    ],
    to: Annotated[str | None, said("W[,W...]", _("Who receives their cases."), "--to")] = None,
    balance: Annotated[
        str | None, said("TEAM", _("The team that shares them; their own unless given."), "--balance")
    ] = None,
    custodian: Annotated[
        str | None, said("W", _("Who answers for the restricted cases they are custodian of."), "--custodian")
    ] = None,
    on: Annotated[str | None, said("DATE", _("Their last day; today unless given."), "--on")] = None,
    why: Annotated[str | None, said("TEXT", _("The reason, for the record."), "--why")] = None,
    allow_blocked: Annotated[
        bool, typer.Option("--allow-blocked", help=_("Let cases wait unassigned that nobody may take."))
    ] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    format: Format = None,
) -> None:
    asked = session(ctx)
    if why is None and not dry_run:
        if to or balance or custodian or allow_blocked or yes:
            raise Usage(_("Say why with --why TEXT."))
        _holds_nothing(asked, handle, on, format)
        return
    from caseload.casework import leavers

    receivers = tuple(one.strip() for one in (to or "").split(",") if one.strip())
    with asked.read() as r:
        last = day(on, "--on", r.today) if on else None
        planned = leavers.plan(r, handle, to=receivers, team_code=balance, on=last, custodian=custodian)
    if dry_run:
        _print(None, planned, format, dry_run=True)
        return
    stopped = bool(planned.stranded or (planned.plan.blocked and not allow_blocked))
    if stopped:
        _print(None, planned, format, dry_run=False)
        raise Refused(
            _("{handle} cannot leave yet.").format(handle=planned.worker),
            details=[*planned.stranded, *(f"{kept.case}: {kept.why}" for kept in planned.plan.blocked[:20])],
        )
    question = _("Let {handle} go?").format(handle=planned.worker)
    agreed(question, yes, format, lambda form: _print(None, planned, form, dry_run=False))
    act = asked.act(
        "worker leave", lambda w: leavers.leave(w, planned, why or "", allow_blocked=allow_blocked), why=why or ""
    )
    _print(act.number, planned, format, dry_run=False, words=act.words)


def _holds_nothing(asked: Session, handle: str, on: str | None, format: FormatName | None) -> None:
    def act(w: Work) -> Receipt:
        from caseload.casework import staff

        return staff.leave(w, handle, day(on, "--on", w.today) if on else None)

    done(asked, "worker leave", act, format, more=lambda _r: {"worker": handle})


def _print(
    number: str | None, planned: LeaverPlan, format: FormatName | None, *, dry_run: bool, words: str = ""
) -> None:
    held = planned.holding
    shaped = plan_shape(number, planned.plan, dry_run=dry_run, weighed=True) | {
        "worker": planned.worker,
        "on": planned.on,
        "custody": [{"custodian": who, "cases": n} for who, n in planned.custody],
        "keeps": planned.keeps,
        "stranded": list(planned.stranded),
        "secondary": list(held.secondary),
        "covers": [{"worker": who, "from": first, "to": last} for who, first, last in held.covers],
        "absences": held.absences,
        "tasks": held.tasks,
        "appointments": held.appointments,
        "moves": held.moves,
        "transfers": held.transfers,
        "drafts": list(held.drafts),
        "supervises": list(held.supervises),
    }
    if output.chosen(format) != "table":
        print_plan(shaped, format)
        return
    head = words or _n(
        "{worker} leaves on {day}: {n} case moves.",
        "{worker} leaves on {day}: {n} cases move.",
        len(planned.plan.moved),
    ).format(worker=planned.worker, day=planned.on.isoformat(), n=len(planned.plan.moved))
    page(shaped, head)
    if not number:
        from caseload.casework.leavers import besides

        for text in besides(planned):
            output.say_line(text)
