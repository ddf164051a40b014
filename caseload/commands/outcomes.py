"""`caseload outcomes`: how people are doing since the beginning, over many cases, with the rows behind each number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .assess import number
from .frame import Family, session
from .inputs import day
from .options import Format, Identified, LookWhy, Query, said
from .output import Column
from .session import looked, names_shown
from .terminal import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from caseload.casework.outcomes import Outcome
    from caseload.store.database import Reading

    from .session import Session

commands = Family()

_COUNTS = ("improved", "same", "worse", "changed", "once", "higher", "lower")


@commands.command(
    "outcomes",
    "caseload outcomes 'program:housing' --from 2026-01-01",
    "caseload outcomes --instrument phq-9 --rows total --outcome worse --format json",
    help=_(
        "Of the cases that a query selects, closed ones too: how many improved since their baseline, stayed the same, got worse, or were "
        "measured once only, by instrument and scale, by the last day of the period. --rows lists the cases behind the numbers of a "
        "scale. In a pipe or file a count from 1 to 10, and what it could be reckoned from, is null unless --identified."
    ),
)
def outcomes(
    ctx: typer.Context,
    query: Query = None,
    since: Annotated[
        str | None, said("DATE", _("The first day of the period: cases closed before it are not counted."), "--from")
    ] = None,
    until: Annotated[str | None, said("DATE", _("Its last day; today unless given."), "--to")] = None,
    instrument: Annotated[str | None, said("NAME", _("That instrument alone."), "--instrument")] = None,
    scale: Annotated[
        str | None, said("SCALE", _("The cases behind that scale of --instrument, instead of the numbers."), "--rows")
    ] = None,
    outcome: Annotated[
        str | None,
        said("OUTCOME", _("With --rows: improved, same, worse, changed, once, higher or lower alone."), "--outcome"),
    ] = None,
    identified: Identified = False,
    why: LookWhy = None,
    format: Format = None,
) -> None:
    asked = session(ctx)
    if (scale is not None and instrument is None) or (outcome is not None and scale is None):
        raise Usage(_("--rows goes with --instrument, and --outcome with --rows."))
    looked(asked, "outcomes", identified, why)
    if scale is not None:
        _rows(asked, query or "", since, until, instrument or "", scale, outcome, format)
        return
    from caseload.casework import outcomes as counted

    with asked.read() as r:
        first, last = _period(r, since, until)
        code = counted.known(r, instrument) if instrument is not None else None
        found = counted.of(r, query or "", first=first, last=last, instrument=code)
    shaped = [shape(one) for one in found]
    if not names_shown(identified) and sum(_hide(one) for one in shaped):
        say(
            _(
                "Counts from 1 to 10, and what they could be reckoned from, are left out: --identified --why TEXT has them."
            )
        )
    output.rows(shaped, _COLUMNS, format)


def _period(r: Reading, since: str | None, until: str | None) -> tuple[date | None, date | None]:
    return (
        day(since, "--from", r.today, back=True) if since is not None else None,
        day(until, "--to", r.today, back=True) if until is not None else None,
    )


def shape(one: Outcome) -> dict[str, Any]:
    """The outcomes of a scale as JSON has them."""
    return {
        "instrument": one.instrument, "edition": one.edition, "scale": one.scale, "title": one.scale_title, "domain": one.domain or None,
        "cases": one.cases, "improved": one.improved, "same": one.same, "worse": one.worse, "changed": one.changed, "once": one.once,
        "higher": one.higher, "lower": one.lower, "better": one.better or None,
    }  # fmt: skip


def _hide(shaped: dict[str, Any]) -> bool:
    """Leaves out of a scale's numbers those that are of few people, and what these could be reckoned from (reports/suppress.py)."""
    from caseload.reports import suppress

    names = ("higher", "same", "lower", "once")
    counts = [shaped[name] for name in names]
    cells = suppress.hidden([counts], counts, [0] * len(counts))
    gone = set(names) if cells is None else {names[column] for _row, column in cells}
    if not gone:
        return False
    if "higher" in gone or "lower" in gone:
        gone |= {"higher", "lower", "improved", "worse", "changed"}
    if shaped["cases"] < suppress.LEAST_SHOWN:
        gone |= {"cases", *_COUNTS}
    for name in gone:
        shaped[name] = None
    return True


def _rows(
    asked: Session, query: str, since: str | None, until: str | None, instrument: str, scale: str, outcome: str | None,
    format: output.FormatName | None,
) -> None:  # fmt: skip
    from caseload.casework import looks
    from caseload.casework import outcomes as counted

    with asked.read() as r:
        first, last = _period(r, since, until)
        code = counted.known(r, instrument)
        found = counted.behind(r, code, scale, query, first=first, last=last, verdict=outcome)
    # Whose scores these are is as good as opening each.
    if found:
        looks.announce(asked.db, [one.id for one in found], kind="case", surface="outcomes")
    rows = [
        {
            "case": one.case, "first_on": one.first_on, "first": number(one.first), "last_on": one.last_on,
            "last": number(one.last), "outcome": one.verdict,
        }
        for one in found
    ]  # fmt: skip
    output.rows(rows, _BEHIND, format)


_COLUMNS: Sequence[Column] = [
    Column("instrument", _("Instrument"), keep=7, whole=True),
    Column("title", _("Scale"), keep=9, least=12),
    Column("cases", _("Cases"), right=True, keep=8),
    Column("improved", _("Improved"), right=True, keep=9),
    Column("same", _("Same"), right=True, keep=9),
    Column("worse", _("Worse"), right=True, keep=9),
    Column("changed", _("Changed"), right=True, keep=5),
    Column("once", _("Once"), right=True, keep=8),
    Column("domain", _("Domain"), keep=4),
    Column("higher", _("Higher"), right=True, keep=3),
    Column("lower", _("Lower"), right=True, keep=3),
    Column("better", _("Better is"), keep=2),
    Column("scale", _("Name"), keep=1),
    Column("edition", _("Edition"), right=True, keep=1),
]
_BEHIND: Sequence[Column] = [
    Column("case", _("Case"), keep=9, whole=True),
    Column("first_on", _("At first"), keep=5, whole=True),
    Column("first", _("Was"), right=True, keep=8),
    Column("last_on", _("Last"), keep=5, whole=True),
    Column("last", _("Is"), right=True, keep=8),
    Column("outcome", _("Outcome"), keep=9, whole=True),
]
