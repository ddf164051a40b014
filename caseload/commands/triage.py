"""What clears the queue without a record, and where a case stands: snooze, acknowledge, reviewed, risk, tag."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _

from .frame import Family, session
from .inputs import day
from .options import Case, Cases, Format, Why, Yes, said
from .receipts import done
from .which import to_change

if TYPE_CHECKING:
    from caseload.store.database import Receipt, Work

commands = Family()

Risk = Literal["low", "medium", "high", "critical"]


@commands.command(
    "snooze",
    "caseload snooze 2026-048212 --until monday --why 'Waiting for the housing office'",
    "caseload snooze 2026-048212 --end",
    help=_(
        "Take a case out of the queue until a day; it says so when it returns. A case at level 1 cannot be snoozed, "
        "and none for longer than its program allows."
    ),
)
def snooze(
    ctx: typer.Context,
    case: Cases,
    until: Annotated[
        str | None,
        said("DATE", _("The day it comes back: monday, +2w, 2026-12-01."), "--until"),
    ] = None,
    why: Annotated[str | None, said("TEXT", _("The reason."), "--why")] = None,
    end: Annotated[bool, typer.Option("--end", help=_("Take it back into the queue before its day."))] = False,
    yes: Yes = False,
    format: Format = None,
) -> None:
    from caseload.casework import attention

    if end == (until is not None):
        raise Usage(_("Give either --until DATE with --why TEXT, or --end."))
    if not end and why is None:
        raise Usage(_("Say why with --why TEXT."))
    asked = session(ctx)
    wanted = to_change(asked, case)

    def act(w: Work) -> Receipt:
        if until is None:
            return attention.wake(w, wanted)
        return attention.snooze_until(w, wanted, day(until, "--until", w.today), why or "")

    done(asked, "snooze", act, format, cases=wanted, yes=yes)


@commands.command(
    "acknowledge",
    "caseload acknowledge 2026-048212",
    "caseload acknowledge 2026-048212,2026-115038 --yes",
    help=_("Say that you have seen that the case is yours now."),
)
def acknowledge(ctx: typer.Context, case: Cases, yes: Yes = False, format: Format = None) -> None:
    from caseload.casework import attention

    asked = session(ctx)
    wanted = to_change(asked, case)
    done(asked, "acknowledge", lambda w: attention.acknowledge(w, wanted), format, cases=wanted, yes=yes)


@commands.command(
    "reviewed",
    "caseload reviewed 2026-048212",
    "caseload reviewed 2026-048212 --why 'Spoke to the school, all well'",
    help=_("You have looked and nothing needs doing today: the case is back tomorrow. Not for a case at level 1."),
)
def reviewed(
    ctx: typer.Context,
    case: Cases,
    why: Annotated[str, said("TEXT", _("The reason."), "--why")] = "",
    yes: Yes = False,
    format: Format = None,
) -> None:
    from caseload.casework import attention

    asked = session(ctx)
    wanted = to_change(asked, case)
    done(asked, "reviewed", lambda w: attention.reviewed(w, wanted, why), format, cases=wanted, yes=yes)


@commands.command(
    "risk",
    "caseload risk 2026-048212 high --why 'Eviction notice'",
    "caseload risk 2026-048212 low --why 'Moved in, rent paid' --format json",
    help=_("Set the risk of a case: low, medium, high, critical. Its contact interval and rank follow at once."),
)
def risk(
    ctx: typer.Context,
    case: Case,
    to: Annotated[Risk, typer.Argument(metavar="RISK", help=_("The risk from now on."))],
    why: Why,
    format: Format = None,
) -> None:
    from caseload.casework import stages

    asked = session(ctx)
    [number] = to_change(asked, case, one=True)
    done(asked, "risk", lambda w: stages.set_risk(w, number, to, why), format, why=why)


@commands.command(
    "tag",
    "caseload tag 2026-048212 +visit-first",
    "caseload tag 2026-048212,2026-115038 +winter-plan -waiting --yes",
    help=_("Add tags with + and take them off with -."),
    minus=True,
)
def tag(
    ctx: typer.Context,
    case: Cases,
    tags: Annotated[list[str], typer.Argument(metavar="+TAG|-TAG...", help=_("The tags."), show_default=False)],
    yes: Yes = False,
    format: Format = None,
) -> None:
    from caseload.casework import alerts

    if not all(one[:1] in "+-" and len(one) > 1 for one in tags):
        raise Usage(_("Write +TAG to add a tag and -TAG to take it off."))
    asked = session(ctx)
    wanted = to_change(asked, case)
    add, remove = ([one[1:] for one in tags if one[0] == sign] for sign in "+-")
    done(asked, "tag", lambda w: alerts.set_tags(w, wanted, add=add, remove=remove), format, cases=wanted, yes=yes)
