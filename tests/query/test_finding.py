"""The query language over a small agency, on both engines: what each term finds, and what a slip is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from caseload import models as m
from caseload.errors import Usage
from caseload.store import fields, query, terms

from .small import CASES, Asked, called, context, found

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
        ("048212", ["Rossi"]),
        ("048301", ["de Rossi"]),
        ("111111", ["García López"]),
        ("0482", []),
        ("48212", []),
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
        # Case by case, as where many are called so.
        assert found(connection, text, context(walks=True)) == called(*clients)


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
        ("review:overdue", ["Weiß", "O'Neil"]),
        ("review:>today", ["b[/]c %_", "O Neil"]),
        ("review:today", []),
        ("review:any", ["Weiß", "b[/]c %_", "O Neil", "O'Neil"]),
        # A yearly assessment may be asked until 30 days after the anniversary.
        ("assessment:overdue", ["Levi", "O Neil"]),
        ("assessment:today", ["O'Neil"]),
        ("assessment:>today", []),
        ("assessment:any", ["Levi", "O'Neil", "O Neil"]),
        ("plan:due -cover:yes", []),
        ("flag:safety", ["Weiß"]),
        ("flag:any", ["Weiß", "Yıldız-Sørensen", "b[/]c %_"]),
        ("snoozed:yes", ["O Neil"]),
        ("cover:yes", ["de Rossi", "O'Neil"]),
        ("cover:none -cover:yes", []),
        ("cover:none,no -cover:no", ["de Rossi", "O'Neil"]),
        ("offer:late -worker:ben", []),
        ("offer:open -worker:me", []),
        ("custodian:away -worker:me", []),
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


# ---------------------------------------------------------------- what the user is told

GUIDE = (Path(__file__).parents[2] / "docs" / "query.md").read_text(encoding="utf-8")
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
