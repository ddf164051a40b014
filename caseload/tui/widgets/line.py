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
    from ..prompts import Edited, Letters, Question, Words

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
        # Where what it begins with is a sentence: on a line of its own, so that the hints below it stay in sight.
        self.apart = False
        self._buttons: list[tuple[int, int, int, str]] = []
        self._drawn: tuple[tuple[Run, ...], ...] = ()
        self._height = 1

    def update(self) -> None:
        """Draws the line again if it reads differently now. What does not fit on it takes more lines, until the next key."""
        width = max(1, self.size.width)
        lines = self.rows(width)
        said = self.question.said if self.question is not None else ""
        if said and not any(said in text for line in lines for text, _tone in line):
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

    def rows(self, width: int) -> list[list[Run]]:
        """What the line reads: one row, or as many as all the letters need that a question or a begun key offers."""
        self._buttons = []
        if self.question is not None:
            return self._asked(self.question, width)
        if self.following:
            return self._flowing([[]], 0, self.following, width)
        if self.apart and self.before and not self.busy and not self.said:
            return self._apart(width)
        return [self._plain(width)]

    def _apart(self, width: int) -> list[list[Run]]:
        """The sentence, then the hints; a long one ends on the line of the hints, so that it is never three."""
        tone = self.before[0][1]
        first, *rest = wrap("".join(text for text, _tone in self.before).rstrip(), width)
        left = fit([run(f"{' '.join(rest)}  ", tone)], width) if rest else []
        return [[(first, tone)], self._hinted(left, self.hints, width, 1)]

    def _plain(self, width: int) -> list[Run]:
        if self.busy:
            return fit([run(self.busy, "dim")], width)
        if self.said:
            return fit(self.said, width)
        return self._hinted(list(self.before), self.hints, width)

    def _hinted(self, found: list[Run], hints: Sequence[Hint], width: int, row: int = 0) -> list[Run]:
        """As many as fit; help is never among those left out, for it shows the others."""
        at = length(found)
        sizes = [cell_len(key) + 1 + cell_len(words) for key, words, _command in hints]
        kept = sizes[-1] + 2 if hints and hints[-1][2] == "help" else 0
        for (key, words, command), size in zip(hints, sizes, strict=True):
            last = command == "help"
            if at + size + (0 if last else kept) > width:
                if last or not kept:
                    break
                continue
            self._buttons.append((row, at, at + size, command))
            # The gap behind the last one is not worth a sign that something was cut.
            found += [(key, "key"), (f" {words}  "[: width - at - cell_len(key)], "plain")]
            at += size + 2
        return found

    def _asked(self, question: Question[Any], width: int) -> list[list[Run]]:
        from ..prompts import Letters, Words

        if isinstance(question, Words):
            return [self._typed(question, width)]
        if isinstance(question, Letters):
            return self._lettered(question, width)
        return [fit([*question.runs(), run(question.said, "bad")], width)]

    def _lettered(self, question: Letters[Any], width: int) -> list[list[Run]]:
        """A question answered by one letter. Every letter stands there to be seen: on more lines where one is too short."""
        label = wrap(question.label, width) or [""]
        if len(label) >= _MOST:
            label = [
                *label[: _MOST - 2],
                "".join(text for text, _tone in fit([run(" ".join(label[_MOST - 2 :]))], width)),
            ]
        found: list[list[Run]] = [[(one, "strong")] for one in label]
        found[-1].append(("  ", "strong"))
        letters = [(one.letter, one.words, f"letter:{one.letter}") for one in question.choices]
        self._flowing(found, cell_len(label[-1]) + 2, letters, width)
        if question.said and length(found[-1]) + cell_len(question.said) <= width:
            found[-1].append(run(question.said, "bad"))
        return found

    def _flowing(self, found: list[list[Run]], at: int, hints: Sequence[Hint], width: int) -> list[list[Run]]:
        """Letters and their words behind what is there, on as many lines as they take."""
        for key, words, command in hints:
            size = cell_len(key) + 1 + cell_len(words)
            if at and at + size > width:
                found.append([])
                at = 0
            self._buttons.append((len(found) - 1, at, at + size, command))
            found[-1] += fit([run(key, "key"), run(f" {words}")], width - at)
            at += size + 2
            if at <= width:
                found[-1].append(("  ", "plain"))
        return found

    def _typed(self, question: Words[Any], width: int) -> list[Run]:
        label = fit(question.runs(), max(1, width // 2))
        tail = question.tail()
        room = width - length(label)
        kept = min(length(tail), max(0, room - min(room // 2, cell_len(question.line.text) + 1)))
        before, under, after = _window(question.line, room - kept)
        return [*label, (before, "plain"), (under, "lit"), (after, "plain"), *fit(tail, kept)]

    def on_click(self, event: events.Click) -> None:
        event.stop()
        for row, first, last, command in self._buttons:
            if row == event.y and first <= event.x < last:
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
