"""The parameters that many commands share, worded once."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from caseload.messages import _

from .output import FormatName


def said(metavar: str, help: str, *names: str, **limits: int) -> Any:
    """An option with a value of one's own words, or a number with its limits `min` and `max`; what it is when left out stands
    in its help, if anywhere."""
    return typer.Option(*names, metavar=metavar, help=help, show_default=False, **limits)  # type: ignore[arg-type]


Format = Annotated[
    FormatName | None,
    typer.Option(
        "--format",
        metavar="table|json|csv|tsv",
        help=_("How to print; a table at a terminal and tsv otherwise."),
        show_default=False,
    ),
]
Identified = Annotated[
    bool,
    typer.Option(
        "--identified", help=_("Names, birth dates and texts also into a pipe or file; needs --why, and is recorded.")
    ),
]
LookWhy = Annotated[str | None, typer.Option("--why", metavar="TEXT", help=_("Why the identities are needed."))]
Recipient = Annotated[
    str | None,
    typer.Option(
        "--recipient",
        metavar="NAME",
        help=_(
            "Whom outside it goes to, with --identified: each case in it must be permitted to go there, by a consent or a "
            "recorded exception, and it is recorded as a disclosure."
        ),
        show_default=False,
    ),
]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help=_("The reason, for the record."))]
Query = Annotated[
    str | None,
    typer.Argument(
        metavar="QUERY",
        help=_("Which cases, e.g. 'worker:me due:<=7d'; one that begins with - goes after --."),
        show_default=False,
    ),
]
Case = Annotated[str, typer.Argument(metavar="CASE", help=_("A case number."), show_default=False)]
Cases = Annotated[
    str,
    typer.Argument(metavar="CASE[,CASE...]", help=_("Case numbers, with a comma between several."), show_default=False),
]
Limit = Annotated[int | None, typer.Option("--limit", min=1, max=10_000_000, metavar="N", help=_("At most so many."))]
Yes = Annotated[bool, typer.Option("--yes", help=_("Do it without asking."))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Show what would happen, and change nothing."))]
Anchor = Annotated[
    str | None,
    said("SEAL", _("A seal kept elsewhere, which must stand in it."), "--anchor"),
]
Unsound = Annotated[
    bool, typer.Option("--unsound", help=_("Also where its journal does not agree with itself; the record says so."))
]
FirstIn = Annotated[
    str | None,
    said("HANDLE", _("On a server: the admin who gets a first password, the first one unless named."), "--admin"),
]
