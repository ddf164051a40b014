"""Parts of the weekly report about the method: what was asked by which instrument and what changed since the baseline, plans, referrals.

For who reads what clients are, and for analysts as numbers. A score that got better or worse crosses programs with what clients are:
unless the report is identified, small cells are left out as they are among the people served (`suppress.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from caseload.casework import veil
from caseload.casework.outcomes import REPORTED, Outcome, counted
from caseload.casework.outcomes import words as outcome_words
from caseload.messages import _
from caseload.models.service import REFERRAL_KINDS, REFERRAL_STATES

from . import flow, history, outcomes, suppress
from .table import Chart, Column, ReportTable

if TYPE_CHECKING:
    from caseload.store.database import Reading

    from .weekly import Asked

PARTS = ("assessments", "outcomes", "outcomes_by_program", "plans", "referrals")


def reads(r: Reading) -> bool:
    """Whether the report tells this person of the method: an admin moves cases and reads none of it, nor does a server show it to an
    analyst's login."""
    return veil.lifted(r).me.sees_identity or (r.me.role == "analyst" and not r.me.policed)


def parts(asked: Asked, *, identified: bool, served: bool) -> list[ReportTable]:
    """These parts; without `served`, where a query chose clients by who they are, nothing of how their scores changed."""
    made = [_assessments(asked)]
    if served:
        made += _outcomes(asked, identified=identified)
    return [*made, _plans(asked), _referrals(asked)]


def _assessments(asked: Asked) -> ReportTable:
    columns = (
        Column("instrument", _("Instrument"), "code", _("The questionnaire.")),
        Column(
            "asked",
            _("Recorded"),
            "int",
            _("How many were recorded on the days of the period; a correction takes the other's place."),
        ),
        Column("cases", _("Cases"), "int", _("In how many cases.")),
    )
    found = outcomes.asked(asked.scope, asked.days.first, asked.days.last)
    rows = sorted((row[0], int(row[1]), int(row[2])) for row in asked.r.conn.execute(found))
    chart = Chart(_("Assessments recorded, by instrument"), "bar", "instrument", ("asked",))
    return ReportTable("assessments", _("Assessments"), columns, rows, (chart,))


def _outcomes(asked: Asked, *, identified: bool) -> list[ReportTable]:
    """Of the cases open on any day of the period, how each scale changed from the baseline to the last day."""
    living = flow.living(asked.scope, asked.days.first, asked.days.last)
    by: dict[str, list[Outcome]] = {}
    for one in counted(asked.r, living, asked.days.last, by_program=True):
        by.setdefault(one.key, []).append(one)
    whole: list[tuple[Any, ...]] = []
    programs: list[tuple[Any, ...]] = []
    for found in by.values():
        found.sort(key=lambda one: asked.code(one.program_id))
        counts = [one.reported for one in found]
        every = [sum(column) for column in zip(*counts, strict=True)]
        dark = frozenset() if identified else _dark(found[0], counts, every)
        first = found[0]
        said = (first.instrument, first.edition, first.scale, first.name)
        for at, one in enumerate(found):
            programs.append((asked.code(one.program_id), *said, *_shown(at, one.reported, one.points, dark)))
        whole.append((*said, *_shown(len(found), every, sum(one.points for one in found), dark)))
    columns = _outcome_columns()
    note = (
        "" if identified else _("Numbers from 1 to 10 are not shown, nor are those from which one could be reckoned.")
    )
    chart = Chart(_("Scores since the baseline"), "bar", "title", REPORTED, stacked=True)
    head = Column("program", _("Program"), "code", _("The program's code."))
    return [
        ReportTable("outcomes", _("Outcomes"), columns, whole, (chart,), note),
        ReportTable("outcomes_by_program", _("Outcomes by program"), (head, *columns), programs, (), note),
    ]


def _dark(scale: Outcome, counts: list[tuple[int, ...]], every: list[int]) -> frozenset[suppress.Cell]:
    """The cells not to be shown. What cannot be of a scale (changed, where it is said which way is better) hides nothing."""
    can_be = [REPORTED.index(one) for one in REPORTED if getattr(scale, one) is not None]
    told = [[row[column] for column in can_be] for row in (*counts, every)]
    found = suppress.hidden(told[:-1], told[-1], [0] * len(can_be))
    if found is None:
        # No hiding is enough: where only one answer was given, to show any would tell everybody's.
        return frozenset((row, column) for row in range(len(told)) for column in can_be)
    return frozenset((row, can_be[column]) for row, column in found)


def _shown(at: int, numbers: Sequence[int], points: float, dark: frozenset[suppress.Cell]) -> tuple[Any, ...]:
    """How many were scored, the cells that are shown, the mean of those scored twice where nothing of the scale is left out, and whether
    something is."""
    cells = [None if (at, column) in dark else n for column, n in enumerate(numbers)]
    twice = sum(numbers[:-1])
    return sum(numbers), *cells, None if dark or not twice else round(points / twice, 1), None in cells


def _outcome_columns() -> tuple[Column, ...]:
    said = {
        "improved": _("Of these, the ones whose score is better than at the baseline."),
        "same": _("Of these, the ones whose score is the same."),
        "worse": _("Of these, the ones whose score is worse."),
        "changed": _("Of these, the ones whose score is another, where nobody has said which way is better."),
        "once": _("Of these, the ones scored once only."),
    }
    return (
        Column("instrument", _("Instrument"), "code", _("The questionnaire.")),
        Column("edition", _("Edition"), "int", _("Of a questionnaire of the agency's own; empty for one that comes along.")),
        Column("scale", _("Scale"), "code", _("The scale, or the domain that an answer flags.")),
        Column("title", _("Title"), "text", _("What it is called.")),
        Column("cases", _("Cases"), "int", _("Cases open in the period, scored by the last day.")),
        *(Column(key, outcome_words(key).capitalize(), "int", told) for key, told in said.items()),
        Column("mean", _("Mean change"), "percent", _("In points, later less earlier, of those scored twice; empty where a number is left out.")),
        Column("suppressed", _("Not shown"), "flag", _("Whether a number is left out: it is from 1 to 10, or would give one away that is.")),
    )  # fmt: skip


def _plans(asked: Asked) -> ReportTable:
    columns = (
        Column("program", _("Program"), "code", _("The program's code.")),
        Column("open", _("Open"), "int", _("Cases open when the last day ended.")),
        Column("approved", _("Plan runs"), "int", _("Of these, with a plan that was approved and ran that day.")),
        Column("waiting", _("Waits"), "int", _("Of these, with a version put forward by that day that waits for approval still.")),
        Column("review_overdue", _("Review overdue"), "int", _("Of these, whose plan was to be gone through before the last day.")),
        Column("never", _("Never a plan"), "int", _("Of these, without any plan approved by that day.")),
    )  # fmt: skip
    found = outcomes.plans(history.open_ids(asked.r, asked.scope, asked.days.last), asked.days.last)
    rows = sorted((asked.code(row[0]), *(int(n) for n in row[1:])) for row in asked.r.conn.execute(found))
    chart = Chart(
        _("Open cases and their plans, by program"), "bar", "program", ("open", "approved", "waiting", "review_overdue")
    )
    return ReportTable("plans", _("Plans"), columns, rows, (chart,))


def _referrals(asked: Asked) -> ReportTable:
    steps = {
        "offered": (_("Sent"), _("Referrals sent on the days of the period.")),
        "accepted": (_("Accepted"), _("Of those sent, the ones accepted by today.")),
        "begun": (_("Begun"), _("Of those sent, the ones that began.")),
        "completed": (_("Completed"), _("Of those sent, the ones completed.")),
    }
    columns = (
        Column("kind", _("Kind"), "code", _("service, benefit or claim.")),
        *(Column(key, title, "int", said) for key, (title, said) in steps.items()),
        *(
            Column(f"state_{state}", _("State: {state}").format(state=state), "int",
                   _("Of those written down or sent in the period, the ones that stand so now."))
            for state in REFERRAL_STATES
        ),
    )  # fmt: skip
    by = outcomes.counted_referrals(asked.r, asked.scope, asked.days.first, asked.days.last)
    numbers = (*(f"take_up.{step}" for step in steps), *(f"state.{state}" for state in REFERRAL_STATES))
    rows = [(kind, *(by[kind][number] for number in numbers)) for kind in REFERRAL_KINDS]
    chart = Chart(_("Referrals and what came of them"), "bar", "kind", tuple(steps))
    return ReportTable("referrals", _("Referrals"), columns, rows, (chart,))
