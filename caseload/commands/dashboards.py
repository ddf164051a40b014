"""`caseload dashboard`: what is done and how it goes, in numbers of which every one opens its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .deidentified import Cover, Deidentified
from .frame import Family, session
from .options import Format, Identified, Limit, LookWhy, said
from .output import Column, FormatName
from .session import looked, names_shown
from .terminal import say

if TYPE_CHECKING:
    from caseload.reports.dashboard import Page

commands = Family()

_BAR = 24


@commands.command(
    "dashboard",
    "caseload dashboard",
    "caseload dashboard overdue --query team:north --format json",
    help=_(
        "One page of numbers: caseload and contacts week by week, what is overdue by rule, what records lack, load by worker and week, "
        "outcomes since the baseline, needs by domain, referrals by state and take-up. --rows LINE/MEASURE lists the rows that one of its "
        "numbers counts."
    ),
)
def dashboard(
    ctx: typer.Context,
    part: Annotated[
        Literal["caseload", "contacts", "overdue", "gaps", "load", "outcomes", "needs", "referrals"],
        typer.Argument(metavar="PAGE", help=_("Which page; caseload unless given.")),
    ] = "caseload",
    rows: Annotated[
        str | None,
        said("LINE/MEASURE", _("The rows behind one number, by the keys that --format json shows."), "--rows"),
    ] = None,
    query: Annotated[str | None, said("QUERY", _("Only cases that answer this."), "--query")] = None,
    weeks: Annotated[int, said("N", _("How many weeks, this one counted."), "--weeks", min=1, max=53)] = 12,
    limit: Limit = None,
    identified: Identified = False,
    why: LookWhy = None,
    deidentified: Deidentified = False,
    format: Format = None,
) -> None:
    from caseload.reports import dashboard as practice

    asked = session(ctx)
    looked(asked, "dashboard", identified, why)
    cover = Cover(asked, deidentified, identified)
    if rows is None:
        with asked.read() as r:
            found = practice.page(r, part, query=query or "", weeks=weeks)
        _print_page(found, format)
        return
    line, slash, measure = rows.rpartition("/")
    if not slash:
        raise Usage(_("Say which number: its line and its measure, as in --rows 2026-W47/opened."))
    named = names_shown(identified)
    with asked.read() as r:
        counted = practice.rows(r, part, line, measure, query=query or "", weeks=weeks, limit=limit)
    practice.look(asked.db, part, counted, surface="dashboard")
    shapes = (
        {
            "case": one.case, "client": one.client if named else None, "program": one.program, "worker": one.worker, "on": one.on,
            "what": one.what,
        }
        for one in counted
    )  # fmt: skip
    output.rows(cover.rows(shapes) if cover.wanted else shapes, _ROWS, format)
    cover.state()
    if not counted and output.chosen(format) == "table":
        say(_("There is no row behind this number."))


_ROWS = [
    Column("case", _("Case"), keep=9, whole=True),
    Column("client", _("Client"), keep=7, least=12),
    Column("program", _("Program"), keep=3),
    Column("worker", _("Worker"), keep=5),
    Column("on", _("Day"), keep=8, whole=True),
    Column("what", _("What"), keep=8),
]


def _print_page(found: Page, format: FormatName | None) -> None:
    """The numbers; for a person, with a bar beside each line, or the last column of a page by weeks drawn below it."""
    drawn = output.chosen(format) == "table"
    bars = drawn and not found.weekly and not found.across
    most = max((one.numbers[0].count or 0 for one in found.lines), default=0) if bars else 0
    shapes = []
    for line in found.lines:
        shape: dict[str, Any] = {"line": line.key, "title": line.title}
        shape |= {one.key: number.count for one, number in zip(found.measures, line.numbers, strict=True)}
        if drawn:
            marks = {
                one.key: _shown(number.count, number.mark)
                for one, number in zip(found.measures, line.numbers, strict=True)
            }
            shape |= marks
        if bars:
            from caseload.reports.plot import bar

            shape["bar"] = bar(line.numbers[0].count, most, _BAR)
        shapes.append(shape)
    columns = [Column("line", _("Line"), keep=9 if not drawn else 0), Column("title", found.title, keep=9, least=8)]
    if drawn:
        columns = columns[1:]
    # The newest week stays longest where there is little room.
    columns += [
        Column(one.key, one.title, keep=min(8, 8 - len(found.measures) + at + 1) if found.across else 8, right=True, whole=True)
        for at, one in enumerate(found.measures)
    ]  # fmt: skip
    if bars:
        columns.append(Column("bar", "", keep=1))
    output.rows(shapes, columns, format)
    if not drawn:
        return
    if found.weekly and found.lines:
        from caseload.reports.plot import trend

        labels = [one.key[5:] for one in found.lines]
        say(found.measures[-1].title)
        for text in trend([one.numbers[-1].count for one in found.lines], labels, 78, 8):
            say(text)
    if not found.lines:
        say(_("There is nothing to count yet."))
    elif any(number.count is None for line in found.lines for number in line.numbers):
        say(_("– stands for a line with a number from 1 to 10: it is not shown."))
    if found.note and found.lines:
        say(found.note)


def _shown(count: int | None, mark: str) -> str:
    return "–" if count is None else f"{count}{mark}"
