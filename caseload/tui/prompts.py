"""Questions on the bottom line, as values: what a key does to them and how they read. Nothing here draws."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from ..errors import CaseloadError
from ..messages import _
from ..text import fold
from .draw import Run, line_keep, run
from .talk import Left

T = TypeVar("T")


# What leaves a question.
_AWAY = ("escape", "ctrl+c")


@dataclass(slots=True)
class Edited:
    """One line being typed."""

    text: str = ""
    cursor: int = 0

    def insert(self, text: str, limit: int) -> None:
        text = line_keep(text)[: max(0, limit - len(self.text))]
        self.text = self.text[: self.cursor] + text + self.text[self.cursor :]
        self.cursor += len(text)

    def key(self, key: str) -> bool:
        """What an editing key does; False where it is none."""
        at, text = self.cursor, self.text
        if key in ("backspace", "ctrl+h"):
            self._cut(max(0, at - 1), at)
        elif key == "delete":
            self._cut(at, at + 1)
        elif key == "ctrl+w":
            kept = text[:at].rstrip()
            self._cut(kept.rfind(" ") + 1, at)
        elif key == "ctrl+u":
            self._cut(0, at)
        elif key == "ctrl+k":
            self._cut(at, len(text))
        elif key == "left":
            self.cursor = max(0, at - 1)
        elif key == "right":
            self.cursor = min(len(text), at + 1)
        elif key in ("home", "ctrl+a"):
            self.cursor = 0
        elif key in ("end", "ctrl+e"):
            self.cursor = len(text)
        else:
            return False
        return True

    def _cut(self, first: int, last: int) -> None:
        self.text = self.text[:first] + self.text[last:]
        self.cursor = first


@dataclass(slots=True)
class Question(Generic[T]):
    """A question that is open until `key` has an answer or raises Left. `picks`: it chooses from a list on the screen."""

    picks: ClassVar[bool] = False
    label: str
    name: str = ""
    said: str = ""
    answer: T | None = None
    done: bool = False

    @abstractmethod
    def key(self, key: str, character: str | None) -> None:
        """What a key does. Raises Left on Esc."""

    def paste(self, text: str) -> None:
        """What pasted text does; nothing where a letter is asked for."""

    @abstractmethod
    def runs(self) -> list[Run]:
        """How it reads, without the cursor."""

    def settle(self, answer: T) -> None:
        self.answer, self.done = answer, True


@dataclass(frozen=True, slots=True)
class Choice(Generic[T]):
    """One letter, what it means, and the value it stands for."""

    letter: str
    words: str
    value: T


@dataclass(slots=True)
class Letters(Question[T]):
    """One key answers. Enter takes the first choice where `enter` says so."""

    choices: Sequence[Choice[T]] = ()
    enter: bool = False

    def key(self, key: str, character: str | None) -> None:
        if key in _AWAY:
            raise Left
        if key == "enter" and self.enter:
            self.settle(self.choices[0].value)
            return
        for choice in self.choices:
            if character == choice.letter:
                self.settle(choice.value)
                return
        self.said = _("One of the letters, or Esc.")

    def runs(self) -> list[Run]:
        found = [run(self.label + "  ", "strong")]
        for choice in self.choices:
            found += [run(choice.letter, "key"), run(f" {choice.words}  ")]
        return found


def yes_no(label: str) -> Letters[bool]:
    """Enter or y goes on, n or Esc does not."""
    return Letters(label, choices=(Choice("y", _("yes"), True), Choice("n", _("no"), False)), enter=True)


@dataclass(slots=True)
class Words(Question[T]):
    """A line to type. `reads` makes the answer of it and raises a CaseloadError whose words are shown; `echo` shows
    meanwhile what it is understood as. `heard` is told of every change."""

    reads: Callable[[str], T] | None = None
    echo: Callable[[str], str] | None = None
    heard: Callable[[str], None] | None = None
    hint: str = ""
    aside: str = ""
    limit: int = 500
    line: Edited = field(default_factory=Edited)

    def key(self, key: str, character: str | None) -> None:
        self.said = ""
        if key in _AWAY:
            raise Left
        if key == "enter":
            self._enter()
            return
        before = self.line.text
        if not self.line.key(key):
            if character is not None and len(character) == 1 and character.isprintable() and not key.startswith("alt+"):
                self.line.insert(character, self.limit)
            else:
                self.other(key)
        self._changed(before)

    def paste(self, text: str) -> None:
        before = self.line.text
        self.line.insert(text, self.limit)
        self._changed(before)

    def other(self, key: str) -> None:
        """Keys that neither type nor edit."""

    def _changed(self, before: str) -> None:
        if self.line.text != before:
            self.aside = ""
            if self.heard is not None:
                self.heard(self.line.text)

    def _enter(self) -> None:
        try:
            self.settle(self.line.text if self.reads is None else self.reads(self.line.text))  # type: ignore[arg-type]
        except CaseloadError as error:
            self.said = error.message

    def tail(self) -> list[Run]:
        """What stands after the typed text: what it is understood as, or what may be typed."""
        if self.said:
            return [run(f"  {self.said}", "bad")]
        if not self.line.text:
            return [run(f"  {self.hint}", "dim")] if self.hint else []
        if self.echo is None:
            return [run(f"  {self.aside}", "dim")] if self.aside else []
        return [run(f"  {self.echo(self.line.text)}", "dim")]

    def runs(self) -> list[Run]:
        return [run(self.label + " ", "strong")]


@dataclass(frozen=True, slots=True)
class Option(Generic[T]):
    """Something to pick from a list: how it reads, what is said beside it, and what it stands for."""

    words: str
    value: T
    beside: str = ""
    also: str = ""
    # Looked through only where nothing else is found.
    at_length: str = ""

    def matches(self, typed: str, *, at_length: bool = False) -> bool:
        """Every typed word begins a word of it."""
        mine = fold(f"{self.words} {self.at_length if at_length else self.also}").split()
        return all(any(word.startswith(one) for word in mine) for one in fold(typed).split())


@dataclass(slots=True)
class Pick(Words[T]):
    """Type to find, arrows to choose, Enter to take. With `several`, a comma goes on to the next; the answer is then a
    tuple."""

    picks = True
    options: Sequence[Option[Any]] = ()
    several: bool = False
    at: int = 0
    taken: list[Option[Any]] = field(default_factory=list)

    @property
    def typed(self) -> str:
        return self.line.text.rpartition(",")[2] if self.several else self.line.text

    def shown(self) -> list[Option[Any]]:
        """What matches what is typed; the ones that begin with it first."""
        typed = fold(self.typed)
        open_ = [o for o in self.options if o not in self.taken]
        found = [o for o in open_ if o.matches(typed)] or [o for o in open_ if o.matches(typed, at_length=True)]
        return sorted(found, key=lambda o: not fold(o.words).startswith(typed)) if typed else found

    def nothing(self) -> str:
        """What stands in place of the list where nothing matches."""
        return _("  Nothing matches.")

    def key(self, key: str, character: str | None) -> None:
        if self.several and character == ",":
            self._take()
            return
        if self.several and key == "backspace" and self.taken and self.line.text.endswith(", "):
            self.taken.pop()
            self._rewrite()
            return
        Words.key(self, key, character)

    def other(self, key: str) -> None:
        step = {
            "down": 1,
            "up": -1,
            "tab": 1,
            "shift+tab": -1,
            "pagedown": 8,
            "pageup": -8,
            "ctrl+n": 1,
            "ctrl+p": -1,
        }.get(key, 0)
        self.at = max(0, min(self.at + step, len(self.shown()) - 1))

    def _changed(self, before: str) -> None:
        if self.line.text != before:
            self.at = 0
        Words._changed(self, before)

    def _rewrite(self) -> None:
        self.line.text = "".join(f"{o.words}, " for o in self.taken)
        self.line.cursor = len(self.line.text)
        self.at = 0

    def _take(self) -> bool:
        found = self.shown()
        if not found:
            self.said = _("Nothing matches. Take letters away, or Esc.")
            return False
        self.taken.append(found[min(self.at, len(found) - 1)])
        self._rewrite()
        return True

    def _enter(self) -> None:
        if not self.several:
            if self._take():
                self.settle(self.taken[0].value)
            return
        if (self.typed.strip() or not self.taken) and not self._take():
            return
        self.settle(tuple(o.value for o in self.taken))  # type: ignore[arg-type]


@dataclass(slots=True)
class Toggles(Pick[T]):
    """A letter for each, pressed again to take it back; Enter answers with a tuple of what is on. `also` is an option's letter."""

    def shown(self) -> list[Option[Any]]:
        return [Option(f"  {o.also}  {o.words}", o.value, _("yes ") if o in self.taken else "") for o in self.options]

    def key(self, key: str, character: str | None) -> None:
        self.said = ""
        letters = {o.also: place for place, o in enumerate(self.options)}
        if key in _AWAY:
            raise Left
        if key == "enter":
            self.settle(tuple(o.value for o in self.options if o in self.taken))  # type: ignore[arg-type]
        elif character in letters:
            self.at = letters[character]
            self._turn()
        elif key == "space":
            self._turn()
        elif character is not None and character.isprintable():
            self.said = _("One of the letters, Enter or Esc.")
        else:
            self.other(key)

    def paste(self, text: str) -> None:
        self.said = _("One of the letters, Enter or Esc.")

    def _turn(self) -> None:
        one = self.options[self.at]
        self.taken.remove(one) if one in self.taken else self.taken.append(one)


def lettered(named: Sequence[tuple[str, str]]) -> list[Option[str]]:
    """Options for codes and their names, each with a letter of its own: of its code the first that is free."""
    free = list("abcdefghijklmnopqrstuvwxyz0123456789")
    found = []
    for code, name in named[: len(free)]:
        letter = next((one for one in [*code.casefold(), *free] if one in free), free[0])
        free.remove(letter)
        found.append(Option(name, code, also=letter))
    return found
