"""What the acts ask and hand over, one function an act. They are imported when first used: the first frame waits for none."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from importlib import import_module
from typing import Any, cast

Act = Callable[[Any], Coroutine[Any, Any, None]]

# Command to module; the function there has the command's name.
_WHERE = {
    "contact": "quick", "snooze": "quick", "reviewed": "quick", "acknowledge": "quick", "tag": "quick", "stage": "quick", "edit": "quick",
    "task": "dated", "appointment": "dated", "reschedule": "dated", "alert": "dated", "do": "clearing",
    "assign": "moving", "merge": "merging",
    "transfer": "covering", "answer": "covering", "withdraw": "covering", "restrict": "answering",
    "admit": "covering", "cover": "covering", "returned": "covering",
    "access": "naming", "let_in": "naming", "keep_out": "naming", "end_name": "naming", "break_glass": "naming",
    "balance": "leaving", "leaver": "leaving",
    "note": "writing", "note_editor": "writing", "sign": "writing", "addendum": "writing", "intake": "writing",
    "read_notes": "supervising", "comment": "supervising", "mark_read": "supervising",
    "bring": "sitting", "discussed": "sitting", "reword_topic": "sitting", "drop_topic": "sitting",
    "consent": "permitting", "amend": "permitting", "revoke": "permitting", "disclose": "permitting", "may_go": "permitting",
    "plan": "planning", "plan_move": "planning", "goal_add": "planning", "step_add": "planning", "plan_edit": "planning",
    "plan_done": "planning", "plan_day": "planning", "plan_agree": "planning", "plan_drop": "planning",
    "refer": "referring", "group": "grouping", "advice": "grouping",
    "authorise": "spending", "pay": "spending", "fund": "spending",
    "assess": "finding", "need": "finding", "background": "finding", "voice": "finding", "outcomes": "counting",
    "packet": "consulting", "go_packets": "consulting",
    "document": "filing", "document_open": "filing", "case_file": "papering", "handover": "papering",
    "go_import": "bringing",
    "save_view": "keeping", "views": "keeping", "drop_view": "keeping", "columns": "keeping", "tally": "keeping",
    "stage_on": "staging", "stage_back": "staging",
    "repeat": "again", "undo": "again", "redo": "again",
    "why": "asking", "copy": "asking", "palette": "asking", "help": "asking", "theme": "asking",
    "deidentify": "masking", "lift": "masking",
}  # fmt: skip

# Acts that `.` can repeat.
REPEATABLE = frozenset(
    {"contact", "snooze", "reviewed", "acknowledge", "tag", "stage", "task", "appointment", "alert", "assign", "edit"}
)


def known() -> frozenset[str]:
    """The commands that have an act."""
    return frozenset(_WHERE)


def find(command: str) -> Act | None:
    """The act of that command, if it has one."""
    module = _WHERE.get(command)
    if module is None:
        return None
    return cast("Act", getattr(import_module(f"{__name__}.{module}"), command))


def act(command: str) -> Act:
    """The act of a command that has one."""
    found = find(command)
    assert found is not None, command
    return found
