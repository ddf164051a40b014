"""The clocks of the method by command: policy, queue, queries, agenda, and what clears them."""

from __future__ import annotations

from .running import World


def _rules(world: World) -> set[str]:
    return {reason["rule"] for row in world.json("queue", "--agency", as_="chloe") for reason in row["reasons"]}


def test_a_program_says_how_long_each_step_of_the_method_may_take(world: World) -> None:
    now = world.json("program", "show", "housing")
    assert [now[f"{name}_days"] for name in ("assessment", "plan", "review")] == [30, 30, 90]
    assert (now["annual_assessment"], now["phase1_days"], now["level_review_overdue"]) == (False, None, 3)
    changes = ["--set", "assessment_days=3", "--set", "annual_assessment=yes"]
    phases = ["--set", "phase1_days=90", "--set", "phase1_contact_days=7"]
    world.do("program", "edit", "housing", *changes, *phases)
    now = world.json("program", "show", "housing")
    assert (now["assessment_days"], now["annual_assessment"], now["phase1_contact_days"]) == (3, True, 7)
    ran = world.run("program", "edit", "housing", "--set", "phase3_days=90")
    assert ran.code == 2 and "phase3_contact_days" in ran.err


def test_an_assessment_comes_into_the_queue_is_found_and_is_cleared(world: World) -> None:
    world.do("program", "edit", "housing", "--set", "assessment_days=3")
    rows = {row["case"]: row for row in world.json("queue", "--agency", as_="chloe")}
    [reason] = [one for one in rows[world["bruno"]]["reasons"] if one["rule"] == "assessment_soon"]
    assert (reason["level"], reason["due"], reason["days"], reason["clear_with"]) == (4, "2026-11-23", -3, "assess")
    found = world.json("cases", "assessment:<=3d", as_="ana")
    assert world["bruno"] in {row["case"] for row in found}
    kinds = {(row["kind"], row["on"]) for row in world.json("agenda", as_="ana")}
    assert ("assessment", "2026-11-23") in kinds
    world.do("assess", world["bruno"], "phq-2", "--answers", "1=0", "--answers", "2=0", as_="ana")
    assert world["bruno"] not in {row["case"] for row in world.json("cases", "assessment:any", as_="ana")}
    world.do("undo", "--yes", as_="ana")
    assert world["bruno"] in {row["case"] for row in world.json("cases", "assessment:any", as_="ana")}


def test_a_plan_and_a_review_are_found_by_query(world: World) -> None:
    world.do("stage", world["bruno"], "planning", "--why", "Needs are clear", as_="ana")
    assert [row["case"] for row in world.json("cases", "plan:due", as_="ana")] == [world["bruno"]]
    assert world.json("cases", "plan:overdue", as_="ana") == []
    world.do("program", "edit", "housing", "--set", "review_days=4")
    world.do("stage", world["bruno"], "active", "--why", "Agreed", as_="ana")
    assert world.json("cases", "plan:due", as_="ana") == []
    assert [row["case"] for row in world.json("cases", "review:<=7d", as_="ana")] == [world["bruno"]]
    assert "review_soon" in _rules(world)
    world.do("program", "edit", "housing", "--set", "level_review_overdue=5")
    assert "review_soon" not in _rules(world) and world.json("cases", "review:any", as_="ana") == []


def test_a_case_says_which_timed_phase_runs(world: World) -> None:
    phases = ("phase1_days=90", "phase1_contact_days=7", "phase2_days=90", "phase2_contact_days=14")
    world.do("program", "edit", "housing", *(word for one in phases for word in ("--set", one)))
    assert world.json("show", world["bruno"], as_="ana")["phase"] is None
    world.do("stage", world["bruno"], "active", "--why", "Agreed", as_="ana")
    shown = world.json("show", world["bruno"], as_="ana")
    assert shown["phase"] == {"number": 1, "of": 2, "until": "2027-02-17", "contact_days": 7}
    assert shown["next_due"] == "2026-11-27"
    said = world.do("show", world["bruno"], as_="ana", terminal=True).out
    assert "1 of 2, until 2027-02-17; contact every 7 d" in said
    masked = world.do("show", world["bruno"], "--deidentified", as_="ana", terminal=True).out
    assert "1 of 2, until" in masked and "2027-02-17" not in masked


def test_an_admin_finds_by_clock_and_learns_nothing_else_of_plans(world: World) -> None:
    world.do("stage", world["bruno"], "planning", "--why", "Needs are clear", as_="ana")
    assert [row["case"] for row in world.json("cases", "plan:due")] == [world["bruno"]]
    assert world.json("cases", "plan:none") == []
