"""An answer as somebody types it, and as it is shown again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from ...errors import Usage
from ...messages import _
from ...text import fold, line
from .questionnaire import CHOICES, WORDS, Answers, Choice, Item, Questionnaire, Value

_YES = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}
_NUMBER = re.compile(r"[+-]?[0-9]{1,12}(?:[.,][0-9]{1,6})?")
# A choice's own words, where it is open: kept apart from its codes.
OWN = "="
_LONGEST = 10_000


def read(item: Item, typed: str) -> tuple[Value, ...]:
    """What was typed as the answers of a question: a choice by its number, its code or the start of its words, several parted by commas
    where it may have several. Its number is what it counts, as forms on paper print it (0 for Not at all); where nothing counts, its
    place from 1. Nothing typed is no answer. Raises Usage, with what there is to answer."""
    typed = typed.strip()
    if not typed:
        return ()
    if item.kind not in CHOICES or (item.kind == "open-choice" and not item.repeats):
        return (_one(item, typed),)
    parts = [part.strip() for part in typed.split(",")] if item.repeats else [typed]
    return tuple(dict.fromkeys(_one(item, part) for part in parts if part))


def said(item: Item, value: Value) -> str:
    """An answer in words."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" + (f" {item.unit}" if item.unit else "")
    if item.kind in CHOICES:
        found = item.choice(value)
        return found.text if found is not None else value.removeprefix(OWN)
    return value


def stored(value: Value) -> object:
    """An answer as JSON keeps it; `restored` gives it back."""
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, Decimal) else value


def restored(item: Item, value: object) -> Value:
    """An answer as it was before it was stored."""
    if isinstance(value, bool):
        return value
    if item.kind == "date":
        return date.fromisoformat(str(value))
    return Decimal(str(value)) if item.kind in ("integer", "decimal") else str(value)


def check(whole: Questionnaire, answers: Answers) -> None:
    """Raises Usage for an answer to what is not asked, for several where one is wanted, and for none of the choices."""
    for link, given in answers.items():
        item = whole.by_link.get(link)
        if item is None or not item.is_question:
            raise Usage(_("{title} asks no question {link!r}.").format(title=whole.title, link=link[:60]))
        if len(given) > 1 and not item.repeats:
            raise Usage(_("{question} takes one answer.").format(question=named(item)))
        for value in given:
            if item.kind in CHOICES and not (item.choice(str(value)) or _is_own(item, value)):
                raise _expected(item, str(value))


def typed_all(whole: Questionnaire, typed: Mapping[str, str]) -> dict[str, tuple[Value, ...]]:
    """Answers by link, or by the number of the question as it is asked. Raises Usage."""
    by_number = {str(place): item for place, item in enumerate(whole.questions, 1)}
    found: dict[str, tuple[Value, ...]] = {}
    for key, text in typed.items():
        item = by_number.get(key) or whole.by_link.get(key)
        if item is None or not item.is_question:
            raise Usage(
                _("{title} asks no question {link!r}. Name one by its number, 1 to {n}.").format(
                    title=whole.title, link=key[:60], n=len(by_number)
                )
            )
        if item.link in found:
            raise Usage(_("{question} is answered twice.").format(question=named(item)))
        if given := read(item, text):
            found[item.link] = given
    return found


def numbers(item: Item) -> list[tuple[Choice, str]]:
    """Each answer with the number by which it can be given: what it counts; where nothing counts, its place. None for what counts
    nothing beside others that do."""
    if all(one.score is None for one in item.choices):
        return [(one, str(place)) for place, one in enumerate(item.choices, 1)]
    return [(one, f"{one.score.normalize():f}" if one.score is not None else "") for one in item.choices]


def named(item: Item) -> str:
    """A question in a few words, for a sentence about it."""
    text = line(item.text or item.link)
    return f"{item.prefix} {text}".strip() if len(text) <= 60 else f"{item.prefix} {text[:57].rstrip()}...".strip()


def _one(item: Item, typed: str) -> Value:
    if item.kind in CHOICES:
        return _choice(item, typed)
    if item.kind == "boolean":
        if typed.lower() in _YES:
            return _YES[typed.lower()]
    elif item.kind == "date":
        try:
            return date.fromisoformat(typed)
        except ValueError:
            pass
    elif item.kind in WORDS:
        if len(typed) <= (item.longest or _LONGEST):
            return typed
    elif _NUMBER.fullmatch(typed):
        number = Decimal(typed.replace(",", "."))
        if item.kind == "decimal" or number == number.to_integral_value():
            return number
    raise _expected(item, typed)


def _choice(item: Item, typed: str) -> str:
    if typed.startswith(OWN) and item.kind == "open-choice" and typed != OWN:
        return typed
    by_code = item.choice(typed)
    if by_code is not None:
        return by_code.code
    if typed.isdecimal():
        numbered = [one.code for one, number in numbers(item) if number == typed]
        if len(numbered) == 1:
            return numbered[0]
        raise _expected(item, typed)
    wanted = fold(typed)
    exact = [one for one in item.choices if fold(one.text) == wanted]
    begun = exact or [one for one in item.choices if wanted and fold(one.text).startswith(wanted)]
    if len(begun) == 1:
        return begun[0].code
    if item.kind == "open-choice" and not begun:
        return OWN + typed
    raise _expected(item, typed)


def _is_own(item: Item, value: Value) -> bool:
    return item.kind == "open-choice" and isinstance(value, str) and value.startswith(OWN)


def _expected(item: Item, typed: str) -> Usage:
    # What was typed may be a client's own words: a number is repeated, and nothing else.
    shown = typed if _NUMBER.fullmatch(typed) else _("that")
    said = _("{question} cannot be answered by {typed}: {expected} was expected.").format(
        question=named(item), typed=shown, expected=_what(item)
    )
    return Usage(said, details=[f"{number or '-'}  {one.text}" for one, number in numbers(item)])


def _what(item: Item) -> str:
    match item.kind:
        case "boolean":
            return _("yes or no")
        case "date":
            return _("a day such as 2026-03-31")
        case "integer":
            return _("a whole number")
        case "decimal":
            return _("a number")
        case "choice" | "open-choice":
            return _("one of its answers, by its number, its code or the start of its words")
    return _("a text of at most {n} letters").format(n=item.longest or _LONGEST)


def counted(choices: tuple[Choice, ...], code: Value) -> Decimal | None:
    """What an answer counts; None where it counts nothing by the instrument."""
    return next((one.score for one in choices if one.code == code), None)
