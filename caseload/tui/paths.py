"""A question for the path of a file: typed, completed with Tab, or chosen from what stands in the folder. Nothing here draws."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import CaseloadError
from ..messages import _
from ..text import fold
from .draw import line_keep
from .prompts import Option, Pick

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .screens.page import Page

# So many entries of a folder are offered; who has more types on.
_MOST = 2000
# So many seconds a folder is waited for: one on a network may never answer.
_PATIENCE = 3.0


@dataclass(slots=True)
class Paths(Pick[str]):
    """`new`: of a file that is to be written, so that what is typed is the answer. `folders`: a folder may be the answer, too."""

    new: bool = False
    folders: bool = False
    # The folder whose entries are the options, as it was typed; None while none has been looked into.
    folder: str | None = None
    # Whether the arrows have chosen, so that Enter takes that one.
    chosen: bool = False
    # Whether Enter waits for the folder to be looked into, and what is called when it must.
    waits: bool = False
    wait: Callable[[], None] | None = None

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
        if self.folders and self.wanted and not typed:
            found.append(Option(_("(this folder as a whole)"), ""))
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
            alike = 0
            for letters in zip(*found, strict=False):
                if len({letter.casefold() for letter in letters}) > 1:
                    break
                alike += 1
            self._put(self.wanted + found[0][: max(alike, len(self.typed))])

    def _put(self, text: str) -> None:
        self.line.text = line_keep(text)
        self.line.cursor = len(self.line.text)

    def _enter(self) -> None:
        if self.folder != self.wanted and not self.new and self.wait is not None:
            self.waits = True
            self.wait()
            return
        found = self.shown()
        same = [one for one in found if self.typed and one.value.rstrip("/") == self.typed]
        pointed = found[min(self.at, len(found) - 1)] if found and (self.chosen or not self.new) else None
        one = pointed if self.chosen else same[0] if same else pointed
        if one is None or (self.new and not self.chosen and not one.value.endswith("/")):
            self._answer(self.line.text)
        elif not one.value:
            self.settle(self.wanted)
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


async def ask_new(page: Page, label: str, stem: str, endings: Sequence[str]) -> str:
    """The path of a file to be written, with a name proposed that is free and says nothing of anybody; asked until a file can be there, and
    the others of the same name and another ending beside it. Raises Left."""
    start, said = await page.desk.beside(lambda: _free(stem, endings)), ""
    while True:
        path = await ask_path(page, label, new=True, start=start, said=said)
        try:
            await page.desk.beside(lambda path=path: _check(path))  # type: ignore[misc]
        except CaseloadError as error:
            start, said = path, error.message
        else:
            return path


def _free(stem: str, endings: Sequence[str]) -> str:
    """`~/stem.ending`, numbered where something stands there."""
    home = Path.home()
    for n in range(1, 1000):
        name = f"{stem}{'' if n == 1 else f'-{n}'}{endings[0]}"
        if not any(os.path.lexists(home / f"{name}{more}") for more in ("", *endings[1:])):
            return f"~/{name}"
    return "~/"


def _check(path: str) -> None:
    from ..store.filing import place_for

    place_for(path)


async def ask_path(
    page: Page, label: str, *, new: bool = False, folders: bool = False, start: str = "", said: str = ""
) -> str:
    """The path that is typed or chosen, `~` taken for the home. It is kept nowhere: it may have a client's name in it. The folders are
    looked into on a thread. Raises Left."""
    hint = _("~ is your home, Tab completes") if new else _("type or choose; Tab completes, ~ is your home")
    question = Paths(label, hint=hint, limit=4096, new=new, folders=folders, said=said)
    if start:
        question.line.insert(start, question.limit)

    async def look() -> None:
        wanted, found = question.wanted, list[Option[str]]()
        with suppress(TimeoutError):
            found = await asyncio.wait_for(page.desk.beside(lambda: entries(wanted)), _PATIENCE)
        if question.wanted != wanted or question.done:
            return
        question.options, question.folder = found, wanted
        page.tell()
        if question.waits:
            question.waits = False
            page.talk.again(("enter", None))

    def wait() -> None:
        page.talk.closed_gate = True

    def heard(_text: str) -> None:
        if question.wanted != question.folder:
            page.start(look())

    question.heard, question.wait = heard, wait
    page.start(look())
    return await page.ask(question)
