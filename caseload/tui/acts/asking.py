"""Acts that only look: why a case stands here, its number to the clipboard, every act by name, help, colours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...messages import _
from .. import commands, days, terms, themes
from ..keys import shown
from ..prompts import Option, Pick
from ..talk import Left

if TYPE_CHECKING:
    from ..screens.page import Page


async def why(page: Page) -> None:
    """The sentence that puts this case above the next one."""
    key = page.targets("why")[0]
    row, below = page.row_of(key), page.row_below(key)
    if row is None:
        raise Left
    from ...casework import triage

    if below is None:
        today = page.app.today
        # Nobody is named on the bottom line.
        row = replace(row, reasons=triage.unnamed(row.reasons))
        words = ", ".join(terms.reasons_words(row, today)) if today is not None else ""
        said = _("Level {level}, {words}").format(level=row.level, words=terms.level_words(row.level))
        page.say(f"{said}: {words}" if words else said)
        return
    page.say(days.loosely(triage.explain(row, below)))


async def copy(page: Page) -> None:
    """The case number to the terminal's clipboard (OSC 52). Never a name."""
    key = page.targets("copy")[0]
    row = page.row_of(key)
    if row is None:
        raise Left
    page.app.copy_to_clipboard(row.case)
    page.say(_("Copied {number}.").format(number=row.case), "good")


async def palette(page: Page) -> None:
    """Any act by name; the ones of this place only."""
    question: Pick[str] = Pick(":", options=here(page), hint=_("type a few letters; Enter runs, Esc leaves"))
    command = await page.ask(question)
    page.app.call_later(page.run_command, command)


def here(page: Page) -> list[Option[str]]:
    """The commands of a place as options, each with its keys."""
    keymap = page.app.keymap
    return [
        Option(
            one.words,
            one.id,
            "  ".join(shown(key) for key in keymap.keys_of(one.id)[:2]),
            f"{one.label} {one.id}",
            one.help,
        )
        for one in commands.registry()
        if page.PLACE in one.where and one.id not in ("palette", "down", "up")
    ]


async def help(page: Page) -> None:
    """Every key; typing searches, Enter runs."""
    from ..screens.help import Help

    command = await page.visit(Help(page))
    if command is not None:
        page.app.call_later(page.run_command, command)


async def theme(page: Page) -> None:
    """Other colours, at once; the settings file keeps them: [screen] theme = "light"."""
    options: list[Option[Any]] = [Option(name, name) for name in themes.names()]
    page.app.theme = await page.ask(Pick(_("Colours:"), options=options))
    page.say(
        _('To keep them: theme = "{name}" under [screen] in the settings file.').format(name=page.app.theme), "dim"
    )
