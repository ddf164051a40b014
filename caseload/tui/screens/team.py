"""Team: the supervisor's desk on one screen. Every number opens its rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from textual.widget import Widget

from ...errors import CaseloadError
from ...messages import _, _n
from .. import days
from ..commands import PACKET, TEAM
from ..draw import Run, run
from ..state import View
from ..widgets.grid import Cell, GridColumn, GridRow
from .gridded import Gridded

if TYPE_CHECKING:
    from ...casework.supervision import Desk, Figure, Line
    from ...reports.overload import Warning

# The counted parts of a line beside the load, in the order of the columns.
_PARTS = ("now", "overdue", "unread", "new", "snoozed", "unvisited")


class Team(Gridded):
    """Who carries how much, what nobody holds, who is away and who covers, what waits to be read."""

    PLACE = TEAM
    HINTS: ClassVar[tuple[str, ...]] = (
        "open_row",
        "right",
        "down",
        "go_supervision",
        "refresh",
        "go_today",
        "back_out",
        "palette",
        "help",
    )

    def __init__(self) -> None:
        super().__init__()
        self.loaded = False
        # Whose line each row is, the rows of nobody first.
        self.people: Sequence[str] = ()
        self.warnings: Sequence[Warning] = ()
        self.talk.closed_gate = True

    def body(self) -> Iterable[Widget]:
        yield self.grid

    def on_mount(self) -> None:
        self.grid.focus()
        self.line.apart = True
        self.grid.empty = (_("One moment…"),)
        self.head.show((run(_(" Team")),))
        self.start(self._load())

    async def _load(self) -> None:
        from .. import overview

        try:
            await self.app.opened()
            found = await self.desk.report(overview.team)
        except CaseloadError as error:
            if not self.loaded:
                self.grid.empty = (error.message, *error.details, _("Esc goes back."))
                self.grid.refresh()
            raise
        finally:
            if self.talk.closed_gate:
                self.talk.open_gate()
        self.loaded = True
        self.app.standing = found.standing
        self._show(found.desk)
        # Reckoned from weeks of history, so nothing waits for them.
        self.start(self._warn(found.desk))

    async def _warn(self, desk: Desk) -> None:
        from .. import counting

        self.warnings = await self.desk.report(counting.warnings)
        self._show(desk)

    def _show(self, desk: Desk) -> None:
        standing = self.app.standing
        titles = (_("now"), _("late"), _("to read"), _("new"), _("asleep"), _("to see"))
        columns = [GridColumn(_("load"), 9, 1)]
        columns += [
            GridColumn(title, max(4, len(title)), place)
            for title, place in zip(titles, (2, 3, 4, 7, 6, 5), strict=True)
        ]
        # A case manager has a line of their own, and that is all of it.
        alone = standing is not None and standing.role == "case_manager"
        rows = (
            []
            if alone
            else [
                self._row(
                    _("everybody"), desk.whole, _both(_together(desk.whole), self._visits(desk, desk.whole)), "strong"
                ),
                self._row(_("nobody holds"), desk.nobody, "", "warn" if desk.nobody.figures["cases"].count else "dim"),
            ]
        )
        if desk.comments:
            said = _n("{n} comment on what you wrote", "{n} comments on what you wrote", desk.comments)
            view = View("comment:new", name=_("Comments for you"))
            cell, blank = Cell(str(desk.comments), "warn", view), Cell("", "dim", view)
            row = (blank, blank, blank, cell, *(blank for _part in _PARTS[3:]))
            rows.append(GridRow(_("for you"), row, said.format(n=desk.comments), "warn"))
        if desk.packets:
            said = _n("{n} colleague asks you about a case", "{n} colleagues ask you about cases", desk.packets)
            blank = Cell("", "dim", PACKET)
            cells = (Cell(f"{desk.packets} ", "warn", PACKET), *(blank for _part in _PARTS))
            rows.append(GridRow(_("packets for you"), cells, said.format(n=desk.packets), "warn"))
        rows += [_waiting_row(part, figure) for part, figure in desk.waiting.items() if figure.count]
        rows += [_warning_row(one) for one in self.warnings]
        self.people = [one.worker or "" for one in desk.workers]
        for one in desk.workers:
            away = (
                _("{name}, away") if one.status == "away" else _("{name}, left") if one.status == "left" else "{name}"
            )
            beside = _both(self._beside(one), self._visits(desk, one))
            rows.append(self._row(away.format(name=one.name), one, beside, "plain"))
        self.grid.empty = (_("Nobody works here yet."), _("An admin adds workers: caseload worker add HANDLE"))
        self.grid.show(columns, rows)
        parts = [
            _n("{n} over load", "{n} over load", len(desk.over)).format(n=len(desk.over)),
            _("{n} with room").format(n=len(desk.room)),
            _("{n} away").format(n=len(desk.away)),
        ]
        if desk.leavers:
            parts.append(
                _n("{n} leaver with cases", "{n} leavers with cases", len(desk.leavers)).format(n=len(desk.leavers))
            )
        right = "" if standing is None else f"{standing.name or standing.handle} · {days.shown(standing.today)} "
        self.head.show((run(_(" Team  ")),), (run(" · ".join(parts)),), (run(right),))
        self.tell()

    def _row(self, name: str, line: Line, beside: str, tone: str) -> GridRow:
        whose = line.name if line.worker else name
        cases = line.figures["cases"]
        # Nobody gives more to who is away or has left, however few cases they hold.
        room = line.standing == "room" and line.status in ("", "active")
        sign = "!" if line.standing == "over" else "○" if room else " "
        load = str(cases.count)
        if line.worker is not None:
            load += f"/{line.capacity}" if line.capacity is not None else ""
        over = "bad" if line.standing == "over" else "plain"
        found = [Cell(load + sign, over, View(cases.query, name=whose))]
        tones = {"now": "bad", "overdue": "warn", "unread": "key"}
        for part in _PARTS:
            count = line.figures[part].count
            view = View(line.figures[part].query, name=f"{whose}: {_part_words(part)}")
            found.append(Cell(str(count), tones.get(part, "plain") if count else "dim", view))
        return GridRow(name, found, beside, tone)

    def _visits(self, desk: Desk, line: Line) -> str:
        """The month's visits in a sentence; nothing where none is due."""
        from ...casework import visits

        day = days.shown(desk.visits_by, self.app.today)
        return visits.in_words(line.visits, day).rstrip(".") if line.visits.due else ""

    def _beside(self, one: Line) -> str:
        words = []
        if one.percent is not None:
            load = {"over": _("over load, {n} %"), "room": _("has room, {n} %")}.get(one.standing, "{n} %")
            if one.status != "active" and one.standing == "room":
                load = "{n} %"
            words.append(load.format(n=f"{one.percent:g}"))
        if one.unseen:
            words.append(_unseen(one))
        if one.away_until is not None:
            words.append(_("away until {day}").format(day=days.shown(one.away_until, self.app.today)))
            words.append(
                _("covered by {who}").format(who=", ".join(one.covered_by)) if one.covered_by else _("NOT covered")
            )
        if one.left_on is not None:
            words.append(_("last day {day}").format(day=days.shown(one.left_on, self.app.today)))
        elif one.status == "left":
            words.append(_("has left"))
        return " · ".join(words)

    def standing(self) -> Sequence[Run]:
        """What is said beside the line under the cursor, whole: on a narrow screen there is no room beside it."""
        beside = self.grid.rows[self.grid.at].beside if self.grid.rows else ""
        view = self.grid.value
        if isinstance(view, View) and view.query.endswith("visit:due"):
            # On that number, what it takes; there is no room for all of it.
            beside = beside.rpartition(" · ")[2]
        return (run(f"{beside}  ", "mark"),) if beside else ()

    # -- what the keys do ---------------------------------------------------------------

    async def changed_elsewhere(self, cases: Collection[int]) -> None:
        if self.loaded:
            await self._load()

    async def undone(self, cases: Collection[str]) -> None:
        self.start(self._load())

    def touched(self, command: str, keys: Sequence[int]) -> None:
        self.start(self._load())

    async def came_back(self) -> None:
        await self._load()

    def do_open_row(self) -> None:
        from .openings import OpeningsPage

        view: View | str | Warned | type[OpeningsPage] | None = self.grid.value
        if isinstance(view, type):
            self.app.push_screen(view())
            return
        if isinstance(view, Warned):
            from .counted import WarningPage

            self.app.push_screen(WarningPage(view.told))
            return
        if isinstance(view, str):
            self.run_command("go_packets")
            return
        if view is None:
            self.say(_("There is nothing here to open."), "warn")
            self.tell()
            return
        self.app.open_list(view)

    def do_go_supervision(self) -> None:
        """The agenda of the worker under the cursor; on a line of nobody's, one's own."""
        at = self.grid.at - (len(self.grid.rows) - len(self.people))
        if at >= len(self.people):
            self.say(_("There is nobody here whose agenda it would be. r reads the team again."), "warn")
            self.tell()
            return
        self.app.go_supervision(self.people[at] if at >= 0 else None)

    def do_refresh(self) -> None:
        self.start(self._load())

    def do_go_team(self) -> None:
        self.do_refresh()


def _waiting_row(part: str, figure: Figure) -> GridRow:
    """What waits that is nobody's line: the number, and in words what it counts."""
    name, said = {
        "late_offers": (_("late offers"), _("offered, and not answered by the day")),
        "uncovered": (_("not covered"), _("their worker is away, and nobody covers them")),
        "custodian_away": (_("custodian away"), _("restricted; who answers for them is away or has left")),
        "glass": (
            _("glass broken"),
            _("opened in an emergency; Enter reads why"),
        ),
        "answers": (_("answers"), _("a consultant answered what you asked; opening the case shows it")),
        "plans": (_("plans to approve"), _("put forward by others; P on a case opens its plan, s approves it")),
        "money": (_("to authorise"), _("asked for above a limit; Enter on it, among a case's services, approves it")),
    }[part]
    view: Any = View(figure.query, name=name.capitalize())
    if part == "glass":
        from .openings import OpeningsPage

        view = OpeningsPage
    blank = Cell("", "dim", view)
    return GridRow(name, (Cell(f"{figure.count} ", "bad", view), *(blank for _part in _PARTS)), said, "warn")


class Warned(NamedTuple):
    """Stands behind a warning's line."""

    told: Warning


def _warning_row(told: Warning) -> GridRow:
    """An early warning of overload: whose, the last figure, and all of them in words."""
    from ...reports.overload import rule_words

    cell, blank = Cell(f"{told.figures[-1].count} ", "warn", Warned(told)), Cell("", "dim", Warned(told))
    said = f"{rule_words(told.rule)}: {told.words}"
    return GridRow(f"{told.name or told.worker}", (cell, *(blank for _part in _PARTS)), said, "warn")


def _together(whole: Line) -> str:
    told = ""
    if whole.capacity is not None:
        told = _("{n} of {places} places, {share} %").format(
            n=whole.held, places=whole.capacity, share=f"{whole.percent:g}"
        )
    return _both(told, _unseen(whole) if whole.unseen else "")


def _unseen(line: Line) -> str:
    """What the load counts and no number shows."""
    return _n("{n} more out of your sight", "{n} more out of your sight", line.unseen).format(n=line.unseen)


def _both(one: str, other: str) -> str:
    return " · ".join(part for part in (one, other) if part)


def _part_words(part: str) -> str:
    return {
        "now": _("now"), "overdue": _("overdue"), "unread": _("notes to read"), "new": _("not acknowledged"),
        "snoozed": _("snoozed"), "unvisited": _("no visit this month"),
    }[part]  # fmt: skip
