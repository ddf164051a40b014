"""What an instrument asks, in the terms of a FHIR R4 Questionnaire (http://hl7.org/fhir/R4/questionnaire.html).

An item keeps its `link`, by which answers and conditions name it. What is not asked is not answered: an item whose condition
does not hold, and all below it, count as left out on purpose, which is another thing than a missing answer.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

# One answer: a code of a choice, words, a number, a day, yes or no. A question has none, one, or several where it repeats.
Value = str | bool | Decimal | date
Answers = Mapping[str, tuple[Value, ...]]

# What holds other items or is only shown; everything else is a question.
UNASKED = frozenset(("group", "display"))
CHOICES = frozenset(("choice", "open-choice"))
NUMBERS = frozenset(("integer", "decimal"))
WORDS = frozenset(("string", "text", "url"))
_ORDER = {"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}
KINDS = UNASKED | CHOICES | NUMBERS | WORDS | {"boolean", "date"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers there are, and what it counts where the instrument counts."""

    code: str
    text: str
    score: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """An answer on which another question depends. `operator` is FHIR's: exists, =, !=, >, <, >=, <=."""

    link: str
    operator: str
    value: Value

    def holds(self, given: tuple[Value, ...]) -> bool:
        if self.operator == "exists":
            return bool(given) == self.value
        if self.operator == "!=":
            return self.value not in given
        return any(_compared(self.operator, one, self.value) for one in given)


@dataclass(frozen=True)
class Item:
    """A question, a heading with questions below it, or words that are only shown."""

    link: str
    kind: str
    text: str = ""
    prefix: str = ""
    help: str = ""
    unit: str = ""
    # What the question is called in a common vocabulary, such as LOINC's 44250-9.
    code: str = ""
    required: bool = False
    repeats: bool = False
    # Reckoned by the instrument itself, or kept from sight by it: never asked.
    silent: bool = False
    choices: tuple[Choice, ...] = ()
    conditions: tuple[Condition, ...] = ()
    # Whether one condition is enough; otherwise all must hold.
    any_condition: bool = False
    longest: int | None = None
    items: tuple[Item, ...] = ()

    @property
    def is_question(self) -> bool:
        return self.kind not in UNASKED and not self.silent

    def choice(self, code: str) -> Choice | None:
        return next((one for one in self.choices if one.code == code), None)


@dataclass(frozen=True)
class Questionnaire:
    """An instrument as it is asked. `remarks` say, for whoever brings it, what of its file is not followed."""

    name: str
    title: str
    version: str = ""
    url: str = ""
    copyright: str = ""
    items: tuple[Item, ...] = ()
    # What the form adds up itself: what it calls the sum, and which questions count.
    sums: tuple[tuple[str, tuple[str, ...]], ...] = ()
    remarks: tuple[str, ...] = field(default=(), compare=False)

    def walk(self) -> Iterator[Item]:
        """Every item, from above downwards."""
        yield from _walk(self.items)

    @cached_property
    def by_link(self) -> dict[str, Item]:
        return {item.link: item for item in self.walk()}

    @property
    def questions(self) -> tuple[Item, ...]:
        return tuple(item for item in self.walk() if item.is_question)

    def shown(self, answers: Answers) -> tuple[Item, ...]:
        """The items in their order, as the answers so far leave them: what depends on another answer only where it holds."""
        wanted = _Wanted(self, answers)
        return tuple(item for item in self.walk() if not item.silent and wanted(item.link))

    def asked(self, answers: Answers) -> tuple[Item, ...]:
        """The questions among them."""
        return tuple(item for item in self.shown(answers) if item.is_question)

    def missing(self, answers: Answers) -> tuple[Item, ...]:
        """Questions that want an answer and have none."""
        return tuple(item for item in self.asked(answers) if item.required and not answers.get(item.link))

    def kept(self, answers: Answers) -> dict[str, tuple[Value, ...]]:
        """The answers to what is asked; one given before the question fell away is no answer."""
        return {item.link: answers[item.link] for item in self.asked(answers) if answers.get(item.link)}


class _Wanted:
    """Which items apply. What an item depends on counts only while it is asked itself."""

    def __init__(self, whole: Questionnaire, answers: Answers) -> None:
        self._whole, self._answers = whole, answers
        self._above = {child.link: item.link for item in whole.walk() for child in item.items}
        self._known: dict[str, bool] = {}

    def __call__(self, link: str) -> bool:
        if link not in self._known:
            self._known[link] = self._applies(link)
        return self._known[link]

    def _applies(self, link: str) -> bool:
        above = self._above.get(link)
        if above is not None and not self(above):
            return False
        item = self._whole.by_link[link]
        if not item.conditions:
            return True
        enough: Callable[[Iterator[bool]], bool] = any if item.any_condition else all
        return enough(one.holds(self._answers.get(one.link, ()) if self(one.link) else ()) for one in item.conditions)


def _walk(items: tuple[Item, ...]) -> Iterator[Item]:
    for item in items:
        yield item
        yield from _walk(item.items)


def _compared(sign: str, given: Any, wanted: Any) -> bool:
    if sign == "=":
        return bool(given == wanted)
    # Numbers and days have an order; a bool is neither, and words have none that an instrument could mean.
    if type(given) is not type(wanted) or not isinstance(given, Decimal | date):
        return False
    return bool(_ORDER[sign](given, wanted))
