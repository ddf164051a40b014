"""Writing a note: one field a section of its form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from textual.widget import Widget

from ...casework import notes
from ...messages import _
from .. import terms, verbs
from ..draw import run
from ..prompts import yes_no
from ..talk import Left
from ..widgets.fields import Prose
from ..widgets.title import Title
from .form import Form


class Subject(NamedTuple):
    """What is written: a new note of a case, an addendum, or a draft gone on with (`note` and the `version` seen)."""

    key: int
    number: str
    form: str
    place: str
    note: int | None = None
    version: int = 0
    addendum_to: int | None = None


class NotePage(Form):
    """A note in its form. Saved, it is a draft; signed, it is locked."""

    HINTS: ClassVar[tuple[str, ...]] = ("save", "save_sign", "editor", "leave")

    def __init__(self, subject: Subject, text: str, kept: str = "", *, in_editor: bool = False) -> None:
        super().__init__(subject.place)
        self.subject = subject
        self.begins_with = text
        self.kept = kept
        self.in_editor = in_editor
        self.sections = notes.SECTIONS[subject.form] or ("",)

    def fields(self) -> Iterable[Widget]:
        parts = notes.split(self.subject.form, self.begins_with) if self.sections != ("",) else {"": self.begins_with}
        for index, heading in enumerate(self.sections):
            if heading:
                yield Title(id=f"label{index}", classes="label")
            yield Prose(parts.get(heading, ""), id=f"section{index}")

    def on_mount(self) -> None:
        for index, heading in enumerate(self.sections):
            if heading:
                self.query_one(f"#label{index}", Title).show((run(f" {terms.section_words(heading)}"),))
        self.set_class(len(self.sections) == 1, "single")
        kind = (
            _("Addendum")
            if self.subject.addendum_to is not None
            else _("Note {form}").format(form=terms.form_words(self.subject.form))
        )
        going_on = _(" · draft") if self.subject.note is not None else ""
        self.head.show((run(f" {kind} · {self.subject.number}{going_on}"),))
        if self.kept:
            self.say(_("Your words from {time} are back. Ctrl-S saves them.").format(time=self.kept), "good")
        if self.in_editor:
            self.call_later(self.run_command, "editor")

    def parts(self) -> dict[str, str]:
        return {h: self.query_one(f"#section{i}", Prose).text for i, h in enumerate(self.sections)}

    def text(self) -> str:
        parts = self.parts()
        return parts[""] if self.sections == ("",) else notes.compose(self.subject.form, parts)

    async def do_save_sign(self) -> None:
        """A signature cannot be undone, so it is asked for."""
        if not await self.ask(yes_no(_("Sign and lock this note?"))):
            raise Left
        await self._save("save_sign")

    async def save(self, command: str) -> None:
        subject, sign, text = self.subject, command == "save_sign", self.text()
        if subject.note is not None:
            work = verbs.edit_note(subject.note, text, subject.version, sign, self.place)
        else:
            work = verbs.write_note(subject.key, subject.form, text, sign, subject.addendum_to, self.place)
        receipt = await self.write("sign" if sign else "note", work, [subject.key], words=(self.place, text))
        self.dismiss(receipt)
        self.app.say_done(receipt)

    async def do_editor(self) -> None:
        """Goes on in the person's own editor; what comes back stands in the fields."""
        from ..editor import edit

        found = edit(self.app.suspend, self.template())
        if found is None:
            self.say(_("Nothing was changed in the editor."), "dim")
            return
        self.fill(found)

    def template(self) -> str:
        """The note as one text, every heading there to be written under."""
        if self.sections == ("",):
            return self.text()
        return "\n\n".join(f"{heading}:\n{words.strip()}" for heading, words in self.parts().items()) + "\n"

    def fill(self, text: str) -> None:
        """Puts a whole text into its sections."""
        parts = notes.split(self.subject.form, text) if self.sections != ("",) else {"": text.rstrip("\n")}
        for index, heading in enumerate(self.sections):
            self.query_one(f"#section{index}", Prose).load_text(parts.get(heading, ""))
