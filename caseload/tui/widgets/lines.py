"""The ground every list stands on: lines drawn one by one from toned text, never from markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.strip import Strip

from ..draw import TONES, Run, fit, wrap

if TYPE_CHECKING:
    from rich.style import Style
    from textual.widget import Widget

    _Base = Widget
else:
    _Base = object

# Tones are component classes, so that one style sheet holds every theme.
CLASSES = {f"lines--{tone}" for tone in (*TONES, "lit", "head")}


class Toned(_Base):
    """Draws toned lines. Mixed into widgets, each of which names CLASSES as its component classes."""

    _tones: dict[str, Style] | None = None

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._tones = None

    def tone(self, name: str) -> Style:
        """The style of a tone in the present theme."""
        if self._tones is None:
            self._tones = {}
        found = self._tones.get(name)
        if found is None:
            found = self._tones[name] = self.get_component_rich_style(f"lines--{name}")
        return found

    def strip(self, runs: Iterable[Run], width: int, over: str = "") -> Strip:
        """One line of `width` cells. `over` is a tone that covers all others: the cursor's, a header's."""
        if over:
            style = self.tone(over)
            text = "".join(text for text, _tone in fit(runs, width))
            return Strip([Segment(text, style)]).adjust_cell_length(width, style)
        joined: list[Segment] = []
        for text, name in fit(runs, width):
            # A blank looks alike in every tone: fewer changes of style are fewer bytes over the line.
            style = self.tone(name) if not (joined and text.isspace()) else joined[-1].style or self.tone(name)
            if joined and joined[-1].style == style:
                joined[-1] = Segment(joined[-1].text + text, style)
            else:
                joined.append(Segment(text, style))
        return Strip(joined).adjust_cell_length(width, self.tone("plain"))

    def instead(self, sentences: Sequence[str], line: int, width: int) -> Strip:
        """That line of what stands where a list has no rows: one blank, then the sentences, wrapped; the first stands out."""
        lines = [
            (words, "plain" if number == 0 else "dim")
            for number, sentence in enumerate(sentences)
            for words in wrap(sentence, width - 3)
        ]
        if not 1 <= line <= len(lines):
            return Strip.blank(width, self.tone("plain"))
        words, tone = lines[line - 1]
        return self.strip([("  " + words, tone)], width)
