"""The instruments that come along, each with its rules and where they were published. What is not free to pass on has no text
here (WHO-5 is CC BY-NC-SA): its rules apply to the form that an agency brings itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files

from ...errors import Usage
from ...messages import _
from ...text import fold
from . import fhir
from .questionnaire import Item, Questionnaire
from .scoring import Band, CutOff, Flag, Rules, Safety, Scale, summed


@dataclass(frozen=True)
class Instrument:
    """A questionnaire and how it is scored; without rules it is only kept."""

    code: str
    questionnaire: Questionnaire
    rules: Rules
    # The edition of the agency's own, by its key; None of those that come along.
    key: int | None = None

    @property
    def cut_offs(self) -> tuple[CutOff, ...]:
        return tuple(one for scale in self.rules.scales for one in scale.cut_offs)


def codes() -> tuple[str, ...]:
    """The names of the instruments that come along."""
    return tuple(_RULES)


@cache
def shipped(code: str) -> Instrument:
    """The instrument of that name. Raises Usage with what there is."""
    if code not in _RULES:
        raise Usage(
            _("There is no instrument {code!r}. There are: {all}.").format(code=code[:60], all=", ".join(_RULES))
        )
    text = (files(__package__) / "data" / f"{code}.json").read_text("utf-8")
    return Instrument(code, fhir.read(text, name=f"{code}.json"), _RULES[code])


def brought(questionnaire: Questionnaire) -> Instrument:
    """An instrument that an agency brings: scored by the rules of the one that comes along, if it asks the same by LOINC's codes and
    its answers count the same; else by the sums that it adds up itself; else not at all. Nothing is guessed."""
    for code in ("phq-9", "phq-2", "gad-7", "gad-2", "audit-c", "hunger-vital-sign"):
        known = _renamed(shipped(code), questionnaire)
        if known is not None:
            return Instrument(questionnaire.name, questionnaire, known)
    links = _who_5_in(questionnaire)
    if links:
        return Instrument(questionnaire.name, questionnaire, who_5(links))
    sums = summed(questionnaire)
    return Instrument(
        questionnaire.name, questionnaire, Rules("sum-1" if sums else "none-1", _("the form itself"), sums)
    )


def _renamed(ours: Instrument, theirs: Questionnaire) -> Rules | None:
    """Our rules with their links, where their form asks the same questions, by LOINC's code or word for word, with answers that count
    the same; and no others beside them that count so, or it would be another instrument."""
    matched = {item.link: _same(item, theirs) for item in ours.questionnaire.questions}
    wanted = {link for scale in ours.rules.scales for link in scale.links}
    wanted |= {link for flag in ours.rules.flags for link, _codes in flag.raised_by}
    links = {link: other.link for link, other in matched.items() if other is not None}
    alike = [_counts(item) for item in ours.questionnaire.questions if item.link in wanted]
    others = [item for item in theirs.questions if item.choices and item.link not in links.values()]
    if not wanted <= links.keys() or any(_counts(item) in alike for item in others):
        return None
    rules = ours.rules

    def told(pairs: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return tuple((links[link], answers) for link, answers in pairs)

    return replace(
        rules,
        scales=tuple(replace(scale, links=tuple(links[link] for link in scale.links)) for scale in rules.scales),
        flags=tuple(replace(one, raised_by=told(one.raised_by), denied_by=told(one.denied_by)) for one in rules.flags),
        safety=tuple(replace(one, link=links[one.link]) for one in rules.safety),
    )


def _same(ours: Item, theirs: Questionnaire) -> Item | None:
    for item in theirs.questions:
        named = bool(ours.code and item.code == ours.code) or fold(item.text) == fold(ours.text)
        if named and not item.repeats and _counts(item) == _counts(ours):
            return item
    return None


def _counts(item: Item) -> list[Decimal] | list[str]:
    """What makes two questions count alike: the numbers of their answers, or their codes where nothing counts."""
    scores = [one.score for one in item.choices if one.score is not None]
    return sorted(scores) if len(scores) == len(item.choices) else [one.code for one in item.choices]


def _who_5_in(form: Questionnaire) -> tuple[str, ...]:
    """The five questions of a form that calls itself WHO-5 and counts as it does."""
    name = "".join(c for c in form.name.lower() if c.isalnum())
    counted = [item for item in form.questions if item.choices]
    fives = all({one.score for one in item.choices} == set(map(Decimal, range(6))) for item in counted)
    return tuple(item.link for item in counted) if name.startswith("who5") and len(counted) == 5 and fives else ()


def who_5(links: tuple[str, ...]) -> Rules:
    """WHO-5: five answers of 0 to 5, times 4 (0 to 100). Under 13 of 25, which is 52 of 100, is a sign to look for depression."""
    scale = Scale(
        "total",
        "WHO-5",
        links,
        Decimal(100),
        factor=Decimal(4),
        cut_offs=(CutOff("low", Decimal(52), below=True),),
        better="higher",
    )
    return Rules("1", "Topp CW, Østergaard SD, Søndergaard S, Bech P. Psychother Psychosom 2015;84:167-176", (scale,))


def _bands(*pairs: tuple[int, str]) -> tuple[Band, ...]:
    return tuple(Band(Decimal(low), text) for low, text in pairs)


def _questions(number: int) -> tuple[str, ...]:
    return tuple(f"q{n}" for n in range(1, number + 1))


def _sum(title: str, number: int, each: int, cut_offs: tuple[CutOff, ...], bands: tuple[Band, ...] = ()) -> Scale:
    return Scale(
        "total", title, _questions(number), Decimal(number * each), bands=bands, cut_offs=cut_offs, better="lower"
    )


# The questions to the client about the work itself, asked at reviews and at the end.
VOICE = "client-voice"
# What HMIS asks at entry, annually and at exit (store/gaps.py names its questions).
HMIS = "hmis"

_SELF_HARM = "thoughts of being better off dead, or of hurting oneself"
_OFTEN, _SOMETIMES, _NEVER = "LA28397-0", "LA6729-3", "LA28398-8"
_YES, _NO = ("LA33-6",), ("LA32-8",)
_NEEDS = "/93041-2/93031-3"


def _prapare(code: str, title: str, domain: str, link: str, *answers: str, deny: tuple[str, ...] = ()) -> Flag:
    return Flag(code, title, ((link, answers),), ((link, deny),) if deny else (), domain)


_PRAPARE = (
    _prapare("no-housing", "no housing", "housing", "/93042-0/71802-3", "LA30190-5", deny=("LA30189-7",)),
    _prapare("housing-worry", "worried about losing housing", "housing", "/93042-0/93033-9", *_YES, deny=_NO),
    _prapare(
        "schooling", "less than high school", "education", "/93041-2/82589-3", "LA30191-3", deny=("LA30192-1", "LA30193-9")
    ),
    _prapare(
        "work", "unemployed", "employment", "/93041-2/67875-5", "LA17956-6", deny=("LA30138-4", "LA30136-8", "LA30137-6")
    ),
    _prapare(
        "insurance", "uninsured", "health", "/93041-2/76437-3", "LA30194-7",
        deny=("LA17849-3", "LA30195-4", "LA15652-3", "LA30196-2", "LA30197-0", "LA6350-8"),
    ),
    _prapare("food", "went without food", "income", _NEEDS, "LA30125-1"),
    _prapare("clothing", "went without clothing", "income", _NEEDS, "LA30126-9"),
    _prapare("utilities", "went without utilities", "housing", _NEEDS, "LA30124-4"),
    _prapare("child-care", "went without child care", "family", _NEEDS, "LA30127-7"),
    _prapare("medicine", "went without medicine or health care", "health", _NEEDS, "LA30128-5"),
    _prapare("phone", "went without a phone", "social life", _NEEDS, "LA30129-3"),
    _prapare("transport", "lack of transport", "transport", "/93041-2/93030-5", "LA30133-5", "LA30134-3", deny=_NO),
    _prapare(
        "alone", "sees people less than three times a week", "social life", "/93040-4/93029-7", "LA27722-0", "LA30130-1",
        deny=("LA30131-9", "LA30132-7"),
    ),
    _prapare(
        "stress", "quite a bit of stress, or very much", "mental health", "/93040-4/93038-8", "LA13902-4", "LA13914-9",
        deny=("LA6568-5", "LA13863-8", "LA13909-9"),
    ),
    _prapare("prison", "more than two nights in jail or prison in a year", "legal", "/93039-6/93028-9", *_YES, deny=_NO),
    _prapare("refugee", "a refugee", "legal", "/93039-6/93027-1", *_YES, deny=_NO),
    _prapare("unsafe", "does not feel safe, or is unsure", "safety", "/93039-6/93026-3", "LA32-8", "LA14072-5", deny=_YES),
    _prapare("afraid", "afraid of a partner", "safety", "/93039-6/76501-6", *_YES, deny=_NO),
)  # fmt: skip

_MATRIX = (
    "housing", "employment", "income", "food", "child care", "children's education", "adult education", "health care", "life skills",
    "family and social relations", "transportation and mobility", "community involvement", "parenting", "legal", "mental health",
    "substance use", "safety", "disabilities",
)  # fmt: skip
_LEVELS = _bands((1, "in crisis"), (2, "vulnerable"), (3, "safe"), (4, "building capacity"), (5, "empowered"))

_RULES: dict[str, Rules] = {
    "phq-2": Rules(
        "1",
        "Kroenke K, Spitzer RL, Williams JBW. Med Care 2003;41:1284-1292",
        (_sum("PHQ-2", 2, 3, (CutOff("positive", Decimal(3)),)),),
    ),
    "phq-9": Rules(
        "1",
        "Kroenke K, Spitzer RL, Williams JBW. J Gen Intern Med 2001;16:606-613",
        (
            _sum(
                "PHQ-9", 9, 3, (CutOff("positive", Decimal(10)),),
                _bands((0, "minimal"), (5, "mild"), (10, "moderate"), (15, "moderately severe"), (20, "severe")),
            ),
        ),
        safety=(Safety("q9", Decimal(0), _SELF_HARM),),
    ),
    "gad-2": Rules(
        "1",
        "Kroenke K, Spitzer RL, Williams JBW, Monahan PO, Löwe B. Ann Intern Med 2007;146:317-325",
        (_sum("GAD-2", 2, 3, (CutOff("positive", Decimal(3)),)),),
    ),
    "gad-7": Rules(
        "1",
        "Spitzer RL, Kroenke K, Williams JBW, Löwe B. Arch Intern Med 2006;166:1092-1097",
        (
            _sum(
                "GAD-7", 7, 3, (CutOff("positive", Decimal(10)),),
                _bands((0, "minimal"), (5, "mild"), (10, "moderate"), (15, "severe")),
            ),
        ),
    ),
    "audit-c": Rules(
        "1",
        "Bush K et al. Arch Intern Med 1998;158:1789-1795; Bradley KA et al. Arch Intern Med 2003;163:821-829; VA/DoD guideline (5)",
        (
            _sum(
                "AUDIT-C", 3, 4,
                (CutOff("men", Decimal(4), "men"), CutOff("women", Decimal(3), "women"), CutOff("va-dod", Decimal(5), "everybody (VA/DoD)")),
            ),
        ),
    ),
    "hunger-vital-sign": Rules(
        "1",
        "Hager ER et al. Pediatrics 2010;126:e26-e32",
        flags=(
            Flag(
                "food-insecurity", "at risk of food insecurity",
                (("q1", (_OFTEN, _SOMETIMES)), ("q2", (_OFTEN, _SOMETIMES))), (("q1", (_NEVER,)), ("q2", (_NEVER,))), "income",
            ),
        ),
    ),
    "prapare": Rules("1", "PRAPARE, National Association of Community Health Centers, 2016: domains, no total", flags=_PRAPARE),
    "self-sufficiency-matrix": Rules(
        "1",
        "Arizona Self-Sufficiency Matrix; by domain and no total, since not all of its domains are valid statistically (omb.report, 0970-0628)",
        tuple(
            Scale(f"d{n}", title, (f"d{n}",), Decimal(5), Decimal(1), bands=_LEVELS, better="higher") for n, title in enumerate(_MATRIX, 1)
        ),
    ),
    # What HMIS asks of an enrolment: kept, and never scored.
    HMIS: Rules("none-1", "HMIS Data Standards FY2026"),
    # What the client says of the work: a sum of five answers, with no band and no cut-off, since nobody has measured one.
    VOICE: Rules(
        "1", "caseload", (Scale("total", "how it is going", _questions(5), Decimal(20), better="higher"),),
    ),
}  # fmt: skip
