"""A question for the path of a file: typed, completed with Tab, or chosen from what stands in the folder. Nothing here draws."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..messages import _
from ..text import fold
from .draw import line_keep
from .prompts import Option, Pick

if TYPE_CHECKING:
    from .screens.page import Page

# So many entries of a folder are offered; who has more types on.
_MOST = 2000


@dataclass(slots=True)
class Paths(Pick[str]):
    """`new`: of a file that is to be written, so that what is typed is the answer. `folders`: a folder may be the answer, too."""

    new: bool = False
    folders: bool = False
    # The folder whose entries are the options, as it was typed; None while none has been looked into.
    folder: str | None = None
    # Whether the arrows have chosen, so that Enter takes that one.
    chosen: bool = False

    @property
    def wanted(self) -> str:
        """The folder that is being typed: all up to the last slash. A lone `~` is one, too."""
        head, slash, _name = self.line.text.rpartition("/")
        return head + slash

    @property
    def typed(self) -> str:
        return self.line.text.rpartition("/")[2]

    def shown(self) -> list[Option[str]]:
        """The entries that begin with what is typed; hidden ones only where a dot is."""
        if self.folder != self.wanted:
            return []
        typed = self.typed.casefold()
        found = [
            one
            for one in self.options
            if one.value.casefold().startswith(typed) and (typed or not one.value.startswith("."))
        ]
        return sorted(found, key=lambda one: one.value.rstrip("/").casefold() != typed)

    def nothing(self) -> str:
        if self.folder != self.wanted:
            return "  …"
        return _("  A new file.") if self.new and self.typed else _("  Nothing here begins so.")

    def other(self, key: str) -> None:
        if key == "tab":
            self._complete()
            return
        Pick.other(self, key)
        self.chosen = key in ("down", "up", "pagedown", "pageup", "ctrl+n", "ctrl+p") and bool(self.shown())

    def _changed(self, before: str) -> None:
        if self.line.text != before:
            self.chosen = False
        Pick._changed(self, before)

    def _complete(self) -> None:
        """As far as all that begin so are the same; the whole of the one that the arrows have chosen."""
        found = [one.value for one in self.shown()]
        if self.line.text == "~":
            self._put("~/")
        elif self.chosen:
            self._put(self.wanted + found[self.at])
        elif found:
            common = os.path.commonprefix([one.casefold() for one in found])
            self._put(self.wanted + found[0][: max(len(common), len(self.typed))])

    def _put(self, text: str) -> None:
        self.line.text = line_keep(text)
        self.line.cursor = len(self.line.text)

    def _enter(self) -> None:
        found = self.shown()
        same = [one for one in found if one.value.rstrip("/") == self.typed]
        begun = self.typed and not self.new
        one = found[self.at] if self.chosen else same[0] if same else found[0] if found and begun else None
        if one is None or (self.new and not self.chosen and not one.value.endswith("/")):
            self._answer(self.line.text)
        elif one.value.endswith("/"):
            self.at, self.chosen = 0, False
            before = self.line.text
            self._put(self.wanted + one.value)
            self._changed(before)
        else:
            self._answer(self.wanted + one.value)

    def _answer(self, path: str) -> None:
        if path.endswith("/") and not self.folders:
            self.said = _("That is a folder: choose a file in it.")
        elif not path.strip():
            self.said = _("Give the path of a file.")
        else:
            self.settle(path)


def entries(folder: str) -> list[Option[str]]:
    """What stands in a folder, its folders first and with a slash; nothing where it cannot be looked into."""
    found = []
    try:
        with os.scandir(Path(folder or ".").expanduser()) as there:
            for one in there:
                found.append((not one.is_dir(), one.name))
                if len(found) >= _MOST:
                    break
    except (OSError, ValueError, RuntimeError):
        return []
    named = sorted(found, key=lambda one: (one[0], fold(one[1]), one[1]))
    return [Option(name if plain else f"{name}/", name if plain else f"{name}/") for plain, name in named]


async def ask_path(page: Page, label: str, *, new: bool = False, folders: bool = False, start: str = "") -> str:
    """The path that is typed or chosen, `~` taken for the home. It is kept nowhere: it may have a client's name in it. The folders are
    looked into on a thread. Raises Left."""
    hint = _("~ is your home, Tab completes") if new else _("type or choose; Tab completes, ~ is your home")
    question = Paths(label, hint=hint, limit=4096, new=new, folders=folders)
    if start:
        question.line.insert(start, question.limit)

    async def look() -> None:
        wanted = question.wanted
        found = await page.desk.beside(lambda: entries(wanted))
        if question.wanted == wanted:
            question.options, question.folder = found, wanted
            page.tell()

    def heard(_text: str) -> None:
        if question.wanted != question.folder:
            page.start(look())

    question.heard = heard
    page.start(look())
    return await page.ask(question)
