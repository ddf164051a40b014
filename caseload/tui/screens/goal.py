"""Writing goals and steps of a plan, one question a line, and setting them right."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from ...casework.goals import NewGoal
from ...casework.steps import WHO, NewStep
from ...errors import CaseloadError, Usage
from ...messages import _
from .. import days, planning, scribbles
from .asking import Asked, Asking
from .correcting import Correcting, Stands

if TYPE_CHECKING:
    from ...casework.plan_rows import GoalRow, StepRow
    from ...store.database import Receipt
    from ..verbs import Doing

Needs = Sequence[tuple[int, str]]


def _need(one: tuple[int, str]) -> str:
    return f"{one[1].casefold()} #{one[0]}"


def _goal_asked(needs: Needs) -> tuple[Asked, ...]:
    asked = [
        Asked("title", _("Goal"), _("what is to be reached, in the client's words"), limit=500),
        Asked("measure", _("Seen by"), _("how you will both see that it is reached"), limit=500),
        Asked("starts", _("From"), _("a day, or nothing: today, mon, 1 dec, 2026-12-01")),
        Asked("due", _("By"), _("a day, or nothing: 3m is 13w, 1 jun, 2027-06-01")),
    ]
    if needs:
        asked.insert(2, Asked("need", _("Need"), "", tuple(_need(one) for one in needs)))
    return tuple(asked)


def _step_asked() -> tuple[Asked, ...]:
    return (
        Asked("title", _("Step"), _("what is done"), limit=500),
        Asked("who", _("Who"), "", WHO, "worker"),
        Asked("name", _("Name"), _("of the provider, or of whoever else does it")),
        Asked("worker", _("Worker"), _("a colleague's handle; empty: whoever holds the case")),
        Asked("starts", _("From"), _("a day, or nothing: today, mon, 1 dec, 2026-12-01")),
        Asked("due", _("By"), _("a day, or nothing: fri, 2w, 2026-12-01")),
        Asked("after", _("After"), _("the number of the step it waits for, or nothing")),
    )


class Writing(Asking):
    """What the forms of goals and steps have in common."""

    key: int
    command: str

    async def save(self, command: str) -> None:
        receipt: Receipt = await self.write(self.command, self.work(), [self.key], words=(self.place, self.text()))
        self.dismiss(receipt)
        self.app.say_done(receipt)

    @abstractmethod
    def work(self) -> Doing:
        """What the practice is to do. Raises Usage, with the cursor on the field it is about."""

    def day(self, name: str) -> date | None:
        """The day typed there; None where nothing is."""
        text, today = self.value(name), self.app.today
        assert today is not None
        if not text:
            return None
        try:
            found, rest = days.read_day(text, today)
            if rest:
                raise Usage(_("A day and nothing else."))
        except CaseloadError:
            self.back_to(name)
            raise
        return found


class GoalForm(Writing):
    """A new goal of a draft."""

    def __init__(self, key: int, number: str, plan: int, needs: Needs, kept: scribbles.Kept | None) -> None:
        super().__init__(
            f"goal-{plan}|case:{key}", _(" Goal in {number}").format(number=number), _goal_asked(needs), kept
        )
        self.key, self.plan, self.needs, self.command = key, plan, needs, "goal_add"

    def need(self) -> int | None:
        if not self.needs or not self.value("need"):
            return None
        return {_need(one): one[0] for one in self.needs}[self.coded("need")]

    def work(self) -> Doing:
        new = NewGoal(
            self.value("title"),
            self.value("measure"),
            self.need(),
            self.day("starts"),
            self.day("due"),
            scratch=self.place,
        )
        return planning.add_goal(self.plan, new)


class StepForm(Writing):
    """A new step towards a goal of a draft. `steps` are those it may wait for, by their numbers."""

    def __init__(self, key: int, number: str, goal: int, steps: Mapping[int, int], kept: scribbles.Kept | None) -> None:
        super().__init__(f"step-{goal}|case:{key}", _(" Step in {number}").format(number=number), _step_asked(), kept)
        self.key, self.goal, self.steps, self.command = key, goal, steps, "step_add"

    def after(self) -> int | None:
        """The step with that number. Raises Usage."""
        text = self.value("after")
        if not text:
            return None
        found = self.steps.get(int(text)) if text.isdecimal() and len(text) < 6 else None
        if found is None:
            self.back_to("after")
            raise Usage(_("That plan has no step of that number."))
        return found

    def work(self) -> Doing:
        new = NewStep(
            self.value("title"), self.coded("who"), self.value("name"), self.value("worker") or None, self.day("starts"),
            self.day("due"), self.after(), scratch=self.place,
        )  # fmt: skip
        return planning.add_step(self.goal, new)


def _iso(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


class GoalEdit(Correcting, GoalForm):
    """A goal of a draft, to be worded otherwise."""

    def __init__(self, key: int, number: str, now: GoalRow, needs: Needs, kept: scribbles.Kept | None) -> None:
        GoalForm.__init__(self, key, number, now.plan_id, needs, None)
        self.place, self.goal, self.number, self.command = f"goal-edit-{now.id}|case:{key}", now.id, number, "plan_edit"
        self.same = _("Nothing of the goal is different.")
        self.begin(self._stands(now), kept)

    def _stands(self, now: GoalRow) -> Stands:
        values = {"title": now.title, "measure": now.measure, "starts": _iso(now.starts), "due": _iso(now.due)}
        if self.needs:
            values["need"] = next((_need(one) for one in self.needs if one[0] == now.need_id), "")
        return Stands(now.version, values)

    async def stands(self) -> Stands:
        found = await self.desk.read(planning.as_it_stands, self.key)
        now = next((one for each in found for one in each.goals if one.id == self.goal), None)
        if now is None:
            raise Usage(_("That goal is no longer there."))
        return self._stands(now)

    def called(self, name: str) -> str:
        return next(one.label for one in self.asked if one.name == name)

    def correction(self, changes: dict[str, str]) -> Doing:
        read: dict[str, Callable[[], object]] = {
            "starts": lambda: self.day("starts"), "due": lambda: self.day("due"), "need": self.need,
        }  # fmt: skip
        found = {name: read[name]() if name in read else text for name, text in changes.items()}
        return planning.change_goal(self.goal, found, self.version, self.place)


class StepEdit(Correcting, StepForm):
    """A step of a draft, to be set right."""

    def __init__(
        self, key: int, number: str, now: StepRow, steps: Mapping[int, int], kept: scribbles.Kept | None
    ) -> None:
        StepForm.__init__(self, key, number, now.goal_id, steps, None)
        self.place, self.step, self.number, self.command = f"step-edit-{now.id}|case:{key}", now.id, number, "plan_edit"
        self.same = _("Nothing of the step is different.")
        self.begin(self._stands(now), kept)

    def _stands(self, now: StepRow) -> Stands:
        after = "" if now.after_number is None else str(now.after_number)
        values = {
            "title": now.title, "who": now.who, "name": now.who_name, "worker": now.worker or "", "starts": _iso(now.starts),
            "due": _iso(now.due), "after": after,
        }  # fmt: skip
        return Stands(now.version, values)

    async def stands(self) -> Stands:
        found = await self.desk.read(planning.as_it_stands, self.key)
        now = next((one for each in found for one in each.steps if one.id == self.step), None)
        if now is None:
            raise Usage(_("That step is no longer there."))
        return self._stands(now)

    def called(self, name: str) -> str:
        return next(one.label for one in self.asked if one.name == name)

    def correction(self, changes: dict[str, str]) -> Doing:
        read: dict[str, Callable[[], object]] = {
            "who": lambda: self.coded("who"), "starts": lambda: self.day("starts"), "due": lambda: self.day("due"),
            "after": self.after, "worker": lambda: self.value("worker") or None,
        }  # fmt: skip
        found = {name: read[name]() if name in read else text for name, text in changes.items()}
        return planning.change_step(self.step, found, self.version, self.place)
