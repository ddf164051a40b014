"""Row reports of the method: what was found with clients, agreed with them and asked for them.

What stands in these rows is as telling as a name, so that whoever sees no identity gets none of them. Without `identified` the database
itself gives null for names, for whom something was asked of, and for everything people typed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, Text, cast, func, select

from caseload import models as m
from caseload.casework import veil
from caseload.errors import NotPermitted
from caseload.messages import _

from .rows import Field, case_field, client_field, program_field, table_of
from .table import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from caseload.store.database import Reading

    from .period import Period
    from .table import ReportTable


def assessments(r: Reading, scope: Select[Any], period: Period | None, *, identified: bool) -> ReportTable:
    """A row for each scale of an assessment, one without a scale where it has none; with a period, those asked on its days."""
    a, s, newer, words = m.assessment.c, m.assessment_score.c, m.assessment.alias("newer"), m.narrative
    fields = (
        (Column("assessment", _("Assessment"), "code", _("The assessment's id.")), cast(a.id, Text)),
        *_case(),
        (Column("on", _("Day"), "date", _("The day on which it was asked.")), a.on_date),
        (Column("instrument", _("Instrument"), "code", _("Which questionnaire.")), a.instrument),
        (Column("edition", _("Edition"), "code", _("Which edition of the questionnaire.")), a.edition),
        (Column("phase", _("Phase"), "code", _("baseline, review or closing.")), a.phase),
        (Column("scale", _("Scale"), "code", _("Which scale of it.")), s.scale),
        (Column("value", _("Value"), "percent", _("What the answers came to; empty where an answer is missing.")), s.value),
        (Column("band", _("Band"), "code", _("How the instrument calls that.")), s.band),
        (Column("cut_off", _("Cut-off"), "code", _("The cut-off that was used.")), s.cut_off),
        (Column("positive", _("Positive"), "flag", _("Whether the cut-off was reached.")), s.positive),
        (Column("safety", _("Safety"), "flag", _("Whether an answer asks for a look at the client's safety.")), a.safety),
        (Column("worker", _("Worker"), "code", _("Who asked it.")), m.worker.c.handle),
        (Column("recorded", _("Recorded"), "instant", _("When it was written down, in UTC.")), a.recorded_at),
        (
            Column("corrected_by", _("Corrected by"), "code", _("The assessment that has taken its place.")),
            cast(newer.c.id, Text),
        ),
        (Column("words", _("Words"), "text", _("What the client said about it."), narrative=True), words.c.body),
    )  # fmt: skip
    source = (
        _of(m.assessment)
        .join(m.worker, m.worker.c.id == a.worker_id)
        .outerjoin(m.assessment_score, s.assessment_id == a.id)
        .outerjoin(newer, newer.c.corrects_id == a.id)
    )
    if identified:
        source = source.outerjoin(words, words.c.id == a.words_id)
    when = [a.on_date.between(period.first, period.last)] if period else []
    order = [a.on_date, m.case_file.c.number, a.id, s.scale]
    return _table(r, scope, "assessments", _("Assessments"), fields, source, when, order, identified=identified)


def needs(r: Reading, scope: Select[Any], period: Period | None, *, identified: bool) -> ReportTable:
    """Needs, open and ended; with a period, those found on its days."""
    n, words, strengths = m.need.c, m.narrative.alias("said"), m.narrative.alias("strong")
    fields = (
        (Column("need", _("Need"), "code", _("The need's id.")), cast(n.id, Text)),
        *_case(),
        (Column("domain", _("Domain"), "code", _("In which domain.")), m.need_domain.c.code),
        (Column("severity", _("Severity"), "code", _("mild, moderate or severe.")), n.severity),
        (Column("state", _("State"), "code", _("open, met or set_aside.")), n.state),
        (Column("found", _("Found"), "date", _("The day on which it was found.")), n.found_on),
        (Column("ended", _("Ended"), "date", _("The day on which it was met or set aside; empty while it is open.")), n.ended_on),
        (Column("worker", _("Worker"), "code", _("Who found it.")), m.worker.c.handle),
        (Column("words", _("Words"), "text", _("In the client's own words."), narrative=True), words.c.body),
        (Column("strengths", _("Strengths"), "text", _("What they can build on."), narrative=True), strengths.c.body),
    )  # fmt: skip
    source = (
        _of(m.need).join(m.need_domain, m.need_domain.c.id == n.domain_id).join(m.worker, m.worker.c.id == n.found_by)
    )
    if identified:
        source = source.outerjoin(words, words.c.id == n.words_id).outerjoin(
            strengths, strengths.c.id == n.strengths_id
        )
    when = [n.found_on.between(period.first, period.last)] if period else []
    order = [m.case_file.c.number, n.found_on, n.id]
    return _table(r, scope, "needs", _("Needs"), fields, source, when, order, identified=identified)


def plans(r: Reading, scope: Select[Any], period: Period | None, *, identified: bool) -> ReportTable:
    """Every version of the plans; with a period, those begun on its days."""
    p, author, approver = m.plan.c, m.worker.alias("author"), m.worker.alias("approver")
    wants, returned = m.narrative.alias("wants"), m.narrative.alias("returned")
    fields = (
        *_plan(),
        (Column("state", _("State"), "code", _("draft, submitted, approved, replaced or ended.")), p.state),
        (Column("made", _("Made"), "date", _("The day on which it was begun.")), p.made_on),
        (Column("author", _("Author"), "code", _("Who wrote it.")), author.c.handle),
        (Column("agreed", _("Agreed"), "code", _("Whether the client agrees: yes, partly or no.")), p.agreed),
        (Column("submitted", _("Put forward"), "date", _("The day on which it was put forward.")), p.submitted_on),
        (Column("approved", _("Approved"), "date", _("The day on which it was approved.")), p.approved_on),
        (Column("approver", _("Approved by"), "code", _("Who approved it.")), approver.c.handle),
        (Column("review", _("Review"), "date", _("When it is next gone through together.")), p.review_on),
        (Column("reviews", _("Reviews"), "int", _("How often it was gone through together.")), _count(m.plan_review)),
        (Column("goals", _("Goals"), "int", _("How many goals it has.")), _count(m.goal)),
        (Column("ended", _("Ended"), "date", _("The day on which it was replaced or ended.")), p.ended_on),
        (Column("wants", _("Wants"), "text", _("What the client wants, in their words."), narrative=True), wants.c.body),
        (Column("returned", _("Sent back"), "text", _("Why it was sent back."), narrative=True), returned.c.body),
    )  # fmt: skip
    source = _of(m.plan).join(author, author.c.id == p.author_id).outerjoin(approver, approver.c.id == p.approved_by)
    if identified:
        source = source.outerjoin(wants, wants.c.id == p.wants_id).outerjoin(returned, returned.c.id == p.returned_id)
    when = [p.made_on.between(period.first, period.last)] if period else []
    order = [m.case_file.c.number, p.kind, p.number, p.id]
    return _table(r, scope, "plans", _("Plans"), fields, source, when, order, identified=identified)


def goals(r: Reading, scope: Select[Any], period: Period | None, *, identified: bool) -> ReportTable:
    """Goals of every version; with a period, those due on its days."""
    g, words = m.goal.c, m.narrative
    fields = (
        (Column("goal", _("Goal"), "code", _("The goal's id.")), cast(g.id, Text)),
        *_plan(),
        (Column("plan_state", _("Plan's state"), "code", _("draft, submitted, approved, replaced or ended.")), m.plan.c.state),
        (Column("domain", _("Domain"), "code", _("The domain of the need it is for.")), m.need_domain.c.code),
        (Column("starts", _("Starts"), "date", _("Its first day.")), g.starts_on),
        (Column("due", _("Due"), "date", _("By when it is to be reached.")), g.due_on),
        (Column("state", _("State"), "code", _("open, reached, partly, not_reached or dropped.")), g.state),
        (Column("ended", _("Ended"), "date", _("The day on which it ended so.")), g.ended_on),
        (Column("agreed", _("Agreed"), "code", _("Whether the client agrees with it.")), g.agreed),
        (Column("title", _("Goal in words"), "text", _("What is to be reached, in the client's words."), narrative=True), g.title),
        (Column("measure", _("Measure"), "text", _("How both will see that it is reached."), narrative=True), g.measure),
        (Column("words", _("Words"), "text", _("What the client says to it."), narrative=True), words.c.body),
    )  # fmt: skip
    source = (
        _of(m.goal)
        .join(m.plan, m.plan.c.id == g.plan_id)
        .outerjoin(m.need, m.need.c.id == g.need_id)
        .outerjoin(m.need_domain, m.need_domain.c.id == m.need.c.domain_id)
    )
    if identified:
        source = source.outerjoin(words, words.c.id == g.words_id)
    when = [g.due_on.between(period.first, period.last)] if period else []
    order = [m.case_file.c.number, m.plan.c.kind, m.plan.c.number, g.place, g.id]
    return _table(r, scope, "goals", _("Goals"), fields, source, when, order, identified=identified)


def steps(r: Reading, scope: Select[Any], period: Period | None, *, identified: bool) -> ReportTable:
    """Steps of every version; with a period, those due on its days."""
    s = m.step.c
    fields = (
        (Column("step", _("Step"), "code", _("The step's id.")), cast(s.id, Text)),
        (Column("goal", _("Goal"), "code", _("The goal's id.")), cast(s.goal_id, Text)),
        *_plan(),
        (Column("plan_state", _("Plan's state"), "code", _("draft, submitted, approved, replaced or ended.")), m.plan.c.state),
        (Column("who", _("Who"), "code", _("client, worker, provider or other.")), s.who),
        (Column("worker", _("Worker"), "code", _("Which worker, where it is one.")), m.worker.c.handle),
        (Column("starts", _("Starts"), "date", _("Its first day.")), s.starts_on),
        (Column("due", _("Due"), "date", _("By when it is to be done.")), s.due_on),
        (Column("first_due", _("First due"), "date", _("The day that was agreed first.")), s.first_due_on),
        (Column("after", _("After"), "code", _("The step that must be done before.")), cast(s.after_id, Text)),
        (Column("state", _("State"), "code", _("open, done or dropped.")), s.state),
        (Column("ended", _("Ended"), "date", _("The day on which it was done or dropped.")), s.ended_on),
        (Column("title", _("Step in words"), "text", _("What is to be done."), narrative=True), s.title),
        (Column("who_name", _("Name"), "text", _("Who does it, where it is neither client nor worker."), identifying=True), s.who_name),
    )  # fmt: skip
    source = (
        _of(m.step)
        .join(m.goal, m.goal.c.id == s.goal_id)
        .join(m.plan, m.plan.c.id == m.goal.c.plan_id)
        .outerjoin(m.worker, m.worker.c.id == s.worker_id)
    )
    when = [s.due_on.between(period.first, period.last)] if period else []
    order = [m.case_file.c.number, m.plan.c.kind, m.plan.c.number, m.goal.c.place, s.place, s.id]
    return _table(r, scope, "steps", _("Steps"), fields, source, when, order, identified=identified)


def referrals(r: Reading, scope: Select[Any], period: Period | None, *, identified: bool) -> ReportTable:
    """What was asked of others, drafts too; with a period, those sent (or, unsent, drafted) on its days."""
    f, reason = m.referral.c, m.narrative
    fields = (
        (Column("referral", _("Referral"), "code", _("The referral's id.")), cast(f.id, Text)),
        *_case(),
        (Column("kind", _("Kind"), "code", _("Of what kind it is: to a service, an application, a claim.")), f.kind),
        (Column("domain", _("Domain"), "code", _("The domain of the need it is for.")), m.need_domain.c.code),
        (Column("state", _("State"), "code", _("drafted, sent, accepted, waitlisted, declined, started, ...")), f.state),
        (Column("worker", _("Worker"), "code", _("Who made it.")), m.worker.c.handle),
        (Column("drafted", _("Drafted"), "date", _("The day on which it was written.")), f.drafted_on),
        (Column("sent", _("Sent"), "date", _("The day on which it was sent.")), f.sent_on),
        (Column("answer_by", _("Answer by"), "date", _("By when an answer is due.")), f.answer_by),
        (Column("answered", _("Answered"), "date", _("The day on which it was answered.")), f.answered_on),
        (Column("started", _("Started"), "date", _("The day on which it began.")), f.started_on),
        (Column("ended", _("Ended"), "date", _("The day on which it ended.")), f.ended_on),
        (Column("declined_why", _("Declined because"), "code", _("Why it was declined.")), f.declined_why),
        (Column("missed", _("Missed"), "int", _("How often the client did not come.")), f.missed),
        (Column("asked", _("Asked"), "money", _("The amount asked for.")), f.asked_cents),
        (Column("decided", _("Decided"), "money", _("The amount decided on.")), f.decided_cents),
        (Column("service", _("Service"), "text", _("Which service was asked."), identifying=True), m.service.c.name),
        (Column("provider", _("Provider"), "text", _("Who offers it."), identifying=True), m.provider.c.name),
        (Column("person", _("Person"), "text", _("The informal helper who was asked."), identifying=True), m.person.c.name),
        (Column("reason", _("Reason"), "text", _("What is asked for and why."), narrative=True), reason.c.body),
    )  # fmt: skip
    source = (
        _of(m.referral)
        .join(m.worker, m.worker.c.id == f.worker_id)
        .outerjoin(m.need, m.need.c.id == f.need_id)
        .outerjoin(m.need_domain, m.need_domain.c.id == m.need.c.domain_id)
    )
    if identified:
        source = (
            source.outerjoin(m.service, m.service.c.id == f.service_id)
            .outerjoin(m.provider, m.provider.c.id == m.service.c.provider_id)
            .outerjoin(m.person, m.person.c.id == f.person_id)
            .outerjoin(reason, reason.c.id == f.reason_id)
        )
    day = func.coalesce(f.sent_on, f.drafted_on)
    when = [day.between(period.first, period.last)] if period else []
    order = [m.case_file.c.number, f.drafted_on, f.id]
    return _table(r, scope, "referrals", _("Referrals"), fields, source, when, order, identified=identified)


def _table(r: Reading, scope: Select[Any], *rest: Any, identified: bool) -> ReportTable:
    if not veil.lifted(r).me.sees_identity:
        raise NotPermitted(
            _("Your role ({role}) sees nothing of what is found and agreed with clients.").format(role=r.me.role)
        )
    return table_of(r, scope, *rest, identified=identified)


def _of(table: Any) -> Any:
    """Rows of a table with their case and its program."""
    c = m.case_file.c
    return table.join(m.case_file, c.id == table.c.case_id).join(m.program, m.program.c.id == c.program_id)


def _case() -> Sequence[Field]:
    return case_field(), client_field(), program_field()


def _plan() -> Sequence[Field]:
    p = m.plan.c
    return (
        (Column("plan", _("Plan"), "code", _("The plan's id.")), cast(p.id, Text)),
        *_case(),
        (Column("kind", _("Kind"), "code", _("service or behaviour.")), p.kind),
        (Column("number", _("Number"), "int", _("Which version of the plan.")), p.number),
    )


def _count(table: Any) -> Any:
    return select(func.count()).where(table.c.plan_id == m.plan.c.id).correlate(m.plan).scalar_subquery()
