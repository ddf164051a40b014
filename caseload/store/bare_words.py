"""A plain word of a query: the start of a client's names, of a case number, of one's own name for a case or of a tag, by index."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, exists, false, or_, select, true, union_all

from ..models import case_file, name_key, pseudonym, tag
from ..text import fold, words
from . import terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .fields import Context
    from .query import Word

# What follows the year in a case number; and the years that are looked in for it.
_TAIL = re.compile(r"[0-9]{6,9}")
_YEARS = 100
# So many names that begin with a word are looked up at once; with more, the first of a list are found case by case.
_MANY = 2_000


def begins(column: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """Keys that begin with `prefix`: a range, in byte order. Keys are letters, digits and dashes."""
    return and_(column >= prefix, column < prefix[:-1] + chr(ord(prefix[-1]) + 1))


def word_holds(word: Word, context: Context) -> ColumnElement[bool]:
    """Names, case numbers and tags that begin so, and case numbers that are so but for their year.

    Alternatives that nothing answers to are left out: joined by OR they keep either engine from starting at the key.
    """
    by_tag, by_number = begins(tag.c.tag, tag_key(word.text)), number_of(word.text)
    spoken = [token for token in word.text.split() if fold(token)] if context.may_search_names else []
    # Few names begin with a digit; whether any does is asked only then.
    in_doubt = by_number and spoken
    filed_so = exists().where(begins(name_key.c.word, fold(spoken[0]).split()[0])) if in_doubt else true()
    yearless = case_file.c.number.in_(_with_a_year(word.text, context.today))
    numbered_so = exists().where(yearless) if _TAIL.fullmatch(word.text) else false()
    mine = called(word.text, context) if terms.CALLED.fullmatch(word.text) else None
    asked = select(
        exists().where(by_tag), filed_so, numbered_so, false() if mine is None else exists().where(mine),
        _many_called(spoken) if context.walks and spoken else false(),
    )  # fmt: skip
    tagged, filed, numbered, named_so, many = context.which_hold(asked)
    named = [
        _is_called(token) if many and context.walks else case_file.c.client_id.in_(_called(token)) for token in spoken
    ]
    found: list[ColumnElement[bool]] = [begins(case_file.c.number, by_number)] if by_number else []
    if numbered and _TAIL.fullmatch(word.text):
        found.append(yearless)
    if mine is not None and named_so:
        found.append(case_file.c.id.in_(select(pseudonym.c.case_id).where(mine).correlate(None)))
    if named and filed:
        found.append(and_(*named))
    if tagged:
        found.append(case_file.c.id.in_(select(tag.c.case_id).where(by_tag).correlate(None)))
    return (found[0] if len(found) == 1 else or_(*found)) if found else false()


def called(text: str, context: Context) -> ColumnElement[bool]:
    """The rows of the cases that the person calls so, or by a name that begins so (`kettle-48`)."""
    return and_(pseudonym.c.worker_id == context.me_id, begins(pseudonym.c.name, text.lower()))


def _many_called(tokens: Sequence[str]) -> ColumnElement[bool]:
    """Whether each of these words begins so many names that the first cases of a list are found sooner by asking case after case."""
    each = (begins(name_key.c.word, fold(token).split()[0]) for token in tokens)
    return and_(*(select(name_key.c.id).where(one).offset(_MANY).limit(1).exists() for one in each))


def _is_called(token: str) -> ColumnElement[bool]:
    """The same as `_called`, asked of the case at hand."""
    of_case = name_key.alias("of_case")
    ways = []
    apart = fold(token).split()
    for spelling in ([word for word in words(token) if word not in apart], apart):
        if spelling:
            each = (
                exists().where(of_case.c.client_id == case_file.c.client_id, begins(of_case.c.word, start))
                for start in spelling
            )
            ways.append(and_(*each))
    return or_(*ways)


def _called(token: str) -> Select[Any] | CompoundSelect[Any]:
    """The clients with a name like that: `O'Neil` is filed as `oneil` and, if written apart, as `o` and `neil`."""
    apart = fold(token).split()
    joined = [word for word in words(token) if word not in apart]
    ways = [_with_all(spelling) for spelling in (joined, apart) if spelling]
    return ways[0] if len(ways) == 1 else union_all(*ways)


def _with_all(starts: Sequence[str]) -> Select[Any]:
    # The longest start has the fewest clients: the others are looked up among them.
    first, *others = sorted(starts, key=len, reverse=True)
    filed = select(name_key.c.client_id).where(begins(name_key.c.word, first)).correlate(None)
    return filed.where(*(name_key.c.client_id.in_(_with_all([other])) for other in others))


def number_of(text: str) -> str:
    """The start of a case number, with the dash it may lack; empty if it cannot be one."""
    if not terms.NUMBER.fullmatch(text):
        return ""
    digits = text.replace("-", "")
    return text if len(digits) <= 4 else f"{digits[:4]}-{digits[4:]}"


def _with_a_year(tail: str, today: date) -> list[str]:
    """The case numbers that end so. The check digit is of the whole number, so hardly more than one of them is there."""
    years = range(today.year + 1, today.year - _YEARS, -1)
    return [f"{year:04d}-{tail}" for year in years]


def tag_key(text: str) -> str:
    """A tag as it is kept, whatever its case, accents and blanks: `needs-ride`."""
    return fold(text).replace(" ", "-")
