"""Formats that bring cases: clients, what they are served with, who holds them and what stands beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..casework import attention
from ..messages import _n
from . import apply, askings, beside
from .assign import Owners
from .format import Format, Written

if TYPE_CHECKING:
    from .apply import Job

_TOUCHED = (
    "select row_id from record where entity = 'case' and (state = 'new' or take <> '')"
    " union select k.row_id from record r join known k on k.entity = 'case' and k.ext = r.\"case\""
    " where r.entity in ('closing', 'contact', 'asking', 'task', 'note') and (r.state = 'new' or r.take <> '') order by 1"
)


@dataclass(frozen=True, slots=True)
class Cases(Format):
    """A delivery of cases, and the way in which its open ones are assigned."""

    assign: str

    def write(self, job: Job) -> Written:
        """Make what is new, entity by entity."""
        apply.programs(job)
        apply.workers(job)
        apply.clients(job)
        beside.aliases(job)
        beside.channels(job)
        apply.households(job)
        apply.stays(job)
        unheld = apply.cases(job, Owners(job.w, self.assign))
        apply.members(job)
        apply.closings(job)
        apply.contacts(job)
        askings.new(job)
        beside.tasks(job)
        beside.notes(job)
        touched = [case for (case,) in job.stage.run(_TOUCHED).fetchall()]
        attention.taken_up(job.w, touched)
        if not unheld or self.assign == "none":
            return Written(touched)
        held = _n("; {n} open case is held by nobody", "; {n} open cases are held by nobody", unheld)
        return Written(touched, held.format(n=unheld))

    def said(self, source: str, totals: dict[str, int]) -> str:
        n = totals["cases"]
        words = _n("Imported from {source}: {n} new case", "Imported from {source}: {n} new cases", n)
        return words.format(source=source, n=n)
