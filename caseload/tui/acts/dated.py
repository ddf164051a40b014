"""Acts with a day in them: tasks, appointments, alerts."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ...errors import Usage
from ...messages import _
from .. import days, diary, terms, verbs
from ..prompts import Words
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
    """The day and hour, then perhaps minutes, then what for: `fri 14:30 home visit`. Nothing at all opens the whole form."""
    keys = page.targets("appointment")
    standing = page.app.standing
    assert standing is not None

    def read(text: str) -> tuple[datetime, int, str] | None:
        if not text.strip():
            return None
        at, rest = days.read_moment(text, standing.today, standing.zone)
        minutes, title = days.read_minutes(rest)
        if minutes == 0:
            raise Usage(_("An appointment lasts at least a minute."))
        return at, minutes or 60, title

    def show(found: tuple[datetime, int, str] | None) -> str:
        if found is None:
            return _("Enter opens the whole form")
        at, minutes, _title = found
        return _("{day} {time}, {n} min").format(
            day=days.shown(at.date(), standing.today), time=f"{at:%H:%M}", n=minutes
        )

    question: Words[tuple[datetime, int, str] | None] = Words(
        _("Appointment:"),
        reads=read,
        echo=reader(read, show),
        hint=_("fri 14:30 45 home visit; Enter: the whole form"),
    )
    found, words = await words_about(page, question, "appointment", keys)
    if found is None:
        await whole(page, keys[0])
        return
    at, minutes, title = found
    from ...casework.appointments import NewAppointment

    warned = await page.desk.read(diary.warnings, NewAppointment(keys[0], at, minutes, title))
    await _agreed(page, warned, _("Make it?"))
    page.commit("appointment", verbs.appoint(keys[0], at, minutes, title, words), keys, words=words)


async def whole(page: Page, key: int, row: Any = None) -> None:
    """The form of an appointment: a new one, or one that stands."""
    from ..screens.appointment import AppointmentForm

    place = "appointment-form" if row is None else f"appointment-edit-{row.id}"
    kept = await page.app.jotter.recall(f"{place}|case:{key}")
    about, standing = page.row_of(key), page.app.standing
    assert standing is not None
    await page.visit(AppointmentForm(key, about.case if about is not None else "", kept, standing, row))


async def _agreed(page: Page, warnings: list[str], question: str) -> None:
    from ..screens.appointment import agreed

    await agreed(page, warnings, question)


async def which_of(page: Page, row: Any, label: str) -> str:
    """Of a series: this one, those after it too, or all from today on."""
    if row.series is None:
        return "one"
    coded = (
        ("o", _("this one"), "one"), ("f", _("it and those after it"), "following"), ("a", _("all from today on"), "all"),
    )  # fmt: skip
    return await page.ask(letters(label, coded))


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
    which = await which_of(page, row, _("Move"))
    await _agreed(page, await page.desk.read(diary.warnings_moved, row.id, at, minutes), _("Move it?"))
    page.commit("appointment", verbs.move_appointment(row.id, row.version, at, minutes, which), [key])


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
