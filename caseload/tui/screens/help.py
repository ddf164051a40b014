"""Help: every command of the place one came from, with its keys; typing searches, Enter runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events

from ...messages import _
from ...text import fold
from .. import commands
from ..commands import CASE, CASES, SHEET, TODAY, Command
from ..draw import run
from ..keys import shown, token
from ..prompts import Edited
from ..widgets.sheet import BLANK, Item, heading
from ..widgets.told import Pressed
from .reading import Reading

if TYPE_CHECKING:
    from .page import Page


class Help(Reading):
    """Made from the registry and the person's own keys, so it cannot go stale. What can be done on the page one came from stands
    first. What is typed is the search."""

    PLACE = SHEET
    MOVES: ClassVar[dict[str, str]] = {
        "down": "down", "up": "up", "pagedown": "page_down", "pageup": "page_up", "home": "top", "end": "bottom",
        "ctrl+d": "page_down", "ctrl+u": "page_up", "enter": "accept", "escape": "back",
    }  # fmt: skip

    def __init__(self, source: Page) -> None:
        super().__init__()
        self.place = source.PLACE
        self.search = Edited()

    def on_mount(self) -> None:
        self._filter()

    async def keyed(self, event: events.Key) -> None:
        key = token(event.key, event.character)
        if key in self.MOVES:
            self.run_command(self.MOVES[key])
            return
        if not self.search.key(key) and event.character and event.character.isprintable():
            self.search.insert(event.character, 60)
        self._filter()

    def _filter(self) -> None:
        wanted = fold(self.search.text).split()
        raw = self.search.text.strip()
        found: list[Item] = []
        group = ""
        # What can be done on the page one came from, before all the rest.
        for one in sorted(commands.registry(), key=self._far):
            if not (_matches(one, wanted) or (raw and raw in self._keys(one).split("  "))):
                continue
            if one.group != group:
                group = one.group
                found += [BLANK, heading(group)] if found else [heading(group)]
            found.append(self._item(one))
        if not found:
            found = [BLANK, Item(((_("  Nothing matches. Backspace takes letters away."), "dim"),))]
        self.sheet.show(found)
        title = _(" Help  {text}▏").format(text=self.search.text) if self.search.text else _(" Help · type to search")
        self.head.show((run(title),), (), (run(_("Enter runs · Esc back ")),))
        self.tell()

    def _far(self, one: Command) -> int:
        """How far it is from that page: its own keys, those it has in common with others, those of others. On the pages of
        cases all is work on a case, and the order of the work stands."""
        if self.place not in one.where:
            return 2
        return int(self.place in (TODAY, CASES, CASE) or len(one.where) > 1)

    def _keys(self, one: Command) -> str:
        return "  ".join(shown(key) for key in self.app.keymap.keys_of(one.id))

    def _item(self, one: Command) -> Item:
        keys = self._keys(one)
        here = self.place in one.where
        head = (run(f"{keys:<16} ", "key" if here else "dim"), run(one.words, "strong" if here else "dim"))
        words = one.help if here else _("{help} (not on this page)").format(help=one.help)
        return Item(head, words, value=one.id, indent=19, tone="dim")

    def do_accept(self) -> None:
        """Leaves with the command under the cursor."""
        command = self.sheet.value
        if command is None or self.place not in commands.get(command).where:
            self.say(_("That is not done on the page you came from."), "warn")
            self.tell()
            return
        self.dismiss(command)

    def on_pressed(self, event: Pressed) -> None:
        if event.command == "open":
            event.stop()
            event.prevent_default()
            self.do_accept()


def _matches(one: Command, wanted: list[str]) -> bool:
    words = fold(f"{one.words} {one.label} {one.id} {one.group} {one.help}").split()
    return all(any(word.startswith(part) for word in words) for part in wanted)
