"""What a person types, made fit to keep: inert text within its limits."""

from __future__ import annotations

from ..errors import Usage
from ..messages import _
from ..text import LINE_LIMIT, NAME_LIMIT, PROSE_LIMIT, block, line


def name(what: str, text: str, *, needed: bool = False) -> str:
    """A name, on one line. Raises Usage where it is missing or over its limit; never repeats it."""
    return _within(what, line(text), NAME_LIMIT, needed)


def short(what: str, text: str, *, needed: bool = False) -> str:
    """A sentence or two on one line: a title, a reason."""
    return _within(what, line(text), LINE_LIMIT, needed)


def prose(what: str, text: str, *, needed: bool = True) -> str:
    """A text of several lines."""
    return _within(what, block(text).strip("\n"), PROSE_LIMIT, needed)


def _within(what: str, text: str, limit: int, needed: bool) -> str:
    if len(text) > limit:
        raise Usage(
            _("{what} has {have} characters; at most {limit} fit. Shorten it and try again.").format(
                what=what, have=len(text), limit=limit
            )
        )
    if needed and not text.strip():
        raise Usage(_("{what} is missing.").format(what=what))
    return text


def number(what: str, value: int, low: int, high: int) -> int:
    """A whole number within its limits. Raises Usage."""
    if not low <= value <= high:
        raise Usage(
            _("{what} lies between {low} and {high}; {n} does not.").format(what=what, low=low, high=high, n=value)
        )
    return value


def one_of(what: str, value: str, known: tuple[str, ...]) -> str:
    """A coded value from its list. Raises Usage with the list."""
    if value not in known:
        raise Usage(
            _("{value!r} is no {what}. Choose one of: {known}.").format(
                value=value[:40], what=what, known=", ".join(known)
            )
        )
    return value
