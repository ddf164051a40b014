"""A plan in time, drawn with signs alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from rich.cells import cell_len

from caseload.casework import timeline
from caseload.casework.plan_rows import GoalRow, PlanRow, StepRow

TODAY = date(2026, 11, 20)


def _step(number: int, due: int | None, *, starts: int | None = None, first: int | None = None, **more: Any) -> StepRow:
    def day(n: int | None) -> date | None:
        return None if n is None else TODAY + timedelta(n)

    told = {"state": "open", "after": None, "waits": False} | more
    return StepRow(
        number, 1, number, f"Step {number}", "worker", "", None, day(starts), day(due), day(due if first is None else first), told["after"],
        told["after"], told["waits"], told["state"], None, 1,
    )  # fmt: skip


def _plan(*steps: StepRow, title: str = "A flat", starts: date | None = None, due: date | None = None) -> PlanRow:
    goal = GoalRow(1, 1, 1, title, "", None, None, starts, due, "open", None, None, None, 1, steps, ())
    return PlanRow(
        1, 1, "service", 1, "approved", "ana", TODAY, None, None, None, None, None, None, None, None, False, None, None, 1, False,
        (goal,), (), (),
    )  # fmt: skip


def _drawn(found: PlanRow, **more: Any) -> list[str]:
    return timeline.draw(timeline.bars(found), TODAY, **{"width": 60} | more)


def test_a_goal_stands_above_its_steps_with_todays_line_through_all() -> None:
    found = _plan(_step(1, 3, starts=-4, state="done"), _step(2, 10, starts=4, after=1, waits=True), _step(3, None))
    assert _drawn(found) == [
        "                    16.11  23.11  30.11  07.12  14.12  21.12",
        "                        | today",
        "1. A flat (1/3)     ====|==========",
        "   1 Step 1         ####|###",
        "   2 after 1 Step 2     |   =======",
        "   3 Step 3             |",
    ]


def test_a_slip_runs_from_the_day_agreed_first_to_the_new_one() -> None:
    page = _drawn(_plan(_step(1, 14, starts=2, first=7)))
    assert page[3].rstrip().endswith("======~~~~~~* +7d")


def test_a_month_holds_three_days_a_cell_and_what_goes_beyond_says_so() -> None:
    found = _plan(_step(1, 400, starts=-400))
    for zoom in timeline.ZOOMS:
        page = _drawn(found, zoom=zoom)
        assert page[3].rstrip().endswith(">") and "<" in page[3]
        assert all(cell_len(line) <= 60 for line in page)
        assert "|" in page[1]
    assert "2026-12" in _drawn(found, zoom="month")[0]


def test_wide_letters_and_narrow_pages_keep_their_columns() -> None:
    found = _plan(_step(1, 3, starts=-4), title="家を借りる" * 9)
    for width in (32, 60, 80, 200):
        page = _drawn(found, width=width)
        marks = {cell_len(line[: line.index("|")]) for line in page[1:] if "|" in line}
        assert len(marks) == 1 and all(cell_len(line) <= width for line in page)


def test_a_plan_without_days_is_names_and_today() -> None:
    page = _drawn(_plan(_step(1, None)))
    assert page[2].startswith("1. A flat (0/1)") and page[3].startswith("   1 Step 1")
    assert not any(sign in line for line in page[2:] for sign in "=#~*")
