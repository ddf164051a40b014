"""The queue: who needs what today, and why, worst first. Levels, not scores, so that every rank can be said in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ARRAY, BigInteger, bindparam, func, select, text, true

from ..messages import _
from ..models import case_file, consent, disclosure, identity, program, referral, worker
from ..store import scope, selection
from ..store.database import Reading
from ..store.dialect import bound
from ..store.portions import portions
from ..store.rules import IN_ORDER, RULES
from ..text import line
from . import find

# From here on the case is snoozed: it has left the queue until its day, never the desk or the reports.
SNOOZED_FROM = 20


@dataclass(frozen=True, slots=True)
class View:
    """Whose queue: the person's own unless a worker, a team or the agency is named; narrowed by a query."""

    query: str = ""
    worker: str | None = None
    team: str | None = None
    agency: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """What triage found: the rule, its level, since and due, the row that speaks, and the cheapest act that clears it.
    `recipient` is whom a consent lets be told; None for those who see no identity."""

    rule: str
    level: int
    since: date | None
    due: date | None
    days: int | None
    source: str | None
    clear_with: str
    recipient: str | None = None


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case in the queue. `client` is None for those who see no identity."""

    id: int
    case: str
    client: str | None
    program: str
    stage: str
    risk: str
    worker: str | None
    level: int
    since: date
    urgency: int
    version: int
    snoozed_until: date | None
    last_contact: date | None
    contact_due: date | None
    reasons: tuple[Reason, ...]


def _predicate(r: Reading, view: View):  # type: ignore[no-untyped-def]
    of = None
    if view.worker is not None:
        wanted = view.worker.strip().lower()
        of = case_file.c.owner_id.is_(None) if wanted == "none" else case_file.c.owner_id == find.worker_id(r, wanted)
    elif view.team is not None:
        of = case_file.c.team_id == find.team_id(r, view.team)
    elif not view.agency and scope.holds_any(r):
        of = scope.mine(r)
    return selection.where(r, view.query, open_only=True, of=of)


_ORDER = (case_file.c.urgency, case_file.c.since_on, case_file.c.number)


def queue(r: Reading, view: View = View(), *, limit: int | None = None) -> list[int]:
    """The keys of the cases that wait, in order: level, risk, longest waiting, case number. The same everywhere."""
    asked_snoozed = selection.speaks_of(r, view.query, "snoozed")
    waiting = true() if asked_snoozed else case_file.c.urgency < SNOOZED_FROM
    found = select(case_file.c.id).where(_predicate(r, view), waiting).order_by(*_ORDER)
    return list(r.conn.execute(found.limit(limit) if limit is not None else found).scalars())


def counts(r: Reading, view: View = View()) -> dict[int, int]:
    """How many wait at each level."""
    found = select(case_file.c.level, func.count()).where(_predicate(r, view), case_file.c.urgency < SNOOZED_FROM)
    return dict(r.conn.execute(found.group_by(case_file.c.level)).all())


def full_name(given: str, family: str) -> str:
    """A client's name as lists show it."""
    return ", ".join(part for part in (family, given) if part)


def rows(r: Reading, ids: Sequence[int]) -> dict[int, QueueRow]:
    """What the screen shows of these cases; those no longer in sight are left out."""
    if not ids:
        return {}
    with r.keys_alone():
        return _rows(r, ids)


def _rows(r: Reading, ids: Sequence[int]) -> dict[int, QueueRow]:
    why = reasons(r, ids)
    found = (
        select(
            case_file.c.id, case_file.c.number, identity.c.given, identity.c.family, program.c.code, case_file.c.stage,
            case_file.c.risk, worker.c.handle, case_file.c.level, case_file.c.since_on, case_file.c.urgency,
            case_file.c.version, case_file.c.snoozed_until, case_file.c.last_contact_on, case_file.c.contact_due_on,
        )
        .join(program, program.c.id == case_file.c.program_id)
        .outerjoin(identity, identity.c.client_id == case_file.c.client_id)
        .outerjoin(worker, worker.c.id == case_file.c.owner_id)
        .where(r.among(case_file.c.id, ids), scope.visible(r))
    )  # fmt: skip
    named = r.me.sees_identity
    return {
        row.id: QueueRow(
            row.id, row.number, full_name(row.given or "", row.family or "") if named else None, row.code, row.stage, row.risk,
            row.handle, row.level, row.since_on, row.urgency, row.version, row.snoozed_until, row.last_contact_on,
            row.contact_due_on, why.get(row.id, ()),
        )
        for row in r.conn.execute(found)
    }  # fmt: skip


def reasons(r: Reading, ids: Sequence[int]) -> dict[int, tuple[Reason, ...]]:
    """Why each of these cases waits: every rule that fires, most urgent first. For the rows on screen, not for thousands."""
    s = bound(r.engine)
    day = r.today.isoformat() if r.engine == "sqlite" else r.today
    branches = " UNION ALL ".join(
        f"SELECT f.id AS id, {order} AS place, {rule.level(s)} AS level, {rule.since(s)} AS since, {rule.due(s)} AS due,"
        f" {rule.source(s)} AS source FROM case_file f JOIN policy p ON p.program_id = f.program_id AND p.is_current"
        f" WHERE {'f.id = ANY(:ids)' if s.postgres else 'f.id IN :ids'} AND f.closed_on IS NULL AND {rule.fires(s)}"
        for order, rule in enumerate(RULES)
    )
    out: dict[int, list[Reason]] = {}
    for some in portions(ids, 200):
        keys = bindparam("ids", some, type_=ARRAY(BigInteger)) if s.postgres else bindparam("ids", some, expanding=True)
        for id_, place, level, since, due, source in r.conn.execute(
            text(branches).bindparams(keys, bindparam("today", day))
        ):
            if level >= IN_ORDER:
                continue
            rule = RULES[place]
            since, due = _date(since), _date(due)
            days = (r.today - due).days if due is not None else None
            out.setdefault(id_, []).append(Reason(rule.name, level, since, due, days, source, rule.clear_with))
    order = {rule.name: place for place, rule in enumerate(RULES)}
    return {
        id_: tuple(sorted(found, key=lambda reason: (reason.level, reason.since or date.max, order[reason.rule])))
        for id_, found in _named(r, out).items()
    }


# The rules of which it is said whom they are about.
_SPEAKING = ("consent_soon", "consent_ended", "referral_stalled", "referral_soon")


def _named(r: Reading, found: dict[int, list[Reason]]) -> dict[int, list[Reason]]:
    """The reasons with whom their consents let be told, or their referrals went to, for those who see that."""
    speak = {one.source for why in found.values() for one in why if one.rule in _SPEAKING and one.source}
    if not speak or not r.me.sees_identity:
        return found
    told: dict[str, str] = {}
    sent = referral.join(disclosure, disclosure.c.id == referral.c.disclosure_id)
    for name, key, source in (("consent", consent.c, consent), ("referral", referral.c, sent)):
        named = consent.c.recipient if source is consent else disclosure.c.recipient
        for some in portions(sorted(int(one.partition(":")[2]) for one in speak if one.startswith(name + ":"))):
            asked = select(key.id, named).select_from(source).where(r.among(key.id, some))
            told |= {f"{name}:{id_}": recipient for id_, recipient in r.conn.execute(asked)}
    return {id_: [replace(one, recipient=told.get(one.source or "")) for one in why] for id_, why in found.items()}


def unnamed(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """Reasons that do not say whom a consent lets be told."""
    return tuple(replace(one, recipient=None) for one in reasons)


def _date(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def explain(above: QueueRow, below: QueueRow) -> str:
    """The sentence that puts one row above the next."""
    a, b = above, below
    if (a.urgency // 4) != (b.urgency // 4):
        return _("{a} is above {b}: level {la} ({wa}) comes before level {lb} ({wb}).").format(
            a=a.case, b=b.case, la=a.level, wa=level_word(a.level), lb=b.level, wb=level_word(b.level)
        )
    if a.risk != b.risk:
        return _("{a} is above {b}: both are at level {level}, and risk {ra} comes before {rb}.").format(
            a=a.case, b=b.case, level=a.level, ra=a.risk, rb=b.risk
        )
    if a.since != b.since:
        return _(
            "{a} is above {b}: same level and risk, and it has waited longer (since {sa}, the other since {sb})."
        ).format(a=a.case, b=b.case, sa=a.since.isoformat(), sb=b.since.isoformat())
    return _("{a} is above {b}: same level, risk and day, so the lower case number comes first.").format(
        a=a.case, b=b.case
    )


def level_word(level: int) -> str:
    """A level in a word."""
    return {1: _("now"), 2: _("today"), 3: _("overdue"), 4: _("soon")}.get(level, _("in order"))


def in_words(reason: Reason, today: date) -> str:
    """A reason as a person would say it, without naming the client."""
    late = reason.days or 0
    waited = (today - reason.since).days if reason.since else 0
    sentences = {
        "safety": _("safety alert to review"),
        "contact_overdue": _("contact {n} d overdue").format(n=late),
        "appointment_today": _("appointment today"),
        "task_today": _("task due today"),
        "new_assignment": _("newly assigned, not acknowledged")
        if not waited
        else _("assigned {n} d ago, not acknowledged").format(n=waited),
        "attempts_failing": _("attempts failing for {n} d").format(n=waited) if waited else _("attempts failing"),
        "snooze_ended": _("back from snooze today") if not waited else _("back from snooze {n} d ago").format(n=waited),
        "task_overdue": _("task {n} d overdue").format(n=late),
        "note_unsigned": _("note unsigned for {n} d").format(n=waited),
        "authorisation_ended": _("authorisation ended {n} d ago").format(n=late),
        "authorisation_soon": _("authorisation ends in {n} d").format(n=-late)
        if late
        else _("authorisation ends today"),
        "budget_over": _("over the budget"),
        "budget_soon": _("ninety percent of the budget is gone"),
        "unassigned": _("nobody holds it since {day}").format(day=reason.since.isoformat() if reason.since else "?"),
        "contact_soon": _("contact due in {n} d").format(n=-late) if late else _("contact due today"),
        "task_soon": _("task due in {n} d").format(n=-late),
        "appointment_soon": _("appointment in {n} d").format(n=-late),
        "consent_soon": _("consent ends in {n} d").format(n=-late) if late else _("consent ends today"),
        "consent_ended": _("consent behind a referral ended {n} d ago").format(n=late)
        if late
        else _("consent behind a referral ended"),
        "referral_stalled": _("referral unanswered, {n} d late").format(n=late),
        "assessment_overdue": _("assessment {n} d overdue").format(n=late),
        "assessment_soon": _("assessment due in {n} d").format(n=-late) if late else _("assessment due today"),
        "plan_overdue": _("plan {n} d overdue").format(n=late),
        "plan_soon": _("plan due in {n} d").format(n=-late) if late else _("plan due today"),
        "review_overdue": _("review {n} d overdue").format(n=late),
        "review_soon": _("review due in {n} d").format(n=-late) if late else _("review due today"),
        "annual_overdue": _("yearly assessment {n} d overdue").format(n=late),
        "annual_soon": _("yearly assessment, {n} d left").format(n=-late) if late else _("yearly assessment, last day"),
        "referral_soon": _("referral answer due in {n} d").format(n=-late) if late else _("referral answer due today"),
    }
    said = sentences[reason.rule]
    # Whoever is named so is typed by people, and must not seem a line of its own.
    return (
        _("{reason}: {recipient}").format(reason=said, recipient=line(reason.recipient)) if reason.recipient else said
    )
