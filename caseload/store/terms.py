"""The vocabulary of the query language: which fields there are, what each accepts, and what is said of a slip.

Pure: the screen completes and checks a query before it imports the database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ..errors import Usage
from ..messages import _
from ..text import fold
from .days import WORDS as DAY_WORDS
from .days import BadDay, Span, When, moved, shown, when

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from .query import Value

# The codes of models/case.py and models/client.py, which this module may not import; a test holds them equal.
STAGES = ("referred", "assessment", "planning", "active", "monitoring", "closed")
RISKS = ("low", "medium", "high", "critical")
ALERT_KINDS = ("safety", "health", "access", "legal", "other")
YES_NO = ("yes", "no")
# The gaps of store/gaps.py; the last are of cases that have closed.
GAPS = (
    "name", "birth", "language", "sex", "race", "veteran", "risk", "team", "unknown", "partial", "birth_day", "relationship", "no_head",
    "heads", "overlap", "disabling", "living", "income", "annual", "annual_income", "move_in", "no_move_in", "long_stay", "quiet",
    "destination", "exit_income",
)  # fmt: skip
CLOSED_GAPS = ("destination", "exit_income")

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
# The start of a case number, with or without its dash.
# One's own name for a case (casework/pseudonyms.py), as far as it is typed.
CALLED = re.compile(r"[A-Za-z]{3,6}-[0-9]{0,4}")
NUMBER = re.compile(r"([0-9]{1,4})|([0-9]{4})-?([0-9]{0,9})")


class QueryError(Usage):
    """A query that cannot be understood. `position` (from 1) and `length` say which characters to point at."""

    def __init__(self, message: str, position: int, length: int) -> None:
        super().__init__(message)
        self.position = position
        self.length = length


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a case that a query may name.

    `kind` says how a value is read: `handle` (someone's or something's short name), `choice` (one of `choices`),
    `rule`, `date`, `since` (a date, or how long ago), `number`, `text`, `language`, `case` (a case number).
    `words` have a meaning of their own beside the values: `me`, `none`, `any`, `never`, `overdue`.
    """

    name: str
    kind: str
    choices: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    ordered: bool = False
    # Speaks of what has happened: weekdays look back, and a distance needs its sign.
    back: bool = False

    @property
    def dated(self) -> bool:
        """Whether its values are days."""
        return self.kind in ("date", "since")


FIELDS = {
    field.name: field
    for field in (
        Field("worker", "handle", words=("me", "none", "any")),
        Field("team", "handle", words=("none", "any")),
        Field("program", "handle"),
        Field("stage", "choice", STAGES, words=("any",)),
        Field("risk", "choice", RISKS, ordered=True),
        Field("tag", "text", words=("none", "any")),
        Field("topic", "handle", words=("none", "any")),
        Field("language", "language", words=("none", "any")),
        Field("opened", "date", ordered=True, back=True),
        Field("closed", "date", words=("none", "any"), ordered=True, back=True),
        Field("due", "date", words=("overdue", "none", "any"), ordered=True),
        Field("review", "date", words=("overdue", "none", "any"), ordered=True),
        Field("assessment", "date", words=("overdue", "none", "any"), ordered=True),
        Field("contact", "since", words=("never",), ordered=True, back=True),
        Field("reason", "rule"),
        Field("level", "number", ("1", "2", "3", "4", "5"), ordered=True),
        Field("flag", "choice", ALERT_KINDS, words=("none", "any")),
        Field("snoozed", "choice", YES_NO),
        Field("cover", "choice", (*YES_NO, "none")),
        Field("offer", "choice", ("open", "late")),
        Field("custodian", "choice", ("away",)),
        Field("glass", "choice", ("unread",)),
        Field("packet", "choice", ("open", "answered")),
        Field("plan", "choice", ("waiting", "running", "draft", "none", "due", "overdue")),
        Field("visit", "choice", ("due", "made")),
        Field("money", "choice", ("waiting", "asked", "running", "over")),
        Field("acknowledged", "choice", YES_NO),
        Field("note", "choice", ("draft", "unread")),
        Field("comment", "choice", ("new",)),
        Field("ask", "choice", ("late", "unmet", "put_off", "cosign", "comment", "still")),
        Field("gap", "choice", GAPS, words=("none", "any")),
        Field("case", "case"),
        Field("household", "case"),
        Field("source", "text", words=("none", "any")),
        Field("view", "handle"),
    )
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a value says: its text as compared, whether it is one of the field's own words, its days if it is dated."""

    text: str
    word: bool = False
    when: When | None = None


def field(name: str, position: int) -> Field:
    """The field of that name, in any case. Raises QueryError with the nearest known one."""
    known = FIELDS.get(name.casefold())
    if known is not None:
        return known
    said = _('Unknown field "{name}" at character {position}').format(name=shown(name), position=position)
    raise QueryError(said + guess(name, FIELDS, _("the fields are")), position, len(name))


def read(known: Field, op: str, text: str, quoted: bool, position: int, length: int) -> Reading:
    """A value of that field, checked as far as it can be without the database. Raises QueryError."""
    # A quoted value is always itself, so that a tag called `none` can be found.
    word = not quoted and text.casefold() in known.words
    if op and (word or not known.ordered):
        said = _('"{value}" at character {position} cannot be compared with {op}: write {field}:{value}.')
        raise QueryError(said.format(value=shown(text), position=position, op=op, field=known.name), position, length)
    if word:
        return Reading(text.casefold(), word=True)
    if known.dated:
        return _read_date(known, op, text, position, length)
    if known.choices:
        if text.casefold() in known.choices:
            if not chosen(known, op, text.casefold()):
                said = _('Nothing is {op} "{value}", at character {position}; the values are {values}.')
                values = ", ".join(known.choices)
                raise QueryError(said.format(op=op, value=text, position=position, values=values), position, length)
            return Reading(text.casefold())
        raise unknown(known.name, text, (*known.choices, *known.words), position, length, several=_("the values are"))
    if known.kind == "language" and not _LANGUAGE.fullmatch(text):
        said = _('Bad language "{value}" at character {position}: write its code, such as it or pt-BR.')
        raise QueryError(said.format(value=shown(text), position=position), position, length)
    if known.kind == "case" and not (NUMBER.fullmatch(text) or CALLED.fullmatch(text)):
        said = _('Bad case number "{value}" at character {position}: write it like 2026-048212.')
        raise QueryError(said.format(value=shown(text), position=position), position, length)
    if not fold(text):
        said = _("The value at character {position} has no letter and no digit: write what to look for.")
        raise QueryError(said.format(position=position), position, length)
    return Reading(text)


def chosen(known: Field, op: str, value: str) -> tuple[str, ...]:
    """The choices that a comparison with one of them leaves; all are listed in their order."""
    at = known.choices.index(value)
    ends = {"": (at, at + 1), "<": (0, at), "<=": (0, at + 1), ">": (at + 1, None), ">=": (at, None)}
    first, last = ends[op]
    return known.choices[first:last]


def _read_date(known: Field, op: str, text: str, position: int, length: int) -> Reading:
    try:
        read = when(text)
        if op and read.is_range:
            raise BadDay(text, _("a range cannot be compared"))
        if known.kind == "date" and known.back and read.distance:
            raise BadDay(text, _("a distance needs its sign here, as in -7d, 7 days ago"))
        if known.kind == "since" and read.distance and any(p is not None and p.signed for p in (read.start, read.end)):
            raise BadDay(text, _("write both ends as distances, such as 30d..60d, or both as days"))
    except BadDay as bad:
        raise bad_date(text, bad.why, known, position, length) from None
    return Reading(read.text, when=read)


def span(known: Field, value: Value, today: date) -> Span:
    """The days a value of that field asks for, from today and with its comparison. Raises QueryError."""
    when, op = value.when, value.op
    assert when is not None  # `read` gives every dated value its days
    try:
        if known.kind == "since" and when.distance:
            found, op = _ago(when, today), _TURNED.get(op, op)
        else:
            found = when.span(today, back=known.back)
    except BadDay as bad:
        raise bad_date(value.text, bad.why, known, value.position, value.length) from None
    if op == "<":
        return Span(None, _beside(found.first, -1))
    if op == ">":
        return Span(_beside(found.last, 1), None)
    return Span(None, found.last) if op == "<=" else Span(found.first, None) if op == ">=" else found


# More days ago is an earlier day.
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _ago(when: When, today: date) -> Span:
    """`30d` and `30d..60d`, counted back from today: the nearer end is the later day."""
    later, earlier = (moved(today, -end.count, end.unit) if end else None for end in (when.start, when.end))
    if earlier and later and later < earlier:
        raise BadDay(when.text, _("the range ends before it begins"))
    return Span(earlier, later)


def _beside(day: date | None, step: int) -> date | None:
    return None if day is None else day + timedelta(days=step)


def bad_date(text: str, why: str, known: Field, position: int, length: int) -> QueryError:
    """The error for a value that is no day; a word that means one is offered if it is near."""
    near = nearest(text, (*known.words, *DAY_WORDS)) if text.replace("-", "").isalpha() else None
    said = _('Bad date "{value}" at character {position}').format(value=shown(text), position=position)
    said += _(': did you mean "{near}"?').format(near=near) if near else f": {why}."
    return QueryError(said, position, length)


def unknown(kind: str, text: str, among: Iterable[str], position: int, length: int, *, several: str = "") -> QueryError:
    """The error for a value that nothing is called by, with the nearest that exists."""
    said = _('Unknown {kind} "{value}" at character {position}').format(kind=kind, value=shown(text), position=position)
    return QueryError(said + guess(text, among, several), position, length)


def guess(text: str, among: Iterable[str], several: str) -> str:
    """The end of an error: the nearest known word, or all of them if `several` introduces them."""
    among = list(among)
    near = nearest(text, among)
    if near is not None:
        return _(': did you mean "{near}"?').format(near=near)
    return f"; {several} {', '.join(among)}." if several and among else "."


def nearest(text: str, among: Iterable[str]) -> str | None:
    """The known word nearest to what was typed, in any case, if one is near."""
    from difflib import get_close_matches

    folded = {known.casefold(): known for known in among}
    close = get_close_matches(text.casefold()[:100], folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def offered(known: Field) -> tuple[str, ...]:
    """The values to offer while one is typed."""
    return (*known.choices, *known.words, *(DAY_WORDS if known.dated else ()))
