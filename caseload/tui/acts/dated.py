"""Acts with a day in them: tasks, appointments, alerts."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from ...errors import Usage
from ...messages import _
from .. import days, terms, verbs
from ..prompts import Words
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
