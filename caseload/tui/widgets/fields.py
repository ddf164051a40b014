"""Where words are typed in forms: the library's own fields, through which nothing unsafe can pass in any direction."""

from __future__ import annotations

from rich.segment import Segment
from textual import events
from textual.document._edit import Edit
from textual.strip import Strip
from textual.widgets import Input, TextArea
from textual.widgets.input import Selection
from textual.widgets.text_area import EditResult

from ...text import PROSE_LIMIT, block
from ..draw import level, line_keep
from .told import TooLong


async def take(field: Field | Prose, event: events.Key | events.Paste) -> None:
    """What the library does with a key or a paste for the field that has the focus, but done when this returns: so keys
    that come in a burst are dealt out one after another."""
    if isinstance(field, Field):
        field.begin()
    if isinstance(event, events.Paste):
        found = field._on_paste(event)
        if found is not None:
            await found
    elif event.is_printable or (event.key == "enter" and isinstance(field, Prose)):
        await field._on_key(event)
    else:
        await field.app._check_bindings(event.key)


def _levelled(strip: Strip) -> Strip:
    """The line as every terminal draws it in the same cells. What is typed is kept as it was typed."""
    if strip.text.isascii():
        return strip
    return Strip([Segment(level(text), style, control) for text, style, control in strip], strip.cell_length)


class Field(Input):
    """One line. Whatever is typed, pasted or set is made inert."""

    def __init__(self, value: str = "", *, limit: int = 500, whole: bool = False, id: str | None = None) -> None:
        """`whole`: what is typed first takes the place of what stands there, as with a code."""
        super().__init__(line_keep(value), id=id, max_length=limit, compact=True, select_on_focus=False)
        self.cursor_blink = False
        self._whole, self._begun = whole, False

    def begin(self) -> None:
        """The cursor is here, whether or not the library has sent word of it yet: a fast typist's first letter is before it."""
        if self._whole and not self._begun:
            self.selection = Selection(0, len(self.value))
        self._begun = True

    def _on_focus(self, event: events.Focus) -> None:
        if not event.from_app_focus:
            self.begin()

    def _on_blur(self, event: events.Blur) -> None:
        self._begun = False

    def validate_value(self, value: str) -> str:
        return line_keep(value)

    def render_line(self, y: int) -> Strip:
        return _levelled(super().render_line(y))

    def insert_text_at_cursor(self, text: str) -> None:
        super().insert_text_at_cursor(line_keep(text))


class Prose(TextArea):
    """Several lines. Whatever is typed, pasted or loaded is made inert."""

    def __init__(self, text: str = "", *, id: str | None = None) -> None:
        super().__init__(block(text), id=id, tab_behavior="focus", show_line_numbers=False, highlight_cursor_line=False)
        self.cursor_blink = False

    def render_line(self, y: int) -> Strip:
        return _levelled(super().render_line(y))

    def edit(self, edit: Edit) -> EditResult:
        edit.text = block(edit.text)
        if len(edit.text) > 1 and len(self.text) + len(edit.text) > PROSE_LIMIT:
            # Refused before it is wrapped, which for a million letters would take a minute.
            self.post_message(TooLong(len(edit.text), PROSE_LIMIT))
            edit.text, edit.to_location = "", edit.from_location
        return super().edit(edit)

    def load_text(self, text: str) -> None:
        super().load_text(block(text))
