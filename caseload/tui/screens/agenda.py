"""The agenda: appointments and due work by week or by day, late work first; clashes say so."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from ...errors import CaseloadError
from ...messages import _, _n
from .. import days, week_grid
from ..commands import AGENDA
from ..draw import Run, run
from ..talk import Left
from ..widgets.sheet import Item
from .reading import Reading

if TYPE_CHECKING:
    from ...casework.agenda import Entry
    from ...casework.clashes import Clash
    from ..overview import Days

_WEEK = 7


class AgendaPage(Reading):
    """What stands in the coming days. The cursor stands on a line, and acts work on its case; or on a day."""

    PLACE = AGENDA
    HINTS: ClassVar[tuple[str, ...]] = (
        "right",
        "week_on",
        "span",
        "do",
        "reschedule",
        "open_row",
        "week_grid",
        "palette",
        "help",
    )

    def __init__(self) -> None:
        super().__init__()
        self.first: date | None = None
        self.days = _WEEK
        self.everyone = False
        self.grid = False
        self.found: Days | None = None
        self.talk.closed_gate = True

    def on_mount(self) -> None:
        self.head.show((run(_(" Agenda")),))
        self.start(self._load())

    async def _load(self, at: tuple[str, Any] | None = None) -> None:
        """Reads these days; the cursor goes to `at` where it is among them, else to today or the first line."""
        from .. import overview

        try:
            await self.app.opened()
            found = await self.desk.read(
                overview.agenda, self.first, self.days, self.everyone, channel=f"agenda-{id(self)}"
            )
            self.found, self.first = found, found.agenda.first
            self.app.standing = found.standing
            self._show(at)
        except CaseloadError as error:
            if self.found is None:
                self.sheet.show((Item(((" " + error.message, "bad"),)), Item(((_("  Esc goes back."), "dim"),))))
            raise
        finally:
            # Keys that waited act on the days that were waited for.
            if self.talk.closed_gate:
                self.talk.open_gate()

    def _show(self, at: tuple[str, Any] | None) -> None:
        found = self.found
        if found is None:
            return
        if self.grid:
            self._show_grid(found)
            return
        items = _items(found)
        places = [index for index, item in enumerate(items) if item.value is not None]
        wanted = [index for index in places if _same(items[index].value, at)]
        today = [index for index in places if items[index].value == ("day", found.standing.today)]
        self.sheet.show(items, at=(wanted or today or places or [0])[0], top=not wanted)
        if self.sheet.value is not None and self.sheet.value[0] == "day":
            self.sheet.lead()
        self._title(found)

    def _show_grid(self, found: Days) -> None:
        standing = found.standing
        width = self.sheet.size.width or 80
        self.sheet.show(
            week_grid.items(found.agenda.entries, found.agenda.first, standing.today, standing.zone, width), at=0
        )
        self._title(found)

    def _title(self, found: Days) -> None:
        agenda, day = found.agenda, found.standing.today
        span = days.shown(agenda.first, day)
        if self.days > 1:
            span = _("{first} to {last}").format(first=span, last=days.shown(agenda.last, day))
        told = []
        if agenda.clashes:
            told.append(
                run(
                    _n("{n} appointment clashes", "{n} appointments clash", agenda.clashes).format(n=agenda.clashes),
                    "bad",
                )
            )
        if not agenda.whole:
            told.append(run(_("  only the first {n}").format(n=len(agenda.entries)), "warn"))
        whose = _("everybody's") if self.everyone else (found.standing.name or found.standing.handle)
        self.head.show((run(_(" Agenda  {span}  ").format(span=span)),), told, (run(f"{whose} "),))
        self.tell()

    async def _again(self) -> None:
        await self._load(self.sheet.value)

    # -- acting on the line under the cursor -----------------------------------------------

    @property
    def entry(self) -> Entry | None:
        value = self.sheet.value
        return value[1] if value is not None and value[0] == "entry" else None

    @property
    def picked(self) -> tuple[str, Any] | None:
        """The task or the appointment under the cursor, as the case page has them."""
        one = self.entry
        if one is None or one.row is None:
            return None
        from ...casework.entries import AppointmentRow, TaskRow

        if one.kind == "task":
            return "task", TaskRow(one.row, one.title, one.on, one.worker, None, None, one.version)
        assert one.starts_at is not None and one.ends_at is not None
        row = AppointmentRow(
            one.row,
            one.starts_at,
            one.ends_at,
            one.title,
            one.place,
            one.worker,
            one.state,
            one.version,
            one.mode,
            one.travel_before,
            one.travel_after,
            one.series,
        )
        return "appointment", row

    def targets(self, command: str) -> list[int]:
        one = self.entry
        if one is None:
            self.say(self._nothing(_("There is no case on this line. Up and down go to one.")), "warn")
            raise Left
        return [one.case_id]

    def _nothing(self, words: str) -> str:
        """What is said where there is nothing to act on: the grid has no lines to stand on."""
        return (
            _("The grid is to look at: v goes back to the list, and Enter there opens a line.") if self.grid else words
        )

    def row_of(self, key: int) -> Any:
        return self.found.rows.get(key) if self.found is not None else None

    async def finished(self, command: str, keys: Sequence[int], *, failed: bool) -> None:
        if not failed:
            self.app.touched(command, keys, self)
        if self.is_attached:
            await self._again()

    async def changed_elsewhere(self, cases: Collection[int]) -> None:
        if self.found is not None and not self.talk.asking:
            await self._again()

    async def undone(self, cases: Collection[str]) -> None:
        await self._again()

    async def came_back(self) -> None:
        await self._again()

    def touched(self, command: str, keys: Sequence[int]) -> None:
        self.start(self._again())

    def do_open_row(self) -> None:
        value = self.sheet.value
        if value is None:
            self.say(self._nothing(_("There is nothing here to open.")), "warn")
            self.tell()
        elif value[0] == "day":
            self._turn(value[1], 1)
        else:
            self.app.open_case(value[1].case_id)

    def do_refresh(self) -> None:
        self.start(self._again())

    # -- going through the days --------------------------------------------------------------

    def _turn(self, first: date, span: int) -> None:
        self.first, self.days = first, span
        self.start(self._load(("day", first)))

    def _day(self) -> date | None:
        """The day the cursor is in."""
        value = self.sheet.value
        if value is None or self.found is None:
            return self.first
        if value[0] == "day":
            return date.fromordinal(value[1].toordinal())
        one: Entry = value[1]
        return self.found.standing.today if one.late else one.on

    def _across(self, step: int) -> None:
        """A day on or back: within the week the cursor goes there, past its end the week turns."""
        day = self._day()
        if self.found is None or day is None:
            return
        wanted = day + timedelta(days=step)
        if self.grid:
            self._week(step)
        elif self.days == 1:
            self._turn(wanted, 1)
        elif self.found.agenda.first <= wanted <= self.found.agenda.last:
            places = [at for at, item in enumerate(self.sheet.items) if item.value == ("day", wanted)]
            if places:
                self.sheet.choose(places[0])
                self.sheet.lead()
        else:
            self.first = self.found.agenda.first + timedelta(days=_WEEK * step)
            self.start(self._load(("day", wanted)))

    def do_right(self) -> None:
        self._across(1)

    def do_left(self) -> None:
        self._across(-1)

    def _week(self, step: int) -> None:
        if self.first is not None:
            self._turn(self.first + timedelta(days=_WEEK * step), self.days)

    def do_week_on(self) -> None:
        self._week(1)

    def do_week_back(self) -> None:
        self._week(-1)

    def do_week_grid(self) -> None:
        """The week as a grid of hours, and back to the list."""
        day = self._day()
        if day is None:
            return
        self.grid = not self.grid
        self.first, self.days = day - timedelta(days=day.weekday()), _WEEK
        self.start(self._load(("day", day)))

    def do_span(self) -> None:
        """Seven days, from Monday; or the one under the cursor."""
        self.grid = False
        day = self._day()
        if day is None:
            return
        if self.days == 1:
            self.first, self.days = day - timedelta(days=day.weekday()), _WEEK
        else:
            self.first, self.days = day, 1
        self.start(self._load(("day", day)))

    def do_whose(self) -> None:
        self.everyone = not self.everyone
        self.start(self._again())

    def do_back_out(self) -> None:
        self.do_back()

    def do_go_agenda(self) -> None:
        """Back to this week."""
        self.first, self.days, self.grid = None, _WEEK, False
        self.start(self._load())


def _same(value: tuple[str, Any], wanted: tuple[str, Any] | None) -> bool:
    """Whether a line is the one that was stood on: the same day, or the same work."""
    if wanted is None or value[0] != wanted[0]:
        return False
    if value[0] == "day":
        return bool(value[1] == wanted[1])
    a, b = value[1], wanted[1]
    return (a.kind, a.case_id, a.row) == (b.kind, b.case_id, b.row)


def _items(found: Days) -> list[Item]:
    """The lines: what is late, then each day with its work."""
    agenda, today, zone = found.agenda, found.standing.today, found.standing.zone
    late = [one for one in agenda.entries if one.late]
    items: list[Item] = []
    if late:
        title = _n("Late: {n}", "Late: {n}", len(late)).format(n=len(late))
        items.append(Item((run(title, "title"),)))
        items += [_line(one, today, zone, dated=True) for one in late]
    for number in range((agenda.last - agenda.first).days + 1):
        day = agenda.first + timedelta(days=number)
        work = [one for one in agenda.entries if one.on == day and not one.late]
        words = days.shown(day, today) + (_("  today") if day == today else "")
        count = str(len(work)) if work else "–"
        items.append(Item((run(words, "title"),), value=("day", day), right=(run(count, "dim"),)))
        items += [_line(one, today, zone, dated=False) for one in work]
    return items


def _line(one: Entry, today: date, zone: Any, *, dated: bool) -> Item:
    what = {"task": _("task"), "appointment": "", "snooze": _("back")}.get(one.kind, _("due"))
    tone = "bad" if one.late else "strong"
    if one.starts_at is not None and one.ends_at is not None:
        starts, ends = one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)
        what = f"{starts:%H:%M}–{ends:%H:%M}"
        tone = "bad" if one.clash else "key"
    clocks = {
        "contact": _("contact"), "snooze": _("from snooze"), "assessment": _("assessment"), "plan": _("plan"), "review": _("review"),
        "annual": _("yearly assessment"),
    }  # fmt: skip
    title = one.title or clocks.get(one.kind, "")
    if one.state in ("kept", "missed"):
        title += " ✓" if one.state == "kept" else _(" (missed)")
        tone = "dim"
    when = f"{days.shown(one.on, today)}  " if dated else ""
    who = one.client or one.case
    clash: tuple[Run, ...] = (run(_("CLASH "), "bad"),) if one.clash else ()
    head = (run(f"  {what:<12}", tone), *clash, run(f"{when}{title}  "), run(who, "dim"))
    body = "; ".join([*_way(one, zone), *(_clash(found, zone) for found in one.clashes)])
    return Item(
        head, body, ("entry", one), (run(f"{one.worker or ''}", "dim"),), "bad" if one.clash else "dim", indent=16
    )


def _way(one: Entry, zone: Any) -> list[str]:
    """When the worker leaves and is back, where there is a way; and that the client is alone there."""
    if one.mode == "client_alone":
        return [_("the client goes alone")]
    if not one.travel_before + one.travel_after or one.starts_at is None or one.ends_at is None:
        return []
    leaves = one.starts_at.astimezone(zone) - timedelta(minutes=one.travel_before)
    back = one.ends_at.astimezone(zone) + timedelta(minutes=one.travel_after)
    return [_("on the way from {leaves}, back {back}").format(leaves=f"{leaves:%H:%M}", back=f"{back:%H:%M}")]


def _clash(one: Clash, zone: Any) -> str:
    """With what an appointment clashes, as far as it is in sight."""
    whose = {"client": _("the client's"), "worker": _("the worker's"), "both": _("the client's and the worker's")}[
        one.whose
    ]
    if one.case is None:
        return _("clashes with {whose}, out of sight").format(whose=whose)
    starts, ends = one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)
    words = (
        _("the way clashes with {case}, {starts}–{ends}")
        if one.on_the_way
        else _("clashes with {case}, {starts}–{ends} ({whose})")
    )
    return words.format(case=one.case, starts=f"{starts:%H:%M}", ends=f"{ends:%H:%M}", whose=whose)
