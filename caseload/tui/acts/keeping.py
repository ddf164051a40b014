"""Views that are kept: saving, opening, dropping; which columns a list shows; and the tally of the day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...messages import _
from .. import overview, verbs
from ..prompts import Choice, Letters, Option, Pick, Words
from ..state import View
from ..talk import Left
from .speaking import required

if TYPE_CHECKING:
    from ...casework.views import ViewRow
    from ..screens.page import Page

_LONGEST = 40


async def save_view(page: Page) -> None:
    """A name, perhaps a number key, and for whom."""
    view: View = page.view  # type: ignore[attr-defined]
    question: Words[str] = Words(
        _("Save this view as:"), reads=lambda text: required(text, _("A view needs a name.")), limit=_LONGEST
    )
    question.line.insert(view.name, _LONGEST)
    name = await page.ask(question)
    keys = [Choice(str(n), "", n) for n in range(1, 10)]
    number = await page.ask(Letters(_("On which key?"), choices=[Choice("n", _("none"), 0), *keys], enter=True))
    teams = await page.desk.read(overview.my_teams)
    team: str | None = None
    if teams:
        # Nothing is no answer to a question, so an empty code stands for oneself.
        options = [Option(_("my own"), ""), *(Option(_("shared with {team}").format(team=c), c) for c in teams)]
        chosen: str = await page.ask(Pick(_("For whom?"), options=options))
        team = chosen or None
    await page.write("save_view", verbs.save_view(name, view.query, view.sort, view.columns, number or None, team))
    page.view = view._replace(name=name)  # type: ignore[attr-defined]
    page.titled()  # type: ignore[attr-defined]


def as_view(row: ViewRow) -> View:
    """A saved view as a list shows it."""
    return View(row.query, row.sort, row.name, row.columns)


async def _chosen(page: Page, label: str, *, mine: bool = False) -> ViewRow:
    found = [row for row in await page.desk.read(overview.views) if row.mine or not mine]
    if not found:
        page.say(_("No view is saved yet. V in a list saves what it shows."), "warn")
        raise Left
    options = [Option(row.name, row, _beside(row)) for row in found]
    row: ViewRow = await page.ask(Pick(label, options=options))
    return row


def _beside(row: ViewRow) -> str:
    key = f"{row.number}  " if row.number is not None else ""
    shared = "" if row.team is None else _("{team}, by {who}  ").format(team=row.team, who=row.by)
    return f"{key}{shared}{row.query}"


async def views(page: Page) -> None:
    """Type to find a saved view, Enter opens it."""
    row = await _chosen(page, _("View:"))
    page.app.call_later(page.app.go_cases, as_view(row))


async def drop_view(page: Page) -> None:
    """One of one's own views goes; undo brings it back."""
    row = await _chosen(page, _("Drop which view?"), mine=True)
    await page.write("drop_view", verbs.drop_view(row.name))


async def open_numbered(page: Page, number: int) -> None:
    """The view on a number key: one's own, else a shared one, else the one that came with the program."""
    from .. import wayfinding

    row = await page.desk.read(overview.view_on, number)
    view = as_view(row) if row is not None else View(wayfinding.VIEWS[number], name=wayfinding.view_name(number))
    page.app.call_later(page.app.go_cases, view)


async def columns(page: Page) -> None:
    """Which columns the list shows."""
    from ..screens.cells import choosable

    known = choosable()
    view: View = page.view  # type: ignore[attr-defined]
    question: Words[tuple[str, ...]] = Words(
        _("Columns:"), reads=lambda text: _read(text, known), hint=", ".join(known), limit=400
    )
    question.line.insert(", ".join(view.columns), 400)
    chosen = await page.ask(question)
    page.look(view._replace(columns=chosen))  # type: ignore[attr-defined]


def _read(text: str, known: Sequence[str]) -> tuple[str, ...]:
    from ...errors import Usage

    found = []
    for word in text.replace(",", " ").split():
        near = [name for name in known if name.startswith(word.casefold())]
        if not near:
            raise Usage(_("{word} is no column. There are: {known}").format(word=word[:20], known=", ".join(known)))
        found.append(near[0])
    return tuple(dict.fromkeys(found))


async def tally(page: Page) -> None:
    """The day in sentences, on a page of its own."""
    from ..screens.tally import TallyPage

    lines = await page.desk.read(overview.tally)
    await page.visit(TallyPage(lines))
