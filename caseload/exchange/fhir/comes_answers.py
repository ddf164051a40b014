"""What was answered and observed there: QuestionnaireResponse as assessments, scored here by the published rules; Observation as a section of
the history, or beside the answers it was reckoned from. What the sender made of the answers is told where it differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ...casework import questionnaires
from ...casework.instruments import answers as given
from ...casework.instruments import scoring
from ...casework.instruments.questionnaire import CHOICES, NUMBERS
from ...errors import Usage
from ...messages import _
from ...models.assessment import SECTIONS
from ...text import fold, line
from ..rows import Value
from . import reading as fhir
from . import terms
from .piece import Piece, mark, noted, told

if TYPE_CHECKING:
    from ...casework.instruments.questionnaire import Answers, Item
    from ...casework.instruments.questionnaire import Value as Answer
    from ...casework.instruments.shipped import Instrument
    from ...store.database import Reading
    from .parcel import Entry, Parcel
    from .parse import Resource


@dataclass(frozen=True, slots=True)
class Answered:
    """A questionnaire that is known here, as it was answered there."""

    instrument: Instrument
    answers: Answers
    on: date
    words: str


def responses(r: Reading, parcel: Parcel) -> Iterator[Piece]:
    """Answers to a questionnaire that is known here are an assessment, scored by us; others are told question by question."""
    known = [one for one, _number in questionnaires.editions(r)]
    beside: dict[str, list[Entry]] = {}
    scored: set[str] = set()
    for entry in parcel.of("Observation"):
        for reference in fhir.things(entry.resource, "derivedFrom"):
            if (there := parcel.entry(reference)) is not None:
                beside.setdefault(there.key, []).append(entry)
    for entry in parcel.of("QuestionnaireResponse"):
        response = entry.resource
        if response.get("status") == "entered-in-error":
            scored |= {one.key for one in beside.get(entry.key, ())}
            continue
        taken = _taken(r, parcel, entry, known, beside.get(entry.key, []))
        if taken is None:
            yield _read_out(r, entry)
            continue
        kept = {link: [str(given.stored(value)) for value in some] for link, some in taken.answers.items()}
        values: list[Value] = [taken.instrument.code, taken.on.isoformat(), mark(kept)]
        yield Piece("assessment", entry.key, entry.row, {"answers": tuple(values)}, load=taken)
        for one in beside.get(entry.key, ()):
            scored.add(one.key)
            if said := _differs(taken, one.resource):
                yield told(one, "assessments", taken.on.isoformat(), f"{taken.on.isoformat()} {said}")
    yield from _observations(r, parcel, scored)


def _taken(r: Reading, parcel: Parcel, entry: Entry, known: list[Instrument], beside: list[Entry]) -> Answered | None:
    """The response as an assessment; None where it is of no questionnaire here, is not whole, or is not dated."""
    response = entry.resource
    on = fhir.day(response.get("authored"))
    if response.get("status") not in terms.ANSWERED or on is None or on > r.today:
        return None
    found = list(_answers(response, 0))
    url, _bar, version = fhir.word(response, "questionnaire").partition("|")
    named = [one for one in known if url and one.questionnaire.url == url]
    exact = [one for one in named if version and one.questionnaire.version == version]
    words = "\n".join(dict.fromkeys(noted(parcel, one)[0] for one in beside if noted(parcel, one)[0]))
    for instrument in exact or named[-1:] or _by_questions(known, [link for link, _answer in found]):
        try:
            read = _understood(instrument, found)
            given.check(instrument.questionnaire, read)
        except (Usage, _NotOfIt):
            continue
        if instrument.questionnaire.kept(read):
            return Answered(instrument, instrument.questionnaire.kept(read), on, words)
    return None


def _by_questions(known: list[Instrument], links: list[str]) -> list[Instrument]:
    """The one questionnaire that asks all of these, by LOINC's codes of its questions; nothing where two do."""
    asked = {link.rpartition("/")[2] for link in links}
    fit = []
    for one in known:
        coded = {item.code for item in one.questionnaire.questions if item.code}
        if asked and asked <= coded and len(asked) * 2 > len(coded):
            fit.append(one)
    return fit if len({one.code for one in fit}) == 1 else []


def _answers(holder: Resource, depth: int) -> Iterator[tuple[str, Resource]]:
    """Each answer with the link of its question, at any depth."""
    if depth > 20:
        return
    for item in fhir.things(holder, "item"):
        for answer in fhir.things(item, "answer"):
            yield fhir.word(item, "linkId"), answer
            yield from _answers(answer, depth + 1)
        yield from _answers(item, depth + 1)


class _NotOfIt(Exception):
    """An answer that is none of the questionnaire's."""


def _understood(instrument: Instrument, found: list[tuple[str, Resource]]) -> dict[str, tuple[Answer, ...]]:
    by_code = {item.code: item for item in instrument.questionnaire.questions if item.code}
    read: dict[str, tuple[Answer, ...]] = {}
    for link, answer in found:
        item = instrument.questionnaire.by_link.get(link) or by_code.get(link.rpartition("/")[2])
        if item is None:
            raise _NotOfIt
        if item.is_question:
            read[item.link] = (*read.get(item.link, ()), _value(item, answer))
    return read


def _value(item: Item, answer: Resource) -> Answer:
    """One answer as the question takes it. Raises _NotOfIt."""
    key = next((name for name in answer if name.startswith("value")), "")
    value = answer.get(key)
    if item.kind in CHOICES:
        code, shown = (fhir.word(value, "code"), fhir.word(value, "display")) if isinstance(value, dict) else ("", "")
        if code and item.choice(code) is not None:
            return code
        alike = [
            one.code
            for one in item.choices
            if fold(one.text) == fold(shown or (line(value) if isinstance(value, str) else ""))
        ]
        if len(alike) == 1:
            return alike[0]
        own = fhir.prose(value) if isinstance(value, str) else shown
        if item.kind == "open-choice" and own:
            return given.OWN + own
        raise _NotOfIt
    if item.kind == "boolean" and isinstance(value, bool):
        return value
    if item.kind in NUMBERS and (count := fhir.number(value)) is not None:
        return count
    if item.kind == "date" and (day := fhir.day(value)) is not None:
        return day
    if item.kind in ("string", "text", "url") and isinstance(value, str) and fhir.prose(value):
        return fhir.prose(value)
    raise _NotOfIt


def _differs(taken: Answered, observation: Resource) -> str:
    """The sender's score in words where ours is another one, by the same answers; nothing where both are one."""
    theirs = fhir.number(fhir.thing(observation, "valueQuantity").get("value"))
    if theirs is None:
        theirs = fhir.number(observation.get("valueInteger"))
    name = fhir.said(observation.get("code"))
    if theirs is None:
        return ""
    result = scoring.result(taken.instrument.questionnaire, taken.instrument.rules, taken.answers)
    loinc = fhir.codes(observation.get("code"), terms.LOINC)
    total = terms.TOTALS.get(taken.instrument.code)
    scores = [
        one
        for one in result.scores
        if fold(one.title) == fold(name) or (one.scale == "total" and total in loinc and total)
    ]
    if not scores:
        return _("{name}: {score}, as the sender scored it").format(
            name=name or _("a score"), score=f"{theirs.normalize():f}"
        )
    ours = scores[0].value
    if ours is not None and ours == theirs:
        return ""
    said = _(
        "{name}: the sender scored {theirs}; the same answers come to {ours} by the published rules, which stands here"
    )
    return said.format(
        name=name, theirs=f"{theirs.normalize():f}", ours=_("no score") if ours is None else f"{ours.normalize():f}"
    )


def _read_out(r: Reading, entry: Entry) -> Piece:
    """A questionnaire that is not known here, as it was answered."""
    response = entry.resource
    day = fhir.when(response.get("authored"), r.zone)
    title = fhir.word(response, "questionnaire") or _("a questionnaire")
    head = f"{day} {title} ({fhir.word(response, 'status')})".strip()
    lines = [f"- {text}" for text in _lines(response, 0)]
    return told(entry, "assessments", day, head, *lines)


def _lines(holder: Resource, depth: int) -> Iterator[str]:
    if depth > 20:
        return
    for item in fhir.things(holder, "item"):
        answers = [text for one in fhir.things(item, "answer") if (text := shown(one))]
        asked = fhir.word(item, "text") or fhir.word(item, "linkId")
        if answers:
            yield f"{asked}: {', '.join(answers)}"
        for answer in fhir.things(item, "answer"):
            yield from _lines(answer, depth + 1)
        yield from _lines(item, depth + 1)


def shown(holder: Resource) -> str:
    """A value of any type in words (value[x])."""
    key = next((name for name in holder if name.startswith("value")), "")
    value = holder.get(key)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str):
        return line(value)
    if (count := fhir.number(value)) is not None:
        return f"{count.normalize():f}"
    if not isinstance(value, dict):
        return ""
    if (count := fhir.number(value.get("value"))) is not None:
        return f"{count.normalize():f} {fhir.word(value, 'unit') or fhir.word(value, 'code')}".strip()
    return fhir.word(value, "display") or fhir.said(value) or fhir.word(value, "code") or fhir.span(value)


_SOCIAL = ("social-history", "survey", "sdoh", "sdoh-category-unspecified")


def _observations(r: Reading, parcel: Parcel, scored: set[str]) -> Iterator[Piece]:
    """The history a client brings along as a section of it; what else was observed of their life is told, vital signs are not."""
    sections: set[str] = set()
    for entry in parcel.of("Observation"):
        observation = entry.resource
        if entry.key in scored or observation.get("status") in ("entered-in-error", "cancelled"):
            continue
        categories = [code for one in fhir.things(observation, "category") for code in fhir.codes(one)]
        name, text = fhir.said(observation.get("code")), fhir.prose(observation.get("valueString"))
        section = fold(name)
        if section in SECTIONS and text and "social-history" in categories and section not in sections:
            sections.add(section)
            yield Piece("background", entry.key, entry.row, {"text": (text,)}, load=section)
            continue
        if not any(code in _SOCIAL or code in terms.DOMAINS for code in categories):
            continue
        day = fhir.when(observation.get("effectiveDateTime"), r.zone) or fhir.span(
            observation.get("effectivePeriod"), r.zone
        )
        values = [text or shown(observation)]
        values += [f"{fhir.said(one.get('code'))}: {shown(one)}" for one in fhir.things(observation, "component")]
        mine, theirs = noted(parcel, entry)
        said = ", ".join(filter(None, values))
        yield told(entry, "assessments", day, f"{day} {name}: {said}".strip(" :"), mine, theirs)
