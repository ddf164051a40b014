"""The query language of the screen's filter, saved views and every command: text in, a tree out.

    query  = [ either ]
    either = both { "OR" both }
    both   = part { part }
    part   = "-" part | "(" either ")" | field ":" value { "," value } | word

Words and values with spaces stand in double quotes; inside them a backslash takes the next quote or backslash as
itself. Pure: knows neither the database nor the day. `docs/query.md` tells the user, `fields.py` makes it SQL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import TYPE_CHECKING, TypeAlias

from ..messages import _
from ..text import fold
from . import terms
from .terms import FIELDS, QueryError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from .days import When

__all__ = [
    "And", "Node", "Not", "Or", "Query", "QueryError", "Term", "Value", "Word",
    "complete", "mask_names", "parse", "speaks_of", "term_start",
]  # fmt: skip

# Far beyond what anyone types, and below what either engine refuses to nest or to bind.
LONGEST, MOST_TERMS, MOST_VALUES, DEEPEST = 10_000, 50, 300, 20

# Word processors turn straight quotes into curly ones; pasted back they must not become part of a name.
_QUOTES = '"\u201c\u201d\u201e'
_UNTYPABLE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
_HEAD = re.compile(rf"[^\s():{_QUOTES}]*")
_BARE = re.compile(rf"[^\s(),{_QUOTES}]*")
_OPERATOR = re.compile(r"<=|>=|<|>|=")
_QUOTED = re.compile(rf"[{_QUOTES}]((?:[^\\{_QUOTES}]|\\.|\\\Z)*)([{_QUOTES}])", re.DOTALL)
_ESCAPED = re.compile(rf"\\([\\{_QUOTES}])")
_NEEDS_QUOTES = re.compile(rf"[\s():{_QUOTES}]|\A-|\A(?:OR|AND|NOT)\Z")


@dataclass(frozen=True, slots=True)
class Word:
    """The start of a word of a client's names, of a case number or of a tag; several words if it was quoted."""

    text: str
    position: int = attribute(compare=False)
    length: int = attribute(compare=False)

    def __str__(self) -> str:
        return _quote(self.text) if _NEEDS_QUOTES.search(self.text) else self.text


@dataclass(frozen=True, slots=True)
class Value:
    """One of a term's values: `op` is `<`, `<=`, `>`, `>=` or nothing; `word` marks a word of the field's, as `me`."""

    text: str
    position: int = attribute(compare=False)
    length: int = attribute(compare=False)
    op: str = ""
    quoted: bool = False
    word: bool = False
    when: When | None = None

    def __str__(self) -> str:
        return self.op + (_quote(self.text) if self.quoted else self.text)


@dataclass(frozen=True, slots=True)
class Term:
    """A field and the values of which any may hold."""

    field: str
    values: tuple[Value, ...]
    position: int = attribute(compare=False)
    length: int = attribute(compare=False)

    def __str__(self) -> str:
        return f"{self.field}:{','.join(map(str, self.values))}"


@dataclass(frozen=True, slots=True)
class Not:
    """What does not hold."""

    part: Node

    def __str__(self) -> str:
        return f"-{self.part}" if isinstance(self.part, (Word, Term)) else f"-({self.part})"


@dataclass(frozen=True, slots=True)
class And:
    """What holds together."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return " ".join(f"({part})" if isinstance(part, (And, Or)) else str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """Of which any holds."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return " OR ".join(f"({part})" if isinstance(part, Or) else str(part) for part in self.parts)


Node: TypeAlias = Word | Term | Not | And | Or


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query; `root` is None where nothing was asked, which every case answers. Its text parses back to it."""

    root: Node | None = None

    def __str__(self) -> str:
        return "" if self.root is None else str(self.root)

    def leaves(self) -> Iterator[Word | Term]:
        """Its words and terms, from left to right."""
        waiting = [] if self.root is None else [self.root]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Not):
                waiting.append(node.part)
            elif isinstance(node, (And, Or)):
                waiting.extend(reversed(node.parts))
            else:
                yield node


def parse(text: str) -> Query:
    """The query that was typed. Raises QueryError, which points at the characters it speaks of."""
    return _Parser(text).query()


def speaks_of(query: Query, *fields: str, view: Callable[[str], Query | None] | None = None) -> bool:
    """Whether the query names one of these fields, however deep: a list means open cases unless it asks for others.
    `view` gives the query of a saved view, which is then asked as well."""
    for leaf in query.leaves():
        if isinstance(leaf, Term):
            if leaf.field in fields:
                return True
            # What is missing of a closing is missing of a closed case.
            if leaf.field == "gap" and "closed" in fields and any(one.text in terms.CLOSED_GAPS for one in leaf.values):
                return True
            saved = [view(value.text) for value in leaf.values] if view is not None and leaf.field == "view" else ()
            if any(one is not None and speaks_of(one, *fields) for one in saved):
                return True
    return False


def mask_names(text: str) -> str:
    """The query as typed, each plain word replaced by `?`, for manifests that may name nobody. Raises QueryError."""
    for leaf in reversed(list(parse(text).leaves())):
        if isinstance(leaf, Word):
            start = leaf.position - 1
            text = f"{text[:start]}?{text[start + leaf.length :]}"
    return text


def term_start(text: str, cursor: int) -> int:
    """Where the term begins that the cursor stands in or behind (both counted from 0), after its leading `-`."""
    start = _after_last(text[:cursor], lambda char: char.isspace() or char in "()")
    return start + 1 if text[start:cursor].startswith("-") else start


def complete(text: str, cursor: int, names: Mapping[str, Collection[str]] | None = None) -> list[str]:
    """What may stand in place of the term before the cursor: fields, then the values of a field that has codes.

    `names` gives the values known only to the database, by field: workers' handles, rules, tags.
    """
    typed = text[term_start(text, cursor) : cursor]
    name, colon, values = typed.partition(":")
    if not colon:
        return [f"{known}:" for known in FIELDS if known.startswith(name.casefold())]
    known = FIELDS.get(name.casefold())
    if known is None:
        return []
    last = values[_after_last(values, lambda char: char == ",") :]
    op = match[0] if (match := _OPERATOR.match(last)) else ""
    begun = last[len(op) :].lstrip(_QUOTES).casefold()
    kept = typed[: len(typed) - len(last)] + op
    taken = {value.casefold() for value in values.split(",")[:-1]}
    offers = dict.fromkeys([*terms.offered(known), *(names or {}).get(known.name, ())])
    found = (offer for offer in offers if offer.casefold().startswith(begun) and offer.casefold() not in taken)
    return [kept + (_quote(offer) if "," in offer or _NEEDS_QUOTES.search(offer) else offer) for offer in found]


def _after_last(text: str, ends: Callable[[str], bool]) -> int:
    """The index behind the last character outside quotes that `ends` something."""
    start, quoted, escaped = 0, False, False
    for index, char in enumerate(text):
        if escaped:
            escaped = False
        elif char in _QUOTES:
            quoted = not quoted
        elif quoted:
            escaped = char == "\\"
        elif ends(char):
            start = index + 1
    return start


def _quote(text: str) -> str:
    return '"' + re.sub(rf"[\\{_QUOTES}]", r"\\\g<0>", text) + '"'


class _Parser:
    """One pass over the text; `at` is where it stands, counted from 0."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.terms = 0
        self.values = 0

    def query(self) -> Query:
        if len(self.text) > LONGEST:
            said = _("A query may have {n} characters: ask for less at once.").format(n=LONGEST)
            raise QueryError(said, LONGEST + 1, len(self.text) - LONGEST)
        if bad := _UNTYPABLE.search(self.text):
            raise self.error(_("Character {position} cannot be typed: take it out."), bad.start(), 1)
        self.skip()
        if not self.rest():
            return Query()
        root = self.either(0)
        if self.rest():
            raise self.error(_('The ")" at character {position} closes nothing: take it out.'), self.at, 1)
        return Query(root)

    def either(self, depth: int) -> Node:
        parts = [self.both(depth, after_or=None)]
        while self.operator():
            at = self.at
            self.at += 2
            self.skip()
            parts.append(self.both(depth, after_or=at))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def both(self, depth: int, *, after_or: int | None) -> Node:
        parts: list[Node] = []
        while self.rest() and self.text[self.at] != ")" and not self.operator():
            parts.append(self.part(depth))
            self.skip()
        if not parts:
            # Either nothing precedes this OR, or nothing follows the last one.
            stray = self.at if self.operator() and after_or is None else after_or
            if stray is not None:
                raise self.error(_("OR at character {position} joins nothing: write a term on either side."), stray, 2)
            raise self.error(_('The ")" at character {position} closes nothing: take it out.'), self.at, 1)
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def part(self, depth: int) -> Node:
        char = self.text[self.at]
        if char == "-":
            at = self.at
            self.at += 1
            if not self.rest() or self.text[self.at].isspace() or self.text[self.at] in "-)" or self.operator():
                said = _('The "-" at character {position} denies nothing: write it right before a term.')
                raise self.error(said, at, 1)
            return Not(self.part(depth))
        if char == "(":
            return self.group(depth)
        if char in _QUOTES:
            at = self.at
            text = self.quoted(at)
            self.ended()
            return self.word(text, at)
        return self.term()

    def group(self, depth: int) -> Node:
        at = self.at
        if depth == DEEPEST:
            raise self.error(_("Too many parentheses inside each other at character {position}."), at, 1)
        self.at += 1
        self.skip()
        if self.text[self.at : self.at + 1] == ")":
            said = _("Empty parentheses at character {position}: write a term in them.")
            raise self.error(said, at, self.at + 1 - at)
        if self.rest():
            inner = self.either(depth + 1)
            if self.rest():
                self.at += 1
                return inner
        raise self.error(_('The "(" at character {position} is not closed: add ")".'), at, 1)

    def term(self) -> Node:
        at = self.at
        match = _HEAD.match(self.text, at)
        head = match[0] if match else ""
        self.at += len(head)
        if self.text[self.at : self.at + 1] != ":":
            self.ended()
            if head in ("AND", "NOT"):
                hint = _('terms are joined by "and" already') if head == "AND" else _('write "-" right before the term')
                said = _("{word} at character {position} is no operator: {hint}, or quote the word to search for it.")
                raise QueryError(said.format(word=head, position=at + 1, hint=hint), at + 1, len(head))
            return self.word(head, at)
        if not head:
            said = _('The ":" at character {position} has no field before it: write one, as risk:high.')
            raise self.error(said, at, 1)
        self.counted(at)
        known = terms.field(head, at + 1)
        values: list[Value] = []
        while not values or self.text[self.at : self.at + 1] == ",":
            self.at += 1
            values.append(self.value(known, at))
        self.ended()
        return Term(known.name, tuple(values), at + 1, self.at - at)

    def value(self, known: terms.Field, term: int) -> Value:
        at = self.at
        op = match[0] if (match := _OPERATOR.match(self.text, at)) else ""
        at += len(op)
        self.at = at
        quoted = self.rest() and self.text[self.at] in _QUOTES
        if quoted:
            text = self.quoted(self.at)
        else:
            text = match[0] if (match := _BARE.match(self.text, self.at)) else ""
            self.at += len(text)
        self.values += 1
        if self.values > MOST_VALUES:
            said = _("A query may hold {n} values: ask for less at once.").format(n=MOST_VALUES)
            raise QueryError(said, at + 1, max(1, len(text)))
        if not text.strip():
            said = _('"{field}:" at character {position} lacks a value: write it right after the colon or the comma.')
            raise QueryError(said.format(field=known.name, position=term + 1), term + 1, self.at - term)
        op = "" if op == "=" else op
        place, length = at + 1, self.at - at
        reading = terms.read(known, op, text, quoted, place, length)
        return Value(reading.text, place, length, op, quoted, reading.word, reading.when)

    def word(self, text: str, at: int) -> Word:
        self.counted(at)
        if not fold(text):
            said = _("The word at character {position} has no letter and no digit: write what to look for.")
            raise self.error(said, at, self.at - at)
        return Word(text, at + 1, self.at - at)

    def quoted(self, at: int) -> str:
        match = _QUOTED.match(self.text, at)
        if not match:
            raise self.error(_("The quote at character {position} is not closed: add another."), at, 1)
        self.at = match.end()
        return _ESCAPED.sub(r"\1", match[1])

    def ended(self) -> None:
        """A term ends at a space, a parenthesis or the end of the text."""
        if self.rest() and not (self.text[self.at].isspace() or self.text[self.at] in "()"):
            if self.text[self.at] in _QUOTES:
                said = _('Quote at character {position} inside a word: quote all of it, or write \\" within quotes.')
            else:
                said = _("Character {position} follows a closing quote: put a space between them.")
            raise self.error(said, self.at, 1)

    def counted(self, at: int) -> None:
        self.terms += 1
        if self.terms > MOST_TERMS:
            said = _("A query may hold {n} words and terms: ask for less at once.").format(n=MOST_TERMS)
            raise QueryError(said, at + 1, max(1, self.at - at))

    def operator(self) -> bool:
        """Whether an unquoted OR stands here as a word of its own."""
        after = self.text[self.at + 2 : self.at + 3]
        return self.text.startswith("OR", self.at) and (not after or after.isspace() or after in "()")

    def rest(self) -> bool:
        return self.at < len(self.text)

    def skip(self) -> None:
        while self.rest() and self.text[self.at].isspace():
            self.at += 1

    @staticmethod
    def error(said: str, at: int, length: int) -> QueryError:
        """An error whose sentence names its place; `at` counts from 0."""
        return QueryError(said.format(position=at + 1), at + 1, length)
