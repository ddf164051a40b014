"""What closing a case asks: its gates, all at once, each with the rows behind it and the act that clears it.

A gate is shut while there are rows behind it. It is passed by clearing them, or with a reason that is kept with the closing. Nothing
that a gate tells says who the client is: keys, codes, days and handles.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, insert, select

from ..errors import Refused, Usage
from ..messages import _, _n
from ..models import assessment_offer, authorisation, case_stage, closing_override, goal, note, plan, referral, worker
from ..models.closing import GATES as CODES
from ..store.database import Reading, Work
from . import assessed, consents, find, freed, offered, questionnaires, values
from .find import CaseRef
from .freed import Freed
from .instruments.shipped import VOICE

# Referrals that have come to no end; those that have say so in referral.ended_on.
_OVER = ("declined", "completed", "lapsed", "withdrawn")


@dataclass(frozen=True, slots=True)
class Behind:
    """One row behind a gate: what it is by its key or name, since or until when, and whose it is, as a code says it."""

    what: str
    key: str
    on: date | None
    about: str


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing that holds a closing up. `says` words how many rows are behind it; `command` and `act` clear one of them, by command
    and on the screen."""

    code: str
    behind: Callable[[Reading, CaseRef, str], tuple[Behind, ...]]
    title: Callable[[], str]
    says: Callable[[int], str]
    command: str
    act: str


@dataclass(frozen=True, slots=True)
class Shut:
    """A gate that is shut, with what is behind it."""

    code: str
    title: str
    says: str
    behind: tuple[Behind, ...]
    command: str
    act: str


@dataclass(frozen=True, slots=True)
class Ending:
    """A consent of the case: whether it ends with the closing, or else goes on until a day (None: until it is revoked)."""

    id: int
    ends: bool
    until: date | None


@dataclass(frozen=True, slots=True)
class Closing:
    """What stands before closing a case. `feedback` says whether the client was asked how it went: `asked`, `declined`,
    `not_reached`, `not_able`, or None where nobody has offered it yet."""

    case_id: int
    case: str
    closed: bool
    shut: tuple[Shut, ...]
    open: tuple[str, ...]
    consents: tuple[Ending, ...]
    feedback: str | None
    freed: Freed | None


@dataclass(frozen=True, slots=True)
class Passed:
    """A gate that was passed as the case was closed."""

    gate: str
    on: date
    by: str
    behind: int
    why: str


# -- what is behind each --------------------------------------------------------------------------


def _drafts(r: Reading, ref: CaseRef, reason: str) -> tuple[Behind, ...]:
    found = (
        select(note.c.id, note.c.on_date, worker.c.handle)
        .join(worker, worker.c.id == note.c.author_id)
        .where(note.c.case_id == ref.id, note.c.state == "draft")
        .order_by(note.c.id)
    )
    return tuple(Behind("note", str(row.id), row.on_date, row.handle) for row in r.conn.execute(found))


def since(r: Reading, case_id: int) -> date | None:
    """The day on which the case was last reopened: what was asked at an earlier closing is asked again after it."""
    stages = select(case_stage.c.stage, case_stage.c.on_date).where(case_stage.c.case_id == case_id)
    before, day = "", None
    for stage, on in r.conn.execute(stages.order_by(case_stage.c.at, case_stage.c.id)):
        if before == "closed" and stage != "closed":
            day = on
        before = stage
    return day


def _evaluation(r: Reading, ref: CaseRef, reason: str) -> tuple[Behind, ...]:
    """Every scored questionnaire that was asked at the beginning is asked at the end, or it is on record that it could not be."""
    if reason == "deceased":
        return ()
    again = since(r, ref.id)
    rows = sorted(
        (one for one in assessed.of_case(r, ref.id, told=False) if one.corrected_by is None),
        key=lambda one: (one.on, one.id),
    )
    offers = select(assessment_offer.c.instrument).where(
        assessment_offer.c.case_id == ref.id, assessment_offer.c.phase == "closing"
    )
    if again is not None:
        offers = offers.where(assessment_offer.c.on_date >= again)
    over = {
        *r.conn.execute(offers).scalars(),
        *(one.instrument for one in rows if one.phase == "closing" and (again is None or one.on >= again)),
    }
    first: dict[str, Behind] = {}
    asked = {one.instrument.code for one in questionnaires.listed(r) if one.retired_on is None}
    for one in rows:
        scored = any(score.value is not None for score in one.scores)
        if one.phase == "baseline" and scored and one.instrument in asked and one.instrument not in over:
            first.setdefault(
                one.instrument, Behind("instrument", one.instrument, one.on, _began(one))
            )  # fmt: skip
    return tuple(first.values())


def _began(one: assessed.AssessmentRow) -> str:
    """What a baseline came to; the domains of many scales are counted only."""
    scored = [score for score in one.scores if not score.flag and score.value is not None]
    if len(scored) == 1:
        return _("{value} at the beginning").format(value=f"{scored[0].value:g}")
    return (
        _n("{n} scale at the beginning", "{n} scales at the beginning", len(scored)).format(n=len(scored))
        if scored
        else ""
    )


def _referrals(r: Reading, ref: CaseRef, reason: str) -> tuple[Behind, ...]:
    from . import referrals

    c = referral.c
    found = (
        select(c.id, c.state, c.sent_on, c.drafted_on).where(c.case_id == ref.id, c.state.not_in(_OVER)).order_by(c.id)
    )
    return tuple(
        Behind("referral", str(row.id), row.sent_on or row.drafted_on, referrals.state_words(row.state))
        for row in r.conn.execute(found)
    )


def _money(r: Reading, ref: CaseRef, reason: str) -> tuple[Behind, ...]:
    """What was asked for and is not answered, and what was approved and runs still: to be ended, so that the rest is free again."""
    from . import authorising

    c = authorisation.c
    found = select(c.id, c.state, c.to_on).where(c.case_id == ref.id, c.state.in_(("asked", "approved"))).order_by(c.id)
    return tuple(
        Behind("authorisation", str(row.id), row.to_on, authorising.state_words(row.state))
        for row in r.conn.execute(found)
    )


def _goals(r: Reading, ref: CaseRef, reason: str) -> tuple[Behind, ...]:
    found = (
        select(goal.c.id, goal.c.place, goal.c.due_on)
        .join(plan, plan.c.id == goal.c.plan_id)
        .where(plan.c.case_id == ref.id, plan.c.state == "approved", goal.c.state == "open")
        .order_by(plan.c.kind.desc(), goal.c.place)
    )
    return tuple(
        Behind("goal", str(row.id), row.due_on, _("goal {n}").format(n=row.place)) for row in r.conn.execute(found)
    )


# Every gate in the order in which they are told. What holds a closing up besides is added here, in one line, under a code of
# models/closing.GATES.
GATES: tuple[Gate, ...] = (
    Gate(
        "drafts", _drafts, lambda: _("drafts"),
        lambda n: _n("{n} of its notes is a draft: sign it or discard it.", "{n} of its notes are drafts: sign or discard them.", n),
        "caseload notes {case}", "sign",
    ),
    Gate(
        "evaluation", _evaluation, lambda: _("final evaluation"),
        lambda n: _n(
            "{n} instrument asked at the beginning was not asked at the end: ask it, or say why it was not answered.",
            "{n} instruments asked at the beginning were not asked at the end: ask them, or say why they were not answered.", n,
        ),
        "caseload assess {case} INSTRUMENT --phase closing", "ask",
    ),
    Gate(
        "referrals", _referrals, lambda: _("open referrals"),
        lambda n: _n("{n} referral has come to no end: say how it ended.", "{n} referrals have come to no end: say how they ended.", n),
        "caseload refer {case} list", "services",
    ),
    Gate(
        "money", _money, lambda: _("money that runs"),
        lambda n: _n(
            "{n} authorisation was not ended: end it, or withdraw what was asked for.",
            "{n} authorisations were not ended: end them, or withdraw what was asked for.", n,
        ),
        "caseload authorise {case} list", "money",
    ),
    Gate(
        "goals", _goals, lambda: _("open goals"),
        lambda n: _n("{n} goal of the plan is open: was it reached?", "{n} goals of the plan are open: were they reached?", n),
        "caseload plan {case}", "plan",
    ),
)  # fmt: skip


# -- asking -----------------------------------------------------------------------------------------


def shut(r: Reading, ref: CaseRef, reason: str = "") -> tuple[Shut, ...]:
    """The gates that are shut for closing a case for that reason. For callers that have asked whether it may be acted on."""
    out = []
    for gate in GATES:
        behind = gate.behind(r, ref, reason)
        if behind:
            n = len(behind)
            said = gate.says(n).format(n=n)
            out.append(Shut(gate.code, gate.title(), said, behind, gate.command.format(case=ref.number), gate.act))
    return tuple(out)


def preview(r: Reading, case: str | int, *, reason: str = "") -> Closing:
    """What stands before closing a case, all at once. Raises Usage for one out of sight, NotPermitted for who sees no identity."""
    if r.me.masked:
        from . import veil

        return preview(veil.lifted(r), case, reason=reason)
    find.names_seen(r)
    ref = find.case(r, case)
    found = shut(r, ref, reason)
    codes = {one.code for one in found}
    return Closing(
        ref.id, ref.number, not ref.is_open, found, tuple(gate.code for gate in GATES if gate.code not in codes),
        _consents(r, ref.id), offered.feedback(r, ref.id, "closing", since(r, ref.id)), freed.in_program(r, ref),
    )  # fmt: skip


def _consents(r: Reading, case_id: int) -> tuple[Ending, ...]:
    running = [one for one in consents.of_case(r, case_id, named=False, told=False) if one.state == "in_force"]
    return tuple(
        Ending(one.id, one.ends_with == "case_closed", one.until) for one in sorted(running, key=lambda one: one.id)
    )


# -- passing ----------------------------------------------------------------------------------------


def reasons_for(found: tuple[Shut, ...], override: bool | Mapping[str, str], why: str, number: str) -> dict[str, str]:
    """Why each shut gate is passed. Raises Refused with every gate that is shut and not passed, Usage for a gate that is none."""
    given = dict.fromkeys((one.code for one in found), why) if override is True else dict(override or {})
    for code, text in given.items():
        values.one_of(_("gate"), code, CODES)
        if not text.strip():
            raise Usage(_("The gate {gate} is passed with a reason.").format(gate=code))
    left = [one for one in found if one.code not in given]
    if left:
        words = _n(
            "Case {number} cannot be closed yet: {n} gate is shut. Clear it, or pass it with a reason: --pass GATE=WHY, --override for all.",
            "Case {number} cannot be closed yet: {n} gates are shut. Clear them, or pass each with a reason: --pass GATE=WHY, "
            "--override for all.",
            len(left),
        )
        raise Refused(
            words.format(number=number, n=len(left)), details=[f"{one.code}: {one.says}  {one.command}" for one in left]
        )
    return {one.code: values.short(_("The reason"), given[one.code], needed=True) for one in found}


def keep(w: Work, ref: CaseRef, stage_id: int, found: tuple[Shut, ...], reasons: Mapping[str, str]) -> None:
    """Writes down with a closing which gates were passed, and why."""
    rows = [
        {"case_id": ref.id, "stage_id": stage_id, "worker_id": w.me.id, "gate": one.code, "behind": len(one.behind),
         "why": reasons[one.code]}
        for one in found
    ]  # fmt: skip
    if rows:
        w.conn.execute(insert(closing_override), rows)


def passed(r: Reading, case_id: int) -> tuple[Passed, ...]:
    """The gates that were passed at the closings of a case, the newest first. For callers that have asked whether it may be seen."""
    c = closing_override.c
    found = (
        select(c.gate, case_stage.c.on_date, worker.c.handle, c.behind, c.why)
        .join(case_stage, case_stage.c.id == c.stage_id)
        .join(worker, worker.c.id == c.worker_id)
        .where(c.case_id == case_id)
        .order_by(case_stage.c.at.desc(), c.id)
    )
    return tuple(Passed(*row) for row in r.conn.execute(found))


def times(r: Reading, case_id: int) -> int:
    """How often a case was closed."""
    closed = select(func.count()).where(case_stage.c.case_id == case_id, case_stage.c.stage == "closed")
    return int(r.conn.execute(closed).scalar_one())


__all__ = [
    "GATES",
    "VOICE",
    "Behind",
    "Closing",
    "Ending",
    "Gate",
    "Passed",
    "Shut",
    "keep",
    "passed",
    "preview",
    "reasons_for",
    "shut",
]
