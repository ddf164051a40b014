"""Any query finds what it says, held against the cases themselves."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from caseload.store import query, terms
from caseload.text import fold, words
from tests.support.examples import examples

from .small import CASES, PROGRAMS, TEAMS, TODAY, WORKERS, Case, context, found
from .test_reading import SCRAPS

if TYPE_CHECKING:
    from collections.abc import Callable


def _compared(known: terms.Field, value: query.Value, have: str) -> bool:
    order = known.choices
    left, right = order.index(have), order.index(value.text)
    signs = {"": left == right, "<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}
    return signs[value.op]


def _on(known: terms.Field, value: query.Value, day: date | None) -> bool:
    """Whether a day answers a dated value, worked out day by day."""
    if value.word:
        answers = {"none": day is None, "never": day is None, "any": day is not None}
        return answers.get(value.text, day is not None and day < TODAY)
    assert value.when is not None
    if day is None:
        return False
    if known.kind == "since" and value.when.distance:
        days = (TODAY - day).days
        start, end = (None if edge is None else edge.count for edge in (value.when.start, value.when.end))
        if value.op:
            return {"<": days < end, "<=": days <= end, ">": days > end, ">=": days >= end}[value.op]  # type: ignore[operator]
        return (start is None or days >= start) and (end is None or days <= end)
    span = value.when.span(TODAY, back=known.back)
    if value.op in ("<", ">="):
        assert span.first is not None
        return (day < span.first) == (value.op == "<")
    if value.op in (">", "<="):
        assert span.last is not None
        return (day > span.last) == (value.op == ">")
    return day in span


def _word_holds(text: str, case: Case) -> bool:
    tag = fold(text).replace(" ", "-")
    number = text.replace("-", "")
    filed = [word for name in case.names for word in words(name)]
    named = all(any(word.startswith(fold(token)) for word in filed) for token in text.split())
    numbered = case.number.replace("-", "").startswith(number) or case.number[5:] == text
    return named or numbered or any(kept.startswith(tag) for kept in case.tags)


def _coded(name: str, have: Callable[[Case], str]) -> Callable[[query.Value, Case], bool]:
    return lambda value, case: value.text == "any" or _compared(terms.FIELDS[name], value, have(case))


def _yes(have: Callable[[Case], bool]) -> Callable[[query.Value, Case], bool]:
    return lambda value, case: (value.text == "yes") == have(case)


def _day(name: str, have: Callable[[Case], date | None]) -> Callable[[query.Value, Case], bool]:
    return lambda value, case: _on(terms.FIELDS[name], value, have(case))


def _held(known: dict[str, int], have: Callable[[Case], int | None]) -> Callable[[query.Value, Case], bool]:
    def holds(value: query.Value, case: Case) -> bool:
        said = {"me": have(case) == 1, "none": have(case) is None, "any": have(case) is not None}
        return said[value.text] if value.word else have(case) == known[value.text]

    return holds


MEANINGS: dict[str, Callable[[query.Value, Case], bool]] = {
    "worker": _held(WORKERS, lambda case: case.worker),
    "team": _held(TEAMS, lambda case: case.team),
    "program": _held(PROGRAMS, lambda case: case.program),
    "stage": _coded("stage", lambda case: case.stage),
    "risk": _coded("risk", lambda case: case.risk),
    "level": _coded("level", lambda case: str(case.level)),
    "opened": _day("opened", lambda case: case.opened),
    "closed": _day("closed", lambda case: case.closed),
    "due": _day("due", lambda case: case.due),
    "contact": _day("contact", lambda case: case.contact),
    "snoozed": _yes(lambda case: case.level > 1 and case.snoozed_until is not None and case.snoozed_until > TODAY),
    "cover": _yes(lambda case: case.worker == 2),
    "note": lambda value, case: case.draft is not None,
    "tag": lambda value, case: (
        {"none": not case.tags, "any": bool(case.tags)}[value.text] if value.word else value.text in case.tags
    ),
}


def holds(node: query.Node, case: Case) -> bool:
    """What a query means, case by case, in plain Python."""
    if isinstance(node, query.And):
        return all(holds(part, case) for part in node.parts)
    if isinstance(node, query.Or):
        return any(holds(part, case) for part in node.parts)
    if isinstance(node, query.Not):
        return not holds(node.part, case)
    if isinstance(node, query.Word):
        return _word_holds(node.text, case)
    return any(MEANINGS[node.field](value, case) for value in node.values)


DAYS = st.sampled_from(["today", "2026-11-20", "2026-11", "2026-W47", "-1d", "+7d", "mon", "2024", "last-month"])
VALUES = {
    "worker": ["ana", "ben", "me", "none", "any"],
    "team": ["north", "south", "none", "any"],
    "program": ["housing", "youth"],
    "stage": [*terms.STAGES, "any"],
    "risk": [*terms.RISKS, "<=medium", ">low", ">=high", "<critical"],
    "level": ["1", "5", "<=2", ">3", ">=2", "<5"],
    "closed": ["any", "none"],
    "due": ["any", "none", "overdue", "<=7d", ">0d"],
    "contact": ["never", ">30d", "<=31d", "10d", "10d..31d", "..31d", "31d..", "<10d", ">=45d"],
    "snoozed": ["yes", "no"],
    "cover": ["yes", "no"],
    "note": ["draft"],
    "tag": ["outreach", '"needs-ride"', "none", "any", '"none"'],
}


def _values(name: str) -> st.SearchStrategy[str]:
    fixed = st.sampled_from(VALUES.get(name, ["today"]))
    if not terms.FIELDS[name].dated:
        return fixed
    return fixed | st.builds("".join, st.tuples(st.sampled_from(["", "<", "<=", ">", ">="]), DAYS))


LEAVES = st.sampled_from([*MEANINGS]).flatmap(
    lambda name: st.lists(_values(name), min_size=1, max_size=3).map(lambda values: f"{name}:{','.join(values)}")
) | st.sampled_from(["maria", "mar", "ros", "sean", "o", "outreach", "2026-2", "2025", "3", '"rossi mar"', "zzz"])
TEXTS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(lambda text: f"-({text})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}) ({two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"{two[0]} OR ({two[1]})"),
    ),
    max_leaves=6,
)


@examples(150)
@given(text=TEXTS)
def test_a_database_answers_as_the_cases_themselves_would(connection: Connection, text: str) -> None:
    root = query.parse(text).root
    assert root is not None
    meant = {case.number for case in CASES if holds(root, case)}
    assert found(connection, text) == meant
    assert found(connection, text, context()) == meant


@given(text=st.lists(SCRAPS | st.characters(), max_size=30).map("".join))
def test_any_text_finds_cases_or_is_told_why_not(connection: Connection, text: str) -> None:
    with suppress(query.QueryError):
        found(connection, text)


@pytest.mark.parametrize("text", ["maria", "o'neil", "2026", "due:today..", "-tag:x,any", "language:it,any", "(-3)"])
def test_the_longest_query_runs(connection: Connection, text: str) -> None:
    many = query.MOST_TERMS // len(list(query.parse(text).leaves()))
    for together in (" ", " OR "):
        assert len(found(connection, together.join([text] * many))) < len(CASES)
    if ":" in text:
        values = text.partition(":")[2].split(",")
        longest = f"{text.partition(':')[0]}:{','.join(values * (query.MOST_VALUES // len(values)))}"
        assert found(connection, longest) == found(connection, text)
    deep = query.DEEPEST // (1 + text.count("("))
    assert found(connection, "-(" * deep + text + ")" * deep) in (
        found(connection, text),
        {case.number for case in CASES} - found(connection, text),
    )
