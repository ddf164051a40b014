"""Forms: fields one below the other, words kept while they are typed, errors on the bottom line in words."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.containers import Vertical, VerticalScroll
from textual.widget import Widget

from ...errors import CaseloadError, Unreachable
from ...messages import _
from ..commands import FORM
from ..keys import token
from ..prompts import Question
from ..widgets.fields import Field, Prose, take
from ..widgets.told import TooLong
from .page import Page, T

if TYPE_CHECKING:
    from ..scribbles import Kept

_BACK = ("shift+tab", "up")
_ON = ("tab", "down", "enter")


class Form(Page):
    """A page whose keys are typed into fields. Esc leaves and keeps the words; Ctrl-S saves.

    `place` is where unsaved words are kept (`note:soap|case:17`)."""

    PLACE = FORM
    HINTS: ClassVar[tuple[str, ...]] = ("save", "leave")

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place
        self._saved_text = ""
        # Word of the last letters may reach the page after they were saved: by then they are typed no more.
        self._being_saved = False

    # -- what a form is ----------------------------------------------------------------

    @abstractmethod
    def fields(self) -> Iterable[Widget]:
        """The fields with their labels."""

    @abstractmethod
    def text(self) -> str:
        """All that is typed, as it is kept."""

    @property
    def seen(self) -> int | None:
        """The version of the row that is edited here; None where something new is written."""
        return None

    def is_blank(self) -> bool:
        """Whether nothing worth keeping is typed."""
        return not self.text().strip()

    @abstractmethod
    async def save(self, command: str) -> None:
        """Writes what is typed. Raises CaseloadError; the form then stays."""

    def body(self) -> Iterable[Widget]:
        with VerticalScroll(id="form", can_focus=False), Vertical(id="fields"):
            yield from self.fields()

    def on_mount(self) -> None:
        self._saved_text = self.text()
        self.set_focus(next(iter(self.typed_in()), None))

    def typed_in(self) -> list[Field | Prose]:
        """The fields in their order."""
        return [one for one in self.query(Widget) if isinstance(one, Field | Prose)]

    def welcome(self, kept: Kept | None) -> None:
        """Says that words typed before are back."""
        if kept is not None:
            self.say(_("Your words from {time} are back. Ctrl-S saves them.").format(time=kept.when), "good")

    # -- keys ----------------------------------------------------------------------------

    async def keyed(self, event: events.Key) -> None:
        if self.talk.asking or self.talk.thinking:
            await super().keyed(event)
            return
        key, field = token(event.key, event.character), self.focused
        command = self.app.keymap.find(FORM, key)
        if command is not None:
            self._saying = ()
            self.run_command(command)
            self.tell()
        elif key in _BACK and (key == "shift+tab" or isinstance(field, Field)):
            self.focus_previous()
        elif key in _ON and (key == "tab" or isinstance(field, Field)):
            self.focus_next()
        elif isinstance(field, Field | Prose):
            await take(field, event)

    async def pasted(self, event: events.Paste) -> None:
        if self.talk.asking or self.talk.thinking:
            await super().pasted(event)
        elif isinstance(self.focused, Field | Prose):
            await take(self.focused, event)

    def pressed(self, key: str, character: str | None) -> None:
        """A key that waited while the form asked something: it is looked at again, like any other."""
        self.post_message(events.Key(key, character))

    async def _put(self, question: Question[T]) -> T:
        """While the line asks, no field may take its keys."""
        before = self.focused
        self.set_focus(None)
        try:
            return await super()._put(question)
        finally:
            if before is not None and before.is_attached:
                self.set_focus(before)

    # -- words -----------------------------------------------------------------------------

    def on_input_changed(self, event: Field.Changed) -> None:
        event.stop()
        self._typed_on()

    def on_text_area_changed(self, event: Prose.Changed) -> None:
        event.stop()
        self._typed_on()

    def _typed_on(self) -> None:
        text = self.text()
        if self._being_saved or text == self._saved_text:
            return
        self._saved_text = text
        self.app.jotter.heard(self.place, "" if self.is_blank() else text, self.seen)
        if self._saying and self._saying[0][1] in ("bad", "warn"):
            self._saying = ()
            self.tell()

    def on_too_long(self, event: TooLong) -> None:
        event.stop()
        said = _("That is {n} characters; {most} fit, with what is here already. Nothing was pasted.")
        self.say(said.format(n=event.letters, most=event.most), "bad")
        self.tell()

    async def finished(self, command: str, keys: Any, *, failed: bool) -> None:
        if not failed:
            self.app.touched(command, keys, self)

    # -- commands ------------------------------------------------------------------------------

    async def do_save(self) -> None:
        await self._save("save")

    async def _save(self, command: str) -> None:
        before, saved = self.focused, False
        self.set_focus(None)  # nothing more is typed into what is being saved
        self._being_saved = True
        try:
            await self.save(command)
            saved = True
        except CaseloadError:
            self.talk.hand_over()  # keys meant for the page below must not be typed into the text
            if not self.is_blank():
                with suppress(CaseloadError):
                    await self.app.jotter.flush(self.place, self.text(), self.seen)
            raise
        finally:
            self._being_saved = saved and not self.is_current
            if self.is_attached and before is not None and self.focused is None:
                self.set_focus(before)

    async def do_leave(self) -> None:
        """Away at once; the words are kept."""
        blank, text = self.is_blank(), self.text()
        with suppress(Unreachable):  # then they are kept here until it answers again
            await self.app.jotter.flush(self.place, "" if blank else text, self.seen)
        self.dismiss(None)
        if not blank:
            self.app.announce(_("Kept. The same key brings your words back."), "dim")
