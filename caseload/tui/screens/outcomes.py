"""How people are doing since the beginning: a scale a line with its numbers, and the cases behind each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ...casework.outcomes import words
from ...messages import _, _n
from .. import doing_well
from ..acts.speaking import letters
from ..commands import SHEET
from ..draw import run
from ..summaries import When
from ..widgets.sheet import BLANK, Item, heading
from .reading import Asked

if TYPE_CHECKING:
    from ...casework.outcomes import Measured, Outcome
    from ..asks import Standing


class OutcomesPage(Asked):
    """The outcomes of the cases that a query selects. Enter on a scale asks which number, and shows the cases behind it; on a case,
    opens it."""

    PLACE = SHEET
    HINTS: ClassVar[tuple[str, ...]] = ("accept", "down", "back", "go_today")

    def __init__(self, query: str) -> None:
        super().__init__()
        self.which = query
        self.rows: Sequence[Outcome] = ()
        # What is shown instead of the numbers: of which scale, and which outcome of it.
        self.behind: tuple[Outcome, str] | None = None
        self.at = 0

    def heading(self) -> str:
        return _(" Since the beginning")

    async def reread(self) -> None:
        """Reads the numbers."""
        standing, self.rows = await self.desk.read(doing_well.counted, self.which, channel=f"outcomes-{id(self)}")
        self.app.standing = standing
        self._numbers()

    def _numbers(self) -> None:
        self.behind = None
        self.head.show((run(self.heading()),), (), (run(f"{self.which or _('all you see')} "),))
        items: list[Item] = []
        for title in dict.fromkeys((one.title, one.edition) for one in self.rows):
            items += [BLANK, heading(title[0]), *(_line(one) for one in self.rows if (one.title, one.edition) == title)]
        if not items:
            items = [BLANK, Item(((_("  Nothing was scored here yet. E a on a case asks an instrument."), "dim"),))]
        self.sheet.show(items[1:], at=self.at or None, top=not self.at)
        self.tell()

    async def do_accept(self) -> None:
        """The cases behind a number; of a case, its page."""
        value: Any = self.sheet.value
        if value is None:
            self.say(_("Put the cursor on a scale."), "dim")
        elif self.behind is not None:
            self.app.open_case(value.id)
        else:
            verdict = await self.ask(letters(value.scale_title, _choices(value)))
            self.at = self.sheet.at
            standing, found = await self.desk.fetch(lambda db: doing_well.behind(db, value, verdict, self.which))
            self._cases(value, verdict, standing, found)

    def _cases(self, one: Outcome, verdict: str, standing: Standing, found: Sequence[Measured]) -> None:
        self.behind = one, verdict
        n = len(found)
        told = words(verdict) if verdict else _("all")
        self.head.show(
            (run(f" {one.scale_title}"),), (), (run(f"{told} · {_n('{n} case', '{n} cases', n).format(n=n)} "),)
        )
        when = When(standing.today, standing.zone)
        self.sheet.show([_case(each, when) for each in found], top=True)
        self.tell()

    def do_back(self) -> None:
        if self.behind is not None:
            self._numbers()
        else:
            self.dismiss(None)

    def do_quit(self) -> None:
        self.do_back()


def _choices(one: Outcome) -> list[tuple[str, str, str]]:
    """Which of a scale's numbers, by letter."""
    letter = {"improved": "i", "worse": "w", "higher": "h", "lower": "l", "same": "s", "once": "o"}
    found = [(letter[code], f"{words(code)} {n}", code) for code, n in doing_well.numbers(one)]
    return [*found, ("a", _("all {n}").format(n=one.cases), "")]


def _line(one: Outcome) -> Item:
    name = f"{one.domain}: {one.scale_title}" if one.domain else one.scale_title
    told = " · ".join(f"{words(code)} {n}" for code, n in doing_well.numbers(one))
    return Item((run(f"  {name}"),), told, value=one, right=(run(f"{one.cases} ", "strong"),), indent=4)


def _case(one: Measured, when: When) -> Item:
    head = (
        run(f"  {one.case}  ", "strong"),
        run(f"{one.first:g} → {one.last:g}  "),
        run(words(one.verdict), "dim"),
    )
    days = (
        when.day(one.first_on) if one.first_on == one.last_on else f"{when.day(one.first_on)} – {when.day(one.last_on)}"
    )
    return Item(head, value=one, right=(run(f"{days} ", "dim"),))
