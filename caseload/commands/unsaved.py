"""`caseload unsaved`: what was typed on the screen and not saved, by whoever asks and by nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from caseload.messages import _

from . import output
from .frame import Family, session
from .options import Format, Identified, LookWhy
from .output import Column
from .session import looked, names_shown

if TYPE_CHECKING:
    from datetime import datetime

    from caseload.casework.scratches import Unsaved

commands = Family()


@commands.command(
    "unsaved",
    "caseload unsaved",
    "caseload unsaved --identified --why 'Moving to another terminal' --format json",
    help=_(
        "What you typed on the screen and have not saved, the newest first; `g u` there goes on with it. Your own words "
        "alone, whoever you are. Of a case that is no longer yours to see no word is shown."
    ),
)
def unsaved(ctx: typer.Context, identified: Identified = False, why: LookWhy = None, format: Format = None) -> None:
    from caseload.casework import scratches
    from caseload.tui.acts.unsaved import form_words, readable

    asked = session(ctx)
    looked(asked, "unsaved", identified, why)
    named = names_shown(identified)
    with asked.read() as r:
        found = [
            _shape(one, readable(one.words.form, one.words.body), named, output.local(one.words.saved_at, r.zone))
            for one in scratches.unsaved(r)
        ]
    columns = [
        Column("form", _("What"), keep=9, whole=True, table=form_words),
        Column("subject", _("About"), keep=1),
        Column("case", _("Case"), whole=True, keep=8),
        Column("client", _("Client"), keep=4),
        Column("worker", _("Worker"), keep=2),
        Column("hidden", _("Hidden"), keep=0),
        Column("at", _("When"), whole=True, keep=7),
        Column("characters", _("Length"), right=True, keep=6),
        Column("text", _("Words"), keep=5, least=12),
    ]
    output.rows(found, columns, format)
    if not found and output.chosen(format) == "table":
        from .terminal import say

        say(_("Everything you typed is saved."))


def _shape(one: Unsaved, text: str, named: bool, at: datetime | None) -> dict[str, Any]:
    kind, _colon, key = one.words.subject.partition(":")
    return {
        "form": one.words.form,
        "subject": kind,
        "case": one.case,
        "client": one.client if named else None,
        "worker": key if kind == "worker" else None,
        "hidden": one.hidden,
        "at": at,
        "characters": len(text),
        "text": text if named and not one.hidden else None,
    }
