"""`caseload stage` and `caseload closing`: where a case stands in the method, and what stands before its closing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from caseload.errors import CaseloadError, NotPermitted, Refused, Usage
from caseload.messages import _

from . import output
from .assess import opened
from .frame import Family, session
from .inputs import day
from .options import Case, Format, LookWhy, Why, said
from .output import Column
from .receipts import told
from .table import facts, paragraph
from .terminal import say
from .which import to_change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from caseload.casework.closing import Closing
    from caseload.casework.freed import Freed
    from caseload.store.database import Receipt, Work

    from .session import Session

commands = Family()

Stage = Literal["referred", "assessment", "planning", "active", "monitoring", "closed"]


@commands.command(
    "stage",
    "caseload stage 2026-048212 active --why 'Plan agreed'",
    "caseload stage 2026-048212 closed --why 'Goals reached' --reason completed --destination 410 --aftercare +30d",
    help=_(
        "Move a case to another stage: referred, assessment, planning, active, monitoring, closed. Closing ends who "
        "holds it; its gates must be clear, or passed with a reason (caseload closing CASE shows them). Moving a closed case reopens it."
    ),
)
def stage(
    ctx: typer.Context,
    case: Case,
    to: Annotated[Stage, typer.Argument(metavar="STAGE", help=_("The stage it moves to."))],
    why: Why,
    reason: Annotated[
        str | None,
        said(
            "CODE",
            _("On closing: completed, left, discharged, transferred, lost_contact, ineligible, deceased, other."),
            "--reason",
        ),
    ] = None,
    destination: Annotated[
        str | None,
        said("CODE", _("On closing: where the client went, by its HMIS code (3.12.1), such as 410."), "--destination"),
    ] = None,
    override: Annotated[
        bool, typer.Option("--override", help=_("Pass every gate that is shut; --why is the reason."))
    ] = False,
    passing: Annotated[
        list[str] | None, said("GATE=WHY", _("Pass that gate for that reason. May be repeated."), "--pass")
    ] = None,
    aftercare: Annotated[
        str | None, said("DATE", _("On closing: ask how they are on that day; a task of yours."), "--aftercare")
    ] = None,
    admit: Annotated[
        Literal["next"] | None,
        typer.Option("--admit", help=_("On closing: give the place to who waits next, as an act of its own."), show_default=False),
    ] = None,
    format: Format = None,
) -> None:  # fmt: skip
    from caseload.casework import stages

    closes = (reason, destination, aftercare, admit, override or None, passing)
    if to != "closed" and any(one is not None for one in closes):
        raise Usage(_("--reason, --destination, --override, --pass, --aftercare and --admit go with the stage closed."))
    if override and passing:
        raise Usage(_("Give either --override, for all gates, or --pass GATE=WHY for each."))
    asked = session(ctx)
    [number] = to_change(asked, case, one=True)
    if admit is not None:
        _may_admit(asked, number)

    def act(w: Work) -> Receipt:
        when = day(aftercare, "--aftercare", w.today) if aftercare is not None else None
        passed = _passed(passing) if passing else override
        return stages.move(
            w, number, to, why, reason=reason, destination=destination, override=passed, aftercare=when
        )  # fmt: skip

    receipt = asked.act("stage", act, why=why)
    given = _give_on(asked, receipt, why) if admit is not None else None
    more = (lambda r: _closed(r, given)) if to == "closed" else None
    told(receipt, format, more)
    if given is not None and output.chosen(format) == "table":
        told(given, format)


def _passed(passing: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in passing:
        gate, equals, why = one.partition("=")
        if not equals or gate.strip() in found:
            raise Usage(_("--pass takes GATE=WHY, each gate once, such as --pass goals='Moved away'."))
        found[gate.strip()] = why
    return found


def _may_admit(asked: Session, number: str) -> None:
    """Raises what admitting the next one would, before anything is closed."""
    from caseload.casework import find, freed

    with asked.read() as r:
        place = freed.in_program(r, find.case(r, number))
    if place is None:
        raise Refused(_("Nobody waits for that program, as far as you see."))
    if not place.may:
        raise NotPermitted(
            _("Who supervises the team of {case} gives it out, or an admin.").format(case=place.next.case)
        )
    if place.to is None:
        raise Refused(_("Nobody holds that case, so nobody's place becomes free: caseload waiting admit"))


def _give_on(asked: Session, receipt: Receipt, why: str) -> Receipt | None:
    """Admits who waits next. The closing stands whatever comes of it, and that is said."""
    place = (receipt.data or {}).get("freed")
    if place is None or place.to is None:
        say(_("Nobody waits any more: nobody was admitted."))
        return None

    def act(w: Work) -> Receipt:
        from caseload.casework import waiting

        return waiting.admit(w, [place.next.case], place.to, why)

    try:
        return asked.act("admit", act, why=why)
    except CaseloadError as error:
        say(_("The case is closed, and nobody was admitted: {why}").format(why=error.message))
        return None


def _closed(receipt: Receipt, given: Receipt | None) -> dict[str, Any]:
    data = receipt.data or {}
    return {
        "passed": data.get("passed", {}), "aftercare": data.get("aftercare"), "next": next_shape(data.get("freed")),
        "admitted": given and {"change": given.number, "done": given.words, "cases": list(given.cases)},
    }  # fmt: skip


def next_shape(place: Freed | None) -> dict[str, Any] | None:
    """Who waits next for a place, as JSON has it."""
    if place is None:
        return None
    one = place.next
    return {
        "case": one.case, "program": one.program, "risk": one.risk, "since": one.since, "days": one.days,
        "waiting": place.waiting, "to": place.to, "may_admit": place.may,
    }  # fmt: skip


@commands.command(
    "closing",
    "caseload closing 2026-048212",
    "caseload closing 2026-048212 --reason deceased --format json",
    help=_(
        "What stands before closing a case, all at once: each gate with what is behind it and what clears it, the consents that end "
        "with the case and those that go on, whether the client was asked how it went, and who waits for the place. Changes nothing."
    ),
)
def closing(
    ctx: typer.Context,
    case: Case,
    reason: Annotated[str | None, said("CODE", _("As if it were closed for that reason."), "--reason")] = None,
    why: LookWhy = None,
    format: Format = None,
) -> None:
    from caseload.casework import closing as gates
    from caseload.casework import closing_codes

    asked = session(ctx)
    code = closing_codes.reason(reason) if reason is not None else ""
    _number, key = opened(asked, case, told=False, surface="closing", why=why)
    with asked.read() as r:
        found = gates.preview(r, key, reason=code)
    shaped = _shape(found)
    output.thing(shaped, [Column(name) for name in shaped], format, lambda: _page(found))


def _shape(found: Closing) -> dict[str, Any]:
    return {
        "case": found.case,
        "closed": found.closed,
        "gates": [
            {
                "gate": one.code, "title": one.title, "says": one.says, "command": one.command,
                "rows": [{"what": row.what, "id": row.key, "on": row.on, "about": row.about} for row in one.behind],
            }
            for one in found.shut
        ],
        "clear": list(found.open),
        "consents": [{"id": str(one.id), "ends": one.ends, "until": one.until} for one in found.consents],
        "feedback": found.feedback,
        "next": next_shape(found.freed),
    }  # fmt: skip


def _page(found: Closing) -> Iterator[str]:
    from caseload.casework import offered

    head = (
        _("closed")
        if found.closed
        else _("may be closed")
        if not found.shut
        else _("held up by {n}").format(n=len(found.shut))
    )
    yield f"{found.case}  {head}"
    for gate in found.shut:
        yield ""
        yield from paragraph(f"{gate.code}: {gate.says}")
        for row in gate.behind:
            yield from paragraph(
                "  ".join(part for part in (row.key, output.as_text(row.on), row.about) if part), "    "
            )
        yield f"    {gate.command}"
    yield ""
    ends = [str(one.id) for one in found.consents if one.ends]
    stay = [
        _("{id} until {day}").format(id=one.id, day=output.as_text(one.until)) if one.until else str(one.id)
        for one in found.consents
        if not one.ends
    ]
    place = found.freed
    yield from facts(
        (
            (_("Clear"), ", ".join(found.open)),
            (_("Consents that end"), ", ".join(ends)),
            (_("Consents that go on"), ", ".join(stay)),
            (
                _("How it went"),
                offered.why_words(found.feedback) if found.feedback else _("not asked yet: client-voice"),
            ),
            (
                _("Waits next"),
                ""
                if place is None
                else _("{case}, {risk}, {n} days").format(
                    case=place.next.case, risk=place.next.risk, n=place.next.days
                ),
            ),
        )
    )
