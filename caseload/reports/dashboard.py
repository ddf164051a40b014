"""Dashboards: what a team or an agency does, in numbers of which every one opens the rows that add up to it.

A page is a table of lines and measures. A number and its rows are made of the same select, or of two that a test holds equal. Whoever
sees no case row gets numbers alone: where one of a line that crosses what clients are is from 1 to 10, none of that line is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select

from caseload.casework import looks, needs, veil
from caseload.casework.outcomes import REPORTED, counted, is_so, since_baseline
from caseload.casework.outcomes import VERDICTS as OUTCOMES
from caseload.casework.outcomes import words as outcome_words
from caseload.errors import NotPermitted, Usage
from caseload.messages import _
from caseload.models import case_file
from caseload.models.service import REFERRAL_KINDS
from caseload.store import rules, selection

from . import analysts, history, lacking, outcomes
from .figures import Asked, Line, Measure, Number, no_line, no_measure, week_key
from .figures import Page as Page
from .history import Row as Row
from .measures import columns
from .period import Period
from .suppress import LEAST_SHOWN

if TYPE_CHECKING:
    from caseload.store.database import Database, Reading

PARTS = ("caseload", "contacts", "overdue", "gaps", "load", "outcomes", "needs", "referrals")
WEEKS, MOST_WEEKS = 12, 53
# What says something of clients: for whoever reads who they are, and as numbers that single out nobody for analysts.
_TELLING = ("outcomes", "needs", "referrals")
_RISKS = ("critical", "high", "medium", "low")
FOUND, ALL = "found", "all"
CASES = "cases"
NOBODY = "nobody"


def titles() -> dict[str, str]:
    """The pages there are."""
    return {
        "caseload": _("Caseload"), "contacts": _("Contacts"), "overdue": _("Overdue"), "gaps": _("Gaps"), "load": _("Load"),
        "outcomes": _("Outcomes"), "needs": _("Needs"), "referrals": _("Referrals"),
    }  # fmt: skip


def page(
    r: Reading, part: str, *, query: str = "", weeks: int = WEEKS, gone: Callable[[], bool] = lambda: False
) -> Page:
    """One page over the cases in sight that answer a query, open or not, for that many weeks up to today's.

    Raises Usage for an unknown page, a number of weeks or a query that cannot be, NotPermitted for who may not see it, Refused once
    nobody waits for it (`gone`).
    """
    asked = _asked(r, part, query, weeks, gone)
    made = _BUILD[part](asked)
    if not analysts.alone(r):
        return made
    return replace(made, opens=False, lines=tuple(_suppressed(part, one) for one in made.lines))


def rows(
    r: Reading, part: str, line: str, measure: str, *, query: str = "", weeks: int = WEEKS, limit: int | None = None
) -> list[Row]:
    """The rows that a number counts, by day and case number, at the most `limit` of them. Raises as `page` does, Usage for a number
    that is not on it, NotPermitted for who sees no case row."""
    asked = _asked(r, part, query, weeks, lambda: False)
    if analysts.alone(r):
        raise NotPermitted(_("Your role ({role}) sees numbers and no case row.").format(role=r.me.role))
    found, words = _ROWS[part](asked, line, measure)
    return history.rows(r, found, words, limit)


def telling(part: str) -> bool:
    """Whether a row of that page says as much of its case as opening it."""
    return part in _TELLING


def look(db: Database, part: str, found: Sequence[Row], *, surface: str) -> None:
    """Puts on record that these rows are shown, where they tell of their cases: how a score changed, a need, what was asked for."""
    if found and telling(part):
        looks.announce(db, sorted({one.id for one in found}), kind="case", surface=surface)


# ---------------------------------------------------------------- who asks, for what


def _asked(r: Reading, part: str, query: str, weeks: int, gone: Callable[[], bool]) -> Asked:
    if part not in PARTS:
        raise Usage(
            _("There is no dashboard {name}. There are: {known}.").format(name=part[:40], known=", ".join(PARTS))
        )
    if not 1 <= weeks <= MOST_WEEKS:
        raise Usage(_("A dashboard shows 1 to {most} weeks.").format(most=MOST_WEEKS))
    if analysts.alone(r):
        scope: Select[Any] = analysts.everything(r, query)
    else:
        seeing = veil.lifted(r)
        if part in _TELLING and not seeing.me.sees_identity:
            raise NotPermitted(_("Your role ({role}) reads nothing of what clients are.").format(role=r.me.role))
        scope = select(case_file.c.id).where(selection.where(r, query, open_only=False))
    monday = r.today - timedelta(days=r.today.weekday())
    firsts = (monday - timedelta(weeks=back) for back in reversed(range(weeks)))
    periods = tuple(Period(first, min(first + timedelta(days=6), r.today)) for first in firsts)
    return Asked(r, scope, query, periods, gone)


def _suppressed(part: str, line: Line) -> Line:
    """Of what crosses who clients are, a line with a number from 1 to 10 shows none: from the others it could be reckoned."""
    if part not in (*_TELLING, "overdue", "gaps") or not any(
        0 < (one.count or 0) < LEAST_SHOWN for one in line.numbers
    ):
        return replace(line, numbers=tuple(replace(one, query=None) for one in line.numbers))
    return replace(line, numbers=tuple(Number(None) for _one in line.numbers))


def _with(query: str, more: str) -> str:
    """A query and what it is narrowed by; parentheses keep an OR of the first together."""
    return f"({query}) {more}" if query.strip() else more


# ---------------------------------------------------------------- caseload and contacts, week by week

_FLOW = ("start", "opened", "closed", "end")
_MADE = ("contacts_due", "contacts_due_made", "contacts_attempted", "contacts_made", "clients_met")
_SHORT: Mapping[str, Callable[[], str]] = {
    "start": lambda: _("start"), "opened": lambda: _("opened"), "closed": lambda: _("closed"), "end": lambda: _("end"),
    "contacts_due": lambda: _("due"), "contacts_due_made": lambda: _("of these"), "contacts_attempted": lambda: _("tried"),
    "contacts_made": lambda: _("made"), "clients_met": lambda: _("met"),
}  # fmt: skip


def _measures(keys: Sequence[str]) -> tuple[Measure, ...]:
    # A page has no columns of who took over from whom: over all its cases these add up to nothing.
    says = {"end": _("Open cases when the week ended: start + opened - closed.")}
    return tuple(Measure(one.key, _SHORT[one.key](), says.get(one.key, one.describe)) for one in columns(*keys))


def _caseload(asked: Asked) -> Page:
    found = history.moved(asked.r, asked.scope, asked.days)
    asked.wait()
    end = history.counted_open(asked.r, asked.scope, asked.r.today)
    lines = []
    for week in reversed(asked.weeks):
        opened, closed = (sum(n for (day, what), n in found.items() if what == one and week.first <= day <= week.last)
                          for one in ("opened", "closed"))  # fmt: skip
        start = end - opened + closed
        now = _with(asked.query, "stage:any -stage:closed") if week is asked.weeks[-1] else None
        numbers = (Number(start), Number(opened), Number(closed), Number(end, now))
        lines.append(Line(week_key(week), week_key(week), numbers))
        end = start
    return Page("caseload", titles()["caseload"], _measures(_FLOW), tuple(reversed(lines)), True, False, True)


def _caseload_rows(asked: Asked, line: str, measure: str) -> tuple[Select[Any], dict[str, str]]:
    week = asked.week(line)
    if measure in ("opened", "closed"):
        return history.movement(asked.scope, week, measure), {"opened": _("opened"), "closed": _("closed")}
    if measure == "start":
        return history.open_on(asked.r, asked.scope, week.first - timedelta(days=1)), {"open": _("open since")}
    if measure == "end":
        return history.open_on(asked.r, asked.scope, week.last), {"open": _("open since")}
    raise no_measure(measure, _FLOW)


def _contacts(asked: Asked) -> Page:
    made = history.contacts(asked.r, asked.scope, asked.days)
    lines = []
    for week in asked.weeks:
        asked.wait()
        due = history.due(asked.r, asked.scope, week)
        did = [sum(n[at] for day, n in made.items() if week.first <= day <= week.last) for at in range(3)]
        lines.append(Line(week_key(week), week_key(week), tuple(Number(n) for n in (*due, *did))))
    return Page("contacts", titles()["contacts"], _measures(_MADE), tuple(lines), True, False, True)


def _contacts_rows(asked: Asked, line: str, measure: str) -> tuple[Select[Any], dict[str, str]]:
    week = asked.week(line)
    words = {"due": _("contact due"), "attempted": _("attempted"), "made": _("made"), "met": _("met or spoken to")}
    if measure not in _MADE:
        raise no_measure(measure, _MADE)
    if measure in ("contacts_due", "contacts_due_made"):
        return history.due_rows(asked.r, asked.scope, week, made=measure == "contacts_due_made"), words
    return history.contact_rows(asked.scope, week, measure), words


# ---------------------------------------------------------------- overdue, rule by rule


def late_rules() -> tuple[str, ...]:
    """The rules of the triage that say something is past its day."""
    named = (
        "note_unsigned", "referral_stalled", "consent_ended", "authorisation_ended", "budget_over", "unassigned",
    )  # fmt: skip
    return tuple(one for one in rules.RULE_NAMES if one.endswith("_overdue") or one in named)


def _overdue(asked: Asked) -> Page:
    risks = tuple(
        Measure(one, _risk_words()[one], _("Open cases of that risk for which the rule fires today.")) for one in _RISKS
    )
    whole = Measure(CASES, _("cases"), _("Open cases for which the rule fires today."))
    found = history.firing(asked.r, asked.scope, late_rules())
    lines = []
    for rule in late_rules():
        by = {risk: found.get((rule, risk), 0) for risk in _RISKS}
        asks = _with(asked.query, f"reason:{rule}")
        numbers = (Number(sum(by.values()), asks), *(Number(n, f"{asks} risk:{risk}") for risk, n in by.items()))
        lines.append(Line(rule, rule_words(rule), numbers))
    return Page("overdue", titles()["overdue"], (whole, *risks), tuple(lines), False, False, True)


def rule_words(rule: str) -> str:
    """A rule in a few words; one that has none yet, by its name."""
    return {
        "contact_overdue": _("contact overdue"), "task_overdue": _("task overdue"), "note_unsigned": _("note not signed"),
        "referral_stalled": _("referral stalled"), "consent_ended": _("consent ended"),
        "authorisation_ended": _("money's days over"), "budget_over": _("over budget"), "unassigned": _("nobody holds"),
    }.get(rule, rule.replace("_", " "))  # fmt: skip


def _risk_words() -> dict[str, str]:
    return {"critical": _("critical"), "high": _("high"), "medium": _("medium"), "low": _("low")}


def _overdue_rows(asked: Asked, line: str, measure: str) -> tuple[Select[Any], dict[str, str]]:
    if line not in late_rules():
        raise no_line(line)
    if measure not in (CASES, *_RISKS):
        raise no_measure(measure, (CASES, *_RISKS))
    found = history.fires(asked.r, asked.scope, line, None if measure == CASES else measure)
    return found, {line: rule_words(line)}


# ---------------------------------------------------------------- load, by worker and week


def _load(asked: Asked) -> Page:
    held: dict[str, dict[str | None, int]] = {}
    room: dict[str, dict[str, int | None]] = {}
    for week in asked.weeks:
        asked.wait()
        held[week_key(week)], room[week_key(week)] = history.held(asked.r, asked.scope, week.last)
    weeks = [week_key(week) for week in asked.weeks]
    who = sorted({one for by in held.values() for one, n in by.items() if n}, key=lambda one: (one is None, one or ""))
    measures = tuple(
        Measure(one, one[5:], _("Open cases held when that week ended; ! is more than the capacity then."))
        for one in weeks
    )

    def number(one: str | None, week: str) -> Number:
        n = held[week].get(one, 0)
        most = room[week].get(one) if one is not None else None
        query = _with(asked.query, f"worker:{one or 'none'} stage:any -stage:closed") if week == weeks[-1] else None
        return Number(n, query, "!" if most is not None and n > most else "")

    lines = [Line(one or NOBODY, one or _("nobody"), tuple(number(one, week) for week in weeks)) for one in who]
    return Page("load", titles()["load"], measures, tuple(lines), False, True, True)


def _load_rows(asked: Asked, line: str, measure: str) -> tuple[Select[Any], dict[str, str]]:
    week = asked.week(measure)
    return history.holding(asked.r, asked.scope, week.last, None if line == NOBODY else line), {"held": _("held since")}


# ---------------------------------------------------------------- what became of the clients


def _outcomes(asked: Asked) -> Page:
    lines = tuple(
        Line(one.key, one.name, (Number(one.cases), *(Number(n) for n in one.reported)))
        for one in counted(asked.r, asked.scope, asked.r.today)
    )
    said = _("Cases scored at the beginning and again by today.")
    measures = (
        Measure(CASES, _("cases"), _("Cases scored by today.")),
        *(Measure(one, outcome_words(one), said) for one in REPORTED[:-1]),
        Measure("once", _("once"), _("Cases scored by today and not again.")),
    )
    note = _("Changed: where nobody has said which way is better.")
    return Page("outcomes", titles()["outcomes"], measures, lines, False, False, True, note)


def _outcomes_rows(asked: Asked, line: str, measure: str) -> tuple[Select[Any], dict[str, str]]:
    if measure not in (CASES, *REPORTED):
        raise no_measure(measure, (CASES, *REPORTED))
    instrument, _slash, scale = line.partition("/")
    code, _colon, edition = instrument.partition(":")
    found = since_baseline(asked.r, asked.scope, asked.r.today, instrument=code).subquery()
    c = found.c
    which = [c.scale == scale, c.edition == int(edition) if edition.isdecimal() else c.edition.is_(None)]
    if measure != CASES:
        which.append(is_so(found, measure))
    words = {verdict: outcome_words(verdict) for verdict in OUTCOMES}
    return select(c.case_id, c.on_date, c.worker_id, c.verdict.label("what")).where(*which), words


def _needs(asked: Asked) -> Page:
    found = outcomes.needs(asked.scope, asked.r.today).subquery()
    by: dict[str, dict[str, int]] = {}
    for domain, state, n in asked.r.conn.execute(
        select(found.c.domain, found.c.state, func.count()).group_by(found.c.domain, found.c.state)
    ):
        by.setdefault(domain, {})[state] = int(n)
    names = {one.code: one.name for one in needs.domains(asked.r)}
    lines = [
        Line(one, names.get(one, one),
             (Number(sum(by[one].values())), *(Number(by[one].get(state, 0)) for state in outcomes.NEED_STATES)))
        for one in sorted(by)
    ]  # fmt: skip
    measures = (
        Measure(FOUND, _("found"), _("Needs found by today.")),
        *(Measure(one, needs.state_words(one), _("Of these, the ones that are so.")) for one in outcomes.NEED_STATES),
    )
    return Page("needs", titles()["needs"], measures, tuple(lines), False, False, True)


def _needs_rows(asked: Asked, line: str, measure: str) -> tuple[Select[Any], dict[str, str]]:
    known = (FOUND, *outcomes.NEED_STATES)
    if measure not in known:
        raise no_measure(measure, known)
    found = outcomes.needs(asked.scope, asked.r.today).subquery()
    which = [found.c.domain == line, *((found.c.state == measure,) if measure != FOUND else ())]
    words = {state: needs.state_words(state) for state in outcomes.NEED_STATES}
    return select(found.c.case_id, found.c.on_date, found.c.worker_id, found.c.state.label("what")).where(*which), words


# ---------------------------------------------------------------- what was asked of others


def _referral_lines() -> dict[str, str]:
    steps = {
        "offered": _("take-up: sent"), "accepted": _("take-up: accepted"), "begun": _("take-up: begun"), "completed": _("take-up: completed"),
    }  # fmt: skip
    states = {
        "drafted": _("drafted"), "sent": _("sent, no answer"), "waitlisted": _("on a waiting list"), "accepted": _("accepted, not begun"),
        "started": _("running"), "completed": _("completed"), "declined": _("declined"), "lapsed": _("lapsed"),
        "withdrawn": _("withdrawn"),
    }  # fmt: skip
    return {f"take_up.{key}": words for key, words in steps.items()} | {
        f"state.{key}": words for key, words in states.items()
    }


def _referrals(asked: Asked) -> Page:
    by = outcomes.counted_referrals(asked.r, asked.scope, asked.days.first, asked.days.last)
    words = {"service": _("services"), "benefit": _("benefits"), "claim": _("claims")}
    lines = []
    for line, title in _referral_lines().items():
        each = [by[kind][line] for kind in REFERRAL_KINDS]
        lines.append(Line(line, title, (Number(sum(each)), *(Number(n) for n in each))))
    said = _("Referrals written down or sent in these weeks.")
    measures = (Measure(ALL, _("all"), said), *(Measure(kind, words[kind], said) for kind in REFERRAL_KINDS))
    made = Page("referrals", titles()["referrals"], measures, tuple(lines), False, False, True)
    if analysts.alone(asked.r) and any(0 < (one.count or 0) < LEAST_SHOWN for line in lines for one in line.numbers):
        # Its lines add up to each other: from the others, one that is not shown could be reckoned.
        return replace(
            made, lines=tuple(replace(one, numbers=tuple(Number(None) for _one in one.numbers)) for one in lines)
        )
    return made


def _referrals_rows(asked: Asked, line: str, measure: str) -> tuple[Select[Any], dict[str, str]]:
    if line not in _referral_lines():
        raise no_line(line)
    if measure not in (ALL, *REFERRAL_KINDS):
        raise no_measure(measure, (ALL, *REFERRAL_KINDS))
    found = outcomes.referrals(asked.scope, asked.days.first, asked.days.last).subquery()
    sort, _dot, key = line.partition(".")
    which = [found.c.state == key if sort == "state" else found.c[f"is_{key}"] == 1]
    if measure != ALL:
        which.append(found.c.kind == measure)
    words = {key.removeprefix("state."): said for key, said in _referral_lines().items() if key.startswith("state.")}
    return select(found.c.case_id, found.c.on_date, found.c.worker_id, found.c.state.label("what")).where(*which), words


def _gaps(asked: Asked) -> Page:
    return lacking.page(asked, titles()["gaps"], lambda term: _with(asked.query, term))


_BUILD: Mapping[str, Callable[[Asked], Page]] = {
    "caseload": _caseload, "contacts": _contacts, "overdue": _overdue, "gaps": _gaps, "load": _load, "outcomes": _outcomes, "needs": _needs,
    "referrals": _referrals,
}  # fmt: skip
_ROWS: Mapping[str, Callable[[Asked, str, str], tuple[Select[Any], dict[str, str]]]] = {
    "caseload": _caseload_rows, "contacts": _contacts_rows, "overdue": _overdue_rows, "gaps": lacking.rows, "load": _load_rows,
    "outcomes": _outcomes_rows, "needs": _needs_rows, "referrals": _referrals_rows,
}  # fmt: skip
