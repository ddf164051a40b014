"""`caseload case-file` and `caseload handover`: a case on paper, for those outside and for whoever takes it over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .frame import Family, session
from .options import said
from .output import Column
from .progress import progress
from .terminal import say
from .which import to_change

if TYPE_CHECKING:
    from caseload.reports.casefile import Put

commands = Family()

PaperFormat = Annotated[
    Literal["docx", "html", "pdf"],
    typer.Option("--format", help=_("What kind of file; html unless given.")),
]
Target = Annotated[
    str | None,
    said("PATH", _("The new file to write; its manifest comes beside it. Nothing is written over."), "--output"),
]
Reason = Annotated[str | None, said("TEXT", _("What for: it goes on the record."), "--why", "--reason")]
Fonts = Annotated[
    list[str] | None,
    said("FILE", _("With pdf: a further font, for letters that the own one has not; may be repeated."), "--font"),
]
Template = Annotated[str | None, said("FILE", _("With docx: the agency's own template, edited in Word."), "--template")]


@commands.command(
    "case-file",
    "caseload case-file 2026-048212 --for access --output file.html --why 'Asked for by her'",
    "caseload case-file --save-template letterhead.docx",
    help=_(
        "The whole record of a case as one private file. For a court or a transfer it goes to --recipient, whom a consent or an "
        "exception must name; for access to the client themselves, without alerts and people who are a threat. It is recorded as "
        "a disclosure. --save-template writes the docx template, to be edited in Word."
    ),
)
def case_file(
    ctx: typer.Context,
    case: Annotated[str | None, typer.Argument(metavar="CASE", help=_("A case number."), show_default=False)] = None,
    purpose: Annotated[
        Literal["court", "transfer", "access"] | None,
        said("court|transfer|access", _("For whom: a court, a body that takes the case over, the client."), "--for"),
    ] = None,
    recipient: Annotated[
        str | None, said("NAME", _("Who gets it, as the consent or the exception names them."), "--recipient")
    ] = None,
    format: PaperFormat = "html",
    target: Target = None,
    why: Reason = None,
    template: Template = None,
    fonts: Fonts = None,
    save_template: Annotated[
        str | None, said("FILE", _("Write the docx template that comes along, and nothing else."), "--save-template")
    ] = None,
) -> None:
    from caseload.reports import casefile

    if save_template is not None:
        if any(one is not None for one in (case, purpose, recipient, target, why, template, fonts)):
            raise Usage(_("--save-template stands alone: it writes the template and nothing else."))
        casefile.save_template(save_template)
        say(_("Wrote the template. Edit it in Word; what stands in double braces is filled in."))
        return
    if case is None or purpose is None or target is None or why is None:
        raise Usage(_("Write: caseload case-file CASE --for court|transfer|access --output PATH --why TEXT"))
    asked = session(ctx)
    [number] = to_change(asked, case, one=True)
    wish = casefile.Wish(
        (number,), format, target, why, purpose, recipient or "", None if template is None else Path(template).expanduser(),
        tuple(Path(one).expanduser() for one in fonts or ()),
    )  # fmt: skip
    with progress(_("Writing")) as tick:
        put = casefile.case_file(asked.db, wish, tick)
    told(put)


@commands.command(
    "handover",
    "caseload handover 2026-048212 --output handover.html --why 'Cover from Monday'",
    "caseload handover 2026-048212,2026-115038 --format pdf --output handover.pdf --why 'Chloe leaves'",
    help=_(
        "A page for each case for whoever takes it over in the house, what is dangerous first: alerts, threats and risk, what waits "
        "and is due, how they are reached and whether that is safe, what runs, what was last said. A look at each, on record."
    ),
)
def handover(
    ctx: typer.Context,
    cases: Annotated[
        list[str],
        typer.Argument(metavar="CASE...", help=_("Case numbers, with a blank or a comma between."), show_default=False),
    ],
    format: PaperFormat = "html",
    target: Target = None,
    why: Reason = None,
    template: Template = None,
    fonts: Fonts = None,
) -> None:
    from caseload.reports import casefile

    if target is None or why is None:
        raise Usage(_("Write: caseload handover CASE... --output PATH --why TEXT"))
    asked = session(ctx)
    numbers = [number for some in cases for number in to_change(asked, some)]
    wish = casefile.Wish(
        tuple(dict.fromkeys(numbers)), format, target, why, template=None if template is None else Path(template).expanduser(),
        fonts=tuple(Path(one).expanduser() for one in fonts or ()),
    )  # fmt: skip
    with progress(_("Writing")) as tick:
        put = casefile.handovers(asked.db, wish, tick)
    told(put)


def told(put: Put) -> None:
    """What was written, on standard output for scripts; what it leaves out, to whoever runs it."""
    for remark in put.remarks:
        say(remark)
    shaped = {"entries": put.entries, "path": str(put.path), "sha256": put.sha256, "change": put.change}
    said = [put.words]
    said += [_("Recorded as a disclosure: {change}").format(change=put.change)] if put.change else []
    output.thing(shaped, [Column(key) for key in shaped], None, lambda: said)
