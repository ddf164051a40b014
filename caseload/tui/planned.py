"""What is agreed with a client in a plan: its commands."""

from __future__ import annotations

from ..messages import _
from .commands import NOTHING, ONE, PLAN, WORK, Command


def plans() -> tuple[Command, ...]:
    """The plan's page, and what is done there."""
    group = _("The plan")
    return (
        Command(
            "plan", _("Open the plan"), ("P",), WORK, group,
            _("Goals and steps of what runs and of what is being written, what is missing, and what comes next. Opening it is a look, "
              "and on record."),
            _("plan"), ONE,
        ),
        Command(
            "plan_move", _("Move the plan on"), ("s",), (PLAN,), group,
            _("By letter what the version under the cursor waits for: begin, put forward, approve or send back, reviewed, end. Who "
              "supervises the case approves, and nobody what they wrote or put forward themselves."),
            _("plan…"), NOTHING, True,
        ),
        Command(
            "goal_add", _("Add a goal"), ("a",), (PLAN,), group,
            _("To the draft: what is to be reached, in the client's words, how both will see it, and by when. What is missing is said."),
            _("goal"), NOTHING, True,
        ),
        Command(
            "step_add", _("Add a step"), ("t",), (PLAN,), group,
            _("Towards the goal under the cursor: what is done, by whom, by when, and after which other step."), _("step"), NOTHING, True,
        ),
        Command(
            "plan_edit", _("Word it otherwise"), ("e",), (PLAN,), group,
            _("The goal or step of a draft under the cursor; on the plan's own line what the client wants."), _("edit"), NOTHING, True,
        ),
        Command(
            "plan_done", _("Done, or reached"), ("d",), (PLAN,), group,
            _("A step is done, or open again; of a goal, by letter: reached, partly, not reached, open again."), _("done"), NOTHING, True,
        ),
        Command(
            "plan_day", _("Another day for a step"), ("M",), (PLAN,), group,
            _("By when it is done now; the day that was agreed first stays beside it."), _("new day"), NOTHING, True,
        ),
        Command(
            "plan_agree", _("Whether the client agrees"), ("=",), (PLAN,), group,
            _("Yes, partly or no: with the goal under the cursor, and what they say to it; on the plan's own line, with the plan."),
            _("agrees"), NOTHING, True,
        ),
        Command(
            "plan_drop", _("Drop a goal or a step"), ("x",), (PLAN,), group,
            _("The one under the cursor; again: takes it up again."), _("drop"), NOTHING, True,
        ),
        Command(
            "plan_view", _("In words, by week, by month"), ("tab",), (PLAN,), group,
            _("Turns between the plan in words and its timeline, a cell a day or three days."), _("timeline"),
        ),
    )  # fmt: skip
