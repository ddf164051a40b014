"""The load models give the examples of their sources, and for any mix what their formulas say. No database is asked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.casework import load_models as models
from caseload.errors import Usage


def test_five_emergency_responses_and_four_families_are_two_thirds_of_a_minimal_caseload() -> None:
    got = models.mixed("sb2030-minimal", {"emergency-response": 5, "family-maintenance": 4})
    assert (got.percent, got.version) == (Decimal("66.6"), "2000-1")
    assert got.parts == {"emergency-response": Decimal("38.5"), "family-maintenance": Decimal("28.2")}


@pytest.mark.parametrize(
    ("model", "kind", "full"),
    [("cwla", "investigation", 12), ("cwla", "ongoing", 17), ("cwla", "foster-care", 15), ("sb2030-1984", "family-maintenance", 35)],
)  # fmt: skip
def test_a_full_caseload_of_one_kind_is_a_hundred_percent(model: str, kind: str, full: int) -> None:
    assert models.mixed(model, {kind: full}).percent == 100


def test_ten_ongoing_and_four_investigations_are_the_most_that_are_mixed() -> None:
    assert not models.mixed("cwla", {"ongoing": 10, "investigation": 4}).over_combined
    assert models.mixed("cwla", {"ongoing": 11, "investigation": 4}).over_combined
    assert models.mixed("cwla", {"ongoing": 1, "investigation": 5}).over_combined
    assert not models.mixed("cwla", {"ongoing": 17}).over_combined


def test_twenty_community_cases_of_the_middle_are_more_than_a_full_timer_has_points_for() -> None:
    got = models.in_points({("community", "B2", False): 20}, models.available_points(Decimal(37)))
    assert (got.carried, got.available, got.percent, got.version) == (2300, 2176, Decimal("105.7"), "seed-1")


def test_nobody_is_loaded_who_has_no_hours_or_no_cases() -> None:
    assert models.in_points({("licence", "A3", False): 3}, models.available_points(Decimal(0))).percent == 0
    assert models.in_points({}, 2176).percent == 0


def test_a_young_adult_s_case_weighs_as_in_custody() -> None:
    assert (
        models.case_points("community", "A3") == 206 and models.case_points("community", "A3", young_adult=True) == 75
    )


def test_a_reduction_runs_from_its_first_to_its_last_day() -> None:
    one = models.Reduction("newly qualified", Decimal("7.4"), date(2026, 3, 1), date(2026, 11, 30))
    days = (date(2026, 2, 28), date(2026, 3, 1), date(2026, 11, 30), date(2026, 12, 1))
    assert [one.state(day) for day in days] == ["scheduled", "active", "active", "archived"]


def test_what_a_model_does_not_know_is_refused_with_what_it_knows() -> None:
    with pytest.raises(Usage, match="sb2030-minimal"):
        models.mixed("ours", {})
    with pytest.raises(Usage, match="ongoing"):
        models.mixed("cwla", {"adoption": 1})
    with pytest.raises(Usage, match="D0"):
        models.case_points("community", "E1")
    with pytest.raises(Usage, match="no more than the hours"):
        models.available_points(Decimal(37), Decimal(38))


# The same formulas in whole numbers only, from the tables as they were published.
TABLES = {
    "cwla": {"investigation": (12, 1), "ongoing": (17, 1), "foster-care": (15, 1)},
    "sb2030-minimal": {"emergency-assessment": (1161, 10), "emergency-response": (13, 1), "family-maintenance": (142, 10),
                       "reunification": (156, 10), "permanent-placement": (237, 10)},
    "sb2030-optimal": {"emergency-assessment": (687, 10), "emergency-response": (99, 10), "family-maintenance": (102, 10),
                       "reunification": (119, 10), "permanent-placement": (164, 10)},
}  # fmt: skip
WMT = {
    "community": "A3 206 A2 158 A1 146 A0 110 B3 146 B2 115 B1 102 B0 72 C3 79 C2 63 C1 50 C0 35 D3 51 D2 41 D1 29 D0 29",
    "custody": "A3 75 A2 60 A1 59 A0 0 B3 59 B2 48 B1 47 B0 0 C3 30 C2 24 C1 23 C0 0 D3 17 D2 14 D1 13 D0 0",
    "licence": "A3 219 A2 175 A1 163 A0 0 B3 161 B2 132 B1 119 B0 0 C3 77 C2 65 C1 52 C0 0 D3 51 D2 43 D1 31 D0 0",
}


def tenths(top: int, bottom: int) -> int:
    """A share in tenths of a percent, halves upwards."""
    return (2 * 1000 * top + bottom) // (2 * bottom)


@given(st.sampled_from(sorted(TABLES)), st.lists(st.integers(0, 60), min_size=5, max_size=5))
def test_any_mix_is_the_sum_of_its_parts(model: str, numbers: list[int]) -> None:
    cases = dict(zip(TABLES[model], numbers, strict=False))
    top, bottom = 0, 1
    for kind, number in cases.items():
        full, scale = TABLES[model][kind]
        top, bottom = top * full + number * scale * bottom, bottom * full
    assert models.mixed(model, cases).percent * 10 == tenths(top, bottom)


@given(
    st.dictionaries(st.tuples(st.sampled_from(sorted(WMT)), st.integers(0, 15), st.booleans()), st.integers(0, 30), max_size=6),
    st.integers(0, 400), st.integers(0, 400), st.integers(0, 5), st.integers(0, 5),
)  # fmt: skip
def test_any_caseload_has_the_points_of_its_table(
    cases: dict[tuple[str, int, bool], int], hours: int, less: int, reports: int, conversions: int
) -> None:
    less = min(less, hours)  # in tenths of an hour
    told, carried = {}, 138 * reports + 65 * conversions
    for (of_type, place, young), number in cases.items():
        words = WMT["custody" if young else of_type].split()
        carried += int(words[2 * place + 1]) * number
        told[of_type, words[2 * place], young] = number
    available = 2176 * (hours - less) // 370
    got = models.in_points(
        told, models.available_points(Decimal(hours) / 10, Decimal(less) / 10), reports=reports, conversions=conversions
    )
    assert (got.carried, got.available) == (carried, available)
    assert got.percent * 10 == (tenths(carried, available) if carried and available else 0)
