"""The columns of the case lists: how each fact of a row is written in a cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from ...messages import _
from .. import days, terms
from ..draw import Run
from ..widgets.columns import Column

if TYPE_CHECKING:
    from ...casework.triage import QueueRow

Day = Callable[[], date | None]


def _level(row: QueueRow) -> Run:
    if row.urgency >= 20:
        return "z", "dim"
    return str(row.level), "bad" if row.level == 1 else "warn" if row.level <= 3 else "dim"


def _client(row: QueueRow) -> Run:
    return row.client or _("(no name shown)"), "plain" if row.client else "dim"


def _risk(row: QueueRow) -> Run:
    return terms.risk_words(row.risk), "bad" if row.risk == "critical" else "plain"


def _worker(row: QueueRow) -> Run:
    return row.worker or _("nobody"), "plain" if row.worker else "warn"


def _why(today: Day) -> Callable[[QueueRow], Run]:
    def cell(row: QueueRow) -> Run:
        day = today()
        words = terms.reasons_words(row, day) if day is not None else []
        if not words:
            return _("in order"), "dim"
        return " · ".join(words), "plain"

    return cell


def _day(read: Callable[[QueueRow], date | None], today: Day, nothing: str) -> Callable[[QueueRow], Run]:
    def cell(row: QueueRow) -> Run:
        day = read(row)
        return (days.shown(day, today()), "plain") if day is not None else (nothing, "dim")

    return cell


def queue_columns(today: Day) -> Sequence[Column]:
    """Today's list: what is wrong says more than whose it is."""
    return (
        Column("level", "!", 1, 1, _level),
        Column("case", _("case"), 11, 2, lambda row: (row.case, "plain")),
        Column("client", _("client"), 12, 3, _client, grow=1, most=30, want=18),
        Column("why", _("why"), 20, 1, _why(today), grow=4, want=34),
        Column("risk", _("risk"), 8, 4, _risk),
        Column("stage", _("stage"), 10, 7, lambda row: (terms.stage_words(row.stage), "plain")),
        Column("program", _("program"), 10, 6, lambda row: (row.program, "plain"), grow=1, most=16),
        Column("worker", _("worker"), 8, 5, _worker, grow=1, most=14),
    )


def case_columns(today: Day) -> Sequence[Column]:
    """The list of cases: one fact a column, each can be sorted by."""
    return (
        Column("level", "!", 1, 1, _level),
        Column("case", _("case"), 11, 1, lambda row: (row.case, "plain")),
        Column("client", _("client"), 16, 2, _client, grow=3, most=34),
        Column("program", _("program"), 9, 5, lambda row: (row.program, "plain"), grow=1, most=16),
        Column("stage", _("stage"), 10, 4, lambda row: (terms.stage_words(row.stage), "plain")),
        Column("risk", _("risk"), 8, 4, _risk),
        Column("worker", _("worker"), 8, 3, _worker, grow=1, most=14),
        Column("last_contact", _("last met"), 11, 6, _day(lambda row: row.last_contact, today, _("never"))),
        Column("next_due", _("contact due"), 11, 7, _day(lambda row: row.contact_due, today, "")),
        Column("why", _("why"), 20, 8, _why(today), grow=2),
    )


def board_columns(today: Day) -> Sequence[Column]:
    """A stage of the board: who it is and what is wrong, in half a screen; the number where no name may be shown."""
    return (
        Column("level", "!", 1, 1, _level),
        Column("client", _("case"), 12, 1, lambda row: (row.client or row.case, "plain"), grow=2, most=30),
        Column("why", _("why"), 12, 2, _why(today), grow=3, want=14),
        Column("risk", _("risk"), 8, 3, _risk),
        Column("worker", _("worker"), 8, 4, _worker, grow=1, most=14),
    )


def choosable() -> tuple[str, ...]:
    """The columns a person may choose among."""
    return tuple(column.name for column in all_columns(lambda: None))


def all_columns(today: Day) -> Sequence[Column]:
    """Every column of the list of cases: the usual ones, and those of a view that asks for them."""
    return (
        *case_columns(today),
        Column("since", _("since"), 11, 9, _day(lambda row: row.since, today, "")),
        Column("snoozed_until", _("snoozed until"), 13, 9, _day(lambda row: row.snoozed_until, today, "")),
    )


def chosen_columns(today: Day, names: Sequence[str]) -> Sequence[Column]:
    """The columns of those names in that order, the first the one that stays longest; the usual ones where there are none."""
    if not names:
        return case_columns(today)
    known = {column.name: column for column in all_columns(today)}
    return tuple(known[name]._replace(priority=place) for place, name in enumerate(names, 1) if name in known)
