"""The query language as text: what is understood, what is refused and how, and what a manifest may repeat."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.models.case import RISKS, STAGES
from caseload.models.client import ALERT_KINDS
from caseload.store import terms
from caseload.store.days import when
from caseload.store.query import (
    And,
    Not,
    Or,
    Query,
    QueryError,
    Term,
    Value,
    Word,
    complete,
    mask_names,
    parse,
    speaks_of,
    term_start,
)
from caseload.text import fold


def word(text: str) -> Word:
    return Word(text, 0, 0)


def term(field: str, *values: Value) -> Term:
    return Term(field, values, 0, 0)


def value(text: str, op: str = "", *, quoted: bool = False, word: bool = False) -> Value:
    dated = re.match(r"[0-9+-]", text) is not None
    return Value(text, 0, 0, op, quoted, word, when(text) if dated else None)


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("", None),
        ("  \t\n", None),
        ("maria", word("maria")),
        ("rossi maria", And((word("rossi"), word("maria")))),
        ("a b OR c", Or((And((word("a"), word("b"))), word("c")))),
        ("a (b OR c)", And((word("a"), Or((word("b"), word("c")))))),
        ("((a))", word("a")),
        ("a(b)c", And((word("a"), word("b"), word("c")))),
        ("-a b", And((Not(word("a")), word("b")))),
        ("-(a b)", Not(And((word("a"), word("b"))))),
        ("-(-a)", Not(Not(word("a")))),
        ('"maria rossi"', word("maria rossi")),
        ('"a:b"', word("a:b")),
        ('"OR"', word("OR")),
        ("or", word("or")),
        ("ORlando", word("ORlando")),
        (r'"say \"hi\" \\o/"', word(r'say "hi" \o/')),
        ("\u201cneeds ride\u201d", word("needs ride")),
        ("worker:me", term("worker", value("me", word=True))),
        ("Worker:ME", term("worker", value("me", word=True))),
        ('worker:"me"', term("worker", value("me", quoted=True))),
        ("worker:Ana,ben", term("worker", value("Ana"), value("ben"))),
        ("risk:>=Medium", term("risk", value("medium", ">="))),
        ("risk:=high", term("risk", value("high"))),
        ('tag:"needs ride",x', term("tag", value("needs ride", quoted=True), value("x"))),
        ("source:http://x", term("source", value("http://x"))),
        ("due:<=7d", term("due", value("7d", "<="))),
        ("closed:<-30d", term("closed", value("-30d", "<"))),
        ("opened:2026-01..2026-03", term("opened", value("2026-01..2026-03"))),
    ],
)
def test_what_is_understood(text: str, root: object) -> None:
    assert parse(text).root == root


def test_terms_know_their_place_so_that_the_screen_can_point_at_them() -> None:
    text = '  -risk:high,>=low "ab c"'
    first, second = parse(text).leaves()
    assert isinstance(first, Term)
    assert text[first.position - 1 :][: first.length] == "risk:high,>=low"
    assert [text[v.position - 1 :][: v.length] for v in first.values] == ["high", "low"]
    assert text[second.position - 1 :][: second.length] == '"ab c"'


@pytest.mark.parametrize(
    ("text", "message", "pointed"),
    [
        ("foo workr:ana", 'Unknown field "workr" at character 5: did you mean "worker"?', "workr"),
        ("xyzzy:1", 'Unknown field "xyzzy" at character 1; the fields are worker, team,', "xyzzy"),
        ("risk:hihg", 'Unknown risk "hihg" at character 6: did you mean "high"?', "hihg"),
        ("risk:low,hihg", 'Unknown risk "hihg" at character 10: did you mean "high"?', "hihg"),
        ("stage:opened", 'Unknown stage "opened" at character 7; the values are referred,', "opened"),
        ("level:6", 'Unknown level "6" at character 7; the values are 1, 2, 3, 4, 5.', "6"),
        ("snoozed:maybe", 'Unknown snoozed "maybe" at character 9; the values are yes, no.', "maybe"),
        ("worker:", '"worker:" at character 1 lacks a value', "worker:"),
        ("a risk:high,", '"risk:" at character 3 lacks a value', "risk:high,"),
        ('tag:"" b', '"tag:" at character 1 lacks a value', 'tag:""'),
        ("due:<=", '"due:" at character 1 lacks a value', "due:<="),
        ("worker:(ana OR ben)", '"worker:" at character 1 lacks a value', "worker:"),
        (":high", 'The ":" at character 1 has no field before it', ":"),
        ("due:soonish", 'Bad date "soonish" at character 5: write it like 2026-11-21', "soonish"),
        ("due:overdu", 'Bad date "overdu" at character 5: did you mean "overdue"?', "overdu"),
        ("closed:2026-02-30", 'Bad date "2026-02-30" at character 8: 2026-02 has no day 30.', "2026-02-30"),
        ("opened:>30d", 'Bad date "30d" at character 9: a distance needs its sign here', "30d"),
        ("due:<2026..2027", 'Bad date "2026..2027" at character 6: a range cannot be compared.', "2026..2027"),
        ("contact:30d..2026", 'Bad date "30d..2026" at character 9: write both ends', "30d..2026"),
        ("contact:30d..-2d", 'Bad date "30d..-2d" at character 9: write both ends', "30d..-2d"),
        ("tag:>a", '"a" at character 6 cannot be compared with >: write tag:a.', "a"),
        ("due:<overdue", '"overdue" at character 6 cannot be compared with <: write due:overdue.', "overdue"),
        ("stage:>=active", '"active" at character 9 cannot be compared with >=: write stage:active.', "active"),
        ("risk:<low", 'Nothing is < "low", at character 7; the values are low, medium, high, critical.', "low"),
        ("language:italian", 'Bad language "italian" at character 10: write its code', "italian"),
        ("case:maria", 'Bad case number "maria" at character 6: write it like 2026-048212.', "maria"),
        ("a OR", "OR at character 3 joins nothing", "OR"),
        ("OR a", "OR at character 1 joins nothing", "OR"),
        ("a OR OR b", "OR at character 3 joins nothing", "OR"),
        ("(OR a)", "OR at character 2 joins nothing", "OR"),
        ("(a OR) b", "OR at character 4 joins nothing", "OR"),
        ("a AND b", 'AND at character 3 is no operator: terms are joined by "and" already', "AND"),
        ("NOT b", 'NOT at character 1 is no operator: write "-" right before the term', "NOT"),
        ("(a", 'The "(" at character 1 is not closed', "("),
        ("a (b", 'The "(" at character 3 is not closed', "("),
        ("((a)", 'The "(" at character 1 is not closed', "("),
        ("a)", 'The ")" at character 2 closes nothing', ")"),
        (")", 'The ")" at character 1 closes nothing', ")"),
        ("a ( )", "Empty parentheses at character 3", "( )"),
        ("-", 'The "-" at character 1 denies nothing', "-"),
        ("a - b", 'The "-" at character 3 denies nothing', "-"),
        ("--limit", 'The "-" at character 1 denies nothing', "-"),
        ("(a -)", 'The "-" at character 4 denies nothing', "-"),
        ("-OR a", 'The "-" at character 1 denies nothing', "-"),
        ('"maria', "The quote at character 1 is not closed", '"'),
        ('tag:"maria', "The quote at character 5 is not closed", '"'),
        ('ma"ria"', "Quote at character 3 inside a word", '"'),
        ('tag:ma"ria"', "Quote at character 7 inside a word", '"'),
        ('"ma"ria', "Character 5 follows a closing quote", "r"),
        ('""', "The word at character 1 has no letter", '""'),
        ("a \x00", "Character 3 cannot be typed", "\x00"),
        ("a \u200b", "The word at character 3 has no letter", "\u200b"),
        ("tag:!!!", "The value at character 5 has no letter and no digit", "!!!"),
        ('tag:"\u200b"', "The value at character 5 has no letter", '"\u200b"'),
    ],
)
def test_a_slip_is_named_with_its_place(text: str, message: str, pointed: str) -> None:
    with pytest.raises(QueryError) as error:
        parse(text)
    assert error.value.message.startswith(message)
    assert text[error.value.position - 1 :][: error.value.length] == pointed
    assert error.value.exit_code == 2


def test_what_is_too_much_is_refused_before_it_reaches_a_database() -> None:
    for text, message in (
        ("(" * 30 + "a" + ")" * 30, "Too many parentheses inside each other at character 21."),
        ("a " * 51, "A query may hold 50 words and terms"),
        ("worker:" + ",".join("a" * 301), "A query may hold 300 values"),
        ("a" * 10_001, "A query may have 10000 characters"),
        ("(" * 9_000, "Too many parentheses inside each other at character 21."),
        ("-(" * 4_000, "Too many parentheses inside each other at character 42."),
    ):
        with pytest.raises(QueryError) as error:
            parse(text)
        assert error.value.message.startswith(message)
    parse("(" * 20 + "a" + ")" * 20)
    parse("a " * 50)
    parse("worker:" + ",".join("a" * 300))


def test_a_message_is_safe_to_print_whatever_was_typed() -> None:
    with pytest.raises(QueryError) as error:
        parse("\u202eevil" + "x" * 500 + ":1")
    assert "\u202e" not in error.value.message
    assert len(error.value.message) < 400


# ---------------------------------------------------------------- any text, any query

SCRAPS = st.sampled_from(
    [" ", " ", "(", ")", "-", '"', "\\", ":", ",", "<", ">=", "..", "OR", "AND", "\u201c", "maria", "2026-048212", "7d"]
    + [f"{name}:" for name in terms.FIELDS]
    + [choice for known in terms.FIELDS.values() for choice in terms.offered(known)]
)


@given(st.text(max_size=60) | st.lists(SCRAPS | st.characters(), max_size=30).map("".join))
def test_any_text_is_a_query_or_an_error_that_points_into_it(text: str) -> None:
    try:
        query = parse(text)
    except QueryError as error:
        query, places = None, [(error.position, error.length)]
    else:
        places = [(leaf.position, leaf.length) for leaf in query.leaves()]
    assert all(1 <= place < place + length <= len(text) + 1 for place, length in places)
    if query is not None:
        assert parse(str(query)) == query
        masked = sum(leaf.length - 1 for leaf in query.leaves() if isinstance(leaf, Word))
        assert len(mask_names(text)) == len(text) - masked


def _terms(name: str) -> st.SearchStrategy[Term]:
    known = terms.FIELDS[name]
    plain = {
        "handle": ["ana", "needs ride", 'o"neil', "none"],
        "text": ["needs ride", "a,b", "any"],
        "language": ["it", "pt-BR"],
        "case": ["2026", "2026-048212"],
        "rule": ["contact_overdue"],
        "date": ["2026-11-21", "2026-01..2026-03", "2026-W47", "-7d", "..today", "mon"],
        "since": ["30d", "30d..60d", "-2w", "2026"],
    }.get(known.kind, [])
    values = [Value(w, 0, 0, word=True) for w in known.words]
    for text in plain:
        quoted = text in ("none", "any") or (known.kind in ("handle", "text") and not text.isalpha())
        values.append(Value(text, 0, 0, quoted=quoted, when=when(text) if known.dated else None))
        if known.ordered and ".." not in text:
            values.append(Value(text, 0, 0, op=">=", when=when(text)))
    values += [Value(choice, 0, 0) for choice in known.choices]
    return st.lists(st.sampled_from(values), min_size=1, max_size=3).map(lambda some: Term(name, tuple(some), 0, 0))


LEAVES = st.sampled_from([*terms.FIELDS]).flatmap(_terms) | st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=8
).filter(lambda text: bool(fold(text))).map(word)
QUERIES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
    ),
    max_leaves=8,
).map(Query)


@given(QUERIES)
def test_a_query_written_out_parses_back_to_itself(query: Query) -> None:
    assert parse(str(query)) == query


# ---------------------------------------------------------------- what the callers ask


def test_open_cases_are_meant_unless_the_query_speaks_of_their_end() -> None:
    assert not speaks_of(parse("maria due:<=7d"), "stage", "closed")
    assert speaks_of(parse("stage:any"), "stage", "closed")
    assert speaks_of(parse("maria OR -(risk:low -closed:2026)"), "stage", "closed")
    assert not speaks_of(parse("closed stage"), "stage", "closed")
    assert not speaks_of(parse(""), "stage", "closed")


def test_a_manifest_masks_names_and_keeps_codes() -> None:
    typed = 'worker:me  -maria ("O\'Neil, Ann" OR tag:"needs ride") 2026-048212 due:<=7d'
    assert mask_names(typed) == 'worker:me  -? (? OR tag:"needs ride") ? due:<=7d'


@pytest.mark.parametrize(
    ("typed", "offers"),
    [
        ("wo", ["worker:"]),
        ("maria -ri", ["risk:"]),
        ("(st", ["stage:"]),
        ("xy", []),
        ('"wo', []),
        ("risk:", ["risk:low", "risk:medium", "risk:high", "risk:critical"]),
        ("risk:>=m", ["risk:>=medium"]),
        ("stage:active,a", ["stage:active,assessment", "stage:active,any"]),
        ("due:<=tod", ["due:<=today"]),
        ("due:over", ["due:overdue"]),
        ("worker:A", ["worker:any", "worker:ana"]),
        ("tag:n", ["tag:none", 'tag:"needs ride"']),
        ('tag:"nee', ['tag:"needs ride"']),
        ('tag:"needs ride",o', ['tag:"needs ride",outreach']),
        ("nowhere:x", []),
    ],
)
def test_the_filter_line_completes_fields_and_codes(typed: str, offers: list[str]) -> None:
    known = {"worker": ["ana", "ben"], "tag": ["needs ride", "outreach"]}
    assert complete(typed, len(typed), known) == offers


def test_nothing_typed_offers_every_field() -> None:
    assert complete("", 0) == [f"{name}:" for name in terms.FIELDS]
    assert complete("maria ", 6) == complete("", 0)


def test_a_completion_replaces_the_term_before_the_cursor() -> None:
    typed, cursor = "maria -ris worker:me", 10
    start = term_start(typed, cursor)
    assert typed[:start] + complete(typed, cursor)[0] + typed[cursor:] == "maria -risk: worker:me"


@given(st.lists(SCRAPS | st.characters(), max_size=12).map("".join), st.integers(0, 60))
def test_completing_never_fails(text: str, cursor: int) -> None:
    assert term_start(text, cursor) <= max(cursor, len(text))
    complete(text, cursor, {"tag": ["needs ride"]})


# ---------------------------------------------------------------- what the language rests on


def test_the_vocabulary_has_the_codes_of_the_models() -> None:
    assert terms.STAGES == STAGES
    assert terms.RISKS == RISKS
    assert terms.ALERT_KINDS == ALERT_KINDS


def test_reading_a_query_imports_no_database() -> None:
    told = "import sys; from caseload.store.query import parse; parse('worker:me due:<=7d'); print('sqlalchemy' in sys."
    ran = subprocess.run([sys.executable, "-c", told + "modules)"], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
