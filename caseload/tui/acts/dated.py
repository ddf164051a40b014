"""Acts with a day in them: tasks, appointments, alerts."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ...errors import Usage
from ...messages import _, _n
from .. import asks, days, terms, verbs
from ..prompts import Words, yes_no
from ..talk import Left
from .speaking import letters, reader, required, words_about

if TYPE_CHECKING:
    from ..screens.page import Page


async def task(page: Page) -> None:
    """The day, then what is to be done: `fri call the landlord`."""
    keys = page.targets("task")
    today = page.app.today
    assert today is not None
    due: date | None = page.app.memory.given("due")
    if due is None:
        await new_task(page, "task")
        return
    again: Words[str] = Words(
        _("Task for {day}:").format(day=days.shown(due, today)),
        reads=lambda text: required(text, _("What is to be done?")),
    )
    title, words = await words_about(page, again, "task-again", keys)
    page.commit("task", verbs.add_task(keys[0], title, due, words), keys, words=words)


async def new_task(page: Page, form: str) -> None:
    """The day and what is to be done, on one line. `form` is where the words are kept."""
    keys = page.targets("task")
    today = page.app.today
    assert today is not None

    def read(text: str) -> tuple[date, str]:
        day, title = days.read_day(text, today)
        return day, required(title, _("What is to be done by {day}?").format(day=days.shown(day, today)))

    def show(found: tuple[date, str]) -> str:
        return _("due {day}").format(day=days.shown(found[0], today))

    question: Words[tuple[date, str]] = Words(
        _("Task:"), reads=read, echo=reader(read, show), hint=_("day, then what: fri call the landlord")
    )
    (due, title), words = await words_about(page, question, form, keys)
    page.app.memory.hear("due", due)
    page.commit("task", verbs.add_task(keys[0], title, due, words), keys, words=words)


async def appointment(page: Page) -> None:
    """The day and hour, then perhaps minutes, then what for: `fri 14:30 home visit`."""
    keys = page.targets("appointment")
    standing = page.app.standing
    assert standing is not None

    def read(text: str) -> tuple[datetime, int, str]:
        at, rest = days.read_moment(text, standing.today, standing.zone)
        minutes, title = days.read_minutes(rest)
        if minutes == 0:
            raise Usage(_("An appointment lasts at least a minute."))
        return at, minutes or 60, title

    def show(found: tuple[datetime, int, str]) -> str:
        at, minutes, _title = found
        return _("{day} {time}, {n} min").format(
            day=days.shown(at.date(), standing.today), time=f"{at:%H:%M}", n=minutes
        )

    question: Words[tuple[datetime, int, str]] = Words(
        _("Appointment:"),
        reads=read,
        echo=reader(read, show),
        hint=_("fri 14:30 home visit, or fri 14:30 45 home visit"),
    )
    (at, minutes, title), words = await words_about(page, question, "appointment", keys)
    page.commit("appointment", verbs.appoint(keys[0], at, minutes, title, words), keys, words=words)


async def reschedule(page: Page) -> None:
    """Another day for the task under the cursor; another day and hour for the appointment."""
    key = page.targets("reschedule")[0]
    picked: tuple[str, Any] | None = getattr(page, "picked", None)
    if picked is not None and picked[0] == "task" and picked[1].done_at is None:
        await move_task(page, key, picked[1])
    elif picked is not None and picked[0] == "appointment" and picked[1].state == "scheduled":
        await move_appointment(page, key, picked[1])
    else:
        page.say(
            _("Put the cursor on an open task or a planned appointment; nothing else is moved to another day."), "warn"
        )
        raise Left


async def move_task(page: Page, key: int, row: Any) -> None:
    """The day by which it is now to be done."""
    today = page.app.today
    assert today is not None

    def read(text: str) -> date:
        return days.read_day(text, today)[0]

    question: Words[date] = Words(
        _("New day:"),
        reads=read,
        echo=reader(read, lambda day: days.shown(day, today)),
        hint=_("t  m  w  fri  10d  24 nov"),
    )
    due = await page.ask(question)
    page.commit("task", verbs.change_task(row.id, row.version, None, due, None), [key])


async def move_appointment(page: Page, key: int, row: Any) -> None:
    """The day and hour, or one of them; perhaps minutes. What it would then overlap is asked about first."""
    standing = page.app.standing
    assert standing is not None
    now = row.starts_at.astimezone(standing.zone)
    lasts = int((row.ends_at - row.starts_at).total_seconds()) // 60

    def read(text: str) -> tuple[datetime, int]:
        at, minutes = days.read_new_time(text, now, standing.today)
        return at, minutes or lasts

    def show(found: tuple[datetime, int]) -> str:
        at, minutes = found
        return _("{day} {time}, {n} min").format(
            day=days.shown(at.date(), standing.today), time=f"{at:%H:%M}", n=minutes
        )

    question: Words[tuple[datetime, int]] = Words(
        _("New time:"), reads=read, echo=reader(read, show), hint=_("fri 14:30, or fri, or 14:30; minutes after it")
    )
    at, minutes = await page.ask(question)
    overlapping = await page.desk.read(asks.overlaps, row.id, at, minutes)
    if overlapping:
        words = _n("It overlaps another appointment. Move it?", "It overlaps {n} others. Move it?", overlapping)
        if not await page.ask(yes_no(words.format(n=overlapping))):
            raise Left
    page.commit("appointment", verbs.move_appointment(row.id, row.version, at, minutes), [key])


async def alert(page: Page) -> None:
    """Its level, its kind, a sentence."""
    keys = page.targets("alert")
    level = await page.ask(letters(_("Alert, level"), terms.alert_levels(), "level"))
    kind = await page.ask(letters(_("About"), terms.alert_kinds(), "alert_kind"))
    question: Words[str] = Words(
        _("Alert:"),
        reads=lambda text: required(text, _("An alert needs a sentence.")),
        hint=_("what to know before knocking"),
    )
    text, words = await words_about(page, question, "alert", keys)
    page.commit("alert", verbs.raise_alert(keys[0], text, kind, level, words), keys, words=words)
