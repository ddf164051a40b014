"""Formats that bring cases: clients, what they are served with, who holds them and what stands beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..casework import attention
from ..messages import _n
from ..models import (
    alias,
    assessment,
    assessment_answer,
    assignment,
    case_file,
    case_risk,
    case_stage,
    channel,
    client,
    client_code,
    contact,
    contact_line,
    contact_topic,
    household,
    household_member,
    identity,
    narrative,
    note,
    stay,
    stay_member,
    task,
)
from ..store.at_once import at_once
from . import apply, askings, beside
from .assign import Owners
from .format import Format, Written

if TYPE_CHECKING:
    from .apply import Job

# What a delivery of cases adds rows to, all of them new.
_NEW = (
    client, identity, client_code, alias, channel, household, household_member, stay, case_file, case_stage, case_risk, stay_member,
    assignment, contact, contact_line, contact_topic, assessment, assessment_answer, narrative, task, note,
)  # fmt: skip
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
        owners = Owners(job.w, self.assign)
        # A row at a time, the journal and the ranks of a file would cost more than all the rest of its import.
        with at_once(job.w, dict.fromkeys(_NEW, "0")):
            apply.clients(job)
            beside.aliases(job)
            beside.channels(job)
            apply.households(job)
            apply.stays(job)
            unheld = apply.cases(job, owners)
            apply.members(job)
            apply.contacts(job)
            askings.new(job)
            beside.tasks(job)
            beside.notes(job)
        apply.rehoused(job)
        apply.closings(job)
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
