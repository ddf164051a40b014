"""The query language over the case row: each field of `terms.py` as a predicate of `models.case_file`.

Every value travels as a bound parameter. Sub-selects are worded so that PostgreSQL may use their indexes under
row-level security, where only leakproof operators do: a prefix is a range, never LIKE.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    true,
)

from ..errors import Usage
from ..messages import _
from ..models import alert, case_file, client, contact_line, contact_topic, pseudonym, stay_member, tag
from ..text import line
from . import terms
from .bare_words import begins, called, number_of, tag_key, word_holds
from .days import Span, shown
from .facts import ANNUAL_WINDOW
from .query import And, Node, Not, Or, Query, QueryError, Term, Value, Word
from .terms import FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    Predicate = Callable[[Term, "Context"], ColumnElement[bool]]

_DUE = (case_file.c.contact_due_on, case_file.c.task_first_on, case_file.c.task_next_on, case_file.c.appointment_on)
# A year, its dash, and no fewer digits: a case number that may be whole.
_WHOLE_NUMBER = len("2026-048212")
# So many names fit into a message; more are a list of their own.
_FEW = 10


def _no_topics() -> Collection[str]:
    return ()


def _nothing_waits(which: str) -> ColumnElement[bool]:
    return false()


def _no_view(name: str) -> Query | None:
    return None


def _all_may_hold(asked: Select[*tuple[Any, ...]]) -> Sequence[bool]:
    return [True] * len(asked.selected_columns)


@dataclass(frozen=True, slots=True)
class Context:
    """What a query means here and now, for the person who asks.

    `workers`, `teams`, `programs` map handles and codes to ids; `rules` names the triage rules and `reason_predicate`
    says when one fires; `covered` is true of the cases this person sees through cover today; `case_of` finds the id of
    a case by its whole number, or this person's own name for it, among those this person may see. Without `may_search_names` plain words find case
    numbers and tags alone. `which_hold` answers a select of yes-or-no questions, so that a plain word is looked up only
    where there is something to find; without it, everywhere. `waits` is true of cases where something waits: unread
    `notes` and new `comments` for this person, unanswered `offers` and `late offers`, `covers` that nobody took,
    `custodians` who are not here, `glass` that was broken and nobody has read of, `packets` that can be read today, `answers`
    to them, what a supervisor asks about (`ask late`), how its plan and its money stand (`plan waiting`, `money over`), and what
    its record lacks (`gap name`); `view`
    gives the query saved under a name, or None; `topics` the codes of what advice is given about. `walks` says that cases are gone
    through in their order, and only until there are enough.
    """

    today: date
    me_id: int | None
    workers: Mapping[str, int]
    teams: Mapping[str, int]
    programs: Mapping[str, int]
    rules: Collection[str]
    reason_predicate: Callable[[str], ColumnElement[bool]]
    covered: ColumnElement[bool]
    case_of: Callable[[str], int | None]
    may_search_names: bool = True
    which_hold: Callable[[Select[*tuple[Any, ...]]], Sequence[bool]] = _all_may_hold
    waits: Callable[[str], ColumnElement[bool]] = _nothing_waits
    view: Callable[[str], Query | None] = _no_view
    walks: bool = False
    topics: Callable[[], Collection[str]] = _no_topics


def compile(query: Query, context: Context) -> ColumnElement[bool]:
    """The cases that answer the query, as a predicate over `case_file`; nothing asked is true of all.

    Raises QueryError for a worker, team, program, rule or case that is not there. What is unknown about a case (no
    worker, no date) answers no to a term, and so yes to its denial.
    """
    return true() if query.root is None else _node(query.root, context)


def _node(node: Node, context: Context) -> ColumnElement[bool]:
    if isinstance(node, And):
        return and_(*(_node(part, context) for part in node.parts))
    if isinstance(node, Or):
        return or_(*(_node(part, context) for part in node.parts))
    if isinstance(node, Not):
        return _not(_node(node.part, context))
    if isinstance(node, Word):
        return word_holds(node, context)
    return _FIELDS[node.field](node, context)


def _not(predicate: ColumnElement[bool]) -> ColumnElement[bool]:
    """False or unknown: SQL's plain NOT would lose the cases of which nothing is known."""
    return predicate.is_not(true())


def _any(predicates: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    return predicates[0] if len(predicates) == 1 else or_(*predicates)


def _one_of(column: ColumnElement[Any], values: Collection[Any]) -> ColumnElement[bool]:
    found = sorted(set(values))
    return column == found[0] if len(found) == 1 else column.in_(found)


def _known(value: Value, kind: str, among: Collection[str]) -> str:
    """The handle, code or rule that was meant, in any case."""
    if value.text in among:
        return value.text
    folded = value.text.casefold()
    found = [handle for handle in among if handle.casefold() == folded]
    if len(found) == 1:
        return found[0]
    if found:
        said = _('More than one {kind} is called "{value}", at character {position}: write it in its own letters.')
        said = said.format(kind=kind, value=shown(value.text), position=value.position)
        raise QueryError(said, value.position, value.length)
    few = _("there are") if len(among) <= _FEW else ""
    raise terms.unknown(kind, value.text, among, value.position, value.length, several=few)


def _holder(column: ColumnElement[Any], names: Callable[[Context], Mapping[str, int]]) -> Predicate:
    """A field that names whom or what the case belongs to."""

    def predicate(term: Term, context: Context) -> ColumnElement[bool]:
        known, ids, found = names(context), [], []
        for value in term.values:
            if not value.word:
                ids.append(known[_known(value, term.field, known)])
            elif value.text == "me":
                ids.append(_me(value, context))
            else:
                found.append(column.is_(None) if value.text == "none" else column.is_not(None))
        return _any([*found, _one_of(column, ids)] if ids else found)

    return predicate


def _me(value: Value, context: Context) -> int:
    if context.me_id is None:
        said = _('"me" at character {position} is nobody: you are not one of the workers. Name a worker instead.')
        raise QueryError(said.format(position=value.position), value.position, value.length)
    return context.me_id


def _coded(column: ColumnElement[Any], as_stored: Callable[[str], Any] = str) -> Predicate:
    """A field of codes; `any` of them is true of every case."""

    def predicate(term: Term, context: Context) -> ColumnElement[bool]:
        if any(value.word for value in term.values):
            return true()
        known = FIELDS[term.field]
        chosen = {code for value in term.values for code in terms.chosen(known, value.op, value.text)}
        return _one_of(column, {as_stored(code) for code in chosen})

    return predicate


def _yes_no(
    yes: Callable[[Context], ColumnElement[bool]], no: Callable[[Context], ColumnElement[bool]] | None = None
) -> Predicate:
    """A field that is yes or no; unless `no` says otherwise, it is no wherever it is not yes."""

    def predicate(term: Term, context: Context) -> ColumnElement[bool]:
        asked = {value.text for value in term.values}
        found = [yes(context)] if "yes" in asked else []
        if "no" in asked:
            found.append(no(context) if no else _not(yes(context)))
        return _any(found)

    return predicate


def _within(column: ColumnElement[Any], span: Span) -> ColumnElement[bool]:
    bounds = [column >= span.first] if span.first else []
    return and_(*bounds, column <= span.last) if span.last else and_(*bounds)


def _earliest_within(span: Span) -> ColumnElement[bool]:
    """The earliest of what is due. Without LEAST, which SQLite lacks and which would hide the columns from an index."""
    none_before = [or_(column.is_(None), column >= span.first) for column in _DUE] if span.first else []
    return and_(or_(*(column <= span.last if span.last else column.is_not(None) for column in _DUE)), *none_before)


def _review_within(span: Span | None, context: Context) -> ColumnElement[bool]:
    """An alert that has not ended is to be reviewed then, or the plan; or either at all."""
    when = alert.c.review_on.is_not(None) if span is None else _within(alert.c.review_on, span)
    clock = case_file.c.review_due_on
    return or_(_alerted(context, when), clock.is_not(None) if span is None else _known_within(clock, span))


def _assessment_within(span: Span | None) -> ColumnElement[bool]:
    """An assessment is due then, or the last day of the time for the yearly one; or either at all."""
    first, yearly = case_file.c.assessment_due_on, case_file.c.annual_due_on
    if span is None:
        return or_(first.is_not(None), yearly.is_not(None))
    window = timedelta(days=ANNUAL_WINDOW)
    moved = Span(span.first - window if span.first else None, span.last - window if span.last else None)
    return or_(_known_within(first, span), _known_within(yearly, moved))


def _known_within(column: ColumnElement[Any], span: Span) -> ColumnElement[bool]:
    return and_(column.is_not(None), _within(column, span))


def _alerted(context: Context, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    """The client has an alert like that which has not ended."""
    running = or_(alert.c.ended_on.is_(None), alert.c.ended_on > context.today)
    return exists().where(alert.c.client_id == case_file.c.client_id, running, *which).correlate(case_file)


def _dated(
    within: Callable[[Span, Context], ColumnElement[bool]], given: Callable[[Context], ColumnElement[bool]]
) -> Predicate:
    """A field of days: `within` tests a stretch of them, `given` whether there is a day at all."""

    def one(term: Term, value: Value, context: Context) -> ColumnElement[bool]:
        if not value.word:
            return within(terms.span(FIELDS[term.field], value, context.today), context)
        if value.text == "overdue":
            return within(Span(None, context.today - timedelta(days=1)), context)
        return given(context) if value.text == "any" else not_(given(context))

    return lambda term, context: _any([one(term, value, context) for value in term.values])


def _tag(term: Term, context: Context) -> ColumnElement[bool]:
    names = [tag_key(value.text) for value in term.values if not value.word]
    tagged = select(tag.c.case_id).where(_one_of(tag.c.tag, names)).correlate(None)
    found: list[ColumnElement[bool]] = [case_file.c.id.in_(tagged)] if names else []
    some: ColumnElement[bool] = exists().where(tag.c.case_id == case_file.c.id).correlate(case_file)
    found.extend(some if value.text == "any" else not_(some) for value in term.values if value.word)
    return _any(found)


def _topic(term: Term, context: Context) -> ColumnElement[bool]:
    """A contact of the case was filed under one of these topics; of other systems' codes nothing is asked."""
    known = context.topics()
    line = contact_line.c.contact_id == contact_topic.c.contact_id
    codes = [_known(value, term.field, known) for value in term.values if not value.word]
    filed = select(contact_line.c.case_id).join_from(contact_line, contact_topic, line).correlate(None)
    found: list[ColumnElement[bool]] = []
    if codes:
        found.append(case_file.c.id.in_(filed.where(_one_of(contact_topic.c.topic, codes))))
    some = case_file.c.id.in_(filed.where(contact_topic.c.topic.in_(sorted(known))))
    found.extend(some if value.text == "any" else _not(some) for value in term.values if value.word)
    return _any(found)


def _language(term: Term, context: Context) -> ColumnElement[bool]:
    spoken = func.lower(client.c.language)
    return _any([_speaks(spoken, value) for value in term.values])


def _speaks(spoken: ColumnElement[str], value: Value) -> ColumnElement[bool]:
    code = value.text.lower()
    variant = or_(spoken == code, spoken.startswith(f"{code}-", autoescape=True))
    which = client.c.language != "" if value.word else variant
    of_client = exists().where(client.c.id == case_file.c.client_id, which).correlate(case_file)
    return not_(of_client) if value.word and code == "none" else of_client


def _source(term: Term, context: Context) -> ColumnElement[bool]:
    found = []
    for value in term.values:
        if value.word:
            found.append(case_file.c.source == "" if value.text == "none" else case_file.c.source != "")
        else:
            text = line(value.text)
            # SQLite lowers ASCII alone, so what was typed is also compared as it is.
            found.append(or_(case_file.c.source == text, func.lower(case_file.c.source) == text.lower()))
    return _any(found)


def _reason(term: Term, context: Context) -> ColumnElement[bool]:
    rules = sorted(context.rules)
    return _any([context.reason_predicate(_known(value, term.field, rules)) for value in term.values])


def _flag(term: Term, context: Context) -> ColumnElement[bool]:
    kinds = [value.text for value in term.values if not value.word]
    found = [_alerted(context, _one_of(alert.c.kind, kinds))] if kinds else []
    some: ColumnElement[bool] = _alerted(context)
    found.extend(some if value.text == "any" else not_(some) for value in term.values if value.word)
    return _any(found)


def _case(term: Term, context: Context) -> ColumnElement[bool]:
    mine = [value for value in term.values if terms.CALLED.fullmatch(value.text)]
    whole = [value for value in term.values if len(number_of(value.text)) >= _WHOLE_NUMBER]
    found = [begins(case_file.c.number, number_of(one.text)) for one in term.values if one not in (*whole, *mine)]
    found += [case_file.c.id.in_(select(pseudonym.c.case_id).where(called(one.text, context))) for one in mine]
    if whole:
        found.append(_one_of(case_file.c.id, [_case_id(value, context) for value in whole]))
    return _any(found)


def _household(term: Term, context: Context) -> ColumnElement[bool]:
    """The case itself and those served with it in one stay."""
    ids = [_case_id(value, context) for value in term.values]
    of_these = stay_member.alias()
    stays = select(of_these.c.stay_id).where(_one_of(of_these.c.case_id, ids)).correlate(None)
    together = select(stay_member.c.case_id).where(stay_member.c.stay_id.in_(stays)).correlate(None)
    return or_(_one_of(case_file.c.id, ids), case_file.c.id.in_(together))


def _case_id(value: Value, context: Context) -> int:
    """The case of a whole number, among those in sight. A mistyped check digit is the finder's to tell."""
    mine = terms.CALLED.fullmatch(value.text) is not None
    number = value.text.lower() if mine else number_of(value.text)
    try:
        found = context.case_of(number) if mine or len(number) >= _WHOLE_NUMBER else None
    except Usage as bad:
        said = _("Character {position}: {problem}").format(position=value.position, problem=bad.message)
        raise QueryError(said, value.position, value.length) from None
    if found is None:
        raise terms.unknown("case", value.text, (), value.position, value.length)
    return found


def _note(term: Term, context: Context) -> ColumnElement[bool]:
    asked = {value.text for value in term.values}
    found = [case_file.c.draft_on.is_not(None)] if "draft" in asked else []
    return _any([*found, context.waits("notes")] if "unread" in asked else found)


def _cover(term: Term, context: Context) -> ColumnElement[bool]:
    asked = {value.text for value in term.values}
    found = [context.covered] if "yes" in asked else []
    found += [_not(context.covered)] if "no" in asked else []
    return _any([*found, context.waits("covers")] if "none" in asked else found)


def _offer(term: Term, context: Context) -> ColumnElement[bool]:
    return _any([context.waits("late offers" if value.text == "late" else "offers") for value in term.values])


def _packet(term: Term, context: Context) -> ColumnElement[bool]:
    return _any([context.waits("answers" if value.text == "answered" else "packets") for value in term.values])


def _view(term: Term, context: Context) -> ColumnElement[bool]:
    """What the query saved under that name finds. A view names no other, so this ends."""
    found = []
    for value in term.values:
        saved = context.view(value.text)
        if saved is None:
            raise terms.unknown("view", value.text, (), value.position, value.length)
        found.append(compile(saved, context))
    return _any(found)


_FIELDS: dict[str, Predicate] = {
    "worker": _holder(case_file.c.owner_id, lambda context: context.workers),
    "team": _holder(case_file.c.team_id, lambda context: context.teams),
    "program": _holder(case_file.c.program_id, lambda context: context.programs),
    "stage": _coded(case_file.c.stage),
    "risk": _coded(case_file.c.risk),
    "level": _coded(case_file.c.level, int),
    "opened": _dated(lambda span, context: _within(case_file.c.opened_on, span), lambda context: true()),
    "closed": _dated(
        lambda span, context: _within(case_file.c.closed_on, span), lambda context: case_file.c.closed_on.is_not(None)
    ),
    "due": _dated(
        lambda span, context: _earliest_within(span), lambda context: or_(*(column.is_not(None) for column in _DUE))
    ),
    "review": _dated(_review_within, lambda context: _review_within(None, context)),
    "assessment": _dated(lambda span, context: _assessment_within(span), lambda context: _assessment_within(None)),
    "contact": _dated(
        lambda span, context: _within(case_file.c.last_contact_on, span),
        lambda context: case_file.c.last_contact_on.is_not(None),
    ),
    # What must be done now is in the queue, snoozed or not.
    "snoozed": _yes_no(lambda context: and_(case_file.c.snoozed_until > context.today, case_file.c.level > 1)),
    "cover": _cover,
    "offer": _offer,
    "custodian": lambda term, context: context.waits("custodians"),
    "glass": lambda term, context: context.waits("glass"),
    "packet": _packet,
    "plan": lambda term, context: _any([context.waits(f"plan {value.text}") for value in term.values]),
    "visit": lambda term, context: _any([context.waits(f"visit {value.text}") for value in term.values]),
    "money": lambda term, context: _any([context.waits(f"money {value.text}") for value in term.values]),
    "acknowledged": _yes_no(
        lambda context: and_(case_file.c.owner_id.is_not(None), case_file.c.unacknowledged_on.is_(None)),
        lambda context: case_file.c.unacknowledged_on.is_not(None),
    ),
    "note": _note,
    "comment": lambda term, context: context.waits("comments"),
    "ask": lambda term, context: _any([context.waits(f"ask {value.text}") for value in term.values]),
    "gap": lambda term, context: _any([context.waits(f"gap {value.text}") for value in term.values]),
    "view": _view,
    "tag": _tag,
    "topic": _topic,
    "language": _language,
    "source": _source,
    "reason": _reason,
    "flag": _flag,
    "case": _case,
    "household": _household,
}
