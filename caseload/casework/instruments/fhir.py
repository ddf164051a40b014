"""A FHIR R4 Questionnaire, from its JSON. What is not R4, or asks what cannot be asked here, is refused by name and place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from ...errors import Usage
from ...messages import _
from ...text import line
from .questionnaire import CHOICES, KINDS, Choice, Condition, Item, Questionnaire, Value

_CORE = "http://hl7.org/fhir/StructureDefinition/"
_SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
# What an answer counts: R4's ordinalValue, or the itemWeight that came after it.
_SCORES = (_CORE + "ordinalValue", _CORE + "itemWeight")
_OPERATORS = ("exists", "=", "!=", ">", "<", ">=", "<=")
# The one expression that is followed (FHIRPath): the sum of what the answers count, of all questions whose links begin alike.
_SUM = re.compile(
    r"%resource\.item(?:\.descendants\(\))?\.where\(linkId\.startsWith\('(?P<start>[^']+)'\)\)\.answer\.value(?:Coding)?"
    r"\.extension\.where\(url ?= ?'http://hl7\.org/fhir/StructureDefinition/ordinalValue'\)\.value(?:Decimal)?\.sum\(\)"
)
_MOST, _DEEPEST = 2_000, 20
# Answer lists that questionnaires name by their address, and that may be passed on: LOINC's LL358-3 (https://loinc.org/LL358-3).
_LISTS: dict[str, tuple[Choice, ...]] = {
    "http://loinc.org/vs/LL358-3": (
        Choice("LA6568-5", "Not at all", Decimal(0)),
        Choice("LA6569-3", "Several days", Decimal(1)),
        Choice("LA6570-1", "More than half the days", Decimal(2)),
        Choice("LA6571-9", "Nearly every day", Decimal(3)),
    )
}


def read(text: str, *, name: str = "") -> Questionnaire:
    """The instrument in that JSON; `name` stands in errors for the file. Raises Usage: what, where, and what was expected."""
    try:
        found = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    except RecursionError:
        raise Usage(_("{name} is nested too deeply to be a questionnaire.").format(name=name or "JSON")) from None
    except ValueError as error:
        row = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        said = _("{name} is not JSON: it goes wrong on line {row}. A questionnaire is brought as FHIR R4 JSON.")
        raise Usage(said.format(name=name or "JSON", row=row)) from None
    return _Reader(name or "JSON").questionnaire(found)


class _Reader:
    def __init__(self, name: str) -> None:
        self._name = name
        self._remarks: list[str] = []
        self._lists = dict(_LISTS)
        self._links: set[str] = set()
        # A sum's name -> how the links of what it adds up begin; and the items that show one, with what they call it.
        self._sums: dict[str, str] = {}
        self._totals: list[tuple[str, str]] = []

    def questionnaire(self, found: Any) -> Questionnaire:
        kind = found.get("resourceType") if isinstance(found, dict) else None
        if kind != "Questionnaire":
            other = line(kind)[:40] if isinstance(kind, str) else _("something else")
            raise self._no(_("a FHIR Questionnaire was expected, and it is {kind}").format(kind=other))
        for one in self._list(found, "contained"):
            self._contained(one)
        for one in self._list(found, "extension"):
            told = one.get("valueExpression") if isinstance(one, dict) else None
            if isinstance(told, dict) and (sums := _SUM.fullmatch(self._words(told, "expression"))):
                self._sums["%" + self._words(told, "name")] = sums["start"]
        items = tuple(self._item(one, 0) for one in self._list(found, "item"))
        whole = Questionnaire(
            self._words(found, "name") or self._words(found, "id"),
            self._words(found, "title") or self._words(found, "name"),
            self._words(found, "version"), self._words(found, "url"), self._words(found, "copyright"), items,
            remarks=tuple(self._remarks),
        )  # fmt: skip
        whole = replace(whole, sums=tuple(self._added_up(whole)))
        if not whole.questions:
            raise self._no(_("it asks nothing"))
        self._conditions_hold(whole)
        return whole

    # -- items ----------------------------------------------------------------

    def _item(self, found: Any, depth: int) -> Item:
        if not isinstance(found, dict):
            raise self._no(_("an item is no object"))
        link = self._words(found, "linkId")
        if not link or link in self._links:
            raise self._no(_("each item needs a linkId of its own, and {link!r} is none").format(link=link[:60]))
        self._links.add(link)
        if len(self._links) > _MOST or depth > _DEEPEST:
            raise self._no(_("more than {n} items, or nested too deeply").format(n=_MOST))
        kind = self._kind(found, link)
        below = [one for one in self._list(found, "item") if isinstance(one, dict)]
        helps = [one for one in below if one.get("type") == "display" and "help" in self._controls(one)]
        extensions = self._extensions(found)
        self._not_followed(extensions, link)
        told = extensions.get(_SDC + "sdc-questionnaire-calculatedExpression")
        if told is not None:
            start = self._sums.get(self._words(told.get("valueExpression", {}), "expression"))
            if start:
                self._totals.append((self._words(found, "text") or link, start))
            else:
                self._remarks.append(_("{link}: what it reckons is not followed").format(link=link))
        hidden = self._true(extensions.get(_CORE + "questionnaire-hidden", {}).get("valueBoolean"), link)
        unit = extensions.get(_CORE + "questionnaire-unit", {}).get("valueCoding", {})
        longest = found.get("maxLength")
        return Item(
            link,
            kind,
            self._words(found, "text"),
            prefix=self._words(found, "prefix"),
            help=" ".join(self._words(one, "text") for one in helps),
            code=next((self._words(one, "code") for one in self._list(found, "code") if isinstance(one, dict)), ""),
            unit=line(str(unit.get("display") or unit.get("code") or "")),
            required=self._true(found.get("required"), link) and kind != "display",
            repeats=self._true(found.get("repeats"), link),
            silent=told is not None
            or hidden
            or (self._true(found.get("readOnly"), link) and kind not in ("group", "display")),
            choices=self._choices(found, kind, link) if kind in CHOICES else (),
            conditions=tuple(self._condition(one, link) for one in self._list(found, "enableWhen")),
            any_condition=found.get("enableBehavior") == "any",
            longest=int(longest) if isinstance(longest, Decimal) and longest > 0 else None,
            items=tuple(self._item(one, depth + 1) for one in below if one not in helps),
        )

    def _kind(self, found: Mapping[str, Any], link: str) -> str:
        kind = str(found.get("type"))
        if kind == "coding" or "answerConstraint" in found:
            raise self._no(_("it is a Questionnaire of FHIR R5; export it as R4"), link)
        if "option" in found or "options" in found:
            raise self._no(_("it is a Questionnaire of FHIR STU3; export it as R4"), link)
        if kind not in KINDS:
            raise self._no(_("answers of the type {kind!r} are not asked here").format(kind=kind[:40]), link)
        return kind

    def _choices(self, found: Mapping[str, Any], kind: str, link: str) -> tuple[Choice, ...]:
        options = self._list(found, "answerOption")
        if options:
            made = tuple(self._option(one, link) for one in options)
            if len({one.code for one in made}) < len(made):
                raise self._no(_("two of its answers have the same code"), link)
            return made
        elsewhere = self._words(found, "answerValueSet").partition("|")[0]
        if elsewhere in self._lists:
            return self._lists[elsewhere]
        if elsewhere:
            raise self._no(
                _("its answers are kept at {place} and are not in the file").format(place=elsewhere[:120]), link
            )
        if kind == "open-choice":
            return ()
        raise self._no(_("a choice needs its answers (answerOption)"), link)

    def _option(self, found: Any, link: str) -> Choice:
        if not isinstance(found, dict):
            raise self._no(_("an answer is no object"), link)
        coding = found.get("valueCoding")
        score = self._score(found, link)
        if isinstance(coding, dict):
            code, text = self._words(coding, "code"), self._words(coding, "display")
            score = self._score(coding, link) if score is None else score
        else:
            plain = next(
                (found[key] for key in found if key.startswith("value") and not isinstance(found[key], dict)), None
            )
            code = text = line(str(plain)) if plain is not None else ""
        if not code and not text:
            raise self._no(_("an answer has neither code nor words"), link)
        return Choice(code or text, text or code, score)

    def _score(self, found: Mapping[str, Any], link: str) -> Decimal | None:
        for extension in self._list(found, "extension"):
            if isinstance(extension, dict) and extension.get("url") in _SCORES:
                try:
                    return Decimal(str(extension.get("valueDecimal", extension.get("valueInteger"))))
                except InvalidOperation:
                    raise self._no(_("what an answer counts is no number"), link) from None
        return None

    def _condition(self, found: Any, link: str) -> Condition:
        if not isinstance(found, dict) or "hasAnswer" in found:
            raise self._no(_("its enableWhen is not one of FHIR R4"), link)
        operator = str(found.get("operator"))
        key = next((key for key in found if key.startswith("answer")), "")
        if operator not in _OPERATORS or not key:
            raise self._no(_("its enableWhen needs a question, an operator and an answer"), link)
        value = found[key]
        if key == "answerCoding":
            value = str(value.get("code") or value.get("display") or "") if isinstance(value, dict) else ""
        elif key == "answerDate":
            value = self._day(value, link)
        elif not isinstance(value, str | bool | Decimal):
            raise self._no(_("its enableWhen compares with what cannot be asked here"), link)
        return Condition(self._words(found, "question"), operator, value)

    def _conditions_hold(self, whole: Questionnaire) -> None:
        """Conditions name questions that are there, and never each other in a ring."""
        above = {child.link: item.link for item in whole.walk() for child in item.items}
        needs: dict[str, list[str]] = {}
        for item in whole.walk():
            for one in item.conditions:
                if one.link not in whole.by_link:
                    raise self._no(
                        _("it depends on {link!r}, which is not there").format(link=one.link[:60]), item.link
                    )
            needs[item.link] = [one.link for one in item.conditions] + (
                [above[item.link]] if item.link in above else []
            )
        done: set[str] = set()
        for link in needs:
            self._no_ring(link, needs, (), done)

    def _no_ring(self, link: str, needs: Mapping[str, Sequence[str]], way: tuple[str, ...], done: set[str]) -> None:
        if link in done:
            return
        if link in way:
            raise self._no(_("whether it is asked depends on itself"), link)
        if len(way) > _DEEPEST * 10:
            raise self._no(_("too many questions depend on one another"), link)
        for other in needs[link]:
            self._no_ring(other, needs, (*way, link), done)
        done.add(link)

    def _added_up(self, whole: Questionnaire) -> Iterator[tuple[str, tuple[str, ...]]]:
        for said, start in self._totals:
            asked = [item for item in whole.questions if item.link.startswith(start) and item.choices]
            links = tuple(item.link for item in asked)
            if links and all(all(one.score is not None for one in item.choices) for item in asked):
                yield said, links

    # -- what stands beside the items ------------------------------------------------

    def _contained(self, found: Any) -> None:
        """A list of answers that the file brings along."""
        if not isinstance(found, dict) or found.get("resourceType") != "ValueSet":
            return
        given: list[Any] = list(self._list(found.get("expansion", {}), "contains"))
        for part in self._list(found.get("compose", {}), "include"):
            given += self._list(part, "concept")
        if given:
            key = "#" + self._words(found, "id")
            self._lists[key] = tuple(
                self._option({"valueCoding": one, **one}, key) for one in given if isinstance(one, dict)
            )

    def _extensions(self, found: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        return {str(one.get("url")): one for one in self._list(found, "extension") if isinstance(one, dict)}

    def _controls(self, found: Mapping[str, Any]) -> set[str]:
        control = self._extensions(found).get(_CORE + "questionnaire-itemControl", {}).get("valueCodeableConcept", {})
        return {str(one.get("code")) for one in self._list(control, "coding") if isinstance(one, dict)}

    def _not_followed(self, extensions: Mapping[str, Any], link: str) -> None:
        """What would need FHIRPath: said, and left. The question is asked then; a total is reckoned by our own rules or not."""
        for word in ("enableWhenExpression", "initialExpression", "answerExpression"):
            if _SDC + "sdc-questionnaire-" + word in extensions:
                self._remarks.append(
                    _("{link}: {word} is not followed; the question is always asked").format(link=link, word=word)
                )

    def _true(self, found: Any, link: str) -> bool:
        if isinstance(found, str):
            if found not in ("true", "false"):
                raise self._no(_("true or false was expected, not {found!r}").format(found=found[:40]), link)
            self._remarks.append(_("{link}: {found!r} is written as words").format(link=link, found=found))
            return found == "true"
        return bool(found)

    def _day(self, found: Any, link: str) -> Value:
        with suppress(TypeError, ValueError):
            return date.fromisoformat(found)
        raise self._no(_("a day such as 2026-03-31 was expected"), link)

    def _list(self, found: Any, key: str) -> list[Any]:
        value = found.get(key) if isinstance(found, dict) else None
        if value is None:
            return []
        if not isinstance(value, list):
            raise self._no(_("{key} is no list").format(key=key))
        return value

    def _words(self, found: Mapping[str, Any], key: str) -> str:
        value = found.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self._no(_("{key} is no text").format(key=key))
        return value.strip()

    def _no(self, why: str, link: str = "") -> Usage:
        place = _("{name}, {link}").format(name=self._name, link=link) if link else self._name
        return Usage(_("{place}: {why}.").format(place=place, why=why))
