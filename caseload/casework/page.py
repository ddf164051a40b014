"""One case, whole: what the case page and `show` lay out. Opening it is a look, announced before anything is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Row, Table, func, null, select

from ..errors import Usage
from ..messages import _
from ..models import (
    alert,
    alias,
    appointment,
    appointment_series,
    assignment,
    case_file,
    case_risk,
    case_stage,
    channel,
    client,
    contact,
    contact_line,
    narrative,
    note,
    person,
    policy,
    snooze,
    stay_member,
    task,
    worker,
)
from ..store import scope
from ..store.database import Database, Reading
from ..store.policies import UNREAD
from . import (
    advice,
    answering,
    assessed,
    backgrounds,
    budgets,
    cases,
    closing,
    comments,
    consents,
    disclosures,
    documents,
    looks,
    needs,
    offered,
    packets,
    plan_rows,
    recurrence,
    referred,
    spending,
    triage,
)
from .answering import NOBODY, Answering
from .assessed import AssessmentRow
from .backgrounds import BackgroundRow
from .budgets import BudgetRow
from .closing import Passed
from .comments import CommentRow, MarkRow
from .consents import ConsentRow
from .disclosures import DisclosureRow
from .documents import DocumentRow
from .entries import (
    AlertRow,
    AppointmentRow,
    AssignmentRow,
    ChannelRow,
    ContactRow,
    MemberRow,
    NoteRow,
    PersonRow,
    RiskRow,
    StageRow,
    TaskRow,
)
from .needs import NeedRow
from .offered import OfferRow
from .packets import PacketRow
from .plan_rows import PlanRow
from .referred import ReferralRow
from .spending import AuthorisationRow
from .timed import Phase, phase_of


@dataclass(frozen=True, slots=True)
class CasePage:
    """A whole case, newest first."""

    row: cases.CaseRow
    language: str | None
    aliases: tuple[str, ...]
    source: str
    reasons: tuple[triage.Reason, ...]
    alerts: tuple[AlertRow, ...]
    contacts: tuple[ContactRow, ...]
    notes: tuple[NoteRow, ...]
    tasks: tuple[TaskRow, ...]
    appointments: tuple[AppointmentRow, ...]
    stages: tuple[StageRow, ...]
    risks: tuple[RiskRow, ...]
    assignments: tuple[AssignmentRow, ...]
    people: tuple[PersonRow, ...]
    channels: tuple[ChannelRow, ...]
    household: tuple[MemberRow, ...]
    other_cases: tuple[str, ...]
    snoozed_why: str | None
    comments: tuple[CommentRow, ...] = ()
    read_by: tuple[MarkRow, ...] = ()
    answering: Answering = NOBODY
    # In bands, and only where no birth date is shown.
    age: str = ""
    consents: tuple[ConsentRow, ...] = ()
    disclosures: tuple[DisclosureRow, ...] = ()
    packets: tuple[PacketRow, ...] = ()
    documents: tuple[DocumentRow, ...] = ()
    assessments: tuple[AssessmentRow, ...] = ()
    needs: tuple[NeedRow, ...] = ()
    background: tuple[BackgroundRow, ...] = ()
    plans: tuple[PlanRow, ...] = ()
    referrals: tuple[ReferralRow, ...] = ()
    offers: tuple[OfferRow, ...] = ()
    passed: tuple[Passed, ...] = ()
    budgets: tuple[BudgetRow, ...] = ()
    authorisations: tuple[AuthorisationRow, ...] = ()
    # In which amounts are.
    currency: str = ""
    phase: Phase | None = None


def open_page(db: Database, case: str | int, *, surface: str) -> CasePage:
    """Open a case: the look is committed first, then the page is read. Raises Usage for a case out of sight."""
    case_id = looks.announce(db, [case], surface=surface)[0]
    with db.read() as r:
        r.by_keys()
        return read(r, case_id)


def preview(r: Reading, case_id: int) -> CasePage | None:
    """What stands beside the list: everything but the narrative, so it is no look. None where it is out of sight."""
    return read(r, case_id, narrative_too=False, found_too=False) if scope.sees(r, case_id) else None


def read(r: Reading, case_id: int, *, narrative_too: bool = True, found_too: bool = True) -> CasePage:
    """The page of a case; what was found with the client only with `found_too`. Who sees no identity sees no prose either, or masked.
    Raises Usage where it is out of sight."""
    if r.me.masked:
        from . import veil

        whole = read(veil.lifted(r), case_id, narrative_too=narrative_too, found_too=found_too)
        return veil.page(r, case_id, whole)
    row = cases.rows(r, [case_id]).get(case_id)
    if row is None:
        raise Usage(_("That case is gone, not yours to see, or was not open yet on that day."))
    named = r.me.sees_identity
    told = named and narrative_too
    asked = named and found_too
    head = _head(r, case_id, named)
    key, client_id = head.id, head.client_id
    stages = _stages(r, key, named)
    people = _people(r, client_id) if named else ()
    return CasePage(
        row,
        head.language,
        tuple(r.conn.execute(select(alias.c.name).where(alias.c.client_id == client_id).order_by(alias.c.id)).scalars())
        if named
        else (),
        head.source,
        triage.reasons(r, [case_id]).get(case_id, ()),
        _alerts(r, client_id, named),
        _contacts(r, key, told),
        _notes(r, key, told),
        _tasks(r, key, named),
        _appointments(r, key, named),
        stages,
        _risks(r, key, named),
        _assignments(r, key),
        people,
        _channels(r, client_id, people) if named else (),
        _household(r, key, head.stay_id) if head.stay_id is not None else (),
        tuple(
            r.conn.execute(
                select(case_file.c.number)
                .where(case_file.c.client_id == client_id, case_file.c.id != case_id, scope.visible(r))
                .order_by(case_file.c.opened_on.desc())
            ).scalars()
        ),
        head.snoozed_why,
        comments.of_case(r, key, told=told) if named else (),
        comments.marks_of_case(r, key) if named else (),
        answering.of_row(r, head),
        consents=consents.of_case(r, key, named=named, told=told),
        disclosures=disclosures.of_case(r, key, named=named, told=told),
        packets=packets.of_case(r, key, told=told) if named else (),
        documents=documents.of_case(r, key) if asked else (),
        assessments=assessed.of_case(r, key, told=told) if asked else (),
        needs=needs.of_case(r, key, told=told) if asked else (),
        background=backgrounds.of_case(r, key, told=told) if asked else (),
        plans=plan_rows.of_case(r, key, told=told),
        referrals=referred.of_case(r, key, told=told) if named else (),
        offers=offered.of_case(r, key) if asked else (),
        passed=closing.passed(r, key) if asked and any(one.stage == "closed" for one in stages) else (),
        budgets=budgets.of_case(r, key) if asked else (),
        authorisations=spending.of_case(r, key, told=told) if asked else (),
        currency=r.agency.currency,
        phase=phase_of(r, key) if head.timed else None,
    )


def _head(r: Reading, case_id: int, named: bool) -> Row:  # type: ignore[type-arg]
    """The case row with what stands once beside it: the client's language, why it is snoozed, its household, whether its program has
    timed phases. One question, since a server is asked over a line."""
    of_policy = (policy.c.program_id == case_file.c.program_id) & policy.c.is_current
    found = (
        select(
            case_file, client.c.language, stay_member.c.stay_id, (snooze.c.why if named else null()).label("snoozed_why"),
            policy.c.phase1_days.is_not(None).label("timed"),
        )
        .outerjoin(client, client.c.id == case_file.c.client_id)
        .outerjoin(stay_member, stay_member.c.case_id == case_file.c.id)
        .outerjoin(policy, of_policy)
    )  # fmt: skip
    if named:
        found = found.outerjoin(snooze, (snooze.c.case_id == case_file.c.id) & snooze.c.cleared_at.is_(None))
    return r.conn.execute(found.where(case_file.c.id == case_id)).one()


def _read(table: Table, named: bool) -> list[Column[Any]]:
    """The columns of a table, without the words that a server keeps from who sees no identity."""
    return [one for one in table.c if named or one.name not in UNREAD[table.name]]


def _alerts(r: Reading, client_id: int, named: bool) -> tuple[AlertRow, ...]:
    found = (
        select(alert, worker.c.handle)
        .outerjoin(worker, worker.c.id == alert.c.raised_by)
        .where(alert.c.client_id == client_id)
        .order_by(alert.c.ended_on.is_not(None), alert.c.raised_on.desc(), alert.c.id.desc())
    )
    return tuple(
        AlertRow(
            row.id, row.kind, row.level, row.text if named else None, row.raised_on, row.handle, row.reviewed_on, row.review_on,
            row.ended_on, row.version,
        )
        for row in r.conn.execute(found)
    )  # fmt: skip


def _contacts(r: Reading, case_id: int, told: bool) -> tuple[ContactRow, ...]:
    other, own = contact_line.alias("other"), narrative.alias("own")
    beside = (
        select(func.count())
        .select_from(other)
        .join(case_file, case_file.c.id == other.c.case_id)
        .where(
            other.c.contact_id == contact.c.id, other.c.case_id != case_id, other.c.kind != "group", scope.visible(r)
        )
        .scalar_subquery()
    )
    about = advice.of_case(r, case_id)
    found = (
        select(
            contact,
            contact_line.c.met,
            contact_line.c.outcome.label("came"),
            contact_line.c.presence,
            contact_line.c.version,
            worker.c.handle,
            beside.label("others"),
            (narrative.c.body if told else narrative.c.id).label("body"),
            (own.c.body if told else own.c.id).label("alone"),
        )
        .join(contact_line, contact_line.c.contact_id == contact.c.id)
        .join(worker, worker.c.id == contact.c.worker_id)
        .outerjoin(narrative, narrative.c.id == contact_line.c.narrative_id)
        .outerjoin(own, own.c.id == contact_line.c.own_id)
        .where(contact_line.c.case_id == case_id)
        .order_by(contact.c.at.desc(), contact.c.id.desc())
    )
    return tuple(
        ContactRow(
            row.id, row.at, row.kind, row.came, row.with_whom, row.place, row.minutes, row.handle, row.met,
            row.body if told else None, row.others, about.get(row.id, ()), row.presence, row.alone if told else None, row.version,
        )
        for row in r.conn.execute(found)
    )  # fmt: skip


def _notes(r: Reading, case_id: int, told: bool) -> tuple[NoteRow, ...]:
    second = worker.alias("second")
    found = (
        select(
            note,
            worker.c.handle,
            second.c.handle.label("cosigner"),
            (narrative.c.body if told else narrative.c.id).label("body"),
        )
        .join(worker, worker.c.id == note.c.author_id)
        .outerjoin(second, second.c.id == note.c.cosigned_by)
        .outerjoin(narrative, narrative.c.id == note.c.narrative_id)
        .where(note.c.case_id == case_id)
        .order_by(note.c.at.desc(), note.c.id.desc())
    )
    return tuple(
        NoteRow(
            row.id, row.at, row.form, row.state, row.handle, row.body if told else None, row.version, row.addendum_to_id,
            row.signed_at, row.needs_cosign, row.author_id == r.me.id,
            row.cosigner,
        )
        for row in r.conn.execute(found)
    )  # fmt: skip


def _tasks(r: Reading, case_id: int, named: bool) -> tuple[TaskRow, ...]:
    finisher = worker.alias("finisher")
    found = (
        select(*_read(task, named), worker.c.handle, finisher.c.handle.label("finished_by"))
        .outerjoin(worker, worker.c.id == task.c.worker_id)
        .outerjoin(finisher, finisher.c.id == task.c.done_by)
        .where(task.c.case_id == case_id)
        .order_by(task.c.done_at.is_not(None), task.c.due_on, task.c.id)
    )
    return tuple(
        TaskRow(row.id, row.title if named else None, row.due_on, row.handle, row.done_at, row.finished_by, row.version)
        for row in r.conn.execute(found)
    )


def _appointments(r: Reading, case_id: int, named: bool) -> tuple[AppointmentRow, ...]:
    found = (
        select(*_read(appointment, named), worker.c.handle, appointment_series.c.rule)
        .outerjoin(worker, worker.c.id == appointment.c.worker_id)
        .outerjoin(appointment_series, appointment_series.c.id == appointment.c.series_id)
        .where(appointment.c.case_id == case_id)
        .order_by(appointment.c.starts_at.desc(), appointment.c.id.desc())
    )
    return tuple(
        AppointmentRow(
            row.id,
            row.starts_at,
            row.ends_at,
            row.title if named else None,
            row.place if named else None,
            row.handle,
            row.state,
            row.version,
            row.mode,
            row.travel_before,
            row.travel_after,
            row.series_id,
            recurrence.words(recurrence.read(row.rule)) if row.rule is not None else "",
            row.referral_id if named else None,
        )
        for row in r.conn.execute(found)
    )


def _stages(r: Reading, case_id: int, named: bool) -> tuple[StageRow, ...]:
    found = (
        select(*_read(case_stage, named), worker.c.handle)
        .outerjoin(worker, worker.c.id == case_stage.c.worker_id)
        .where(case_stage.c.case_id == case_id)
        .order_by(case_stage.c.on_date.desc(), case_stage.c.id.desc())
    )
    return tuple(
        StageRow(row.stage, row.on_date, row.handle, row.why if named else None, row.close_reason, row.destination)
        for row in r.conn.execute(found)
    )


def _risks(r: Reading, case_id: int, named: bool) -> tuple[RiskRow, ...]:
    found = (
        select(*_read(case_risk, named), worker.c.handle)
        .outerjoin(worker, worker.c.id == case_risk.c.worker_id)
        .where(case_risk.c.case_id == case_id)
        .order_by(case_risk.c.on_date.desc(), case_risk.c.id.desc())
    )
    return tuple(
        RiskRow(row.risk, row.on_date, row.handle, row.why if named else None) for row in r.conn.execute(found)
    )


def _assignments(r: Reading, case_id: int) -> tuple[AssignmentRow, ...]:
    found = (
        select(assignment, worker.c.handle)
        .join(worker, worker.c.id == assignment.c.worker_id)
        .where(assignment.c.case_id == case_id)
        .order_by(assignment.c.starts_at.desc(), assignment.c.id.desc())
    )
    return tuple(
        AssignmentRow(row.handle, row.role, row.starts_at, row.ends_at, row.why, row.acknowledged_at)
        for row in r.conn.execute(found)
    )


def _people(r: Reading, client_id: int) -> tuple[PersonRow, ...]:
    found = select(person).where(person.c.client_id == client_id).order_by(person.c.id)
    return tuple(PersonRow(row.id, row.name, row.role, row.relation) for row in r.conn.execute(found))


def _channels(r: Reading, client_id: int, people: tuple[PersonRow, ...]) -> tuple[ChannelRow, ...]:
    names = {one.id: one.name for one in people}
    found = (
        select(channel).where(channel.c.client_id == client_id).order_by(channel.c.person_id.is_not(None), channel.c.id)
    )
    return tuple(
        ChannelRow(
            row.id,
            names.get(row.person_id),
            row.kind,
            row.value,
            row.safe,
            row.voicemail,
            row.hours,
            row.valid_from,
            row.valid_to,
        )
        for row in r.conn.execute(found)
    )


def _household(r: Reading, case_id: int, stay_id: int) -> tuple[MemberRow, ...]:
    found = (
        select(stay_member.c.case_id, stay_member.c.relationship)
        .join(case_file, case_file.c.id == stay_member.c.case_id)
        .where(stay_member.c.stay_id == stay_id, stay_member.c.case_id != case_id, scope.visible(r))
        .order_by(stay_member.c.id)
    )
    related = dict(r.conn.execute(found).all())
    rows = cases.rows(r, list(related))
    return tuple(
        MemberRow(rows[id_].case, rows[id_].client, how, rows[id_].stage) for id_, how in related.items() if id_ in rows
    )
