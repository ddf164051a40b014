"""An appointment with everything that can be said of it: when, how, where, the way, whose, and whether it comes again."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ...casework import recurrence, travel
from ...casework.appointments import Changes, NewAppointment
from ...errors import CaseloadError, Usage
from ...messages import _
from .. import days, diary, scribbles, terms
from ..draw import line_keep
from ..prompts import yes_no
from ..talk import Left
from .asking import Asked, Asking

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, tzinfo

    from ...casework.entries import AppointmentRow
    from ...casework.recurrence import Rule
    from ...store.database import Receipt
    from ..asks import Standing
    from .page import Page


class AppointmentForm(Asking):
    """A new appointment, or with `row` one that stands. What it clashes with is asked about before it is made."""

    def __init__(
        self, key: int, number: str, kept: scribbles.Kept | None, standing: Standing, row: AppointmentRow | None = None
    ) -> None:
        asked = (
            Asked("when", _("When"), _("the day and hour: fri 14:30, 24 nov 9:00")),
            Asked("minutes", _("Minutes"), _("how long it lasts"), usual="60"),
            Asked("title", _("What for"), limit=500),
            Asked("place", _("Where"), _("empty: at the office; the way is reckoned to there"), limit=500),
            Asked(
                "how", _("How"), "", tuple(terms.appointment_modes().values()), terms.appointment_modes()["in_person"]
            ),
            Asked("travel", _("The way"), _("minutes there and back, 20 or 20,5; empty: as reckoned")),
            Asked("worker", _("Whose"), _("a colleague's handle; empty: who holds the case")),
            Asked("repeat", _("Again"), _("weekly on mon,thu; every 2 weeks; monthly on last fri; empty: once")),
            Asked("until", _("Until"), _("its last day, or how many times, 12x; empty: it goes on")),
        )
        if row is None:
            super().__init__(
                f"appointment-form|case:{key}", _(" Appointment in {number}").format(number=number), asked, kept
            )
        else:
            title = _(" Appointment #{id} in {number}").format(id=row.id, number=number)
            super().__init__(f"appointment-edit-{row.id}|case:{key}", title, asked, kept, _stands(row, standing.zone))
        self.key, self.row, self.looks = key, row, standing
        # Words typed over an earlier version are words over that version.
        self.version = row.version if row is not None else None
        if kept is not None and kept.seen is not None:
            self.version = kept.seen

    @property
    def seen(self) -> int | None:
        return self.version

    async def save(self, command: str) -> None:
        receipt: Receipt = await (self._make() if self.row is None else self._change(self.row))
        self.dismiss(receipt)
        self.app.say_done(receipt)

    async def _make(self) -> Receipt:
        new = NewAppointment(
            self.key, self._when(), self._minutes(), self.value("title"), self.value("place"), self.value("worker") or None,
            self._how(), self._way(), self._rule(), scratch=self.place,
        )  # fmt: skip
        await agreed(self, await self.desk.read(diary.warnings, new), _("Make it?"))
        return await self.write("appointment", diary.appoint(new), [self.key], words=(self.place, self.text()))

    async def _change(self, row: AppointmentRow) -> Receipt:
        stood = _stands(row, self.looks.zone)
        changed = {one.name for one in self.asked if self.value(one.name) != stood[one.name]}
        if not changed:
            self.say(_("Nothing of the appointment is different."), "warn")
            raise Left
        wanted = Changes(
            self._when() if "when" in changed else None, self._minutes() if "minutes" in changed else None,
            self.value("title") if "title" in changed else None, self.value("place") if "place" in changed else None,
            (self.value("worker") or None) if "worker" in changed else None, self._how() if "how" in changed else None,
            self._way() if "travel" in changed else None, self._rule(),
        )  # fmt: skip
        from ..acts.dated import which_of

        which = await which_of(self, row, _("Change"))
        if wanted.repeat is None and {"when", "minutes"} & changed:
            found = await self.desk.read(diary.warnings_moved, row.id, self._when(), self._minutes())
            await agreed(self, found, _("Move it?"))
        doing = diary.change(row.id, wanted, self.version or row.version, which, self.place)
        return await self.write("reschedule", doing, [self.key], words=(self.place, self.text()))

    # -- what is typed in the fields. Each raises Usage, with the cursor on the field ------------------------

    def _read(self, name: str, read: Callable[[str], object]) -> object:
        try:
            return read(self.value(name))
        except CaseloadError:
            self.back_to(name)
            raise

    def _when(self) -> datetime:
        standing = self.looks

        def read(text: str) -> datetime:
            at, rest = days.read_moment(text, standing.today, standing.zone)
            if rest:
                raise Usage(_("Type the day and the hour, as in fri 14:30 or 24 nov 9:00."))
            return at

        return self._read("when", read)  # type: ignore[return-value]

    def _how(self) -> str:
        named = self.coded("how")
        return next(code for code, words in terms.appointment_modes().items() if words == named)

    def _minutes(self) -> int:
        def read(text: str) -> int:
            minutes, rest = days.read_minutes(text)
            if not minutes or rest:
                raise Usage(_("An appointment lasts between 1 and 1440 minutes."))
            return minutes

        return self._read("minutes", read)  # type: ignore[return-value]

    def _way(self) -> tuple[int, int] | None:
        return self._read("travel", lambda text: travel.read(text) if text else None)  # type: ignore[return-value]

    def _rule(self) -> Rule | None:
        rule: Rule | None = self._read("repeat", lambda text: recurrence.read(text) if text else None)  # type: ignore[assignment]

        def end(text: str) -> Rule | None:
            if not text:
                return rule
            if rule is None:
                raise Usage(_("Only what comes again has an end: say how under Again."))
            if rule.count is not None or rule.until is not None:
                raise Usage(_("A rule ends after a number of times or on a day, not both."))
            if match := re.fullmatch(r"([0-9]{1,3}) ?(x|times)", text.casefold()):
                return replace(rule, count=max(1, int(match[1])))
            day, rest = days.read_day(text, self.looks.today)
            if rest:
                raise Usage(_("Type a day, or how many times, as in 12x."))
            return replace(rule, until=day)

        return self._read("until", end)  # type: ignore[return-value]


def _stands(row: AppointmentRow, zone: tzinfo) -> dict[str, str]:
    """An appointment as its fields read."""
    starts = row.starts_at.astimezone(zone)
    minutes = int((row.ends_at - row.starts_at).total_seconds()) // 60
    found = {
        "when": f"{starts:%Y-%m-%d %H:%M}", "minutes": str(minutes), "title": row.title or "", "place": row.place or "",
        "how": terms.appointment_modes()[row.mode], "travel": f"{row.travel_before},{row.travel_after}", "worker": row.worker or "",
        "repeat": "", "until": "",
    }  # fmt: skip
    return {name: line_keep(text).strip() for name, text in found.items()}


async def agreed(page: Page, warnings: list[str], question: str) -> None:
    """Goes on where nothing is to be known, or whoever is asked says yes. Raises Left."""
    if warnings and not await page.ask(yes_no(as_question(warnings, question))):
        raise Left


def as_question(warnings: list[str], question: str) -> str:
    words = "; ".join(warnings)
    return f"{words[:1].upper()}{words[1:]}. {question}"
