"""The query language over a small agency, on both engines. Today is Saturday 21 November 2026; Ana asks."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, false, insert, select

from caseload import models as m
from caseload.errors import Usage
from caseload.models.base import whole
from caseload.store import fields, query, terms
from caseload.text import fold, words
from tests.support.databases import Databases, open_engine
from tests.support.examples import examples
from tests.test_query import SCRAPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TODAY = date(2026, 11, 21)
THEN = datetime(2026, 1, 1, tzinfo=UTC)
WORKERS = {"ana": 1, "ben": 2, "Carla": 3}
TEAMS = {"north": 1, "south": 2}
PROGRAMS = {"housing": 1, "youth": 2}


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@dataclass(frozen=True)
class Case:
    """A case as a person would describe it; unsaid, it is quiet, open and Ana's."""

    number: str
    names: tuple[str, ...]
    worker: int | None = 1
    team: int | None = 1
    program: int = 1
    stage: str = "active"
    risk: str = "low"
    level: int = 5
    opened: date = date(2026, 1, 15)
    closed: date | None = None
    contact: date | None = date(2026, 11, 11)
    contact_due: date | None = None
    task_first: date | None = None
    task_next: date | None = None
    appointment: date | None = None
    snoozed_until: date | None = None
    draft: date | None = None
    unacknowledged: date | None = None
    source: str = ""
    language: str | None = None
    tags: tuple[str, ...] = ()
    # (kind, review day, day it ended)
    alerts: tuple[tuple[str, date | None, date | None], ...] = ()
    stay: int | None = None

    @property
    def due(self) -> date | None:
        dates = (self.contact_due, self.task_first, self.task_next, self.appointment)
        return min((day for day in dates if day is not None), default=None)


CASES = (
    Case("2026-048212", ("Maria", "Rossi"), tags=("outreach",), risk="high", contact_due=TODAY, language="it", stay=1),
    Case("2026-048301", ("Marco", "de Rossi"), worker=2, contact_due=ago(1), level=3, language="it-CH", stay=1),
    Case("2025-111111", ("María", "García López"), worker=None, team=None, level=3, tags=("needs-ride", "outreach")),
    Case("2026-200000", ("Seán", "O'Neil"), worker=2, team=2, program=2, risk="critical", level=1, contact=ago(31)),
    Case("2026-200001", ("Sean", "O Neil"), task_first=ago(3), task_next=TODAY, level=2, snoozed_until=ago(-5)),
    Case("2026-200002", ("Anna-Maria", "Weiß"), snoozed_until=ago(-9), level=1, alerts=(("safety", ago(2), None),)),
    Case(
        "2026-300000", ("Oren", "Levi"), worker=3, stage="assessment", contact=None, source="Hospital", tags=("none",)
    ),
    Case("2026-300001", ("Ida", "Oliver"), stage="closed", closed=ago(40), contact=ago(45), opened=date(2024, 5, 1)),
    Case(
        "2026-300002",
        ("Łukasz", "Yıldız-Sørensen"),
        stage="closed",
        closed=ago(2),
        risk="medium",
        alerts=(("health", None, None),),
    ),
    Case("2026-400000", ("李", "小龍"), unacknowledged=ago(1), level=2, opened=ago(1), appointment=date(2026, 11, 23)),
    Case(
        "2026-400001",
        ("Ann", "3rd", "Poe"),
        draft=ago(1),
        opened=ago(20),
        alerts=(("safety", None, ago(1)),),
        language="",
    ),
    Case(
        "2026-400002",
        ("Al", "b[/]c %_"),
        contact=ago(1),
        contact_due=ago(-7),
        alerts=(("legal", ago(-3), ago(-1)),),
        source="école",
    ),
)


def _insert(connection: Connection) -> None:
    def add(table: Any, *rows: dict[str, Any]) -> None:
        if rows:
            connection.execute(insert(table), list(rows))

    add(m.team, *({"id": key, "code": code, "name": code} for code, key in TEAMS.items()))
    add(m.program, *({"id": key, "code": code, "name": code} for code, key in PROGRAMS.items()))
    staff = ({"id": key, "handle": handle, "name": handle, "role": "case_manager"} for handle, key in WORKERS.items())
    add(m.worker, *staff)
    add(m.stay, {"id": 1, "from_on": THEN.date()})
    for key, case in enumerate(CASES, 1):
        add(m.client, {"id": key, "uid": f"c{key}", "language": case.language, "created_at": THEN})
        filed = dict.fromkeys(word for name in case.names for word in words(name))
        add(m.name_key, *({"client_id": key, "word": word} for word in filed))
        add(m.case_file, {
            "id": key, "uid": f"f{key}", "number": case.number, "client_id": key, "program_id": case.program,
            "team_id": case.team, "source": case.source, "opened_on": case.opened, "created_at": THEN,
            "stage": case.stage, "risk": case.risk, "closed_on": case.closed, "owner_id": case.worker,
            "unacknowledged_on": case.unacknowledged, "last_contact_on": case.contact, "level": case.level,
            "contact_due_on": case.contact_due, "task_first_on": case.task_first, "task_next_on": case.task_next,
            "appointment_on": case.appointment, "draft_on": case.draft, "snoozed_until": case.snoozed_until,
        })  # fmt: skip
        add(m.tag, *({"case_id": key, "tag": tag} for tag in case.tags))
        for kind, review, ended in case.alerts:
            add(m.alert, {
                "client_id": key, "kind": kind, "level": "high", "text": "-", "raised_on": THEN.date(), "raised_by": 1,
                "review_on": review, "ended_on": ended,
            })  # fmt: skip
        if case.stay:
            add(m.stay_member, {"stay_id": case.stay, "case_id": key})


@pytest.fixture(scope="module")
def connection(engine_name: str, databases: Databases) -> Iterator[Connection]:
    # Made from the nouns, without the triggers: the facts on a case row are what each test says they are.
    url = databases.empty(engine_name)
    engine = open_engine(url)
    whole().create_all(engine)
    with engine.connect() as opened:
        _insert(opened)
        opened.commit()
        yield opened
    engine.dispose()
    databases.drop(url)


@dataclass
class Asked:
    """How often cases were looked up by number, to see that the scope is asked."""

    numbers: list[str] = field(default_factory=list)

    def case_of(self, number: str) -> int | None:
        self.numbers.append(number)
        return next((key for key, case in enumerate(CASES, 1) if case.number == number), None)


def context(**changed: Any) -> fields.Context:
    known = fields.Context(
        today=TODAY,
        me_id=1,
        workers=WORKERS,
        teams=TEAMS,
        programs=PROGRAMS,
        rules={"contact_overdue", "task_today", "safety"},
        reason_predicate=RULES.__getitem__,
        covered=m.case_file.c.owner_id == 2,
        case_of=Asked().case_of,
        waits=lambda which: m.case_file.c.owner_id == {"notes": 1, "comments": 2}[which],
        view=lambda name: query.parse("risk:>=high stage:any") if name == "worried about" else None,
    )
    return replace(known, **changed)


RULES = {
    "contact_overdue": m.case_file.c.contact_due_on < TODAY,
    "task_today": m.case_file.c.task_next_on == TODAY,
    "safety": false(),
}


def found(connection: Connection, text: str, asked: fields.Context | None = None) -> set[str]:
    known = asked or context(which_hold=lambda questions: connection.execute(questions).one())
    predicate = fields.compile(query.parse(text), known)
    return set(connection.execute(select(m.case_file.c.number).where(predicate)).scalars())


def called(*names: str) -> set[str]:
    """The numbers of the cases of the clients with these last names."""
    return {case.number for case in CASES if case.names[-1] in names}


# ---------------------------------------------------------------- finding people


@pytest.mark.parametrize(
    ("text", "clients"),
    [
        ("maria", ["Rossi", "García López", "Weiß"]),
        ("MARÍA", ["Rossi", "García López", "Weiß"]),
        ("mar ros", ["Rossi", "de Rossi"]),
        ('"rossi maria"', ["Rossi"]),
        ("Rossi, Maria".replace(", ", " "), ["Rossi"]),
        ('"Rossi, Maria"', ["Rossi"]),
        ("o'neil", ["O'Neil", "O Neil"]),
        ("ONEIL", ["O'Neil"]),
        ("neil", ["O'Neil", "O Neil"]),
        ("sean", ["O'Neil", "O Neil"]),
        ("anna-maria", ["Weiß"]),
        ("annamaria", ["Weiß"]),
        ("weiss", ["Weiß"]),
        ("李", ["小龍"]),
        ("garcia lopez", ["García López"]),
        ("opez", []),
        ("ria", []),
        ("%", None),
        ("b[/]c", ["b[/]c %_"]),
        ("outr", ["Rossi", "García López"]),
        ('"needs ride"', ["García López"]),
        ("needs-ride", ["García López"]),
        ("2026-0482", ["Rossi"]),
        ("20260482", ["Rossi"]),
        ("2025", ["García López"]),
        ("3", ["Poe"]),
        ("lukasz yildiz sorensen", ["Yıldız-Sørensen"]),
        ("ŁUK", ["Yıldız-Sørensen"]),
        ("2026-048212", ["Rossi"]),
    ],
)
def test_a_client_is_found_by_the_start_of_any_name_a_tag_or_a_number(
    connection: Connection, text: str, clients: list[str] | None
) -> None:
    if clients is None:
        with pytest.raises(query.QueryError, match="no letter and no digit"):
            found(connection, text)
    else:
        assert found(connection, text) == called(*clients)


def test_who_may_see_no_names_finds_none_by_them(connection: Connection) -> None:
    admin = context(may_search_names=False)
    assert found(connection, "maria", admin) == set()
    assert found(connection, "-maria", admin) == {case.number for case in CASES}
    assert found(connection, "outreach", admin) == called("Rossi", "García López")
    assert found(connection, "2026-048", admin) == called("Rossi", "de Rossi")


def test_names_travel_as_bound_values() -> None:
    statement = select(m.case_file.c.id).where(
        fields.compile(query.parse("rossi'; tag:\"x'; --\" source:y'"), context())
    )
    assert "rossi" not in str(statement)
    assert "--" not in str(statement)
    assert "y'" not in str(statement)


# ---------------------------------------------------------------- terms


@pytest.mark.parametrize(
    ("text", "clients"),
    [
        ("worker:BEN", ["de Rossi", "O'Neil"]),
        ("worker:carla,none", ["Levi", "García López"]),
        ("-worker:any", ["García López"]),
        ("-worker:me -worker:ben", ["García López", "Levi"]),
        ("team:south", ["O'Neil"]),
        ("risk:>medium", ["Rossi", "O'Neil"]),
        ("risk:<=medium,critical -risk:low", ["Yıldız-Sørensen", "O'Neil"]),
        ("level:<3 -level:1", ["O Neil", "小龍"]),
        ("stage:any -stage:active", ["Levi", "Oliver", "Yıldız-Sørensen"]),
        ("tag:OUTREACH tag:Needs-Ride", ["García López"]),
        ('tag:"none"', ["Levi"]),
        ("tag:any -tag:outreach", ["Levi"]),
        ("language:it", ["Rossi", "de Rossi"]),
        ("language:it-ch", ["de Rossi"]),
        ("language:any", ["Rossi", "de Rossi"]),
        ("closed:any", ["Oliver", "Yıldız-Sørensen"]),
        ("closed:<-30d", ["Oliver"]),
        ("closed:>-30d", ["Yıldız-Sørensen"]),
        ("closed:thu", ["Yıldız-Sørensen"]),
        ("opened:2024", ["Oliver"]),
        ("opened:..2025-12-31", ["Oliver"]),
        ("opened:>=-1d", ["小龍"]),
        ("due:overdue", ["de Rossi", "O Neil"]),
        ("due:today", ["Rossi"]),
        ("due:today,overdue", ["Rossi", "de Rossi", "O Neil"]),
        ("due:<=7d -due:<=today", ["小龍", "b[/]c %_"]),
        ("due:>today", ["小龍", "b[/]c %_"]),
        ("due:mon", ["小龍"]),
        ("contact:>30d", ["O'Neil", "Oliver"]),
        ("contact:>31d", ["Oliver"]),
        ("contact:>=31d", ["O'Neil", "Oliver"]),
        ("contact:31d", ["O'Neil"]),
        ("contact:30d..40d", ["O'Neil"]),
        ("contact:40d..", ["Oliver"]),
        ("contact:never", ["Levi"]),
        ("contact:<=2026-10-21", ["O'Neil", "Oliver"]),
        ("review:overdue", ["Weiß"]),
        ("review:>today", ["b[/]c %_"]),
        ("flag:safety", ["Weiß"]),
        ("flag:any", ["Weiß", "Yıldız-Sørensen", "b[/]c %_"]),
        ("snoozed:yes", ["O Neil"]),
        ("cover:yes", ["de Rossi", "O'Neil"]),
        ("acknowledged:no", ["小龍"]),
        ("acknowledged:no,yes -acknowledged:yes", ["小龍"]),
        ("note:draft", ["Poe"]),
        ("note:unread -worker:me", []),
        ("comment:new -cover:yes", []),
        ('view:"worried about" -view:"worried about"', []),
        ("source:hospital", ["Levi"]),
        ("source:école", ["b[/]c %_"]),
        ("source:any", ["Levi", "b[/]c %_"]),
        ("reason:contact_overdue,TASK_today", ["de Rossi", "O Neil"]),
        ("reason:safety", []),
        ("case:2026-0483,2025-111111", ["de Rossi", "García López"]),
        ("household:2026048212", ["Rossi", "de Rossi"]),
        ("household:2025-111111", ["García López"]),
        ("-(worker:any OR tag:any)", []),
    ],
)
def test_what_a_term_finds(connection: Connection, text: str, clients: list[str]) -> None:
    assert found(connection, text) == called(*clients)


def test_nothing_asked_finds_everything(connection: Connection) -> None:
    assert found(connection, "") == {case.number for case in CASES}


def test_a_queue_query_with_a_limit_and_a_bulk_change_take_the_same_predicate(connection: Connection) -> None:
    asked = "-flag:safety -tag:outreach language:none maria OR (tag:none -language:it sean)"
    predicate = fields.compile(query.parse(asked), context())
    with connection.begin_nested() as undone:
        changed = connection.execute(m.case_file.update().where(predicate).values(source="moved"))
        assert changed.rowcount == len(found(connection, asked)) == 2
        undone.rollback()


def test_cases_are_looked_up_where_the_person_may_see_them(connection: Connection) -> None:
    asked = Asked()
    assert found(connection, "case:2026048212", context(case_of=asked.case_of)) == called("Rossi")
    assert asked.numbers == ["2026-048212"]
    with pytest.raises(query.QueryError, match='Unknown case "2026-048212" at character 6'):
        fields.compile(query.parse("case:2026-048212"), context(case_of=lambda number: None))


# ---------------------------------------------------------------- never nothing by a slip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("risk:low worker:anna", 'Unknown worker "anna" at character 17: did you mean "ana"?'),
        ("worker:zoe,qqq", 'Unknown worker "zoe" at character 8; there are ana, ben, Carla.'),
        ("team:nort", 'Unknown team "nort" at character 6: did you mean "north"?'),
        ("-program:hosing", 'Unknown program "hosing" at character 10: did you mean "housing"?'),
        ("reason:contact_overdu", 'Unknown reason "contact_overdu" at character 8: did you mean "contact_overdue"?'),
        ("a OR due:2026-03..2026-01", 'Bad date "2026-03..2026-01" at character 10: the range ends before it begins.'),
        ("due:+7d..today", 'Bad date "+7d..today" at character 5: the range ends before it begins.'),
        ("contact:60d..30d", 'Bad date "60d..30d" at character 9: the range ends before it begins.'),
        ("household:2026-0482", 'Unknown case "2026-0482" at character 11.'),
    ],
)
def test_what_is_not_there_is_named_with_its_place(text: str, message: str) -> None:
    with pytest.raises(query.QueryError) as error:
        fields.compile(query.parse(text), context())
    assert error.value.message == message
    assert message.split('"')[1] == text[error.value.position - 1 :][: error.value.length]


def test_many_workers_are_not_all_told() -> None:
    staff = {f"w{number}": number for number in range(500)}
    with pytest.raises(query.QueryError) as error:
        fields.compile(query.parse("worker:zoe"), context(workers=staff))
    assert error.value.message == 'Unknown worker "zoe" at character 8.'


def test_me_is_an_error_for_one_who_is_no_worker() -> None:
    with pytest.raises(query.QueryError, match='"me" at character 8 is nobody'):
        fields.compile(query.parse("worker:me"), context(me_id=None))


def test_handles_that_differ_in_case_alone_are_told_apart() -> None:
    twins = context(workers={"ana": 1, "Ana": 2})
    assert "owner_id = :owner_id_1" in str(fields.compile(query.parse("worker:Ana"), twins))
    with pytest.raises(query.QueryError, match='More than one worker is called "ANA", at character 8'):
        fields.compile(query.parse("worker:ANA"), twins)


def test_a_mistyped_case_number_is_told_in_the_words_of_who_looks_it_up() -> None:
    def case_of(number: str) -> int | None:
        raise Usage("The last digit does not fit.")

    with pytest.raises(query.QueryError, match=r"Character 11: The last digit does not fit\.") as error:
        fields.compile(query.parse("household:2026-048218"), context(case_of=case_of))
    assert (error.value.position, error.value.length) == (11, 11)


# ---------------------------------------------------------------- any query means what it says


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
    return named or case.number.replace("-", "").startswith(number) or any(kept.startswith(tag) for kept in case.tags)


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


# ---------------------------------------------------------------- what the user is told

GUIDE = (Path(__file__).parent.parent / "docs" / "query.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\| `([^`]+)` \| ", GUIDE.partition("## When it cannot")[0], re.MULTILINE)
SLIPS = re.findall(r"^\| `([^`]+)` \| (.+) \|$", GUIDE.partition("## When it cannot")[2], re.MULTILINE)
MENTIONED = re.findall(r"`([a-z]+:[^` ]+)`", GUIDE.partition("## When it cannot")[0])


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_documented_query_finds_some_cases_and_not_all(connection: Connection, text: str) -> None:
    assert 0 < len(found(connection, text)) < len(CASES)


@pytest.mark.parametrize("text", MENTIONED)
def test_every_query_mentioned_in_the_guide_is_understood(connection: Connection, text: str) -> None:
    assert found(connection, text) <= {case.number for case in CASES}


@pytest.mark.parametrize(("text", "answer"), SLIPS)
def test_every_documented_slip_is_answered_so(text: str, answer: str) -> None:
    with pytest.raises(query.QueryError) as error:
        fields.compile(query.parse(text), context())
    assert error.value.message == answer


def test_the_guide_tells_of_every_field() -> None:
    told = {text.partition(":")[0] for text in EXAMPLES + MENTIONED if ":" in text}
    assert set(terms.FIELDS) <= told
