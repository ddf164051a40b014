"""The bottom line, the only place that asks and answers: hints, questions, what may follow a key, progress, receipts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from textual import events
from textual.strip import Strip
from textual.widget import Widget

from ...text import steady
from ..draw import Run, fit, length, run, wrap
from .lines import CLASSES, Toned
from .told import Pressed

if TYPE_CHECKING:
    from ..prompts import Edited, Question, Words

# A hint: the key as people read it, what it does, the command a click runs.
Hint = tuple[str, str, str]
# Lines that an error may take.
_MOST = 4


class Line(Toned, Widget):
    """One line. Whatever matters most now is what it shows: a question, else work in progress, else what was said,
    else hints."""

    COMPONENT_CLASSES = CLASSES

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.question: Question[Any] | None = None
        self.following: Sequence[Hint] = ()
        self.busy = ""
        self.said: Sequence[Run] = ()
        self.hints: Sequence[Hint] = ()
        self.before: Sequence[Run] = ()
        self._buttons: list[tuple[int, int, str]] = []
        self._drawn: tuple[tuple[Run, ...], ...] = ()
        self._height = 1

    def update(self) -> None:
        """Draws the line again if it reads differently now. What does not fit on it takes more lines, until the next key."""
        width = max(1, self.size.width)
        lines = [self.runs(width)]
        said = self.question.said if self.question is not None else ""
        if said and not any(said in text for text, _tone in lines[0]):
            lines += [[(one, "bad")] for one in wrap(said, width)[:_MOST]]
        if self._drawing_said and length(self.said) > width:
            words, tone = "".join(text for text, _tone in self.said), self.said[0][1]
            lines = [[(one, tone)] for one in wrap(words, width)[:_MOST]]
        drawn = tuple(tuple(line) for line in lines)
        if drawn != self._drawn:
            if len(drawn) != self._height:
                self._height = len(drawn)
                self.styles.height = self._height
            self._drawn = drawn
            self.refresh()

    @property
    def _drawing_said(self) -> bool:
        return self.question is None and not self.following and not self.busy and bool(self.said)

    def on_resize(self) -> None:
        self._drawn = ()
        self.update()

    def render_line(self, y: int) -> Strip:
        return self.strip(self._drawn[y] if y < len(self._drawn) else (), self.size.width)

    def runs(self, width: int) -> list[Run]:
        """What the line reads."""
        self._buttons = []
        question = self.question
        if question is not None:
            return self._asked(question, width)
        if self.following:
            return self._hinted([], self.following, width)
        if self.busy:
            return fit([run(self.busy, "dim")], width)
        if self.said:
            return fit(self.said, width)
        return self._hinted(list(self.before), self.hints, width)

    def _hinted(self, found: list[Run], hints: Sequence[Hint], width: int) -> list[Run]:
        at = length(found)
        for key, words, command in hints:
            size = cell_len(key) + 1 + cell_len(words)
            if at + size > width:
                break
            self._buttons.append((at, at + size, command))
            found += [(key, "key"), (f" {words}  ", "plain")]
            at += size + 2
        return found

    def _asked(self, question: Question[Any], width: int) -> list[Run]:
        from ..prompts import Letters, Words

        if isinstance(question, Words):
            return self._typed(question, width)
        if isinstance(question, Letters):
            at = cell_len(question.label) + 2
            for choice in question.choices:
                size = cell_len(choice.letter) + 1 + cell_len(choice.words)
                self._buttons.append((at, at + size, f"letter:{choice.letter}"))
                at += size + 2
        return fit([*question.runs(), run(question.said, "bad")], width)

    def _typed(self, question: Words[Any], width: int) -> list[Run]:
        label = fit(question.runs(), max(1, width // 2))
        tail = question.tail()
        room = width - length(label)
        kept = min(length(tail), max(0, room - min(room // 2, cell_len(question.line.text) + 1)))
        before, under, after = _window(question.line, room - kept)
        return [*label, (before, "plain"), (under, "lit"), (after, "plain"), *fit(tail, kept)]

    def on_click(self, event: events.Click) -> None:
        event.stop()
        for first, last, command in self._buttons:
            if first <= event.x < last:
                self.post_message(Pressed(command))
                return


def _window(line: Edited, width: int) -> tuple[str, str, str]:
    """What of a long line is in sight: before the cursor, under it, after it."""
    before, under, after = (
        steady(line.text[: line.cursor]),
        steady(line.text[line.cursor : line.cursor + 1]) or " ",
        steady(line.text[line.cursor + 1 :]),
    )
    room = max(0, width - cell_len(under))
    while before and cell_len(before) > room:
        before = before[max(1, (len(before) - room) // 2) :]
    left = max(0, room - cell_len(before))
    while after and cell_len(after) > left:
        after = after[: max(0, min(len(after) - 1, left))]
    return before, under, after
