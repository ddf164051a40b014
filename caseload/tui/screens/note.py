"""Writing a note: one field a section of its form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.widget import Widget

from ...casework import notes
from ...errors import Conflict, Refused, Usage
from ...messages import _
from .. import asks, terms, verbs
from ..draw import run
from ..prompts import yes_no
from ..talk import Left
from ..widgets.fields import Prose
from ..widgets.title import Title
from .form import Form

if TYPE_CHECKING:
    from ...store.database import Receipt


class Subject(NamedTuple):
    """What is written: a new note of a case, an addendum, or a draft gone on with (`note`, the `version` seen, and the text
    it had then, where that is known)."""

    key: int
    number: str
    form: str
    place: str
    note: int | None = None
    version: int = 0
    addendum_to: int | None = None
    base: str | None = None


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
        parts = self._split(self.begins_with)
        for index, heading in enumerate(self.sections):
            if heading:
                yield Title(id=f"label{index}", classes="label")
            yield Prose(parts.get(heading, ""), id=f"section{index}")

    def on_mount(self) -> None:
        for index, heading in enumerate(self.sections):
            if heading:
                self.query_one(f"#label{index}", Title).show((run(f" {terms.section_words(heading)}"),))
        self.set_class(len(self.sections) == 1, "single")
        self.head.show((run(f" {self.caption()}"),))
        if self.kept:
            self.say(_("Your words from {time} are back. Ctrl-S saves them.").format(time=self.kept), "good")
        if self.in_editor:
            self.call_later(self.run_command, "editor")

    def caption(self) -> str:
        """The title: what is written, and about which case."""
        kind = (
            _("Addendum")
            if self.subject.addendum_to is not None
            else _("Note {form}").format(form=terms.form_words(self.subject.form))
        )
        going_on = _(" · draft") if self.subject.note is not None else ""
        return f"{kind} · {self.subject.number}{going_on}"

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

    @property
    def seen(self) -> int | None:
        return self.subject.version if self.subject.note is not None else None

    async def save(self, command: str) -> None:
        try:
            receipt = await self._written(command)
        except (Conflict, Refused, Usage):
            if not await self._settled():
                raise
            receipt = await self._written(command)
        self.dismiss(receipt)
        self.app.say_done(receipt)

    async def _written(self, command: str) -> Receipt:
        subject, sign, text = self.subject, command == "save_sign", self.text()
        if subject.note is not None:
            work = verbs.edit_note(subject.note, text, subject.version, sign, self.place)
        else:
            work = verbs.write_note(subject.key, subject.form, text, sign, subject.addendum_to, self.place)
        return await self.write(
            "sign" if sign else "note", work, [subject.key], words=(self.place, text), seen=self.seen
        )

    async def _settled(self) -> bool:
        """Where somebody changed the draft meanwhile, asks what is to become of both texts. False where that is not what
        went wrong. Raises Left; the words are then kept."""
        subject = self.subject
        if subject.note is None:
            return False
        opened = await self.desk.fetch(lambda db: asks.case_page(db, subject.key))
        row = next((one for one in opened.page.notes if one.id == subject.note), None)
        if row is None:
            if not await self.ask(yes_no(_("This draft was thrown away meanwhile. Save yours as a new one?"))):
                raise Left
            self.subject = subject._replace(note=None)
        elif row.state == "signed":
            if not await self.ask(yes_no(_("This note was signed meanwhile. Save yours as an addendum to it?"))):
                raise Left
            self.subject = subject._replace(note=None, addendum_to=row.id)
        elif row.version == subject.version:
            return False
        else:
            await self._choose(row.text or "")
            self.subject = subject._replace(version=row.version, base=row.text or "")
        return True

    async def _choose(self, theirs: str) -> None:
        """Theirs and mine, section by section; what was chosen stands in the fields. Raises Left."""
        from .conflict import Both, Conflicting

        split = self._split
        base = split(self.subject.base) if self.subject.base is not None else {}
        mine, other = self.parts(), split(theirs)
        differing = [
            Both(
                one,
                terms.section_words(one) if one else _("The note"),
                mine[one],
                other.get(one, ""),
                base.get(one),
                True,
            )
            for one in self.sections
            if mine[one].strip() != other.get(one, "").strip()
        ]
        self.talk.hand_over()  # keys meant for the page below choose nothing here
        chosen = await self.visit(Conflicting(self.subject.number, differing)) if differing else {}
        if chosen is None:
            raise Left
        for index, heading in enumerate(self.sections):
            if heading in chosen:
                self.query_one(f"#section{index}", Prose).load_text(chosen[heading])

    def _split(self, text: str) -> dict[str, str]:
        return notes.split(self.subject.form, text) if self.sections != ("",) else {"": text}

    async def do_editor(self) -> None:
        """Goes on in the person's own editor; what comes back stands in the fields."""
        from ..editor import About, edit

        standing = self.app.standing
        if standing is not None and not standing.editor:
            raise Refused(_("Your agency wants notes written here and in no other editor."))
        about = About(self.app.jotter.name, self.place, self.seen) if self.app.jotter.name else None
        found = edit(self.app.suspend, self.template(), about=about)
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
        parts = self._split(text.rstrip("\n"))
        for index, heading in enumerate(self.sections):
            self.query_one(f"#section{index}", Prose).load_text(parts.get(heading, ""))
