"""What answers come to, by rules that were published. A scale that lacks an answer is not scored, unless its rule says otherwise:
half an answer looks like less than there is. Every score says by which rule, of which version, and at which cut-off it was made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ...messages import _
from . import answers as given
from .questionnaire import Answers, Item, Questionnaire


@dataclass(frozen=True, slots=True)
class Band:
    """From this value upwards, as the source calls it."""

    low: Decimal
    text: str


@dataclass(frozen=True, slots=True)
class CutOff:
    """From `at` upwards (with `below`: under it) a screen is positive. `for_whom` is what chooses between several."""

    code: str
    at: Decimal
    for_whom: str = ""
    below: bool = False

    def reached(self, value: Decimal) -> bool:
        return value < self.at if self.below else value >= self.at


@dataclass(frozen=True, slots=True)
class Scale:
    """Some questions that are counted together: what their answers count, added up and multiplied."""

    code: str
    title: str
    links: tuple[str, ...]
    highest: Decimal
    lowest: Decimal = Decimal(0)
    factor: Decimal = Decimal(1)
    bands: tuple[Band, ...] = ()
    cut_offs: tuple[CutOff, ...] = ()
    # Which way is better for the client: "lower" or "higher"; nothing where nobody has said.
    better: str = ""


@dataclass(frozen=True, slots=True)
class Flag:
    """Answers that say something by themselves, without a number: a need in a domain, a screen that is positive. Any is enough."""

    code: str
    title: str
    # link -> the answers that raise it
    raised_by: tuple[tuple[str, tuple[str, ...]], ...]
    # link -> the answers that say it is not so; an answer of neither kind says nothing
    denied_by: tuple[tuple[str, tuple[str, ...]], ...] = ()
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Safety:
    """A question whose answer asks for a look at the client's safety at once, whatever any total."""

    link: str
    above: Decimal
    text: str


@dataclass(frozen=True)
class Rules:
    """How an instrument is scored. `source` is where that was published."""

    version: str
    source: str
    scales: tuple[Scale, ...] = ()
    flags: tuple[Flag, ...] = ()
    safety: tuple[Safety, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """One scale of one set of answers. Without `value` it is not scored, and `why` says so."""

    scale: str
    title: str
    value: Decimal | None
    highest: Decimal
    band: str = ""
    # Whether the screen is positive, and by which cut-off.
    positive: bool | None = None
    cut_off: str = ""
    at: Decimal | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A flag of one set of answers: raised, not raised, or (None) not told."""

    flag: str
    title: str
    raised: bool | None
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What answers come to."""

    rules: str
    scores: tuple[Score, ...]
    findings: tuple[Finding, ...]
    safety: tuple[str, ...]

    @property
    def positive(self) -> bool:
        return any(one.positive for one in self.scores) or any(one.raised for one in self.findings)


def result(whole: Questionnaire, rules: Rules, answers: Answers, *, cut_off: str = "") -> Result:
    """What these answers come to. `cut_off` chooses one of those the instrument has; without it, and with several, a screen is
    neither positive nor negative."""
    kept = whole.kept(answers)
    asked = {item.link for item in whole.asked(answers)}
    return Result(
        rules.version,
        tuple(_score(whole, scale, kept, asked, cut_off) for scale in rules.scales),
        tuple(_finding(flag, kept) for flag in rules.flags),
        safety(whole, rules, answers),
    )


def safety(whole: Questionnaire, rules: Rules, answers: Answers) -> tuple[str, ...]:
    """What asks for a look at the client's safety at once, as soon as it is answered."""
    kept = whole.kept(answers)
    found = []
    for one in rules.safety:
        counts = [given.counted(whole.by_link[one.link].choices, value) for value in kept.get(one.link, ())]
        if any(count is not None and count > one.above for count in counts):
            found.append(one.text)
    return tuple(found)


def summed(whole: Questionnaire) -> tuple[Scale, ...]:
    """The sums that a form adds up itself. No band and no cut-off: those must come from its source."""
    found = []
    for place, (title, links) in enumerate(whole.sums, 1):
        items = [whole.by_link[link] for link in links if not whole.by_link[link].repeats]
        if len(items) == len(links):
            found.append(Scale(f"sum{place}", title, links, _most(items), _least(items)))
    return tuple(found)


def _most(items: Sequence[Item]) -> Decimal:
    return sum((max(one.score or Decimal(0) for one in item.choices) for item in items), Decimal(0))


def _least(items: Sequence[Item]) -> Decimal:
    return sum((min(one.score or Decimal(0) for one in item.choices) for item in items), Decimal(0))


def _score(whole: Questionnaire, scale: Scale, kept: Answers, asked: set[str], cut_off: str) -> Score:
    total, missing = Decimal(0), 0
    for link in scale.links:
        if link not in asked:
            continue  # left out by an answer before it, which is worth nothing here
        counts = [given.counted(whole.by_link[link].choices, value) for value in kept.get(link, ())]
        if not counts or None in counts:
            missing += 1
        total += sum((one for one in counts if one is not None), Decimal(0))
    if missing or not any(link in asked for link in scale.links):
        why = _("not scored: {n} of {all} unanswered").format(n=missing, all=len(scale.links))
        return Score(scale.code, scale.title, None, scale.highest, why=why)
    value = total * scale.factor
    band = next((one.text for one in reversed(scale.bands) if value >= one.low), "")
    wanted = [one for one in scale.cut_offs if one.code == cut_off] or (
        list(scale.cut_offs) if len(scale.cut_offs) == 1 else []
    )
    if not wanted:
        return Score(scale.code, scale.title, value, scale.highest, band)
    line = wanted[0]
    return Score(scale.code, scale.title, value, scale.highest, band, line.reached(value), line.code, line.at)


def _finding(flag: Flag, kept: Answers) -> Finding:
    raised = any(set(kept.get(link, ())) & set(codes) for link, codes in flag.raised_by)
    # Not so only where every question that could raise it was answered, and none by a way out of answering.
    denied = all(set(kept.get(link, ())) & set(codes) for link, codes in flag.denied_by)
    told: bool | None = True if raised else False if denied and flag.denied_by else None
    return Finding(flag.code, flag.title, told, flag.domain)
