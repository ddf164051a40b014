"""The people served, by program and by what they are: age, language, and the answers other systems coded (sex, race, ...).

A client is served by a program who had a case open in it on any day of the period. Ages are of the last day counted, in the
bands of HUD's Annual Performance Report (Q11). Without an identified report small cells are not shown (`suppress.py`).

That nothing is recorded says something of the record and not of the client: it is always shown, as it is among the gaps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, Text, and_, case, cast, exists, func, literal, or_, select

from caseload.messages import _
from caseload.models import case_file, case_stage, client, client_code, identity
from caseload.store import query

from . import suppress, then
from .gaps import NOT_COLLECTED
from .table import Column, ReportTable

if TYPE_CHECKING:
    from caseload.store.database import Reading

    from .period import Period
    from .weekly import Asked

# From how old on each band is, the oldest first.
BANDS = (
    (65, "65+"), (55, "55-64"), (45, "45-54"), (35, "35-44"), (25, "25-34"), (18, "18-24"), (13, "13-17"), (5, "5-12"),
    (0, "0-4"),
)  # fmt: skip
ALL, OTHER, SEVERAL, NOT_RECORDED = "all", "other", "several", "not_recorded"
# HMIS 1.6 and 4.21, 1.8: what the numbers among the answers say.
_SAID = {"8": "does_not_know", "9": "prefers_not_to_say", NOT_COLLECTED: NOT_RECORDED}
_NUMBERED = {"sex": {"0": "female", "1": "male"}, "veteran": {"0": "no", "1": "yes"}}
_UNANSWERED = tuple(_SAID)
# Terms that choose clients by who they are; whoever chose could read the answers off the choice.
_PERSONAL = ("language", "flag", "tag", "topic", "household", "case")

# Program id (None: all programs, each client once) and answer to clients.
Counts = dict[int | None, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something clients differ by. `answers` are all there can be, in their order; None where any word can be one."""

    name: str
    answers: tuple[str, ...] | None = None


def speaks_of_people(asked: str) -> bool:
    """Whether a query chooses cases by who their clients are. Raises QueryError."""
    parsed = query.parse(asked)
    return any(isinstance(leaf, query.Word) for leaf in parsed.leaves()) or query.speaks_of(parsed, *_PERSONAL)


def part(asked: Asked, *, identified: bool) -> ReportTable:
    """Clients served by program and attribute, and of all programs; small cells hidden unless `identified`."""
    r, days = asked.r, asked.days
    columns = (
        Column("program", _("Program"), "code", _("The program's code; empty for all programs, each client once.")),
        Column("attribute", _("Attribute"), "code", _("all, age, language, or a coded answer such as sex or race.")),
        Column(
            "value", _("Answer"), "code",
            _("The answer. other: those that 10 clients or fewer gave; several: more than one; not_recorded: nobody asked."),
        ),
        Column("clients", _("Clients"), "int", _("Clients with a case open in the period; empty where not shown.")),
        Column(
            "suppressed", _("Not shown"), "flag",
            _("Whether the number is left out: it is from 1 to 10, or would give one away that is."),
        ),
    )  # fmt: skip
    served = _served(r, asked.scope, days)
    rows: list[tuple[Any, ...]] = []
    totals = _counted(r, served, literal(ALL))
    programs = sorted((key for key in totals if key is not None), key=asked.code)
    order: list[int | None] = [*programs, None]
    rows += [(_code(asked, key), ALL, ALL, totals.get(key, {}).get(ALL, 0), False) for key in order]
    for attribute in _attributes(r):
        found = _counted(r, served, _answer(attribute, days.last))
        rows += _rows(asked, attribute, found, order, identified=identified)
    note = _(
        "Numbers from 1 to 10 are not shown, nor are those from which one could be reckoned. That nothing is recorded says "
        "nothing of a client and is always shown."
    )
    return ReportTable("people_served", _("People served"), columns, rows, note="" if identified else note)


def _code(asked: Asked, program_id: int | None) -> str | None:
    return None if program_id is None else asked.code(program_id)


def _attributes(r: Reading) -> list[Attribute]:
    """Age, language, and whatever answers clients have."""
    bands = tuple(name for _age, name in reversed(BANDS))
    # Which answers were refused is told with each client, and is no answer to count by.
    fields = select(client_code.c.field).where(client_code.c.field != "unanswered").distinct()
    coded = r.conn.execute(fields.order_by(client_code.c.field)).scalars()
    return [Attribute("age", bands), Attribute("language"), *(Attribute(field) for field in coded)]


def _rows(
    asked: Asked, attribute: Attribute, found: Counts, order: list[int | None], *, identified: bool
) -> list[tuple[Any, ...]]:
    found = {key: _worded(attribute.name, numbers) for key, numbers in found.items()}
    whole = found.get(None, {})
    answers = attribute.answers
    least: dict[str, int] = {}
    if answers is None:
        given = sorted(word for word in whole if word != NOT_RECORDED)
        # An answer that stands there was given: that few gave it would be told by its name alone.
        kept = given if identified else [word for word in given if whole[word] >= suppress.LEAST_SHOWN]
        rest = [word for word in given if word not in kept]
        if rest:
            found = {key: _pooled(numbers, rest) for key, numbers in found.items()}
        answers = (*kept, *((OTHER,) if rest else ()))
        least = {word: 1 if word == OTHER else suppress.LEAST_SHOWN for word in answers}
    counts = [[found.get(key, {}).get(word, 0) for word in answers] for key in order]
    dark: frozenset[suppress.Cell] | None = frozenset()
    if not identified and answers:
        dark = suppress.hidden(counts[:-1], counts[-1], [least.get(word, 0) for word in answers])
    if dark is None:
        # Even the name of the only answer there is would tell everybody's.
        answers, dark = (), frozenset()
    name = attribute.name.removeprefix("hmis:")
    rows: list[tuple[Any, ...]] = []
    for row, key in enumerate(order):
        code = _code(asked, key)
        for column, word in enumerate(answers):
            gone = (row, column) in dark
            rows.append((code, name, word, None if gone else counts[row][column], gone))
        rows.append((code, name, NOT_RECORDED, found.get(key, {}).get(NOT_RECORDED, 0), False))
    return rows


def _worded(name: str, numbers: dict[str, int]) -> dict[str, int]:
    """The answers in words."""
    words: dict[str, int] = {}
    said = _SAID | _NUMBERED.get(name.removeprefix("hmis:"), {}) if name.startswith("hmis:") else {}
    for word, n in numbers.items():
        told = said.get(word, word)
        words[told] = words.get(told, 0) + n
    return words


def _pooled(numbers: dict[str, int], rest: list[str]) -> dict[str, int]:
    kept = {word: n for word, n in numbers.items() if word not in rest}
    return kept | {OTHER: sum(numbers.get(word, 0) for word in rest)}


def _served(r: Reading, scope: Select[Any], days: Period) -> Any:
    """Program and client, once each, of the cases open on any day of the period."""
    c, s = case_file.alias("c"), case_stage
    before = date.fromordinal(days.first.toordinal() - 1)
    closed = then.fact(r.engine, "closed_on", before)
    # Opened again in the period, or moved on while it was open.
    in_days = s.c.on_date.between(days.first, days.last)
    # By its key: who sees no identity may not read every column.
    stirred = exists(select(s.c.id).where(s.c.case_id == c.c.id, s.c.stage != "closed", in_days))
    open_then = or_(c.c.opened_on >= days.first, closed.is_(None), stirred)
    return (
        select(c.c.program_id, c.c.client_id)
        .where(
            c.c.id.in_(scope), c.c.opened_on <= days.last, or_(c.c.closed_on.is_(None), c.c.closed_on >= days.first),
            open_then,
        )
        .distinct()
        .cte("served")
    )  # fmt: skip


def _counted(r: Reading, served: Any, answer: Any) -> Counts:
    """Clients by program and answer, and of all programs."""
    source = (
        select(served.c.program_id, served.c.client_id, answer.label("answer"))
        .select_from(served.join(client, client.c.id == served.c.client_id).outerjoin(identity))
        .cte("answered")
    )
    n = func.count(source.c.client_id.distinct())
    by_program = select(source.c.program_id, source.c.answer, n).group_by(source.c.program_id, source.c.answer)
    counts: Counts = {None: {}}
    for program_id, word, number in r.conn.execute(by_program):
        counts.setdefault(int(program_id), {})[word] = int(number)
    for word, number in r.conn.execute(select(source.c.answer, n).group_by(source.c.answer)):
        counts[None][word] = int(number)
    return counts


def _answer(attribute: Attribute, day: date) -> Any:
    if attribute.name == "age":
        born = identity.c.born_on
        bands = [(born <= _years_before(day, age), literal(name)) for age, name in BANDS]
        return case((or_(born.is_(None), born > day), literal(NOT_RECORDED)), *bands, else_=literal(NOT_RECORDED))
    if attribute.name == "language":
        return func.coalesce(func.nullif(client.c.language, ""), literal(NOT_RECORDED))
    k = client_code.c
    mine = and_(k.client_id == client.c.id, k.field == attribute.name)
    answered = and_(mine, k.code.not_in(_UNANSWERED))
    many = select(func.count()).where(answered).correlate(client).scalar_subquery()
    one = select(func.min(k.code)).where(answered).correlate(client).scalar_subquery()
    # Why there is no answer: the lowest of the codes, as "does not know" comes before "nobody asked".
    none = select(func.min(k.code)).where(mine).correlate(client).scalar_subquery()
    return case(
        (many > 1, literal(SEVERAL)), (many == 1, one), else_=func.coalesce(none, cast(literal(NOT_RECORDED), Text))
    )


def _years_before(day: date, years: int) -> date:
    """The last birth date of those who are that old on `day`; who is born on 29 February ages on 1 March."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 2, 28)
