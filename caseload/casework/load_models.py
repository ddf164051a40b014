"""How much work cases are, by models that were published: each named and of a version, which stand with every figure made by it.

A standard says how many cases of a kind fill a worker; a mixed caseload is the sum of its parts, 100 % full. Points say how much
each case weighs, against the points a worker has by their hours. Pure: kinds and numbers in, a load out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from ..errors import Usage
from ..messages import _


@dataclass(frozen=True, slots=True)
class Standard:
    """How many cases of each kind one worker can hold. `combined` are limits that hold when kinds are mixed."""

    code: str
    version: str
    title: str
    source: str
    full: Mapping[str, Fraction]
    combined: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Mixed:
    """A mixed caseload by a standard: percent full to one decimal, each kind's part, and whether a combined limit is passed."""

    model: str
    version: str
    percent: Decimal
    parts: Mapping[str, Decimal]
    over_combined: bool


def _standard(code: str, version: str, title: str, source: str, **full: str) -> Standard:
    return Standard(
        code, version, title, source, {kind.replace("_", "-"): Fraction(number) for kind, number in full.items()}
    )


_SB2030 = (
    "SB 2030 Child Welfare Services Workload Study, California 2000 (American Humane), as tabled by CCASSC, April 2012"
)
_CWLA = "CWLA Standards of Excellence: abused or neglected children (1999), family foster care (1995)"

STANDARDS: dict[str, Standard] = {
    one.code: one
    for one in (
        Standard(
            "cwla", "1999-1", "Child Welfare League of America", _CWLA,
            {"investigation": Fraction(12), "ongoing": Fraction(17), "foster-care": Fraction(15)}, {"ongoing": 10, "investigation": 4},
        ),
        _standard(
            "sb2030-1984", "1984-1", "California, the standard of 1984", _SB2030, emergency_assessment="322.5",
            emergency_response="15.8", family_maintenance="35", reunification="27", permanent_placement="54",
        ),
        _standard(
            "sb2030-minimal", "2000-1", "California SB 2030, minimal", _SB2030, emergency_assessment="116.1",
            emergency_response="13", family_maintenance="14.2", reunification="15.6", permanent_placement="23.7",
        ),
        _standard(
            "sb2030-optimal", "2000-1", "California SB 2030, optimal", _SB2030, emergency_assessment="68.7",
            emergency_response="9.9", family_maintenance="10.2", reunification="11.9", permanent_placement="16.4",
        ),
    )
}  # fmt: skip


def mixed(model: str, cases: Mapping[str, int]) -> Mixed:
    """How full a worker is with so many cases of each kind. Raises Usage for a model or kind that is not there."""
    standard = STANDARDS.get(model)
    if standard is None:
        raise Usage(
            _("There is no load model {model!r}. There are: {all}.").format(model=model[:40], all=", ".join(STANDARDS))
        )
    for kind, number in cases.items():
        if kind not in standard.full:
            known = ", ".join(standard.full)
            raise Usage(
                _("{model} knows no cases of the kind {kind!r}; it knows {all}.").format(
                    model=model, kind=kind[:40], all=known
                )
            )
        _counted(number)
    parts = {kind: Fraction(number) / standard.full[kind] for kind, number in cases.items()}
    limits = standard.combined
    # The limits are of a caseload that holds each of those kinds.
    over = bool(limits) and all(cases.get(kind, 0) > 0 for kind in limits or ())
    over = over and any(cases[kind] > most for kind, most in (limits or {}).items())
    return Mixed(
        standard.code, standard.version, _percent(sum(parts.values(), Fraction(0)), 1),
        {kind: _percent(part, 1) for kind, part in parts.items()}, over,
    )  # fmt: skip


# ---------------------------------------------------------------- points: the UK probation workload measurement tool

# ministryofjustice/hmpps-workload, the configuration of its first migration (MIT, Crown copyright). A letter is the risk of serious
# harm (A the highest), a digit the need for change (3 the highest). Live values have moved since.
WMT, WMT_VERSION = "wmt", "seed-1"
TIERS = tuple(letter + digit for letter in "ABCD" for digit in "3210")
TYPES = ("community", "custody", "licence")
_POINTS: dict[str, tuple[int, ...]] = {
    "community": (206, 158, 146, 110, 146, 115, 102, 72, 79, 63, 50, 35, 51, 41, 29, 29),
    "custody": (75, 60, 59, 0, 59, 48, 47, 0, 30, 24, 23, 0, 17, 14, 13, 0),
    "licence": (219, 175, 163, 0, 161, 132, 119, 0, 77, 65, 52, 0, 51, 43, 31, 0),
}
STANDARD_REPORT, REPORT_CONVERSION = 138, 65
FULL_TIME_HOURS, FULL_TIME_POINTS = Fraction(37), 2176
# Points credited for work done on a case, by how much of it there was: low, medium, high.
_SUPPORT = {
    "intervention": (9, 13, 18), "information": (9, 13, 18), "visit": (9, 13, 18), "court liaison": (9, 13, 18),
    "assessment": (9, 13, 18), "referral": (9, 18, 26), "partnership meeting": (9, 18, 26), "case conference": (9, 18, 26),
    "communication": (5, 9, 18), "victim liaison": (5, 9, 13),
}  # fmt: skip
# The usual share of the hours in percent, and how many months it lasts; where either is None it is set by hand.
USUAL_REDUCTIONS: dict[str, tuple[int | None, int | None]] = {
    "long sick": (100, None), "maternity or adoption": (100, 6), "special leave": (100, None), "other paid leave": (100, None),
    "unpaid leave": (100, None), "trainee, first six months": (80, 6), "trainee, second six months": (60, 6),
    "trainee, third six months": (40, 6), "newly qualified": (20, 9), "assistant development": (20, 6), "level 3 course": (5, 6),
    "level 4 or 5 access": (10, 6), "single point of contact": (5, None), "union duty": (50, None), "phased return": (None, None),
    "disability": (None, None), "pregnancy": (None, None), "split role": (None, None), "court duty": (None, None),
    "co-working": (None, None),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reduction:
    """Hours a week that somebody does not carry cases, from its first to its last day (None: until it is ended)."""

    kind: str
    hours: Decimal
    begins: date
    ends: date | None = None

    def state(self, today: date) -> str:
        """scheduled, active or archived on that day."""
        if today < self.begins:
            return "scheduled"
        return "archived" if self.ends is not None and today > self.ends else "active"


@dataclass(frozen=True, slots=True)
class Points:
    """A worker's load in points: what they carry, what they have, and percent to one decimal; 0 where either is 0."""

    model: str
    version: str
    carried: int
    available: int
    percent: Decimal


def case_points(of_type: str, tier: str, *, young_adult: bool = False) -> int:
    """What a case weighs. A young adult's weighs as in custody, whatever its type. Raises Usage."""
    if of_type not in TYPES or tier not in TIERS:
        known = _("{types}; {tiers}").format(types=", ".join(TYPES), tiers=", ".join(TIERS))
        raise Usage(
            _("The points know no case {of_type} {tier}; they know {all}.").format(
                of_type=of_type[:20], tier=tier[:8], all=known
            )
        )
    return _POINTS["custody" if young_adult else of_type][TIERS.index(tier)]


def support_points(kind: str, weight: str) -> int:
    """What support work on a case is credited: low, medium or high. Raises Usage."""
    weights = ("low", "medium", "high")
    if kind not in _SUPPORT or weight not in weights:
        raise Usage(_("Support work is one of {kinds}, and low, medium or high.").format(kinds=", ".join(_SUPPORT)))
    return _SUPPORT[kind][weights.index(weight)]


def available_points(base_hours: Decimal, reductions: Decimal = Decimal(0)) -> int:
    """The points somebody has who works so many hours a week, less those they do not carry cases; whole, the rest cut off."""
    hours, less = Fraction(base_hours), Fraction(reductions)
    if hours < 0 or less < 0 or less > hours:
        raise Usage(_("Hours are 0 or more, and reductions no more than the hours."))
    if hours == 0:
        return 0
    return int(FULL_TIME_POINTS * hours / FULL_TIME_HOURS * (hours - less) / hours)


def in_points(
    cases: Mapping[tuple[str, str, bool], int],
    available: int,
    *,
    reports: int = 0,
    conversions: int = 0,
    for_others: int = 0,
    by_others: int = 0,
) -> Points:
    """A caseload in points: cases of (type, tier, young adult), reports to write, conversions of the last 30 days, points of contacts made
    in others' cases and of those others made in this worker's."""
    carried = sum(
        case_points(of_type, tier, young_adult=young) * _counted(number)
        for (of_type, tier, young), number in cases.items()
    )
    carried += STANDARD_REPORT * _counted(reports) + REPORT_CONVERSION * _counted(conversions) + for_others - by_others
    share = Fraction(carried, available) if available and carried else Fraction(0)
    return Points(WMT, WMT_VERSION, carried, available, _percent(share, 1))


def _counted(number: int) -> int:
    if number < 0:
        raise Usage(_("There cannot be fewer than no cases."))
    return number


def _percent(share: Fraction, decimals: int) -> Decimal:
    """A share as percent, rounded half up as the sources do."""
    exact = Decimal(share.numerator * 100) / Decimal(share.denominator)
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
