"""The rows of an HMIS export about a case: enrolments, exits, and what was found, done and asked of others meanwhile."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, or_, select

from ...models import (
    assessment,
    assessment_answer,
    assessment_score,
    assignment,
    case_file,
    case_stage,
    client,
    contact,
    contact_line,
    contact_topic,
    need,
    need_domain,
    program,
    referral,
    service,
    stay,
    stay_member,
)  # fmt: skip
from ...reports.stream import rows_of
from ...store.gaps import FORM, INCOME
from .. import askings, bulk
from . import codes
from .facts import Facts, Row
from .keys import by_key, by_uid, household, newest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..rows import Value

_LIVING = "living_situation:"
_SLICE = 500
# What is asked about housing; what else clients were asked (moods, drinking) is nothing HUD collects here.
_ASSESSED = {"prapare": "PRAPARE", "self-sufficiency-matrix": "Self-Sufficiency Matrix: housing"}
_HOUSING_SCALE = "d1"
# 4.19.3 by how the client was met that day, and 4.19.4: a housing needs assessment.
_MET_BY = {"phone": 1, "video": 2, "visit": 3, "office": 3, "group": 3}
_HOUSING_NEEDS, _ON_NO_LIST = 2, 2


def _of_cases(facts: Facts, *columns: Any) -> Select[Any]:
    """The cases of the export with the names that every row about one carries, and further columns."""
    f, c = case_file.c, client.c
    enrolled, person = facts.keys.of(case_file), facts.keys.of(client)
    return (
        select(
            f.id.label("case_id"), f.uid, c.uid.label("client_uid"), enrolled.c.external, enrolled.c.updated_at,
            person.c.external.label("person"),
            *columns,
        )
        .join_from(case_file, client, c.id == f.client_id)
        .outerjoin(enrolled, enrolled.c.row_id == f.id)
        .outerjoin(person, person.c.row_id == c.id)
        .where(facts.cases)
    )  # fmt: skip


def _named(row: Any) -> Row:
    return {"EnrollmentID": by_uid(row.external, row.uid), "PersonalID": by_uid(row.person, row.client_uid)}


def enrollments(facts: Facts) -> Iterator[Row]:
    f, m, a = case_file.c, stay_member.c, assignment.c
    stays, projects = facts.keys.of(stay), facts.keys.of(program)
    held = (
        select(a.worker_id).where(a.case_id == f.id, a.role == "primary")
        .order_by(a.starts_at.desc(), a.id.desc()).limit(1).correlate(case_file).scalar_subquery()
    )  # fmt: skip
    asked = (
        _of_cases(
            facts, f.program_id, f.opened_on, f.created_at, f.version, m.stay_id, m.relationship,
            func.coalesce(f.owner_id, held).label("worker_id"), stays.c.external.label("home"),
            projects.c.external.label("project"),
        )
        .outerjoin(stay_member, m.case_id == f.id)
        .outerjoin(stays, stays.c.row_id == m.stay_id)
        .outerjoin(projects, projects.c.row_id == f.program_id)
        .order_by(f.id)
    )  # fmt: skip
    for some in bulk.slices(rows_of(facts.r, asked), _SLICE):
        entries = askings.entries(facts.r.conn, [row.case_id for row in some])
        for row in some:
            created, updated = newest(row.updated_at, row.created_at, row.version > 1, facts.r.now)
            yield {
                **_named(row),
                "ProjectID": by_key(row.project, row.program_id),
                "EntryDate": row.opened_on,
                **_household(row),
                "EnrollmentCoC": facts.coc or None,
                **_entry(entries.get(row.case_id)),
                **facts.stamps(created, updated, row.worker_id),
            }


def _entry(told: tuple[Value, ...] | None) -> Row:
    """3.08, 3.917 and 3.20, as they were answered last; of a disabling condition HUD wants to be told that nobody asked."""
    disabling, living, moved = told or (None, None, None)
    moved_in = date.fromisoformat(moved) if isinstance(moved, str) else None
    return {
        "DisablingCondition": _code(disabling, codes.NOT_COLLECTED), "LivingSituation": _code(living, None), "MoveInDate": moved_in,
    }  # fmt: skip


def _code(told: Value, otherwise: int | None) -> int | None:
    return int(told) if isinstance(told, str) and told.isdigit() else otherwise


def incomes(facts: Facts) -> Iterator[Row]:
    """Whether there was income (4.02), each time it was asked by the questionnaire `hmis`, and at which stage."""
    a, n, right, e = (
        assessment.c,
        assessment_answer.alias("told"),
        assessment.alias("set_right"),
        facts.keys.of(assessment),
    )
    # At entry several things are asked, and not each time income.
    asked_income = or_(n.c.value.is_not(None), e.c.external.is_not(None))
    asked = (
        _of_cases(
            facts, a.id.label("row_id"), a.on_date, a.phase, a.worker_id, a.recorded_at, n.c.value,
            e.c.external.label("told"), e.c.updated_at.label("told_at"),
        )
        .join(assessment, a.case_id == case_file.c.id)
        .outerjoin(n, (n.c.assessment_id == a.id) & (n.c.link == INCOME))
        .outerjoin(e, e.c.row_id == a.id)
        .outerjoin(right, right.c.corrects_id == a.id)
        .where(a.instrument == FORM, a.on_date <= facts.days.last, right.c.id.is_(None), asked_income)
        .order_by(a.id)
    )  # fmt: skip
    for row in rows_of(facts.r, asked):
        created, updated = newest(row.told_at, row.recorded_at, False, facts.r.now)
        yield {
            "IncomeBenefitsID": by_key(row.told, row.row_id),
            **_named(row),
            "InformationDate": row.on_date,
            "IncomeFromAnySource": _code(row.value, None),
            "DataCollectionStage": codes.STAGES[row.phase],
            **facts.stamps(created, updated, row.worker_id),
        }


def _household(row: Any) -> Row:
    """Who was served together. A case of our own without others is a household of one, whose head its client is; of one that came
    without a household it is not known."""
    if row.stay_id is not None:
        return {
            "HouseholdID": household(row.home, row.stay_id),
            "RelationshipToHoH": codes.RELATIONSHIPS[row.relationship],
        }
    return {
        "HouseholdID": by_uid(None, row.uid),
        "RelationshipToHoH": codes.NOT_COLLECTED if row.external else codes.RELATIONSHIPS["self"],
    }


def exits(facts: Facts) -> Iterator[Row]:
    """The last closing of each case that was closed by the last day."""
    f, s = case_file.c, case_stage.alias("s")
    ends = case_stage.alias("ends")
    last = (
        select(ends.c.id).where(ends.c.case_id == f.id, ends.c.stage == "closed")
        .order_by(ends.c.on_date.desc(), ends.c.at.desc(), ends.c.id.desc()).limit(1).correlate(case_file).scalar_subquery()
    )  # fmt: skip
    asked = (
        _of_cases(facts, f.closed_on, s.c.destination, s.c.close_reason, s.c.at, s.c.worker_id)
        .join(s, s.c.id == last)
        .where(f.closed_on <= facts.days.last)
        .order_by(f.id)
    )
    for row in rows_of(facts.r, asked):
        went = codes.destination(row.destination, row.close_reason)
        if went == codes.NOT_COLLECTED and row.destination != str(codes.NOT_COLLECTED):
            facts.left_out["destination"] += 1
        named = _named(row)
        yield {
            "ExitID": named["EnrollmentID"],
            **named,
            "ExitDate": row.closed_on,
            "Destination": went,
            **codes.ending(row.close_reason),
            **facts.stamps(row.at, row.at, row.worker_id),
        }


def living_situations(facts: Facts) -> Iterator[Row]:
    """Where the client lived when they were met, where that was recorded. What was said stays here."""
    k, n, t, f, e = contact_line.c, contact.c, contact_topic.c, case_file.c, facts.keys.of(contact)
    said = (
        select(t.contact_id, func.min(t.topic).label("topic")).where(t.topic.startswith(_LIVING)).group_by(t.contact_id)
    )
    lives = said.subquery()
    asked = (
        _of_cases(
            facts, k.id.label("line_id"), k.on_date, lives.c.topic, n.worker_id, n.recorded_at, e.c.external.label("told"),
            e.c.updated_at.label("told_at"),
        )
        .join(contact_line, k.case_id == f.id)
        .join(contact, n.id == k.contact_id)
        .join(lives, lives.c.contact_id == n.id)
        .outerjoin(e, e.c.row_id == n.id)
        .where(k.outcome == "made", k.on_date <= facts.days.last)
        .order_by(k.id)
    )  # fmt: skip
    for row in rows_of(facts.r, asked):
        found = row.topic.removeprefix(_LIVING)
        situation = int(found) if found.isdigit() and int(found) in codes.LIVING else codes.NOT_COLLECTED
        created, updated = newest(row.told_at, row.recorded_at, False, facts.r.now)
        yield {
            "CurrentLivingSitID": by_key(row.told, row.line_id),
            **_named(row),
            "InformationDate": row.on_date,
            "CurrentLivingSituation": situation,
            **facts.stamps(created, updated, row.worker_id),
        }


def _assessed(facts: Facts, *columns: Any) -> Select[Any]:
    """Assessments of housing needs as they stand, where a contact of that day says how the client was met: HUD wants to know."""
    s, k, f = assessment.c, contact_line.c, case_file.c
    later = assessment.alias("later")
    met = select(func.min(k.kind)).where(
        k.case_id == s.case_id, k.on_date == s.on_date, k.outcome == "made", k.met, k.kind.in_(_MET_BY)
    )
    return (
        _of_cases(facts, s.id.label("row_id"), s.on_date, s.instrument, s.worker_id, s.recorded_at, *columns)
        .add_columns(met.correlate(assessment).scalar_subquery().label("kind"))
        .join(assessment, s.case_id == f.id)
        .where(s.instrument.in_(_ASSESSED), s.on_date <= facts.days.last)
        .where(~select(later.c.id).where(later.c.corrects_id == s.id).correlate(assessment).exists())
        .order_by(s.id)
    )


def assessments(facts: Facts) -> Iterator[Row]:
    asked = _assessed(facts, program.c.name).join(program, program.c.id == case_file.c.program_id)
    for row in rows_of(facts.r, asked):
        if row.kind is None:
            facts.left_out["assessment"] += 1
            continue
        yield {
            "AssessmentID": by_key(None, row.row_id),
            **_named(row),
            "AssessmentDate": row.on_date,
            "AssessmentLocation": row.name,
            "AssessmentType": _MET_BY[row.kind],
            "AssessmentLevel": _HOUSING_NEEDS,
            # There is no list of priorities here that anybody could be placed on.
            "PrioritizationStatus": _ON_NO_LIST,
            **facts.stamps(row.recorded_at, row.recorded_at, row.worker_id),
        }


def results(facts: Facts) -> Iterator[Row]:
    """What those assessments found of housing. The other scales are about health and drinking, too, and stay here."""
    g = assessment_score.c
    asked = _assessed(facts, g.id.label("score_id"), g.value).join(
        assessment_score, (g.assessment_id == assessment.c.id) & (g.scale == _HOUSING_SCALE)
    )
    for row in rows_of(facts.r, asked.where(g.value.is_not(None))):
        if row.kind is None:
            continue
        yield {
            "AssessmentResultID": by_key(None, row.score_id),
            "AssessmentID": by_key(None, row.row_id),
            **_named(row),
            "AssessmentResultType": _ASSESSED[row.instrument],
            "AssessmentResult": f"{row.value:g}",
            **facts.stamps(row.recorded_at, row.recorded_at, row.worker_id),
        }


def events(facts: Facts) -> Iterator[Row]:
    """Referrals that were sent, by the domain of the need or of the service, where HUD has an event for it."""
    q, f, n, v = referral.c, case_file.c, need.c, service.c
    asked = (
        _of_cases(
            facts, q.uid.label("event"), q.state, q.sent_on, q.answered_on, q.accepted_on, q.declined_why, q.worker_id, q.at,
            need_domain.c.code,
        )
        .join(referral, q.case_id == f.id)
        .outerjoin(need, n.id == q.need_id)
        .outerjoin(service, v.id == q.service_id)
        .outerjoin(need_domain, need_domain.c.id == func.coalesce(n.domain_id, v.domain_id))
        .where(q.sent_on <= facts.days.last, q.kind == "service")
        .order_by(q.id)
    )  # fmt: skip
    for row in rows_of(facts.r, asked):
        if row.code not in codes.EVENTS:
            facts.left_out["event"] += 1
            continue
        result = codes.referral_result(row.state, row.declined_why, row.accepted_on is not None)
        yield {
            "EventID": by_uid(None, row.event),
            **_named(row),
            "EventDate": row.sent_on,
            "Event": codes.EVENTS[row.code],
            "ReferralResult": result,
            "ResultDate": None if result is None else row.accepted_on or row.answered_on,
            **facts.stamps(row.at, row.at, row.worker_id),
        }
